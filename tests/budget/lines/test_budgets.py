"""The budget that a line is of: kept on it, filtered, summed."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.by_budget import figures_by_budget
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.reads import stages_of
from portulan.budget.lines.reads import LineFilter, filtered_lines
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from tests.people import Town

FILE = (
    "Budget;Compte;Libellé;Ouvert\n"
    "Principal;2051;Licences;1000,00\nPrincipal;6262;Télécoms;300,00\nPorts;2051;Badges;200,00\n"
)


@pytest.fixture
def year(town: Town) -> FiscalYear:
    found = open_year(town.finance, year=2026)
    batch = preview(
        town.finance,
        fiscal_year=found,
        stream=io.BytesIO(FILE.encode()),
        file_name="gl.csv",
        mapping={"entity": ":Principal\n:Ports"},
    )
    confirm(town.finance, batch=batch, in_euros=True)
    return found


def test_each_line_says_its_budget(year):
    said = dict(BudgetLine.objects.values_list("label", "budget"))
    assert said == {"Licences": "Principal", "Télécoms": "Principal", "Badges": "Ports"}
    assert stages_of(year).budgets == {"Ports", "Principal"}


def test_lines_are_filtered_and_summed_by_budget(year):
    wanted = LineFilter(Stage.OPENED, budget="Ports")
    assert [line.label for line in filtered_lines(year, wanted)] == ["Badges"]
    sums = YearSums(year, Stage.OPENED).of(wanted)
    assert (sums.count, sums.amount) == (1, Decimal(200))


def test_the_figure_of_each_budget_adds_up_to_that_of_the_year(year):
    found = dict(figures_by_budget(year, Stage.OPENED))
    whole = YearSums(year, Stage.OPENED).figure
    assert found.keys() == {"Ports", "Principal"}
    assert sum(f.denominator.amount for f in found.values()) == whole.denominator.amount
    assert sum(f.lines for f in found.values()) == whole.lines == 3


def test_one_budget_alone_is_not_told_apart(town, year):
    other = open_year(town.finance, year=2025)
    assert stages_of(other).budgets == frozenset()
    assert figures_by_budget(other, Stage.OPENED) == []
