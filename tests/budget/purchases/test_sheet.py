"""The sheet of purchases comes back beside what it left as."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.purchases.coming_back import take_sheet
from portulan.budget.purchases.filled_in import SheetRead, read
from portulan.budget.purchases.sheet import Column, sheets_of
from portulan.budget.purchases.writes import Said, qualify, set_gift
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
        shown, gifts, hidden = sheets_of(fiscal_year, "2025")
        self.year, self.rows = fiscal_year, [list(row) for row in shown.rows]
        self.gifts = [list(row) for row in gifts.rows]
        self.hidden = Sheet(hidden.title, list(hidden.rows), hidden.layout)

    def put(self, label: str, **values: Cell) -> None:
        row = next(row for row in self.rows if row[COLUMNS.index(Column.LABEL)] == label)
        for name, value in values.items():
            row[COLUMNS.index(Column(name))] = value

    def whole(self, kind: str, *, digests: bool = True, replace: bool = False) -> SheetRead:
        stream = io.BytesIO()
        shown = [Sheet("2025", self.rows), Sheet("Dons", self.gifts)]
        SHEETS[kind](stream, [*shown, *([self.hidden] if digests else [])])
        with open_source(stream, f"achats.{kind}") as source:
            return read(source, self.year, replace=replace)

    def read(
        self, kind: str, *, digests: bool = True, replace: bool = False
    ) -> tuple[dict[int, list[Said]], list[str]]:
        found = self.whole(kind, digests=digests, replace=replace)
        return found.said, [problem.kind.code for problem in found.problems]


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


@pytest.mark.parametrize("kind", SHEETS)
def test_a_line_is_found_by_its_key_then_by_its_piece(
    town: Town, year: FiscalYear, kind: str
) -> None:
    BudgetLine.everything.filter(pk=line("Portables").pk).update(order_ref="M-2025-0042")
    paper = Paper(year)
    key, number, piece = (COLUMNS.index(one) for one in (Column.KEY, Column.LINE, Column.PIECE))
    paper.put("Portables", category=IT_CATEGORY, vat=D(20))
    for row in paper.rows[1:]:  # accounts that were loaded again: the numbers are of other lines
        row[number] = int(str(row[number])) + 1
    assert list(paper.read(kind)[0]) == [line("Portables").pk]
    for row in paper.rows[1:]:
        row[key], row[number] = "", ""
    assert list(paper.read(kind)[0]) == [line("Portables").pk]
    BudgetLine.everything.filter(pk=line("Cartouches").pk).update(order_ref="m-2025-0042")
    assert paper.read(kind) == ({}, ["several-lines"])
    for row in paper.rows[1:]:
        row[piece] = "M-1"
    assert paper.read(kind) == ({}, ["no-such-line"])


@pytest.mark.parametrize("kind", SHEETS)
def test_gifts_leave_and_come_back(town: Town, year: FiscalYear, kind: str) -> None:
    said = {"year": 2025, "category": IT_CATEGORY, "unit_value": D(200), "source": "Grille"}
    set_gift(town.finance, label="Portables", quantity=6, **said)
    set_gift(town.finance, label="Écrans", quantity=2, **said)
    paper = Paper(year)
    assert not paper.whole(kind).gifts
    paper.gifts[1][2] = 7
    paper.gifts.append(["Papier", "Ramettes", 10, D("3.5"), "Grille"])
    found = paper.whole(kind)
    assert [(one.label, one.quantity) for one in found.gifts] == [
        ("Portables", 7),
        ("Ramettes", 10),
    ]
    assert take_sheet(town.finance, fiscal_year=year, said={}, gifts=found.gifts) == 2
    assert not paper.whole(kind).gifts  # brought again, it says what stands
    paper.gifts[1][2] = ""
    assert [problem.kind.code for problem in paper.whole(kind).problems] == ["changed-since"]
    paper = Paper(year)
    paper.gifts[1][2], paper.gifts[2][2] = "", "deux"
    found = paper.whole(kind)
    assert [one.quantity for one in found.gifts] == [None]
    assert [problem.kind.code for problem in found.problems] == ["not-an-amount"]
