"""Records written over two rows: what a line is, then its amounts alone below (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from portulan.budget.readers.ledger_titles import Titles
from portulan.core.tables.amounts import NotAnAmountError
from portulan.core.tables.cells import amount_of, text_of
from portulan.core.tables.tabular import Row, Table
from portulan.core.tables.workbooks import Cell

_FEW = 3  # records that make a way to write
_MOST_ALONE = 5  # one row alone in so many, and one more: a total, a heading


def in_records(table: Table, titles: Titles) -> Table:
    """Return a table with each record on one row, numbered as its first, if they are on two.

    They are where, below its titles, nearly each row that leaves the columns of amounts empty is
    followed by one that fills no others.
    """
    rows = [(row, cells) for row, cells in table.head if row > titles.last_row and _filled(cells)]
    if len(rows) < 2 * _FEW or _are_amounts(rows[0][1]):
        return table
    first = _filled(rows[0][1])
    alone = [_filled(cells) for _, cells in rows if _are_amounts(cells)]
    columns = frozenset().union(*(filled for filled in alone if not filled & first))
    join = partial(_joined, columns=columns)
    found = len(list(join(rows)))
    joined = len(rows) - found
    if joined < _FEW or (found - joined - 1) * _MOST_ALONE > found:
        return table
    return table.joined(join)


def _filled(cells: Sequence[Cell]) -> frozenset[int]:
    return frozenset(at for at, cell in enumerate(cells) if text_of(cell))


def _are_amounts(cells: Sequence[Cell]) -> bool:
    try:
        return all(amount_of(cell, None) is not None for cell in cells if text_of(cell))
    except NotAnAmountError:
        return False


def _joined(rows: Iterable[Row], columns: frozenset[int]) -> Iterator[Row]:
    """Yield the rows, each that leaves these columns empty with the next if it fills no others."""
    waiting: Row | None = None
    for row, cells in rows:
        filled = _filled(cells)
        if waiting is not None:
            number, above = waiting
            waiting = None
            if filled and filled <= columns:
                yield number, _together(above, cells, filled)
                continue
            yield number, above
        if filled and not filled & columns:
            waiting = row, cells
        else:
            yield row, cells
    if waiting is not None:
        yield waiting


def _together(above: Sequence[Cell], below: Sequence[Cell], filled: frozenset[int]) -> list[Cell]:
    joined = [*above, *[""] * (len(below) - len(above))]
    for at in filled:
        joined[at] = below[at]
    return joined
