"""The sheets of an XLSX workbook (ECMA-376, SpreadsheetML), each as rows of values.

Formulas give the value that their file keeps, `UNCOMPUTED` where it keeps none. A number is a date
when its format says so.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial

from portulan.core.tables.workbooks import (
    MAX_TEXT,
    UNCOMPUTED,
    Cell,
    Merged,
    Package,
    Row,
    Sheet,
    check_extent,
    refuse,
    slashed,
)
from portulan.core.tables.xml_pieces import MAX_DEPTH, Markup, MarkupError

MAX_STRINGS = 1_000_000
MAX_STRINGS_TEXT = 32_000_000  # characters

_WORKBOOK = "xl/workbook.xml"
_ROOT = "_rels/.rels"
_PLACE = re.compile(r"([A-Za-z]{1,4})([0-9]{1,9})").fullmatch
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?").fullmatch
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a character that XML has not is written
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_DAY = 86_400_000  # milliseconds: a binary fraction of a day is never exact
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no time zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001


def sheets(package: Package) -> Iterator[Sheet] | None:
    """Return the sheets, None when it is no XLSX. What is wrong is raised as it is."""
    place = _WORKBOOK if _WORKBOOK in package else _elsewhere(package)
    return _sheets(package, place) if place else None


def _elsewhere(package: Package) -> str:
    """Return where a tool that does as it likes says that the workbook is, "" when it does not."""
    if _ROOT not in package:
        return ""
    try:
        parts = list(_read(package, ""))
    except MarkupError:
        return ""
    return next(
        (
            place
            for _, kind, place in parts
            if kind == "officeDocument" and place.startswith("xl/") and place in package
        ),
        "",
    )


def _sheets(package: Package, workbook: str) -> Iterator[Sheet]:
    targets = {name: (kind, place) for name, kind, place in _read(package, workbook)}
    book = _Book()
    found = list(book.read(package.pieces(workbook)))
    places = dict(targets.values())
    # Read once, when the first row of the first sheet is asked for.
    strings = cache(lambda: _strings(package, places.get("sharedStrings", "")))
    dates = cache(lambda: frozenset(_Styles().read(package.pieces(places.get("styles", "")))))
    epoch = _EPOCH_1904 if book.since_1904 else _EPOCH
    for name, relation, hidden in found:
        kind, place = targets.get(relation, ("", ""))
        if kind == "worksheet" and place in package:
            rows = partial(_rows, package, place, strings, dates, epoch)
            yield Sheet(name, rows, partial(_merged, package, place), hidden)


def _read(package: Package, part: str) -> Iterator[tuple[str, str, str]]:
    """Yield the relations of a part ("" is the package): identifier, kind, where."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    for identifier, kind, target in _Relations().read(package.pieces(relations)):
        place = posixpath.normpath(posixpath.join("/", folder, slashed(target)))
        yield identifier, kind, place.lstrip("/")


def _strings(package: Package, place: str) -> list[str]:
    found: list[str] = []
    size = 0
    for text in _Strings().read(package.pieces(place)):
        found.append(text)
        size += len(text)
        if len(found) > MAX_STRINGS or size > MAX_STRINGS_TEXT:
            refuse(f"> {MAX_STRINGS} / {MAX_STRINGS_TEXT}", f"{MAX_STRINGS} / {MAX_STRINGS_TEXT}")
    return found


def _rows(
    package: Package,
    place: str,
    strings: Callable[[], list[str]],
    dates: Callable[[], frozenset[int]],
    epoch: datetime,
) -> Iterator[Row]:
    yield from _Rows(strings(), dates(), epoch).read(package.pieces(place))


def _merged(package: Package, place: str) -> Iterator[Merged]:
    yield from _Merges().read(package.pieces(place))


class _Merges(Markup[Merged]):
    """The cells of a sheet that are shown as one."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if _local(name) != "mergeCell":
            return
        first, _, last = attributes.get("ref", "").partition(":")
        start, end = _PLACE(first), _PLACE(last)
        if start is not None and end is not None:
            self.found.append(
                Merged(int(start[2]), _column(start[1]), int(end[2]), _column(end[1]))
            )


class _Relations(Markup[tuple[str, str, str]]):
    """Which part is what: (identifier, last word of its type, target)."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if _local(name) == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))


class _Book(Markup[tuple[str, str, bool]]):
    """The sheets in order: (name, identifier of its part, whether it is hidden)."""

    since_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = _local(name)
        if name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.found.append((attributes.get("name", ""), relation, hidden))


class _Styles(Markup[int]):
    """The indexes of the formats of cells that show a number as a date."""

    def __init__(self) -> None:
        super().__init__()
        self._dates = set(_BUILT_IN_DATES)
        self._inside = False
        self._index = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = _local(name)
        if name == "numFmt":
            shown = _NOT_FORMAT.sub("", attributes.get("formatCode", "")[:255])
            if _DATE_LETTERS.search(shown):
                self._dates.add(_whole(attributes.get("numFmtId")))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if _whole(attributes.get("numFmtId")) in self._dates:
                self.found.append(self._index)
            self._index += 1

    def end(self, name: str) -> None:
        if _local(name) == "cellXfs":
            self._inside = False


