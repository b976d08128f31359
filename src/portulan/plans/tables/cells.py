"""The cells of a row, read field by field: what they say, and what is not understood (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from portulan.core.fields import Field as Declared
from portulan.core.fields import Kind
from portulan.core.folding import squeeze
from portulan.core.say.text import Problems, Text
from portulan.core.tables.amounts import DecimalMark, guess_mark
from portulan.core.tables.grid import Grid, name_of_cell, said
from portulan.core.tables.heads import Titles
from portulan.core.tables.workbooks import Cell
from portulan.plans.tables import findings, values
from portulan.plans.tables.vocabulary import DECLARED, SINCE, Field, money_field, name_of, scale_of

MOST = {Field(name): one.most for name, one in DECLARED.items() if one.most} | {
    Field.AXIS: 250,
    Field.NUMBER: 40,
}
_EXPECTED = {
    Field.LEVEL: Text(
        "Écrivez Réflexion, Expérimentation ou Réalisation.",
        "Write Study, Experiment or Implementation.",
    ),
    Field.PROGRESS: Text(
        "Écrivez À faire, En cours, Fini, En suivi, En pause ou Abandonné.",
        "Write To do, In progress, Done, Follow-up, Paused or Dropped.",
    ),
}
_A_NUMBER = Text("Écrivez un nombre, comme 12,5.", "Write a number, such as 12.5.")
_A_DAY = Text("Écrivez 31/12/2026, T4 2026 ou 2026.", "Write 31/12/2026, Q4 2026 or 2026.")
_AN_AMOUNT = Text("Écrivez 12 000, 12 k€, 0 ou « inconnu ».", "Write 12000, €12k, 0 or “unknown”.")
# What a merged cell says of each of its rows.
_SHARED = frozenset(
    {Field.AXIS, Field.PILOT, Field.PERSON, Field.FOLLOW_UP, Field.UNIT, Field.LEVEL}
    | {Field.LEVEL_DATE, Field.PROGRESS, Field.START, Field.END, Field.PRACTICE}
    | {one for one in SINCE if DECLARED[one].kind in {Kind.ONE, Kind.STEP, Kind.DAY}}
)
BLOCKED = "blocked"  # what a cell of progress says besides


@dataclass(frozen=True, slots=True)
class Line:
    """An action of the table: its first row, and what its cells say in canonical texts.

    A field whose cell is empty has an empty text. `places` are the cells, as `F12`; `unread` what
    was written and not understood. `refused` when the row is in error.
    """

    row: int
    values: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    refused: bool = False

    @property
    def number(self) -> str:
        return self.values.get(Field.NUMBER, "")

    @property
    def title(self) -> str:
        return self.values.get(Field.TITLE, "")

    def cell(self, name: str) -> str:
        """Return the cell of a field, or the row where it has none."""
        return self.places.get(name) or f"{self.row}"


class Cells:
    """The cells of a sheet under its titles; what is wrong with them goes to `problems`.

    `sums` are those of its columns of money, in euros.
    """

    def __init__(self, grid: Grid, titles: Titles, problems: Problems) -> None:
        self._grid = grid
        self._titles = titles
        self._fields = titles.fields
        self._problems = problems
        self._body = [row for row, _cells in grid.rows if row > titles.row]
        self._marks = {
            name: self._mark(index) for name, index in titles.fields.items() if money_field(name)
        }
        self.sums: dict[str, Decimal] = {}

    def text(self, row: int, name: str) -> str:
        """Return what a row says of a field, as it is written."""
        return said(self._cell(row, name))

    def _cell(self, row: int, name: str) -> Cell:
        index = self._fields.get(name)
        if index is None:
            return ""
        cell = self._grid.shown_at(row, index) if name in _SHARED else self._grid.at(row, index)
        return cell if values.is_written(cell) else ""

    def euros(self, row: int, name: str) -> Decimal | None:
        """Return a lone amount of a column, None when it is none. It is not summed."""
        try:
            found = self._amount(name, self._cell(row, name))
        except values.NotUnderstoodError:
            return None
        return None if found == values.UNKNOWN_AMOUNT else Decimal(found)

    def _amount(self, name: str, cell: Cell) -> str:
        scale = scale_of(self._titles.titles[self._fields[name]])
        return values.amount(cell, scale=scale, mark=self._marks[name])

    def line(self, row: int, axis: str) -> Line:
        found: dict[str, str] = {}
        unread: dict[str, str] = {}
        places = {name: name_of_cell(row, index) for name, index in self._fields.items()}
        for name in self._fields:
            cell = self._cell(row, name)
            if cell == "":
                found[name] = ""
                continue
            try:
                found |= self._value(row, name, cell)
            except values.NotUnderstoodError:
                unread[name] = said(cell)
                self._warn(row, name, said(cell))
        if Field.AXIS not in self._fields and axis:
            found[Field.AXIS] = axis[: MOST[Field.AXIS]]
        return Line(row, found, places, unread)

    def _value(self, row: int, name: str, cell: Cell) -> Mapping[str, str]:
        if money_field(name):
            return {name: self._money(row, name, cell)}
        if name == Field.PROGRESS:
            return self._progress(row, cell)
        text = _text(name, cell)
        most = 0 if name in _READERS else MOST.get(Field(name), 0)
        if most and len(text) > most and name != Field.TITLE:
            told = findings.TOO_LONG.at(
                line=row,
                cell=name_of_cell(row, self._fields[name]),
                field=name_of(name),
                length=len(text),
                most=most,
            )
            self._problems.append(told)
            return {}
        return {name: text}

    def _progress(self, row: int, cell: Cell) -> Mapping[str, str]:
        step = values.progress(cell)
        if step.late:
            place = name_of_cell(row, self._fields[Field.PROGRESS])
            self._problems.append(findings.DERIVED.at(line=row, cell=place, text=said(cell)))
        blocked = {BLOCKED: said(cell)} if step.blocked else {}
        return {Field.PROGRESS: step.progress.value, **blocked}

    def _money(self, row: int, name: str, cell: Cell) -> str:
        index = self._fields[name]
        found = self._amount(name, cell)
        merged = self._grid.merge_at(row, index)
        if merged is not None and merged.bottom > merged.top:
            title = self._grid.merge_at(row, self._fields[Field.TITLE])
            if title is None or title.bottom < merged.bottom:
                place, count = name_of_cell(row, index), merged.bottom - merged.top + 1
                self._problems.append(findings.SHARED_AMOUNT.at(line=row, cell=place, count=count))
        if found != values.UNKNOWN_AMOUNT:
            self.sums[name] = self.sums.get(name, Decimal(0)) + Decimal(found)
        return found

    def _mark(self, index: int) -> DecimalMark | None:
        """Return the decimal mark of a column, told when it is only a guess."""
        cells = (self._grid.at(row, index) for row in self._body)
        texts = [cell for cell in cells if isinstance(cell, str)]
        mark, unsure = guess_mark(texts)
        if unsure:
            text = next(text for text in texts if "." in text or "," in text)
            title = self._titles.titles[index]
            self._problems.append(findings.UNSURE_AMOUNTS.at(title=title, text=text))
        return mark

    def _warn(self, row: int, name: str, text: str) -> None:
        expected = _AN_AMOUNT if money_field(name) else _expected(Field(name))
        self._problems.append(
            findings.NOT_UNDERSTOOD.at(
                line=row,
                cell=name_of_cell(row, self._fields[name]),
                field=name_of(name),
                text=text,
                expected=expected,
            )
        )


def as_read(name: str, cell: str) -> str:
    """Return what is read of a text that stands in a cell of a field that no list closes."""
    return _text(name, cell) if values.is_written(cell) else ""


def _text(name: str, cell: Cell) -> str:
    if read := _READERS.get(name):
        return read(cell)
    return squeeze(said(cell).replace("\n", " "))


def _expected(name: Field) -> Text:
    """Return how a cell that was not understood is to be written."""
    one = DECLARED.get(name)
    if name not in SINCE or one is None:
        return _EXPECTED.get(name, _A_DAY)
    if one.kind is Kind.STEP:
        words = list(one.steps.values())
        fr, en = ([word.say(language) for word in words] for language in ("fr", "en"))
        return Text(f"Écrivez {', '.join(fr)}.", f"Write {', '.join(en)}.")
    return _A_NUMBER if one.kind is Kind.NUMBER else _A_DAY


def _reader(one: Declared) -> Callable[[Cell], str] | None:
    """Return what reads the cells of a field that came since, None for a line of words."""
    match one.kind:
        case Kind.DAY:
            return values.end_of
        case Kind.NUMBER:
            return values.number
        case Kind.STEP:
            return lambda cell: values.step(said(cell), one.steps)
        case Kind.TEXT | Kind.LINES:
            return said
    return None


_READERS: Mapping[str, Callable[[Cell], str]] = {
    **dict.fromkeys((Field.DESCRIPTION, Field.NOTE, Field.INDICATOR, Field.TARGET), said),
    **{one: read for one in SINCE if (read := _reader(DECLARED[one]))},
    Field.LEVEL: lambda cell: values.level(said(cell)),
    Field.LEVEL_DATE: values.end_of,
    Field.START: values.start_of,
    Field.END: values.end_of,
    Field.PRACTICE: lambda cell: "\n".join(values.codes(said(cell))),
}
