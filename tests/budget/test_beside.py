"""What stands beside the budget never moves the figure, and says what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.words import LegalForm
from portulan.budget.green.ratings import green_year, rate
from portulan.budget.green.rules import RatedAmount, by_axis, parts_of
from portulan.budget.indicator.reads import figure_of
from portulan.budget.legal.figures import legal_rows, set_legal_figure
from portulan.budget.legal.rules import LAWS
from portulan.budget.models import BudgetLine, GreenRating, LegalFigure, Saving, StaffTime
from portulan.budget.savings import set_saving
from portulan.budget.staff_time import (
    set_day_rate,
    set_staff_time,
    staff_time,
    take_days_of_plan,
    time_of_plan,
)
from portulan.budget.words import Axis, LegalRatio, Rating, SavingKind, Stage, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.core.money import TaxBasis
from portulan.plans.models import Action
from portulan.plans.words import Progress
from tests.budget.attributions.test_rules import decide, line, load
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

D = Decimal
LEDGER = (
    "Gestionnaire;Compte;Section;Libellé;Mandaté\n"
    "DSI;21838;I;Serveurs;900,00\nDSI;2051;I;Licences;100,00\nDSI;611;F;Hébergement;50,00\n"
)


@pytest.fixture
def action(town: Town) -> Action:
    return make_action(town, make_plan(town))


def refused(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        call()
    assert words in " ".join(caught.value.messages)


def test_a_saving_says_what_it_assumes_then_proves_it(town: Town, action: Action) -> None:
    def save(**values: object) -> Saving:
        return set_saving(
            town.finance, action=action, year=2026, kind=SavingKind.ENERGY,
            **values,  # type: ignore[arg-type]
        )  # fmt: skip

    refused(lambda: save(potential=D(10)), "hypothèse")
    refused(lambda: save(realised=D(10)), "preuve")
    refused(save, "au moins une valeur")
    save(potential=D(10), assumption="30 MWh")
    save(potential=D(10), assumption="30 MWh", realised=D(0), evidence="relevé")
    kept = Saving.objects.get()
    assert (kept.potential, kept.realised) == (D(10), D(0))
    with pytest.raises(IntegrityError, match="saving_realised_has_evidence"), transaction.atomic():
        Saving.objects.update(evidence="")
    save()
    assert not Saving.objects.exists()
    with pytest.raises(DeniedError):
        set_saving(town.editor, action=action, year=2026, kind=SavingKind.ENERGY)


def test_days_are_euros_only_where_somebody_typed_a_rate(town: Town, action: Action) -> None:
    for function, planned, done in (("Support", D(10), None), ("Atelier", D(4), D("2.5"))):
        set_staff_time(
            town.editor, action=action, year=2026, function=function, planned=planned, done=done
        )
    assert [row.value for row in staff_time(actor=town.reader, year=2026)] == [None, None]
    for since, amount in ((date(2025, 1, 1), 200), (date(2026, 7, 1), 210), (date(2027, 1, 1), 9)):
        set_day_rate(
            town.finance, function="atelier", since=since, amount=D(amount), source="grade"
        )
    rows = {row.function: row for row in staff_time(actor=town.reader, year=2026)}
    # What was done, at the last rate of that year; case aside.
    assert rows["Atelier"].value == D(525)
    assert rows["Support"].value is None
    with pytest.raises(DeniedError):
        set_staff_time(town.contributor, action=action, year=2026, function="x", done=D(1))
    set_staff_time(town.editor, action=action, year=2026, function="support")
    assert StaffTime.objects.get().function == "Atelier"


def test_the_days_of_the_plan_are_taken_where_the_year_says_none(
    town: Town, action: Action
) -> None:
    other = make_action(town, action.plan, "Autre", days_per_year=D("12.5"))
    dropped = make_action(town, action.plan, "Abandonnée", days_per_year=D(9))
    Action.objects.filter(pk=dropped.pk).update(progress=Progress.DROPPED)
    Action.objects.filter(pk=action.pk).update(days_per_year=D(30))
    set_staff_time(town.editor, action=action, year=2026, function="Support", planned=D(10))

    def said(year: int) -> list[tuple[int, Decimal, Decimal | None]]:
        found = time_of_plan(actor=town.reader, year=year)
        return [(one.action.number, one.said, one.planned) for one in found]

    assert said(2026) == [(action.number, 30, 10), (other.number, D("12.5"), None)]
    assert said(2031) == []  # no plan has that year
    with pytest.raises(DeniedError):
        take_days_of_plan(town.reader, year=2026)
    assert take_days_of_plan(town.editor, year=2026) == 1
    assert said(2026) == [(action.number, 30, 10), (other.number, D("12.5"), D("12.5"))]
    assert take_days_of_plan(town.finance, year=2026) == 0
    # A day stays a day.
    assert [row.value for row in staff_time(actor=town.reader, year=2026)] == [None, None]


def test_taking_the_days_of_many_actions_costs_the_same(town: Town, action: Action) -> None:
    def queries(year: int) -> int:
        with CaptureQueriesContext(connection) as queries, translation.override("en"):
            assert take_days_of_plan(town.editor, year=year) == action.plan.actions.count()
        return len(queries)

    first, last = action.plan.first_year, action.plan.last_year
    Action.objects.filter(pk=action.pk).update(days_per_year=D(30))
    few = queries(first)
    for number in range(12):
        make_action(town, action.plan, f"Autre {number}", days_per_year=D(number))
    assert queries(last) == few
    assert set(StaffTime.objects.values_list("function", flat=True)) == {"Toutes équipes"}
    entries = AuditEntry.objects.filter(verb="staff time set", subject_id=action.pk)
    assert [one.changes for one in entries] == [{"planned": [None, "30.0"]}] * 2
    assert AuditEntry.objects.filter(verb="staff time set").count() == 14


@pytest.mark.parametrize("form", LegalForm)
def test_the_laws_of_ratios_bind_the_same_bodies(form: LegalForm) -> None:
    """The screen says it once for all of them, without asking for the population."""
    populations = (None, 0, 100_000_000)
    assert len({law.obligation.binds(form, one) for law in LAWS for one in populations}) == 1


def test_a_legal_figure_is_a_part_of_a_whole_and_dated(town: Town) -> None:
    def give(
        year: int, part: int, whole: int, ratio: LegalRatio = LegalRatio.REEN_REUSE
    ) -> LegalFigure:
        return set_legal_figure(
            town.finance, ratio=ratio, year=year, numerator=D(part),
            denominator=D(whole), source="registre",
        )  # fmt: skip

    refused(lambda: give(2022, 1, 2), "n’existait pas encore")
    refused(lambda: give(2025, 3, 2, LegalRatio.AGEC_PURCHASES), "dépasse le tout")
    give(2024, 35, 100)
    give(2025, 44, 100)
    assert [row.standing.is_under for row in legal_rows(actor=town.reader)] == [True, False]
    give(2025, 1, 2, LegalRatio.AGEC_PURCHASES)
    with pytest.raises(IntegrityError, match="legal_figure_part_of_whole"), transaction.atomic():
        LegalFigure.objects.update(numerator=1000)


SPLITS = st.dictionaries(
    st.sampled_from(Rating), st.decimals("0.01", "33.33", places=2), max_size=3
) | st.sampled_from(Rating).map(lambda rating: {rating: D(100)})


@given(
    st.lists(
        st.builds(
            RatedAmount,
            nature=st.sampled_from(["2051", "21838", "2183", ""]),
            amount=st.decimals(-(10**6), 10**6, places=2),
            own=st.dictionaries(st.sampled_from(Axis), SPLITS),
        )
    ),
    st.dictionaries(
        st.tuples(st.sampled_from(["2", "218", "2051"]), st.sampled_from(Axis)),
        st.sampled_from(Rating),
    ),
)
def test_every_axis_adds_up_to_the_whole(
    items: list[RatedAmount], accounts: dict[tuple[str, Axis], Rating]
) -> None:
    whole = sum(item.amount for item in items)
    assert all(sum(found.values()) == whole for found in by_axis(items, accounts).values())


def test_a_line_is_split_between_ratings_and_the_rest_follows_its_account() -> None:
    item = RatedAmount(
        "2183",
        D("100.01"),
        {
            Axis.MITIGATION: {Rating.FAVOURABLE: D(50), Rating.NEUTRAL: D(50)},
            Axis.WATER: {Rating.FAVOURABLE: D("33.33")},
            Axis.CIRCULAR: {Rating.FAVOURABLE: D(10)},
        },
    )
    accounts = {("218", Axis.CIRCULAR): Rating.UNFAVOURABLE}
    assert parts_of(item, Axis.MITIGATION, accounts) == {
        Rating.FAVOURABLE: D("50.01"),
        Rating.NEUTRAL: D("50.00"),
    }
    assert parts_of(item, Axis.WATER, accounts) == {Rating.FAVOURABLE: D("33.33"), None: D("66.68")}
    assert parts_of(item, Axis.CIRCULAR, accounts) == {
        Rating.FAVOURABLE: D("10.00"),
        Rating.UNFAVOURABLE: D("90.01"),
    }


def test_parts_of_a_line_are_at_most_the_line(town: Town) -> None:
    year = open_year(town.finance, year=2026)
    load(town, year, LEDGER)
    servers = decide(town, "Serveurs")

    def give(rating: Rating | None, share: Any = None, *, line: Any = servers, **more: Any) -> Any:
        said = {"axis": Axis.MITIGATION, "reason": "essai", "line": line, **more}
        percent = None if share is None else D(share)
        return rate(town.finance, fiscal_year=year, rating=rating, share=percent, **said)

    def parts() -> dict[str, Any]:
        return {one.rating: one.share for one in servers.green_ratings.all()}

    give(Rating.NEUTRAL)
    refused(lambda: give(Rating.FAVOURABLE, 30), "ne laissent que 0")
    give(Rating.NEUTRAL, 70)
    give(Rating.FAVOURABLE, 30)
    refused(lambda: give(Rating.UNFAVOURABLE, "0.01"), "ne laissent que 0")
    refused(lambda: give(Rating.NEUTRAL, 40, line=None, nature="2183"), "Seule une ligne")
    assert parts() == {"neutral": 70, "favourable": 30}
    found = green_year(year, Stage.REALISED)[Axis.MITIGATION]
    assert (found[Rating.NEUTRAL], found[Rating.FAVOURABLE], found[None]) == (630, 270, 100)
    load(town, year, LEDGER.replace("900,00", "950,00"), replace=True)
    servers = line("Serveurs")
    assert parts() == {"neutral": 70, "favourable": 30}
    give(Rating.FAVOURABLE, 0, line=servers)
    assert parts() == {"neutral": 70}
    give(Rating.FAVOURABLE, line=servers)  # whole again
    assert parts() == {"favourable": 100}
    give(None, line=servers)
    assert parts() == {}
    told = AuditEntry.objects.filter(verb="rated").order_by("pk")
    assert [next(iter(one.changes.values())) for one in told][1:3] == [
        ["neutral", "neutral 70"],
        ["neutral 70", "favourable 30, neutral 70"],
    ]


def test_a_line_s_rating_comes_before_its_account_s_and_moves_no_figure(town: Town) -> None:
    year = open_year(town.finance, year=2026)
    load(town, year, LEDGER)
    servers = decide(town, "Serveurs")
    before = figure_of(year, Stage.REALISED)

    def give(rating: Rating | None, *, of: BudgetLine | None = None, nature: str = "") -> None:
        rate(
            town.finance, fiscal_year=year, axis=Axis.MITIGATION, rating=rating, reason="essai",
            line=of, nature=nature,
        )  # fmt: skip

    give(Rating.NEUTRAL, nature="2")
    give(Rating.UNFAVOURABLE, nature="218")
    found = green_year(year, Stage.REALISED)
    # Operating expense is not in the annexe.
    assert sum(found[Axis.MITIGATION].values()) == 1000
    mitigation = {Rating.UNFAVOURABLE: D(900), Rating.NEUTRAL: D(100)}
    assert found[Axis.MITIGATION] == mitigation
    assert found[Axis.WATER] == {None: 1000}
    give(Rating.FAVOURABLE, of=servers)
    assert green_year(year, Stage.REALISED)[Axis.MITIGATION][Rating.FAVOURABLE] == 900
    assert figure_of(year, Stage.REALISED).inputs_hash == before.inputs_hash
    # The line exported again keeps it.
    load(town, year, LEDGER.replace("900,00", "950,00"), replace=True)
    assert line("Serveurs").green_ratings.get().rating == Rating.FAVOURABLE
    give(None, nature="2")
    assert GreenRating.objects.filter(nature="2").count() == 0
    refused(lambda: give(Rating.NEUTRAL), "une ligne ou sur un compte")
    edit_year(
        town.finance, fiscal_year=year, starts_on=year.starts_on, ends_on=year.ends_on,
        status=YearStatus.CLOSED, tax_basis=TaxBasis.TTC,
    )  # fmt: skip
    refused(lambda: give(Rating.NEUTRAL, nature="2051"), "clos")
