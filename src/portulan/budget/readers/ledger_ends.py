"""What tells that a file is not whole: rows shorter than its titles, a last line without its end.

A cell that misses moves the others, and no amount says so. A tool that writes no blank cell at the
end of its rows does it on several, and the cells that stand are of the kind of their columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched

from portulan.budget.readers.ledger_columns import Field
from portulan.core.tables.cells import text_of
from portulan.core.tables.tabular import Row, Table
from portulan.core.tables.workbooks import Cell

_AT_ONCE = 128  # rows: as many as the caches of a processor hold
_MOST_KEPT = 1000
_FEW = 3  # rows that a tool cuts short by habit
_DECIMALS = re.compile(r"[.,]([0-9]+)(?: ?(?:€|EUR))?")
_MONEY = re.compile(r"-?[0-9][0-9 \u00a0\u202f.,]*[.,][0-9]{1,2}")


@dataclass(slots=True)
class Ends:
    """The ends of the rows of a text: those that are short, and the last one."""

    width: int  # as many cells as the titles that say something
    short: list[Row] = field(default_factory=list)
    pads: bool = False  # a row has its blank cells at the end
    last: Row | None = None
    sample: list[Sequence[Cell]] = field(default_factory=list)

    def watch(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield rows, and note how they end."""
        width = self.width
        for chunk in batched(rows, _AT_ONCE, strict=False):
            if min(len(cells) for _, cells in chunk) < width:
                self.short += [row for row in chunk if len(row[1]) < width][:_MOST_KEPT]
            if not self.pads:
                self.pads = any(len(cells) >= width and cells[-1] == "" for _, cells in chunk)
            if len(self.sample) < _AT_ONCE:
                self.sample += [cells for _, cells in chunk if len(cells) >= width]
            self.last = chunk[-1]
            yield from chunk

    def shifted(self, lines: Callable[[int], bool], columns: Mapping[Field, int]) -> list[Row]:
        """Return the short rows that are lines and whose cells may have moved.

        `columns` are those that are read. A row that has all of them, each of its kind, lacks
        nothing that is read.
        """
        if self.width <= max(columns.values(), default=0):
            return []
        rows = [row for row in self.short if lines(row[0]) and any(map(text_of, row[1]))]
        amounts = {at for at in columns.values() if self._is_of_amounts(at)}
        fits = [self._fits(cells, amounts) for _, cells in rows]
        if not self.pads and len(rows) >= _FEW and all(fits):
            return []
        return [
            row
            for row, is_fit in zip(rows, fits, strict=True)
            if not is_fit or len(row[1]) <= max(columns.values(), default=0)
        ]

    def _fits(self, cells: Sequence[Cell], amounts: set[int]) -> bool:
        """Return whether amounts stand where amounts are, and nowhere else."""
        return all(
            not (text := text_of(cell)) or (at in amounts) == bool(_MONEY.fullmatch(text))
            for at, cell in enumerate(cells)
            if at in amounts or not self._is_of_amounts(at)
        )

    def _is_of_amounts(self, at: int) -> bool:
        texts = [text for cells in self.sample if at < len(cells) and (text := text_of(cells[at]))]
        return sum(map(bool, map(_MONEY.fullmatch, texts))) * 2 > len(texts)

    def is_cut(self, table: Table) -> Row | None:
        """Return the last row of a text that stops in its middle; None where nothing tells.

        It has no end, and fewer cells than the titles, or a last cell unlike those above it: other
        decimals, no decimals at all, words that no other row has.
        """
        if self.last is None or table.text is None or table.text.is_ended():
            return None
        _, cells = self.last
        if not any(map(text_of, cells)):
            return None
        if len(cells) < self.width:
            return self.last
        at = len(cells) - 1
        rows = [its for its in self.sample if its is not cells and at < len(its)]
        if not text_of(cells[at]):  # the separator is the last thing written
            return None if any(its[at] == "" for its in rows) else self.last
        above = [text for its in rows if (text := str(its[at]).strip())]
        return None if _is_like(str(cells[at]).strip(), above) else self.last


def _is_like(text: str, above: Sequence[str]) -> bool:
    """Return whether a cell ends as others do: with as many decimals, or as one of them."""
    if not text or text in above or not above:
        return True
    decimals = {len(found[1]) for one in above if (found := _DECIMALS.search(one))}
    if not decimals:
        return False
    found = _DECIMALS.search(text)
    if found is None:
        return any(not _DECIMALS.search(one) for one in above)
    return len(found[1]) in decimals


def ends_of(table: Table, titles: Sequence[str]) -> Ends | None:
    """Return what notes how the rows of a text end; None for a sheet, whose cells have places."""
    if table.text is None:
        return None
    said = [at for at, title in enumerate(titles) if title]
    return Ends(max(said, default=-1) + 1)
