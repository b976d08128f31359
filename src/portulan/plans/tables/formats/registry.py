"""Whose file it is: another tool’s, which only proposes, else an organisation’s own table (pure).

To add a tool: its module, with `read(grids)`, and its place in `OTHERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from portulan.core import left_as
from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Text
from portulan.core.say.values import Count
from portulan.core.tables import grid as sheets
from portulan.core.tables.grid import Grid, said
from portulan.core.tables.heads import HEAD_ROWS
from portulan.core.tables.sources import Source, Wanted
from portulan.plans.tables.findings import NO_TITLE, NOT_UNDERSTOOD, NOTED
from portulan.plans.tables.formats import eco_clic, gpc_onr, grist, tet
from portulan.plans.tables.formats.proposing import as_proposed
from portulan.plans.tables.reading import CellLeft, TableReading, read_grids
from portulan.plans.tables.vocabulary import name_of

type Read = Callable[[Sequence[Grid]], TableReading | None]
OTHERS: tuple[Read, ...] = (eco_clic.read, gpc_onr.read, tet.read)
TABLES = Wanted(
    Text("un tableau d’actions", "a table of actions"),
    Text(
        "Donnez un tableau en CSV, XLSX ou ODS, ou un document Grist.",
        "Give a table in CSV, XLSX or ODS, or a Grist document.",
    ),
    also=(grist.MAGIC,),
)
LEFT_OUT = ProblemKind(
    "rows-left-out",
    "warning",
    fr="Sans titre, et laissées : {count:ligne|lignes}.",
    en="Without a title, and left out: {count:row|rows}.",
)


def grids_of(source: Source) -> list[Grid]:
    """Return the sheets or the tables of a file. Raises UnusableInputError."""
    if source.head.startswith(grist.MAGIC):
        stream: BinaryIO = source.stream
        return grist.grids_of(stream)
    return sheets.grids_of(source)


def read_any(grids: Sequence[Grid], columns: Mapping[str, str] | None = None) -> TableReading:
    """Return what a file says of actions. Raises UnusableInputError.

    Columns that a person says are those of a table, whoever’s it is.
    """
    left = next((one for one in grids if one.source == left_as.FORMAT), None)
    if left is not None:
        shown = [one for one in grids if one is not left]
        return read_grids(shown, columns or _left_under(left, shown), left=left)
    if any(one.source == grist.NAME for one in grids):
        return _proposed(read_grids(grids, columns))
    if not columns:
        for read in OTHERS:
            found = read(grids)
            if found is not None:
                return found
    return read_grids(grids, columns)


def _left_under(left: Grid, grids: Sequence[Grid]) -> dict[str, str]:
    """Return the title that each field of a workbook left under, where it still is."""
    rows = (cells for grid in grids for _row, cells in grid.rows[:HEAD_ROWS])
    there = {fold(said(cell)) for cells in rows for cell in cells}
    titles = left_as.titles_of(left.texts()[:1])
    return {field: title for field, title in titles.items() if fold(title) in there}


def _proposed(reading: TableReading) -> TableReading:
    """Return the reading of a table of Grist: proposed, its rows without a title left."""
    lines = tuple(as_proposed(line) for line in reading.lines if line.title)
    problems = [
        replace(one, kind=NOTED) if one.kind is NOT_UNDERSTOOD else one
        for one in reading.problems
        if one.kind is not NO_TITLE
    ]
    if left := len(reading.lines) - len(lines):
        problems.append(LEFT_OUT.at(count=Count(left)))
    cells = tuple(
        CellLeft("", line.cell(name), name_of(name).fr, text)
        for line in reading.lines
        if not line.title
        for name, text in {**line.values, **line.unread}.items()
        if text
    )
    return replace(
        reading,
        lines=lines,
        problems=tuple(problems),
        cells_left=cells,
        proposes=True,
        format=grist.NAME,
    )
