"""An organisation’s own table of actions: what each row is, and all that is wrong (pure).

Whatever precedes the titles is left; merged cells say the same of each of their rows, but for
money, which is counted once; rows of one number or one title are one action.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from portulan.core.folding import fold, squeeze
from portulan.core.say.numbers import money
from portulan.core.say.text import Problem, Problems, Text, UnusableInputError
from portulan.core.say.values import Day
from portulan.core.tables.cells import is_total
from portulan.core.tables.grid import Grid, name_of_cell, said
from portulan.core.tables.heads import Titles, titles_of
from portulan.plans.tables import findings, values
from portulan.plans.tables.cells import MOST, Cells, Line
from portulan.plans.tables.titles import ROLES, require_titles
from portulan.plans.tables.vocabulary import Field, may_be, money_field, name_of


class CellLeft(NamedTuple):
    """A line of a cell that is not taken; its sheet is said where it is not that of the actions."""

    sheet: str
    cell: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TableReading:
    """What a table says: its lines, the title of each field, the titles left unread, the problems.

    `years` are the first and the last that its columns and its dates say; `heading` what is written
    over the titles. `proposes` when nothing of it is decided (a file of another tool). `left` is
    what a workbook says that it left as (`left_as`): each of its rows is then an action.
    `cells_left` are what the file of another tool says, and nothing here holds.
    """

    columns: Mapping[str, str]
    unread: tuple[str, ...]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()
    sheet: str = ""
    heading: str = ""
    years: tuple[int, int] | None = None
    proposes: bool = False
    format: str = "table"
    left: tuple[tuple[str, ...], ...] = ()
    cells_left: tuple[CellLeft, ...] = ()

    @property
    def refused(self) -> int:
        return sum(line.refused for line in self.lines)


def read_grids(
    grids: Sequence[Grid], columns: Mapping[str, str] | None = None, *, left: Grid | None = None
) -> TableReading:
    """Read the sheet that looks most like a table of actions, with the columns that a person said.

    `left` is the sheet that says what a workbook of ours left as. Raises UnusableInputError when no
    sheet has titles, or not those that were asked for.
    """
    asked = columns or {}
    found = [
        (grid, titles) for grid in grids if (titles := titles_of(grid, ROLES, asked)) is not None
    ]
    if not found:
        fullest = max(grids, key=lambda grid: len(grid.rows), default=Grid("", ()))
        require_titles(fullest, asked)
    grid, titles = max(found, key=lambda one: (len(one[1].fields), len(one[0].rows)))
    alike = [
        other.name
        for other, its in found
        if other is not grid and set(its.fields) == set(titles.fields) and len(its.fields) > 2
    ]
    reading = _Reader(grid, titles, is_ours=left is not None, is_chosen=bool(asked)).read()
    if left is not None:
        reading = replace(reading, format=OURS, left=tuple(left.texts()))
    if not alike:
        return reading
    told = findings.OTHER_SHEETS.at(sheet=grid.name, others=", ".join(alike))
    return replace(reading, problems=(told, *reading.problems))


OURS = "workbook"  # the format of a workbook that left from here, or from another place


class _Reader:
    """The reading of one sheet under its titles.

    Where it `is_ours`, a row is an action: nothing is carried from one to the next, and rows that
    were copied are told apart beside what they left as (`merging.matched`).
    """

    def __init__(
        self, grid: Grid, titles: Titles, *, is_ours: bool = False, is_chosen: bool = False
    ) -> None:
        self._grid, self._is_ours, self._is_chosen = grid, is_ours, is_chosen
        self._titles = titles
        self._fields = titles.fields
        self._problems = Problems()
        self._body = [row for row, _cells in grid.rows if row > titles.row]
        self._cells = Cells(grid, titles, self._problems)

    def read(self) -> TableReading:
        lines: list[Line] = []
        axis = ""
        for row in self._body:
            if self._is_left_out(row):
                continue
            if heading := self._heading(row):
                axis = heading
                continue
            if self._announces_total(row):
                self._check_total(row)
                continue
            self._take(lines, row, axis)
        if not lines:
            raise UnusableInputError(findings.NO_ROW.at(at=self._titles.row))
        heading = self._over()
        self._ask_of_columns()
        return TableReading(
            columns=self._titles.columns,
            unread=self._titles.unread,
            lines=tuple(lines if self._is_ours else self._filled(lines)),
            problems=self._problems.told(lambda problem: problem.line or 0),
            sheet=self._grid.name,
            heading=heading,
            years=self._years(lines, heading),
        )

    def _ask_of_columns(self) -> None:
        """Ask about a column left that looks like a field which no other says; not once chosen."""
        for title in () if self._is_chosen else self._titles.unread:
            field = may_be(title)
            if field is not None and field not in self._fields:
                self._problems.append(findings.UNSAID.at(title=title, field=name_of(field)))

    # --- rows ---------------------------------------------------------------------------------

    def _written(self, row: int) -> list[int]:
        cells = ((index, self._grid.at(row, index)) for index in range(self._grid.width))
        return [index for index, cell in cells if values.is_written(cell) and said(cell)]

    def _is_left_out(self, row: int) -> bool:
        """Nothing is written, or the titles are said again, as on a second page."""
        written = self._written(row)
        again = {index: fold(title) for index, title in enumerate(self._titles.titles) if title}
        return not written or all(
            fold(squeeze(said(self._grid.at(row, index)))) == again.get(index) for index in written
        )

    def _heading(self, row: int) -> str:
        """Return the words of a row that names a group of actions, and says nothing else."""
        written = self._written(row)
        if len(written) != 1:
            return ""
        [index] = written
        text = squeeze(said(self._grid.at(row, index)).replace("\n", " "))
        merged = self._grid.merge_at(row, index)
        wide = merged is not None and merged.right > merged.left and merged.bottom == merged.top
        if index == self._fields[Field.TITLE] and not wide:
            return ""
        if index == self._fields.get(Field.NUMBER) and not (" " in text or wide):
            return ""
        in_front = index <= self._fields[Field.TITLE]
        return text if (wide or in_front) and not is_total(text) else ""

    def _announces_total(self, row: int) -> bool:
        written = self._written(row)
        return is_total(said(self._grid.at(row, written[0]))) and not (
            self._cells.text(row, Field.TITLE) and not is_total(self._cells.text(row, Field.TITLE))
        )

    def _check_total(self, row: int) -> None:
        """A total that the table prints is a control of its rows, and no row."""
        for name in filter(money_field, self._fields):
            stated, total = self._cells.euros(row, name), self._cells.sums.get(name, Decimal(0))
            if stated is not None and stated != total:
                place = name_of_cell(row, self._fields[name])
                self._problems.append(
                    findings.TOTAL_DIFFERS.at(
                        line=row, cell=place, said=_euros(stated), sum=_euros(total)
                    )
                )

    def _take(self, lines: list[Line], row: int, axis: str) -> None:
        line = self._cells.line(row, axis)
        if lines and not self._is_ours and (goes_on := self._goes_on(lines[-1], line)):
            lines[-1] = goes_on
            return
        lines.append(self._checked(line))

    def _goes_on(self, last: Line, line: Line) -> Line | None:
        """Return the last action with what one more row says of it, None for another action."""
        index = self._fields[Field.TITLE]
        merged = self._grid.merge_at(line.row, index)
        inside = merged is not None and merged.top < line.row and merged.top >= last.row
        again = bool(line.title) and (line.number, line.title) == (last.number, last.title)
        if not (inside or again):
            return None
        kept = dict(last.values)
        for name, text in line.values.items():
            if name in (Field.INDICATOR, Field.TARGET):
                # One a line, the target of each beside it.
                kept[name] = f"{kept.get(name, '')}\n{text}"
            elif money_field(name):
                kept[name] = kept.get(name) or text
            elif name in (Field.DESCRIPTION, Field.NOTE, Field.PRACTICE):
                kept[name] = values.joined((kept.get(name, ""), text))
            else:
                kept[name] = kept.get(name) or text
        return replace(last, values=kept, places={**line.places, **last.places})

    def _checked(self, line: Line) -> Line:
        place = line.cell(Field.TITLE)
        if not line.title:
            self._problems.append(findings.NO_TITLE.at(line=line.row, cell=place))
        elif len(line.title) > MOST[Field.TITLE]:
            self._problems.append(
                findings.TITLE_TOO_LONG.at(
                    line=line.row, cell=place, length=len(line.title), most=MOST[Field.TITLE]
                )
            )
        elif not self._ends_before_it_starts(line):
            return line
        return replace(line, refused=True)

    def _ends_before_it_starts(self, line: Line) -> bool:
        start, end = line.values.get(Field.START, ""), line.values.get(Field.END, "")
        if not (start and end and end < start):
            return False
        self._problems.append(
            findings.END_BEFORE_START.at(
                line=line.row,
                cell=line.cell(Field.END),
                start=Day(date.fromisoformat(start)),
                end=Day(date.fromisoformat(end)),
            )
        )
        return True

    # --- the table ----------------------------------------------------------------------------

    def _filled(self, lines: list[Line]) -> list[Line]:
        told, problems = told_apart(self._fill_axes(lines))
        for problem in problems:
            self._problems.append(problem)
        return told

    def _fill_axes(self, lines: list[Line]) -> list[Line]:
        """Return the lines, each under its axis where a text file kept but the first of each.

        An axis written once over several rows is theirs; where it is written on each row, a row
        without one has none.
        """
        written = [line.values.get(Field.AXIS, "") for line in lines]
        named = [text for text in written if text]
        told = self._grid.merged or self._grid.source  # what is shown as one is known there
        if told or len(set(named)) < len(named) or not written[0] or len(named) < 2:
            return lines
        filled, last = [], ""
        for line, axis in zip(lines, written, strict=True):
            last = axis or last
            filled.append(replace(line, values={**line.values, Field.AXIS: last}))
        return filled

    def _over(self) -> str:
        """Return the first words written over the titles: most often those of the plan."""
        for row, cells in self._grid.rows:
            if row >= self._titles.row:
                break
            texts = [squeeze(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
            if texts and len(texts[0]) > 3 and set(texts) != set(self._titles.titles):
                return texts[0][:200]
        return ""

    def _years(self, lines: Iterable[Line], heading: str) -> tuple[int, int] | None:
        found = {money.year for name in self._fields if (money := money_field(name))}
        for line in lines:
            days = (line.values.get(Field.START), line.values.get(Field.END))
            found |= {int(day[:4]) for day in days if day}
        if span := _SPAN.search(heading):
            found |= {int(year) for year in span.groups()}
        return (min(found), max(found)) if found else None


def told_apart(lines: Iterable[Line]) -> tuple[list[Line], list[Problem]]:
    """Return the lines; the second of one number, or of one title alone, is refused, and told."""
    met: dict[tuple[bool, str], int] = {}
    found, problems = [], []
    for line in lines:
        by_number = bool(line.number)
        key = (by_number, key_of(line.number if by_number else line.title))
        if key in met and not line.refused:
            problems.append(twice(line, met[key]))
            line = replace(line, refused=True)
        elif line.title:
            met[key] = line.row
        found.append(line)
    return found, problems


def twice(line: Line, other: int) -> Problem:
    """Return how a line is told that has the number, or the title alone, of another row."""
    by_number = bool(line.number)
    return findings.TWICE.at(
        line=line.row,
        cell=line.cell(Field.NUMBER if by_number else Field.TITLE),
        key=line.number or line.title,
        what=Text("numéro", "number") if by_number else Text("titre", "title"),
        other=other,
    )


_SPAN = re.compile(r"\b(20[0-9]{2}) ?(?:-|–|/|à|a|to) ?(20[0-9]{2})\b")


def _euros(amount: Decimal) -> Text:
    return Text(money(amount, "fr"), money(amount, "en"))


def key_of(text: str) -> str:
    """Return how a number or a title is compared: `1.10` is not `1.1`."""
    return fold(text)
