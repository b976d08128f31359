"""Attributing lines to NR: never beyond their IT share, two people at once included."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level, TooWeakError
from portulan.budget.attributions.writes import (
    attribute,
    edit_attribution,
    restore,
    review,
    withdraw,
)
from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.indicator.reads import figure_of
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.core.money import TaxBasis
from tests.people import Town, make_town

D = Decimal
TODAY = date(2026, 11, 24)


def make_line(actor: Actor, amount: str = "1000") -> BudgetLine:
    """A line of IT spending that nothing is attributed from yet."""
    fiscal_year = open_year(actor, year=2026)
    type_figures(
        actor,
        fiscal_year=fiscal_year,
        stage=Stage.OPENED,
        it_budget=D(amount),
        lines=[],
        on=date(2026, 11, 24),
    )
    return BudgetLine.objects.get(fiscal_year=fiscal_year)


@pytest.fixture
def line(town: Town) -> BudgetLine:
    return make_line(town.finance)


def give(actor: Actor, line: BudgetLine, share: str, **options: object) -> Attribution:
    values = {"method": Method.KEY, "reason": "clé : nombre de postes"} | options
    return attribute(actor, line=line, share=D(share), **values)  # type: ignore[arg-type]


def refused(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        call()
    said = " ".join(caught.value.messages).replace("\u00a0", " ")
    assert words in said


def test_shares_add_up_to_the_it_share_and_no_further(town: Town, line: BudgetLine) -> None:
    give(town.finance, line, "0.6")
    give(town.finance, line, "0.4")
    refused(lambda: give(town.finance, line, "0.0000000001"), "Il reste 0 %")
    refused(
        lambda: override_line(
            town.finance, line=line, verdict=Verdict.MIXED, share=D("0.5"), reason="moitié"
        ),
        "retirez d’abord",
    )
    # A new edition of the perimeter may shrink under what was attributed: capped and told.
    with following([line.pk]):
        BudgetLine.objects.filter(pk=line.pk).update(
            verdict=Verdict.MIXED, it_share=D("0.5"), overridden=False
        )
    figure = figure_of(line.fiscal_year, Stage.OPENED).figure
    assert figure.over_attributed == [line.pk]
    assert figure.numerator == D(500)


def test_a_mixed_line_must_be_decided_before_it_is_attributed(town: Town, line: BudgetLine) -> None:
    BudgetLine.objects.filter(pk=line.pk).update(verdict=Verdict.MIXED, it_share=None)
    refused(lambda: give(town.finance, line, "0.1"), "Décidez d’abord")
    refused(
        lambda: override_line(town.finance, line=line, verdict=Verdict.MIXED, reason="?"),
        "quelle part",
    )


def test_effort_outside_the_it_budget_takes_the_other_part(town: Town, line: BudgetLine) -> None:
    override_line(town.finance, line=line, verdict=Verdict.MIXED, share=D("0.6"), reason="clé")
    give(town.finance, line, "0.6")
    give(town.finance, line, "0.4", outside_it=True)
    refused(lambda: give(town.finance, line, "0.1", outside_it=True), "Il reste 0 %")
    figure = figure_of(line.fiscal_year, Stage.OPENED).figure
    assert (figure.numerator, figure.outside_it.amount) == (D(600), D(400))


def test_every_attribution_has_a_reason_and_a_justified_one_its_evidence(
    town: Town, line: BudgetLine
) -> None:
    refused(lambda: give(town.finance, line, "0.1", reason=" "), "motif")
    refused(lambda: give(town.finance, line, "0.1", status=AttributionStatus.JUSTIFIED), "preuve")
    given = give(
        town.finance,
        line,
        "0.1",
        status=AttributionStatus.JUSTIFIED,
        evidence="Délibération 2026-114",
    )
    assert given.status == AttributionStatus.JUSTIFIED


def test_the_editor_proposes_and_finance_accepts(town: Town, line: BudgetLine) -> None:
    proposed = give(town.editor, line, "0.3", status=AttributionStatus.JUSTIFIED, evidence="x")
    assert proposed.status == AttributionStatus.PROPOSED
    with pytest.raises(DeniedError):
        edit_attribution(
            town.editor,
            attribution=proposed,
            share=D("0.3"),
            method=Method.KEY,
            reason="clé",
            action=None,
            status=AttributionStatus.DECLARED,
            evidence="",
        )
    accepted = edit_attribution(
        town.finance,
        attribution=proposed,
        share=D("0.2"),
        method=Method.ADDITIONAL_COST,
        reason="surcoût",
        action=None,
        status=AttributionStatus.DECLARED,
        evidence="",
    )
    assert (accepted.share, accepted.status) == (D("0.2"), AttributionStatus.DECLARED)
    with pytest.raises(DeniedError):
        withdraw(town.editor, attribution=accepted)
    with pytest.raises(DeniedError):
        give(town.reader, line, "0.1")


def test_below_the_level_that_is_asked_finance_proposes_and_accepts_nothing(
    town: Town, line: BudgetLine
) -> None:
    weak = replace(town.finance, level=Level.PASSWORD, asked={Operation.EDIT_BUDGET: Level.FACTOR})
    with pytest.raises(TooWeakError):
        give(weak, line, "0.5")
    assert not Attribution.objects.exists()
    proposed = give(weak, line, "0.5", status=AttributionStatus.PROPOSED)
    with pytest.raises(TooWeakError):
        restore(weak, attribution=proposed, status=AttributionStatus.DECLARED)
    proposed.refresh_from_db()
    assert proposed.status == AttributionStatus.PROPOSED


def test_withdrawing_frees_the_share_and_can_be_undone(town: Town, line: BudgetLine) -> None:
    first = give(town.finance, line, "0.8")
    withdraw(town.finance, attribution=first)
    give(town.finance, line, "0.5")
    refused(
        lambda: restore(town.finance, attribution=first, status=AttributionStatus.DECLARED),
        "Il reste 50 %",
    )
    withdrawn = Attribution.objects.get(pk=first.pk)
    assert withdrawn.status == AttributionStatus.WITHDRAWN
    verbs = AuditEntry.objects.filter(subject_type="budgetline").values_list("verb", flat=True)
    assert {"attributed", "attribution withdrawn"} <= set(verbs)


def test_reviewed_means_nothing_until_something_is_attributed(town: Town, line: BudgetLine) -> None:
    review(town.finance, line=line, reviewed=True, on=TODAY)
    assert figure_of(line.fiscal_year, Stage.OPENED).figure.provisional is False
    give(town.finance, line, "0.1")
    line.refresh_from_db()
    assert line.reviewed_on is None


def test_a_closed_year_is_frozen(town: Town, line: BudgetLine) -> None:
    given = give(town.finance, line, "0.1")
    edit_year(
        town.finance,
        fiscal_year=line.fiscal_year,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        status=YearStatus.CLOSED,
        tax_basis=TaxBasis.TTC,
    )
    line.refresh_from_db()
    for call in (
        lambda: give(town.finance, line, "0.1"),
        lambda: withdraw(town.finance, attribution=Attribution.objects.get(pk=given.pk)),
        lambda: review(town.finance, line=line, reviewed=True, on=TODAY),
        lambda: override_line(town.finance, line=line, verdict=Verdict.OUT, reason="x"),
    ):
        refused(call, "clos")


def test_lines_of_elsewhere_are_out_of_reach(town: Town, elsewhere: Town, line: BudgetLine) -> None:
    refused(lambda: give(elsewhere.finance, line, "0.1"), "autre organisation")


def test_typed_figures_give_the_indicator(town: Town) -> None:
    fiscal_year = open_year(town.finance, year=2025)
    type_figures(
        town.finance,
        fiscal_year=fiscal_year,
        stage=Stage.REALISED,
        it_budget=D(180_000),
        lines=[
            TypedLine("Batteries", D(3_000), "pièces"),
            TypedLine("Formation", D(1_500), "atelier"),
        ],
        on=date(2026, 11, 24),
    )
    figure = figure_of(fiscal_year, Stage.REALISED).figure
    assert figure.denominator.amount == D(180_000)
    assert figure.value == D("2.5")
    # Who lists what is dedicated says that the rest is not; no line was looked at all the same.
    assert (figure.coverage, figure.provisional) == (None, False)
    refused(
        lambda: type_figures(
            town.finance,
            fiscal_year=fiscal_year,
            stage=Stage.REALISED,
            it_budget=D(10),
            lines=[TypedLine("Trop", D(11), "trop")],
            on=date(2026, 11, 24),
        ),
        "dépassent",
    )


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_never_exceed_the_share() -> None:
    place = make_town("deux-rives")
    line = make_line(place.finance)
    gate = threading.Barrier(8)
    outcomes: list[str] = []

    def work() -> None:
        try:
            gate.wait(timeout=10)
            give(place.finance, line, "0.3", again=True)
            outcomes.append("given")
        except ValidationError:
            outcomes.append("refused")
        except Exception as error:  # a thread's failure must be seen by the test
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["given"] * 3 + ["refused"] * 5
    shares = Attribution.objects.filter(line=line).values_list("share", flat=True)
    assert sum(shares) == D("0.9")
