"""The sheet of purchases comes back beside what it left as."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from portulan.budget.models import FiscalYear
from portulan.budget.purchases.sheet import Column, read, sheets_of
from portulan.budget.purchases.writes import Said, qualify
from portulan.budget.words import ProductOrigin
from portulan.core.spreadsheet import Cell
from portulan.core.tables.sources import open_source
from portulan.core.workbooks import SHEETS, Sheet
from tests.budget.attributions.test_rules import line
from tests.budget.purchases.test_purchases import IT_CATEGORY, part, year
from tests.people import Town

__all__ = ["year"]
COLUMNS = list(Column)
D = Decimal


class Paper:
    """A workbook that left, and what somebody fills in."""

    def __init__(self, fiscal_year: FiscalYear) -> None:
        shown, hidden = sheets_of(fiscal_year, "2025")
        self.year, self.rows = fiscal_year, [list(row) for row in shown.rows]
        self.hidden = Sheet(hidden.title, list(hidden.rows), hidden.layout)

    def put(self, label: str, **values: Cell) -> None:
        row = next(row for row in self.rows if row[COLUMNS.index(Column.LABEL)] == label)
        for name, value in values.items():
            row[COLUMNS.index(Column(name))] = value

    def read(
        self, kind: str, *, digests: bool = True, replace: bool = False
    ) -> tuple[dict[int, list[Said]], list[str]]:
        stream = io.BytesIO()
        SHEETS[kind](stream, [Sheet("2025", self.rows), *([self.hidden] if digests else [])])
        with open_source(stream, f"achats.{kind}") as source:
            said, _places, problems = read(source, self.year, replace=replace)
        return said, [problem.kind.code for problem in problems]


@pytest.mark.parametrize("kind", SHEETS)
def test_only_what_was_filled_in_is_said(town: Town, year: FiscalYear, kind: str) -> None:
    part(town, line("Portables"), "1200")
    part(town, line("Cartouches"), "200", category="Papier")
    paper = Paper(year)
    part(town, line("Portables"), None)  # changed here since: the sheet says nothing of it
    part(town, line("Portables"), "900", origin=ProductOrigin.REUSE)
    paper.put("Cartouches", amount=D(300))
    paper.put("Avoir", category="Pas un produit")
    said, problems = paper.read(kind)
    assert not problems
    assert {pk: [one.amount for one in parts] for pk, parts in said.items()} == {
        line("Cartouches").pk: [D(300)],
        line("Avoir").pk: [D(-60)],
    }
    assert qualify(town.finance, fiscal_year=year, said=said) == (2, 0)
    assert paper.read(kind)[1] == []  # brought again, it says what stands


@pytest.mark.parametrize("kind", SHEETS)
def test_what_both_changed_is_told(town: Town, year: FiscalYear, kind: str) -> None:
    part(town, line("Portables"), "1200")
    paper = Paper(year)
    part(town, line("Portables"), "1000")
    paper.put("Portables", amount=D(1100))
    assert paper.read(kind)[1] == ["changed-since"]
    assert paper.read(kind, replace=True)[1] == ["changed-since"]


def test_without_what_it_left_as_what_differs_is_a_question(town: Town, year: FiscalYear) -> None:
    part(town, line("Portables"), "1200", category=IT_CATEGORY)
    paper = Paper(year)
    assert paper.read("xlsx", digests=False)[1] == []
    paper.put("Portables", amount=D(1100))
    assert paper.read("xlsx", digests=False)[1] == ["question"]
    said, problems = paper.read("xlsx", digests=False, replace=True)
    assert not problems
    assert said[line("Portables").pk][0].amount == D(1100)