class _Text[T](Markup[T]):
    """Texts, in one piece or in runs; how they are pronounced (`rPh`) is no part of them."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._size = 0
        self._listening = False
        self._aside = 0

    def listen(self, name: str) -> None:
        if name == "rPh":
            self._aside = self.depth
        self._listening = name in ("t", "v") and not self._aside

    def hush(self, name: str) -> None:
        self._listening = False
        if name == "rPh" and self._aside == self.depth:
            self._aside = 0

    def text(self, text: str) -> None:
        if self._listening:
            self._size += len(text)
            if self._size > MAX_TEXT:
                raise MarkupError(f"text > {MAX_TEXT}", self.line)
            self._pieces.append(text)

    def said(self) -> str:
        pieces = self._pieces
        said = pieces[0] if len(pieces) == 1 else "".join(pieces)
        pieces.clear()
        self._size = self._aside = 0
        return _ESCAPED.sub(_unescaped, said) if "_x" in said else said


class _Strings(_Text[str]):
    """The texts that cells share, in order."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.listen(_local(name))

    def end(self, name: str) -> None:
        name = _local(name)
        self.hush(name)
        if name == "si":
            self.found.append(self.said())


class _Rows(_Text[Row]):
    """The rows of a sheet that have a value."""

    def __init__(self, strings: list[str], dates: frozenset[int], epoch: datetime) -> None:
        super().__init__()
        self._strings = strings
        self._dates = dates
        self._epoch = epoch
        self._row = 0
        self._cells: list[Cell] = []
        self._column = self._widest = 0
        self._kind = self._style = ""
        self._is_formula = False
        self._columns: dict[str, int] = {}  # by their letters
        self._are_dates: dict[str, bool] = {}  # by their style

    # Nearly all of a workbook is cells, so these two are called by the parser itself, and not
    # through `start` and `end`: it takes a fifth less.

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._moved = True
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise MarkupError("too deep", self.line)
        if ":" in name:
            name = _local(name)
        if name == "c":
            self._column = self._next(attributes.get("r"))
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._is_formula = False
        elif name == "v":
            self._listening = not self._aside
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            stated = _whole(attributes.get("r"))
            self._row = self._row + 1 if stated < 0 else stated
            self._cells = []
            self._column = 0
        else:
            self.listen(name)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = _local(name)
        if name == "v":
            self._listening = False
        elif name == "c":
            if self._pieces or self._is_formula:
                self._take_cell()
        elif name == "row":
            if self._cells:
                self.found.append((self._row, self._cells))
                self._cells = []
        else:
            self.hush(name)
        self.depth -= 1

    def _take_cell(self) -> None:
        said = self.said()
        if not said and not self._is_formula:
            return
        cells, column = self._cells, self._column
        if column > self._widest:  # each row is checked once it is whole
            check_extent(self._row, column)
            self._widest = column
        if len(cells) < column - 1:
            cells.extend([""] * (column - 1 - len(cells)))
        value = self._value(said) if said else UNCOMPUTED
        if len(cells) < column:
            cells.append(value)
        else:
            cells[column - 1] = value

    def _next(self, place: str | None) -> int:
        """Return the column of a cell, from 1: the one it states, else the one that follows."""
        if place is None:
            return self._column + 1
        letters = place.rstrip("0123456789")
        known = self._columns.get(letters)
        if known is not None and len(letters) < len(place):
            return known
        found = _PLACE(place)
        if found is None:
            raise MarkupError(f"r={place[:20]}", self.line)
        self._columns[letters] = column = _column(found[1])
        return column

    def _value(self, said: str) -> Cell:
        if self._kind == "s":
            index = _whole(said)
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if self._kind == "b":
            return said == "1"
        if self._kind != "n" or not _NUMBER(said.strip()):
            return said
        number = float(said)
        if not math.isfinite(number):
            return said
        is_date = self._are_dates.get(self._style)
        if is_date is None:
            is_date = self._are_dates[self._style] = _whole(self._style) in self._dates
        return self._date(number) if is_date else number

    def _date(self, number: float) -> Cell:
        """Return the day of a number, or its hour under one; itself when no calendar has it."""
        try:
            day = self._epoch + timedelta(milliseconds=round(number * _DAY))
        except (OverflowError, ValueError):
            return number
        if 0 <= number < 1:
            return day.time()
        return day if day.time() != day.min.time() else day.date()


def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _whole(text: str | None) -> int:
    """Return a whole number, -1 for what is none."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else -1


def _unescaped(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return char if char.isprintable() else " "
