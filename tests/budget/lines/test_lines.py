"""The lines page's filters say what the figure says, and what it leaves out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.budget.attributions.writes import attribute
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.reads import figure_of
from portulan.budget.lines.kept_sums import following
from portulan.budget.lines.reads import LineFilter, filtered_lines
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import (
    AttributionStatus,
    BatchStatus,
    Method,
    SourceQuality,
    Stage,
    Verdict,
)
from portulan.budget.years.writes import open_year

D = Decimal


@pytest.fixture
def year(town):
    fiscal_year = open_year(town.finance, year=2026)
    batch = ImportBatch.objects.create(
        fiscal_year=fiscal_year,
        status=BatchStatus.CONFIRMED,
        format="ledger",
        quality=SourceQuality.LEDGER,
        file_name="ledger.csv",
        stages=["OPENED"],
        created_at=timezone.now(),
    )
    for row, (label, opened, share) in enumerate(
        [
            ("serveurs", D("372000.10"), D(1)),
            ("onduleurs", D("108000.00"), D("0.6")),
            ("nuage", D("320000.00"), D(1)),
            ("mobilier", D("9000.00"), D(0)),
            ("copieurs", None, D(1)),
            ("études", D("4000.00"), None),
        ],
        start=1,
    ):
        verdict = {None: Verdict.MIXED, D(0): Verdict.OUT, D(1): Verdict.IN}.get(
            share, Verdict.MIXED
        )
        BudgetLine.objects.create(
            organisation=town.organisation,
            fiscal_year=fiscal_year,
            batch=batch,
            row=row,
            section="F",
            is_expense=True,
            is_real=True,
            label=label,
            opened=opened,
            verdict=verdict,
            it_share=share,
        )
    return fiscal_year


def line(label: str) -> BudgetLine:
    return BudgetLine.objects.get(label=label)


def shrink(label: str, it_share: D | None) -> None:
    """Give a line another IT share, as a new edition of the perimeter does."""
    with following([line(label).pk]):
        BudgetLine.objects.filter(label=label).update(it_share=it_share)


def give(town, label, share, status=AttributionStatus.DECLARED):
    attribute(
        town.finance,
        line=line(label),
        share=D(share),
        method=Method.KEY,
        reason="clé",
        status=status,
        evidence="note 12",
    )


def labels(fiscal_year: FiscalYear, **wanted: str) -> set[str]:
    lines = filtered_lines(fiscal_year, LineFilter(Stage.OPENED, **wanted))
    return {line.label for line in lines}


def test_the_filters_add_up_to_the_terms_of_the_figure(town, year):
    give(town, "serveurs", "0.6", AttributionStatus.JUSTIFIED)
    give(town, "onduleurs", "0.5")
    give(town, "nuage", "0.2", AttributionStatus.PROPOSED)
    figure = figure_of(year, Stage.OPENED).figure

    def sums(**wanted):
        return YearSums(year, Stage.OPENED).of(LineFilter(Stage.OPENED, **wanted))

    counted = sums(verdict="counted")
    assert (counted.it, counted.count) == (figure.denominator.amount, figure.denominator.lines)
    assert sums(attribution="justified").justified == figure.justified.amount == D("223200.06")
    assert sums(attribution="declared").declared == figure.declared.amount
    assert sums(attribution="proposed").proposed == figure.proposed.amount
    assert sums().nr == figure.numerator
    # What a stage does not have is not shown there, and the figure counts it apart.
    assert "copieurs" not in labels(year)
    assert figure.without_amount == 1


def test_a_line_attributed_beyond_its_share_can_be_found(town, year):
    give(town, "serveurs", "0.6")
    assert labels(year, attribution="over") == set()
    shrink("serveurs", D("0.5"))
    assert labels(year, attribution="over") == {"serveurs"}
    shrink("serveurs", None)
    assert labels(year, attribution="over") == {"serveurs"}
    assert figure_of(year, Stage.OPENED).figure.over_attributed == [line("serveurs").pk]


@pytest.mark.parametrize("room", ["0.7", "0.5", "0.2", None])
def test_the_lines_add_up_to_the_figure_even_beyond_their_share(town, year, room):
    give(town, "serveurs", "0.3", AttributionStatus.JUSTIFIED)
    give(town, "serveurs", "0.2")
    give(town, "serveurs", "0.4", AttributionStatus.PROPOSED)
    give(town, "onduleurs", "0.5")
    shrink("serveurs", room and D(room))
    figure = figure_of(year, Stage.OPENED).figure
    sums = YearSums(year, Stage.OPENED).of(LineFilter(Stage.OPENED))
    assert (sums.justified, sums.declared, sums.proposed) == (
        figure.justified.amount,
        figure.declared.amount,
        figure.proposed.amount,
    )
    lines = filtered_lines(year, LineFilter(Stage.OPENED))
    assert sum(found.nr for found in lines) == figure.numerator
    assert sum(found.nr_proposed for found in lines) == figure.proposed.amount


def test_a_verdict_below_what_is_attributed_is_refused(town, year):
    give(town, "serveurs", "0.6")
    for verdict, share in ((Verdict.MIXED, D("0.5")), (Verdict.OUT, None)):
        with pytest.raises(ValidationError, match="60"):
            override_line(
                town.finance, line=line("serveurs"), verdict=verdict, share=share, reason="note"
            )
    assert line("serveurs").it_share == D(1)
    override_line(
        town.finance, line=line("serveurs"), verdict=Verdict.MIXED, share=D("0.6"), reason="note"
    )
    assert line("serveurs").it_share == D("0.6")


@pytest.mark.parametrize("nature", ["6156", "df002", "DF002", "Éx1", "a", "a\U0010fffe"])
def test_an_account_is_found_by_any_of_its_beginnings(year, nature: str) -> None:
    assert BudgetLine.objects.filter(label="serveurs").update(nature=nature)
    for end in range(1, len(nature) + 1):
        found = filtered_lines(year, LineFilter(Stage.OPENED, search=nature[:end]))
        assert "serveurs" in {line.label for line in found if line.nature == nature}
    assert not filtered_lines(year, LineFilter(Stage.OPENED, search=f"{nature}0"))
