"""The figure as it was known on any past day is the one that was shown that day."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from portulan.budget.attributions.writes import attribute, edit_attribution, review, withdraw
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.indicator.past import known_on
from portulan.budget.indicator.reads import default_stage, figure_of
from portulan.budget.indicator.share import Figure
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import BudgetLine, DaySums, FiscalYear, ImportBatch
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.perimeter.writes import bring_into_force, draft_perimeter
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.money import TaxBasis
from portulan.demo.clock import Clock
from tests.people import Town

D = Decimal
MAY = "Compte;Libellé;Ouvert\n2051;Licences;1000,00\n611;Hébergement;2000,00\n6262;Télécom;300,00\n"
JUNE = MAY.replace("1000,00", "1400,00")
DAYS = [date(2026, 5, day) for day in range(1, 29)]


@pytest.fixture
def story(town: Town):
    """A year told one event a day, and what its page showed at the end of each of them."""
    finance = town.finance
    shown: dict[date, tuple[Stage | None, Figure | None, int | None]] = {}

    def year() -> FiscalYear:
        return FiscalYear.objects.select_related("judged_under").get(year=2026)

    def load(text: str, replace: bool = False) -> None:
        batch = preview(
            finance, fiscal_year=year(), stream=io.BytesIO(text.encode()), file_name="gl.csv"
        )
        confirm(finance, batch=batch, replace=replace)

    def line(label: str) -> BudgetLine:
        return BudgetLine.objects.filter(label=label, batch__status="confirmed").get()

    def give(share: str) -> None:
        attribute(finance, line=line("Licences"), share=D(share), method=Method.KEY, reason="clé")

    def change(share: str) -> None:
        given = line("Licences").attributions.order_by("pk")[0]
        edit_attribution(
            finance,
            attribution=given,
            share=D(share),
            method=Method.KEY,
            reason="clé revue",
            action=None,
            status=AttributionStatus.DECLARED,
            evidence="",
        )

    def another_edition() -> None:
        draft = draft_perimeter(finance)
        add_rule(finance, perimeter=draft, verdict=Verdict.OUT, reason="hors", nature_prefix="6262")
        bring_into_force(finance, perimeter=draft, on=date(2026, 5, 10))

    def set_status(status: YearStatus) -> None:
        its = year()
        edit_year(
            finance,
            fiscal_year=its,
            starts_on=its.starts_on,
            ends_on=its.ends_on,
            status=status,
            tax_basis=TaxBasis(its.tax_basis),
        )

    def publish() -> None:
        publish_run(finance, run=compute_run(finance, fiscal_year=year(), stage=Stage.OPENED))

    events: list[Callable[[], object]] = [
        lambda: load(MAY),
        lambda: give("0.3"),
        publish,
        lambda: override_line(
            finance, line=line("Hébergement"), verdict=Verdict.MIXED, share=D("0.5"), reason="clé"
        ),
        lambda: change("0.2"),
        lambda: review(finance, line=line("Télécom"), reviewed=True, on=date(2026, 5, 6)),
        another_edition,
        lambda: load(JUNE, replace=True),
        lambda: withdraw(finance, attribution=line("Licences").attributions.order_by("pk")[0]),
        lambda: set_status(YearStatus.CLOSED),
        another_edition,
        lambda: set_status(YearStatus.EXECUTING),
        lambda: give("0.1"),
        publish,
        lambda: roll_back(finance, batch=ImportBatch.objects.get(status="confirmed")),
        lambda: confirm(finance, batch=ImportBatch.objects.order_by("pk")[0]),
    ]
    with Clock(DAYS[0]) as clock:
        open_year(finance, year=2026)
        for day, event in zip(DAYS[1:], events, strict=False):
            clock.go_to(day)
            event()
            its = year()
            stage = default_stage(its)
            computed = figure_of(its, stage) if stage else None
            shown[day] = (
                stage,
                computed and computed.figure,
                computed.perimeter.edition if computed and computed.perimeter else None,
            )
    return shown


def test_every_past_day_gives_back_what_was_shown(story) -> None:
    year = FiscalYear.objects.get(year=2026)
    assert len(story) > 12
    for day, (stage, figure, edition) in story.items():
        known = known_on(year, day)
        if figure is None:
            assert known.computed is None, day
            continue
        assert known.computed is not None, day
        assert (known.stage, known.computed.figure) == (stage, figure), day
        assert known.computed.perimeter is not None
        assert known.computed.perimeter.edition == edition, day


def test_what_was_published_stands_until_the_next_publication(story) -> None:
    year = FiscalYear.objects.get(year=2026)
    first, second = (run for run in year.runs.order_by("published_at"))
    assert known_on(year, date(2026, 5, 3)).published is None
    assert known_on(year, date(2026, 5, 4)).published == first
    assert known_on(year, date(2026, 5, 14)).published == first
    assert known_on(year, date(2026, 5, 15)).published == second
    assert known_on(year, date(2026, 5, 1)).stage is None


def test_days_before_the_sums_were_kept_are_said_unknown_and_not_made_up(story) -> None:
    year = FiscalYear.objects.get(year=2026)
    DaySums.objects.filter(on__lt=date(2026, 5, 8)).delete()
    known = known_on(year, date(2026, 5, 5))
    assert (known.computed, known.is_kept) == (None, False)
    assert known.published is not None
    assert known_on(year, date(2026, 5, 9)).is_kept


def test_one_row_a_day_at_most_whatever_is_written(town: Town) -> None:
    year = open_year(town.finance, year=2026)
    batch = preview(
        town.finance, fiscal_year=year, stream=io.BytesIO(MAY.encode()), file_name="gl.csv"
    )
    confirm(town.finance, batch=batch)
    line = BudgetLine.objects.get(label="Licences")
    for share in ("0.1", "0.2", "0.3"):
        attribute(town.finance, line=line, share=D(share), method=Method.KEY, reason="clé")
    assert DaySums.objects.count() == len(Stage)
