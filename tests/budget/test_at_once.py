"""Two people at once in the accounts: the second sees what the first did, or is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.access import Role
from portulan.accounts.writes import set_roles
from portulan.budget.attributions.writes import attribute, withdraw
from portulan.budget.imports.writes import confirm, discard, preview, roll_back
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    FiscalYear,
    ImportBatch,
    ITPerimeter,
    PerimeterRule,
)
from portulan.budget.perimeter.rule_writes import add_rule, move_rule, remove_rule
from portulan.budget.perimeter.verdicts import clear_override, override_line
from portulan.budget.perimeter.writes import bring_into_force, draft_perimeter
from portulan.budget.words import BatchStatus, Method, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.money import TaxBasis
from tests.at_once import at_once
from tests.people import Town, make_town

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal
TODAY = date(2026, 11, 24)
FILE = "Gestionnaire;Compte;Section;Libellé;Ouvert\nDSI;2051;I;Licences;1000,00\n"


@pytest.fixture
def place() -> Town:
    return make_town("deux-rives")


@pytest.fixture
def year(place: Town) -> FiscalYear:
    return open_year(place.finance, year=2026)


@pytest.fixture
def previewed(place: Town, year: FiscalYear) -> ImportBatch:
    stream = io.BytesIO(FILE.encode())
    return preview(place.finance, fiscal_year=year, stream=stream, file_name="comptes.csv")


@pytest.fixture
def line(place: Town, previewed: ImportBatch) -> BudgetLine:
    confirm(place.finance, batch=previewed)
    return BudgetLine.objects.select_related("fiscal_year", "batch").get()


@pytest.fixture
def draft(place: Town, year: FiscalYear) -> ITPerimeter:
    """The next edition, which leaves licences out."""
    draft = draft_perimeter(place.finance)
    out(place, draft)
    return draft


def out(place: Town, draft: ITPerimeter) -> PerimeterRule:
    return add_rule(
        place.finance, perimeter=draft, verdict=Verdict.OUT, reason="essai", nature_prefix="2051"
    )


def give(place: Town, line: BudgetLine, share: str = "0.5") -> Attribution:
    return attribute(
        place.finance, line=line, share=D(share), method=Method.KEY, reason="clé de répartition"
    )


def judge(place: Town, line: BudgetLine, share: str = "0.2") -> object:
    return override_line(
        place.finance, line=line, verdict=Verdict.MIXED, share=D(share), reason="partagée"
    )


def close(place: Town, year: FiscalYear, status: YearStatus = YearStatus.CLOSED) -> FiscalYear:
    return edit_year(
        place.finance,
        fiscal_year=year,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        status=status,
        tax_basis=TaxBasis(year.tax_basis),
    )


@pytest.mark.parametrize(
    "deed",
    [
        give,
        judge,
        lambda place, line: clear_override(place.finance, line=line),
        lambda place, line: roll_back(place.finance, batch=line.batch),
    ],
)
def test_nothing_moves_in_a_year_that_is_being_closed(
    place: Town, year: FiscalYear, line: BudgetLine, deed: Callable[[Town, BudgetLine], object]
) -> None:
    stopped = at_once(lambda: close(place, year), lambda: deed(place, line))
    assert isinstance(stopped, ValidationError)
    after = BudgetLine.objects.get()
    assert (after.verdict, after.it_share, after.overridden) == (Verdict.IN, 1, False)
    assert ImportBatch.objects.get().status == BatchStatus.CONFIRMED
    assert not Attribution.objects.exists()


def test_a_withdrawal_does_not_slip_into_a_closed_year(
    place: Town, year: FiscalYear, line: BudgetLine
) -> None:
    given = give(place, line)
    stopped = at_once(
        lambda: close(place, year), lambda: withdraw(place.finance, attribution=given)
    )
    assert isinstance(stopped, ValidationError)
    assert Attribution.objects.get().status == given.status


def test_a_year_closed_meanwhile_and_opened_again_is_judged_again(
    place: Town, year: FiscalYear, line: BudgetLine, draft: ITPerimeter
) -> None:
    stale = FiscalYear.objects.get()
    close(place, year)
    bring_into_force(place.finance, perimeter=draft, on=TODAY)
    assert BudgetLine.objects.get().verdict == Verdict.IN
    close(place, stale, YearStatus.EXECUTING)
    assert BudgetLine.objects.get().verdict == Verdict.OUT


@pytest.mark.parametrize("opened_first", [True, False])
def test_a_year_opened_again_as_an_edition_comes_into_force_is_judged_under_it(
    place: Town, year: FiscalYear, line: BudgetLine, draft: ITPerimeter, opened_first: bool
) -> None:
    closed = close(place, year)

    def bring() -> object:
        return bring_into_force(place.finance, perimeter=draft, on=TODAY)

    def reopen() -> object:
        return close(place, closed, YearStatus.EXECUTING)

    assert at_once(*((reopen, bring) if opened_first else (bring, reopen))) is None
    assert BudgetLine.objects.get().verdict == Verdict.OUT
    assert FiscalYear.objects.get().judged_under == draft


@pytest.mark.parametrize("deeds", [(give, judge), (judge, give)])
def test_a_verdict_and_an_attribution_never_contradict(
    place: Town, line: BudgetLine, deeds: tuple[Callable[[Town, BudgetLine], object], ...]
) -> None:
    first, second = deeds
    stopped = at_once(lambda: first(place, line), lambda: second(place, line))
    assert isinstance(stopped, ValidationError)


def test_an_import_confirmed_meanwhile_is_not_discarded(
    place: Town, previewed: ImportBatch
) -> None:
    stale = ImportBatch.objects.get()
    stopped = at_once(
        lambda: confirm(place.finance, batch=previewed),
        lambda: discard(place.finance, batch=stale),
    )
    assert isinstance(stopped, ValidationError)
    assert BudgetLine.objects.count() == 1


@pytest.mark.parametrize("import_first", [True, False])
def test_an_import_and_a_new_perimeter_leave_no_line_behind(
    place: Town, previewed: ImportBatch, draft: ITPerimeter, import_first: bool
) -> None:
    deeds: list[Callable[[], object]] = [
        lambda: confirm(place.finance, batch=previewed),
        lambda: bring_into_force(place.finance, perimeter=draft, on=TODAY),
    ]
    first, second = deeds if import_first else reversed(deeds)
    assert at_once(first, second) is None
    assert BudgetLine.objects.get().verdict == Verdict.OUT


@pytest.mark.parametrize("verdict_first", [True, False])
def test_a_person_s_verdict_outlives_a_new_perimeter(
    place: Town, line: BudgetLine, draft: ITPerimeter, verdict_first: bool
) -> None:
    deeds: list[Callable[[], object]] = [
        lambda: judge(place, line),
        lambda: bring_into_force(place.finance, perimeter=draft, on=TODAY),
    ]
    first, second = deeds if verdict_first else reversed(deeds)
    assert at_once(first, second) is None
    after = BudgetLine.objects.get()
    assert (after.verdict, after.it_share, after.overridden) == (Verdict.MIXED, D("0.2"), True)


@pytest.mark.parametrize(
    "deed",
    [
        out,
        lambda place, draft: bring_into_force(place.finance, perimeter=draft, on=TODAY),
        lambda place, draft: remove_rule(place.finance, rule=draft.rules.get()),
        lambda place, draft: move_rule(place.finance, rule=draft.rules.get(), up=True),
    ],
)
def test_an_edition_in_force_does_not_move(
    place: Town, draft: ITPerimeter, deed: Callable[[Town, ITPerimeter], object]
) -> None:
    stale = ITPerimeter.objects.prefetch_related("rules__perimeter").get(pk=draft.pk)
    stopped = at_once(
        lambda: bring_into_force(place.finance, perimeter=draft, on=TODAY),
        lambda: deed(place, stale),
    )
    assert isinstance(stopped, ValidationError)
    assert draft.rules.count() == 1


def test_the_first_year_and_the_first_draft_are_made_once(place: Town) -> None:
    def opened() -> object:
        return open_year(place.finance, year=2026)

    assert isinstance(at_once(opened, opened), ValidationError)
    drafts: list[int] = []

    def drafted() -> None:
        drafts.append(draft_perimeter(place.finance).pk)

    assert at_once(drafted, drafted) is None
    assert len(set(drafts)) == 1


def test_two_administrators_do_not_dismiss_each_other(place: Town) -> None:
    other = set_roles(place.admin, person=place.people[Role.EDITOR], roles=[Role.ADMIN])
    stopped = at_once(
        lambda: set_roles(place.admin, person=other, roles=[]),
        lambda: set_roles(place.admin, person=place.people[Role.ADMIN], roles=[]),
    )
    assert isinstance(stopped, ValidationError)
