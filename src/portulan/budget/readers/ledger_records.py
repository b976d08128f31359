"""Where a row is no record: it is written over two, or holds those of several tables (pure).

Over two rows, what a line is comes first, then its amounts alone below. Beside one another, tables
have each their titles in the one row of titles, and are read as sheets are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from portulan.budget.readers.ledger_columns import MONEY_FIELDS, gives_amounts, guess_fields
from portulan.budget.readers.ledger_mapping import place_of
from portulan.budget.readers.ledger_questions import Asked
from portulan.budget.readers.ledger_titles import Titles, choose_tables
from portulan.core.folding import fold
from portulan.core.money import ZERO
from portulan.core.say.text import UnusableInputError
from portulan.core.spreadsheet import digits, letters
from portulan.core.tables.amounts import NotAnAmountError, guess_mark
from portulan.core.tables.cells import amount_of, text_of
from portulan.core.tables.tabular import Row, Table
from portulan.core.tables.workbooks import NO_SHEET, Cell, Merged

_CENTS = re.compile(r"[0-9][.,][0-9]{1,2}(?![0-9])")
_CENT = 0.005
_FEW = 3  # records that make a way to write
_MOST_ALONE = 5  # one row alone in so many, and one more: a total, a heading


def tables_in(tables: Mapping[str, Table], asked: Asked) -> list[tuple[Table, Titles]]:
    """Return the tables to be read, each record on a row; those beside one another are apart.

    Raises UnusableInputError: the sheet asked for is neither one, nor a table of one.
    """
    wanted = asked.sheets
    are_sheets = all(name in tables for name in wanted)
    chosen = choose_tables(tables, wanted if are_sheets else (), asked.names)
    every = [(table.name, table, titles) for table, titles in chosen]
    if not are_sheets or not asked.is_whole:
        every = [(name, *part) for name, table, titles in every for part in _beside(table, titles)]
    names = {*tables, *(table.name for _, table, _ in every)}
    if unknown := [name for name in wanted if name not in names]:
        known = ", ".join(sorted(names))
        raise UnusableInputError(NO_SHEET.at(name=", ".join(unknown), names=known))
    found = [
        (table, titles)
        for name, table, titles in every
        if are_sheets or name in wanted or table.name in wanted
    ]
    tables_read = [
        (in_records(_unmerged(table, titles), titles), titles) for table, titles in found
    ]
    running = asked.answers.get("running", "")
    places = [place_of(titles.titles, running) if running else None for _, titles in tables_read]
    return [
        (table if at is None else table.joined(partial(_parted, at)), titles)
        for (table, titles), at in zip(tables_read, places, strict=True)
    ]


def _parted(at: int, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows with what each adds in place of the sum of all rows to it."""
    every = list(rows)
    mark, _ = guess_mark(
        c for _, cells in every if at < len(cells) and isinstance(c := cells[at], str)
    )
    before = ZERO
    for number, cells in every:
        try:
            amount = amount_of(cells[at], mark) if at < len(cells) else None
        except NotAnAmountError:
            amount = None
        if amount is None:
            yield number, cells
        else:
            said = digits(amount - before).replace(".", mark or ".")
            yield number, [*cells[:at], said, *cells[at + 1 :]]
            before = amount


def _unmerged(table: Table, titles: Titles) -> Table:
    """Return a sheet with what is written in cells merged down said on each of their rows.

    Numbers are left: an amount over several rows is one amount.
    """
    down: dict[int, list[Merged]] = {}
    for one in table.merged():
        if one.left == one.right and one.top > titles.last_row and one.bottom > one.top:
            down.setdefault(one.left - 1, []).append(one)
    if not down:
        return table
    return table.joined(partial(_said_down, down))


def _said_down(down: Mapping[int, list[Merged]], rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows with the texts of merged cells in each of their rows, but for their sum."""
    every = [(number, list(cells)) for number, cells in rows]
    place = {number: at for at, (number, _) in enumerate(every)}
    for at, merged in down.items():
        for one in merged:
            span = [every[place[row]][1] for row in range(one.top, one.bottom + 1) if row in place]
            said = span[0][at] if span and at < len(span[0]) else ""
            if not isinstance(said, str) or not said or _CENTS.search(said):
                continue
            for cells in span[1:-1] if _ends_in_sum(span) else span[1:]:
                if at < len(cells):
                    cells[at] = cells[at] or said
    yield from every


def _ends_in_sum(span: Sequence[Sequence[Cell]]) -> bool:
    """Return whether the last of some rows is the sum of those above, in each column of numbers."""
    columns = [column for column in zip(*span, strict=False) if isinstance(column[-1], float)]
    return bool(columns) and all(
        abs(sum(cell for cell in column[:-1] if isinstance(cell, float)) - column[-1]) < _CENT
        for column in columns
    )


def _beside(table: Table, titles: Titles) -> Iterator[tuple[Table, Titles]]:
    """Yield each of the tables beside one another that the titles of a table are, or itself.

    They are where the first title comes again, and there are codes or words and amounts from each
    to the next. All keep their columns: what belongs to the others is left blank.
    """
    first = next((title for title in titles.titles if title), "")
    starts = [at for at, title in enumerate(titles.titles) if first and fold(title) == fold(first)]
    spans = list(pairwise((*starts, len(titles.titles))))
    guesses = [guess_fields(titles.titles[start:end]).fields for start, end in spans]
    if len(spans) < 2 or not all(
        gives_amounts(fields) and not fields.keys() <= set(MONEY_FIELDS) for fields in guesses
    ):
        yield table, titles
        return
    for start, end in spans:
        kept = (*[""] * start, *titles.titles[start:end], *[""] * (len(titles.titles) - end))
        name = _name_of(table, titles, start, end)
        part = table.joined(partial(_alone, start=start, end=end), name)
        yield part, replace(titles, sheet=name, titles=kept, guess=guess_fields(kept))


def _alone(rows: Iterable[Row], start: int, end: int) -> Iterator[Row]:
    for row, cells in rows:
        yield row, [*[""] * start, *cells[start:end], *[""] * (len(cells) - end)]


def _name_of(table: Table, titles: Titles, start: int, end: int) -> str:
    """Return what a table is called: what is written over it, its sheet and its columns."""
    over = (c for row, cells in table.head if row < titles.first_row for c in cells[start:end])
    words = next((text for cell in reversed(list(over)) if (text := text_of(cell))), "")
    last = max(at for at in range(start, end) if titles.titles[at])
    place = f"{table.name} {letters(start)}:{letters(last)}".strip()
    return f"{words} ({place})" if words else place


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
