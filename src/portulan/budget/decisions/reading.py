"""Reading a sheet of decisions that comes back, whatever a spreadsheet did to it (pure).

Columns are known by their titles: they may be moved, hidden, or stand beside others; rows may be
sorted, filtered, copied or missing; titles may come lower. Cells are read as people write them:
50 %, 0.5 or 0,5; 1 234,56 or 1,234.56. What could mean two things is refused with both readings,
and with the name of its cell. A workbook is read by pieces (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from portulan.budget.decisions.columns import (
    BY_TITLE,
    OF_ATTRIBUTION,
    OF_LINE,
    TITLES,
    Column,
)
from portulan.core.folding import fold, squeeze
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError
from portulan.core.spreadsheet import digits, letters, looks_like_formula
from portulan.core.tables.amounts import NotAnAmountError, from_float, guess_mark, parse
from portulan.core.tables.cells import text_of
from portulan.core.tables.grid import Grid
from portulan.core.tables.heads import Roles, titles_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Table, tables_of
from portulan.core.tables.workbooks import UNCOMPUTED, Cell

NO_KEYS = ProblemKind(
    "no-line-keys",
    "error",
    fr="Aucune feuille n’a la colonne « {title} » : exportez la feuille de décisions, remplissez-la"
    " sans ôter cette colonne, puis rendez-la.",
    en="No sheet has the column “{title}”: export the sheet of decisions, fill it in without taking"
    " that column away, then give it back.",
)
TWO_SHEETS = ProblemKind(
    "two-sheets",
    "error",
    fr="Plusieurs feuilles portent des décisions : {names}. Gardez celle qui est à lire.",
    en="Several sheets hold decisions: {names}. Keep the one to be read.",
)
TWICE = ProblemKind(
    "two-columns",
    "error",
    fr="Deux colonnes s’appellent « {title} » : gardez celle qui est à lire.",
    en="Two columns are called “{title}”: keep the one to be read.",
)
NOT_A_NUMBER = ProblemKind(
    "not-a-number",
    "error",
    fr="{cell} : « {text} » n’est pas un nombre ({column}).",
    en="{cell}: “{text}” is not a number ({column}).",
)
TWO_READINGS = ProblemKind(
    "two-readings",
    "error",
    fr="{cell} : « {text} » peut se lire {one} ou {other} ({column}). Écrivez l’un des deux.",
    en="{cell}: “{text}” could mean {one} or {other} ({column}). Write one of them.",
)
NOT_A_WORD = ProblemKind(
    "not-a-choice",
    "error",
    fr="{cell} : « {text} » n’est pas une réponse ({column}). Écrivez l’un de : {words}.",
    en="{cell}: “{text}” is no answer ({column}). Write one of: {words}.",
)
UNREADABLE = ProblemKind(
    "cell-without-value",
    "error",
    fr="{cell} : la cellule n’a pas de valeur, mais « {text} » ({column}).",
    en="{cell}: the cell has no value, but “{text}” ({column}).",
)
_SHARES = frozenset({Column.SHARE, Column.IT_SHARE})
_YES_NO = frozenset({Column.REVIEWED, Column.OUTSIDE})
_NUMBERS = frozenset({Column.LINE, Column.ROW, Column.ATTRIBUTION})
_ERRORS = ("#n/a", "#ref", "#value", "#valeur", "#name", "#nom", "#div", "#null", "#nul", "#num")
_YES, _NO = frozenset({"oui", "yes", "x", "vrai", "true", "1"}), frozenset({"non", "no", "0"})
type Words = Mapping[Column, Mapping[str, str]]


class Number(NamedTuple):
    """A number of a cell: `percent` where it says so, `places` its decimals where it is a text."""

    value: Decimal
    percent: bool = False
    places: int | None = None


class AsDate(NamedTuple):
    """The day that a spreadsheet made of a text."""

    day: date


type Value = str | Number | AsDate | bool | None


@dataclass(slots=True)
class Said:
    """What a row says: `values` by column, where each stands, and what cannot be read of it."""

    row: int
    values: dict[Column, Value] = field(default_factory=dict)
    cells: dict[Column, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def number(self, column: Column) -> int | None:
        """Return a whole number that identifies something, None without."""
        value = self.values.get(column)
        if not isinstance(value, Number) or value.value != value.value.to_integral_value():
            return None
        return int(value.value)

    def text(self, column: Column) -> str:
        """Return a text, "" without."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    def at(self, column: Column) -> str:
        """Return the name of a cell, as a spreadsheet shows it: M12."""
        return self.cells.get(column, str(self.row))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that say something, the columns found, and the titles that mean nothing here."""

    rows: list[Said]
    columns: frozenset[Column]
    ignored: tuple[str, ...]


def read_sheet(source: Source, words: Words) -> Sheet:
    """Return what a sheet of decisions says; `words` are the answers of a column, folded.

    Raises UnusableInputError: no table of decisions, or nobody can tell which.
    """
    found = [
        (table, titles)
        for table in tables_of(source).by_name.values()
        if (titles := titles_of(_head(table), ROLES)) is not None
    ]
    if not found:
        raise UnusableInputError(NO_KEYS.at(title=TITLES[Column.KEY]))
    if len(found) > 1:
        names = ", ".join(table.name for table, _titles in found)
        raise UnusableInputError(TWO_SHEETS.at(names=names))
    [(table, titles)] = found
    head, places = titles.row, {Column(name): at for name, at in titles.fields.items()}
    if twice := next(filter(None, map(_column, titles.unread)), None):
        raise UnusableInputError(TWICE.at(title=TITLES[twice]))
    rows = [(number, cells) for number, cells in table.rows_after(head) if any(cells)]
    marks = {column: _mark(rows, at) for column, at in places.items() if column is Column.AMOUNT}
    read = _Reader(places, words, marks.get(Column.AMOUNT, (None, False)))
    return Sheet(
        [said for number, cells in rows if (said := read(number, cells)).values],
        frozenset(places),
        titles.unread,
    )


def _column(title: str) -> Column | None:
    """Return the column of a title; a unit may follow in brackets."""
    return BY_TITLE.get(fold(title)) or BY_TITLE.get(fold(title.partition("(")[0]))


def _head(table: Table) -> Grid:
    return Grid(table.name, tuple((row, tuple(cells)) for row, cells in table.head))


def _guess(titles: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, title in enumerate(titles):
        if (column := _column(title)) is not None:
            found.setdefault(column, at)
    return found


ROLES = Roles(_guess, needs=frozenset({Column.KEY}))


def _mark(rows: list[tuple[int, Sequence[Cell]]], at: int) -> tuple[str | None, bool]:
    texts = [cell for _row, cells in rows if at < len(cells) and isinstance(cell := cells[at], str)]
    return guess_mark(texts)


class _Reader:
    """Reads rows whose columns are known."""

    def __init__(
        self, places: Mapping[Column, int], words: Words, mark: tuple[str | None, bool]
    ) -> None:
        self._places, self._words, (self._mark, self._unsure) = places, words, mark
        self._letters = {column: letters(at) for column, at in places.items()}
        # A row that names no line and holds but numbers is a total that somebody added.
        numbers = {*_SHARES, *_NUMBERS, Column.AMOUNT} - {Column.LINE}
        self._wanted = {*OF_LINE, *OF_ATTRIBUTION, Column.KEY, Column.LINE} - numbers

    def __call__(self, number: int, cells: Sequence[Cell]) -> Said:
        said = Said(number)
        for column, at in self._places.items():
            cell = cells[at] if at < len(cells) else ""
            said.cells[column] = f"{self._letters[column]}{number}"
            try:
                said.values[column] = self._value(column, cell)
            except _RefusedError as refused:
                told = {"cell": said.cells[column], "text": text_of(cell)} | refused.told
                said.problems.append(refused.kind.at(line=number, column=TITLES[column], **told))
        if not said.problems and not any(said.values.get(one) for one in self._wanted):
            said.values.clear()  # a total, a note: nothing that is ours
        return said

    def _value(self, column: Column, cell: Cell) -> Value:
        if isinstance(cell, str):
            cell = _bare(cell)
            if cell == UNCOMPUTED or fold(cell).startswith(_ERRORS):
                raise _RefusedError(UNREADABLE)
        if column in _SHARES or column is Column.AMOUNT or column in _NUMBERS:
            return self._number(column, cell)
        if isinstance(cell, date):
            return AsDate(cell.date() if isinstance(cell, datetime) else cell)
        if column in _YES_NO:
            return _yes_no(cell)
        text = squeeze(text_of(cell))
        if column in self._words and text:
            known = self._words[column]
            if fold(text) not in known:
                raise _RefusedError(NOT_A_WORD, words=", ".join(dict.fromkeys(known)))
            return known[fold(text)]
        return text

    def _number(self, column: Column, cell: Cell) -> Number | None:
        if cell == "":
            return None
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return Number(from_float(float(cell)))
        if not isinstance(cell, str):
            raise _RefusedError(NOT_A_NUMBER)
        bare = cell.removesuffix("%").strip()
        try:
            value = parse(bare, self._mark if column is Column.AMOUNT else None)  # type: ignore[arg-type]
        except NotAnAmountError:
            raise _RefusedError(NOT_A_NUMBER) from None
        if value is None:
            return None
        if column is Column.AMOUNT and self._unsure and guess_mark([bare])[1]:
            other = parse(bare, "." if self._mark == "," else ",")
            raise _RefusedError(TWO_READINGS, one=_shown(value), other=_shown(other))
        places = -int(value.as_tuple().exponent)
        return Number(value, bare != cell, max(places, 0))


class _RefusedError(Exception):
    def __init__(self, kind: ProblemKind, **told: str) -> None:
        super().__init__()
        self.kind, self.told = kind, told


def _shown(value: Decimal | None) -> str:
    return "" if value is None else digits(value.normalize())


def _bare(text: str) -> str:
    """Return a text as it was before a CSV kept it from being a formula."""
    return text[1:] if text.startswith("'") and looks_like_formula(text[1:]) else text.strip()


def _yes_no(cell: Cell) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = fold(text_of(cell))
    if not text:
        return None
    if text in _YES or text in _NO:
        return text in _YES
    raise _RefusedError(NOT_A_WORD, words="oui, non, yes, no")
