"""The columns of a public file, matched by their names whatever their order and case (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from portulan.core.folding import fold
from portulan.core.tables.cells import text_of
from portulan.core.tables.delimited import first_rows
from portulan.core.tables.workbooks import Sheet

type Row = tuple[int, list[str]]
_HEAD = 60
_TITLES_WITHIN = 5


@dataclass(frozen=True, slots=True)
class SheetText:
    """A sheet of a workbook, its cells as texts."""

    sheet: Sheet

    def rows(self) -> Iterator[Row]:
        """Yield (row, cells), rows counted from 1. Raises UnusableInputError."""
        for line, cells in self.sheet.rows():
            yield line, [text_of(cell) for cell in cells]


class Table(Protocol):
    """A text, a sheet, or several texts as one: its rows, again each time."""

    def rows(self) -> Iterator[Row]: ...


class Columns:
    """The titles of a table, where they stand, and its first rows."""

    def __init__(self, table: Table, titles_at: int, titles: Sequence[str]) -> None:
        self.table, self.titles_at = table, titles_at
        self.width = len(titles)
        self.head = [row for row in first_rows(table.rows(), _HEAD) if row[0] > titles_at]
        self._at: dict[str, int] = {}
        self._again: list[tuple[str, int]] = []
        for place, title in enumerate(titles):
            if title and title in self._at:
                self._again.append((title, place))
            self._at.setdefault(title, place)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._at)

    def differing(self, names: Collection[str]) -> str:
        """Return the first of these columns that is there twice and says two things, else ""."""
        for title, place in self._again if names else ():
            first = self._at[title]
            both = ((cell(cells, first), cell(cells, place)) for _line, cells in self.head)
            if title in names and any(one != other for one, other in both):
                return title
        return ""

    def at(self, *names: str) -> int | None:
        """Return where the first of these columns stands, by the whole of its name (a pattern)."""
        for name in names:
            for title, place in self._at.items():
                if re.fullmatch(name, title):
                    return place
        return None

    def every(self, pattern: str) -> list[int]:
        """Return where the columns of a pattern stand, in the order of the table."""
        return [place for title, place in self._at.items() if re.fullmatch(pattern, title)]


def possible_titles(table: Table) -> list[tuple[int, list[str]]]:
    """Return the first rows, as titles: trimmed, without accents, in lower case."""
    rows = first_rows(table.rows(), _TITLES_WITHIN)
    return [(line, [fold(text_of(cell)).strip() for cell in cells]) for line, cells in rows]


def cell(cells: Sequence[str], place: int | None) -> str:
    """Return a cell trimmed, "" where the row or the table has none."""
    return text_of(cells[place]).strip() if place is not None and place < len(cells) else ""


def years_in(text: str) -> list[int]:
    """Return the years that a title or the name of a file says, in order."""
    return [int(one) for one in re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", text)]


def year_of(text: str) -> int | None:
    """Return the year that a cell says, as 2024 or as a date of it."""
    found = re.match(r"(19|20)[0-9]{2}(?![0-9])", text)
    if found is None:
        found = re.fullmatch(r"[0-9]{2}/[0-9]{2}/((?:19|20)[0-9]{2})", text)
        return int(found[1]) if found else None
    return int(found[0])


def siren_of(text: str) -> str:
    """Return the nine digits of a body, from its SIREN or a SIRET; "" when it is neither."""
    bare = text.replace(" ", "").replace("\u00a0", "")
    if not bare.isascii() or not bare.isdigit() or len(bare) not in (9, 14):
        return ""
    return bare[:9]


def with_zeros(code: str) -> str:
    """Return the code of a département or a region on three signs, as balances write it."""
    return code.upper().zfill(3) if code else ""
