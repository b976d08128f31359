"""The fiscal year that a ledger says, when it has a column for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portulan.budget.readers.cells import text_of
from portulan.budget.readers.tabular import Row
from portulan.budget.readers.workbooks import Cell
from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind

OTHER_YEAR = ProblemKind(
    "other-year",
    "error",
    fr="La ligne est de l’exercice {found}, les premières sont de {year}. Elle n’est pas lue.",
    en="The line is of fiscal year {found}, the first ones are of {year}. It is not read.",
)
_TITLES = frozenset(
    {
        "exercice",
        "exercice budgetaire",
        "exercice comptable",
        "annee",
        "annee budgetaire",
        "fiscal year",
        "year",
    }
)


@dataclass(frozen=True, slots=True)
class YearColumn:
    """The column of the fiscal year, and the year that the first lines give."""

    index: int
    year: int
    said: str

    def other(self, cells: Sequence[Cell]) -> int | None:
        """Return the year of a row when it is another one."""
        if self.index < len(cells) and cells[self.index] == self.said:  # nearly all of them
            return None
        found = _year(cells, self.index)
        return found if found not in {None, self.year} else None


def year_place(titles: Sequence[str]) -> int | None:
    """Return the index of the column of the year, None when no title says so."""
    return next((at for at, title in enumerate(titles) if fold(title) in _TITLES), None)


def year_column(titles: Sequence[str], sample: Sequence[Row]) -> YearColumn | None:
    """Return the column of the year; None when no title says so or no row gives a year."""
    index = year_place(titles)
    if index is None:
        return None
    years = (_year(cells, index) for _, cells in sample)
    year = next((year for year in years if year is not None), None)
    return None if year is None else YearColumn(index, year, str(year))


def _year(cells: Sequence[Cell], index: int) -> int | None:
    text = text_of(cells[index]) if index < len(cells) else ""
    return int(text) if len(text) == 4 and text.isascii() and text.isdecimal() else None
