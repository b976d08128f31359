"""A sheet laid out whole, with its merged cells, and the name of each cell (pure).

A plan is small: unlike accounts it is read at once, and a row may look at those around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from portulan.core import left_as
from portulan.core.folding import squeeze
from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.core.spreadsheet import letters, looks_like_formula
from portulan.core.tables.cells import text_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Table, tables_of
from portulan.core.tables.workbooks import Cell, Merged

MOST_ROWS = 20_000
MOST_COLUMNS = 200
TOO_MANY_ROWS = ProblemKind(
    "too-many-rows",
    "error",
    fr="Ce tableau a plus de {limit} lignes\u00a0: un plan n’en a pas tant. Ne gardez que"
    " les lignes du plan.",
    en="This table has more than {limit} rows: no plan has so many. Keep only the rows of"
    " the plan.",
)


@dataclass(frozen=True)
class Grid:
    """The rows of a sheet that have something written, by number (from 1), and its merged cells."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    merged: tuple[Merged, ...] = field(default=())
    source: str = ""  # the tool whose tables are not sheets

    @cached_property
    def _first_of(self) -> dict[tuple[int, int], Merged]:
        """Where a cell is part of a larger one, that one."""
        last = self.rows[-1][0] if self.rows else 0
        return {
            (row, column): one
            for one in self.merged
            for row in range(one.top, min(one.bottom, last) + 1)
            for column in range(one.left, min(one.right, MOST_COLUMNS) + 1)
        }

    @cached_property
    def _by_number(self) -> dict[int, tuple[Cell, ...]]:
        return dict(self.rows)

    def at(self, row: int, column: int) -> Cell:
        """Return what is written in a cell: row from 1, column from 0."""
        cells = self._by_number.get(row, ())
        return cells[column] if column < len(cells) else ""

    def shown_at(self, row: int, column: int) -> Cell:
        """Return what a person sees there: that of the merged cell it is part of."""
        part = self._first_of.get((row, column + 1))
        return self.at(row, column) if part is None else self.at(part.top, part.left - 1)

    def merge_at(self, row: int, column: int) -> Merged | None:
        """Return the merged cell that a cell is part of."""
        return self._first_of.get((row, column + 1))

    def texts(self) -> list[tuple[str, ...]]:
        """Return the cells of each row as texts."""
        return [tuple(map(str, cells)) for _row, cells in self.rows]

    @cached_property
    def width(self) -> int:
        return max((len(cells) for _row, cells in self.rows), default=0)


def grid_of(table: Table) -> Grid:
    """Return a sheet laid out. Raises UnusableInputError past what a plan may hold."""
    rows = []
    for number, cells in table.rows():
        kept = tuple(cells[:MOST_COLUMNS])
        if any(said(cell) for cell in kept):
            rows.append((number, kept))
        if len(rows) > MOST_ROWS:
            raise UnusableInputError(TOO_MANY_ROWS.at(limit=MOST_ROWS))
    return Grid(table.name, tuple(rows), tuple(table.merged()))


def grids_of(source: Source) -> list[Grid]:
    """Return the sheets of a file that have rows; last, what it left as. Raises UnusableInputError.

    What a workbook left as is no sheet of actions: its `source` says so (`left_as.FORMAT`).
    """
    found = tables_of(source)
    shown = [table for table in found.by_name.values() if not left_as.is_one(table)]
    left = left_as.rows_of((*found.hidden, *found.by_name.values()))
    grids = [grid for grid in map(grid_of, shown) if grid.rows]
    if left and grids:
        rows = tuple((number, tuple(cells)) for number, cells in enumerate(left, 1))
        grids.append(Grid("", rows, source=left_as.FORMAT))
    return grids


def said(cell: Cell) -> str:
    """Return a cell as a person reads it, its lines kept and its spaces tidied."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    if isinstance(cell, str):
        lines = (squeeze(line) for line in cell.splitlines())
        text = "\n".join(lines).strip()
        # What keeps a text from being a formula is no part of it.
        return text[1:] if text[:1] == "'" and looks_like_formula(text[1:]) else text
    return text_of(cell)


def name_of_cell(row: int, column: int) -> str:
    """Return a cell as spreadsheets call it: row 12, column 5 (from 0) is `F12`."""
    return f"{letters(column)}{row}"


# --- as JSON, to be kept between a preview and its confirmation ---------------------------------


def to_json(grid: Grid) -> dict[str, object]:
    """Return a grid as JSON keeps it."""
    return {
        "name": grid.name,
        "rows": [[number, [_kept(cell) for cell in cells]] for number, cells in grid.rows],
        "merged": [list(one) for one in grid.merged],
        "source": grid.source,
    }


def _kept(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return {"date": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell


def from_json(kept: Mapping[str, Any]) -> Grid:
    """Return a grid that `to_json` kept."""
    return Grid(
        kept["name"],
        tuple((number, tuple(_cell(cell) for cell in cells)) for number, cells in kept["rows"]),
        tuple(Merged(*one) for one in kept["merged"]),
        kept.get("source", ""),
    )


def _cell(kept: Any) -> Cell:
    found: Cell = date.fromisoformat(kept["date"]) if isinstance(kept, dict) else kept
    return found
