"""The sheets of an OpenDocument spreadsheet (ISO/IEC 26300), each as rows of values.

Names are compared as every office suite writes them (`table:table-row`). A repeated row or cell is
written once with its number of times; at the end of a sheet they are empty, by the million.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import partial

from portulan.core.tables.workbooks import (
    MAX_TEXT,
    UNCOMPUTED,
    Cell,
    Merged,
    Package,
    Row,
    Sheet,
    check_extent,
)
from portulan.core.tables.xml_pieces import Markup, MarkupError

_CONTENT = "content.xml"
_CELLS = ("table:table-cell", "table:covered-table-cell")
_CLOCK = re.compile(r"PT([0-9]{1,2})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]+)?S").fullmatch
_OVER = 1 << 31  # any repeat beyond the limits is as good as another


def sheets(package: Package) -> Iterator[Sheet] | None:
    """Return the sheets, None when it is no spreadsheet."""
    if _CONTENT not in package:
        return None
    kind = b"".join(package.pieces("mimetype"))[:200]
    return _sheets(package) if b"spreadsheet" in kind or not kind else None


def _sheets(package: Package) -> Iterator[Sheet]:
    for index, (name, hidden) in enumerate(_Names().read(package.pieces(_CONTENT))):
        yield Sheet(name, partial(_rows, package, index), partial(_merged, package, index), hidden)


def _rows(package: Package, index: int) -> Iterator[Row]:
    """Yield the rows of a table that have a value, up to its end."""
    for row in _Rows(index).read(package.pieces(_CONTENT)):
        if row is None:
            return
        number, times, cells = row
        check_extent(number + times - 1, len(cells))
        for again in range(times):
            yield number + again, list(cells)


def _merged(package: Package, index: int) -> Iterator[Merged]:
    yield from _Merges(index).read(package.pieces(_CONTENT))


class _Tables[T](Markup[T]):
    """The tables of a document, counted; a table inside a cell is part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.index = -1
        self._floor = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._floor:
            if name == "table:table":
                self.index += 1
                self._floor = self.depth
                self.table(attributes)
        else:
            self.inside(name, attributes)

    def end(self, name: str) -> None:
        if self._floor == self.depth:
            self._floor = 0
            self.table_end()
        elif self._floor:
            self.inside_end(name)

    def table(self, attributes: Mapping[str, str]) -> None:
        """Take a table that opens."""

    def table_end(self) -> None:
        """Take the end of the table."""

    def inside(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element of the table."""

    def inside_end(self, name: str) -> None:
        """Take the end of an element of the table."""


class _Names(_Tables[tuple[str, bool]]):
    """The name of each table, and whether it is hidden."""

    def __init__(self) -> None:
        super().__init__()
        self._style = ""
        self._hidden: set[str] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden.add(self._style)
        super().start(name, attributes)

    def table(self, attributes: Mapping[str, str]) -> None:
        hidden = attributes.get("table:style-name") in self._hidden
        self.found.append((attributes.get("table:name", ""), hidden))


class _Rows(_Tables[tuple[int, int, list[Cell]] | None]):
    """The rows of one table that have a value: (row, times, cells); None at its end."""

    def __init__(self, wanted: int) -> None:
        super().__init__()
        self._wanted = wanted
        self._row = 1
        self._times = 1
        self._cells: list[Cell] = []
        self._column = 0
        self._cell: Mapping[str, str] | None = None
        self._level = 0
        self._pieces: list[str] = []
        self._size = 0
        self._aside = 0

    def inside(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.index != self._wanted:
            return
        if self._cell is not None:
            self._in_cell(name, attributes)
        elif name in _CELLS:
            self._cell = attributes
            self._level = self.depth
        elif name == "table:table-row":
            self._times = _repeats(attributes, "table:number-rows-repeated")
            self._cells = []
            self._column = 0

    def _in_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "office:annotation" and not self._aside:
            self._aside = self.depth
        elif name == "text:p" and self._pieces:
            self._say("\n")
        elif name == "text:s":
            self._say(" " * min(_repeats(attributes, "text:c"), MAX_TEXT + 1))
        elif name in ("text:tab", "text:line-break"):
            self._say(" ")

    def text(self, text: str) -> None:
        # A text between two paragraphs is but the layout of the XML.
        if self._cell is not None and self.depth > self._level:
            self._say(text)

    def _say(self, text: str) -> None:
        if self._aside:
            return
        self._size += len(text)
        if self._size > MAX_TEXT:
            raise MarkupError(f"text > {MAX_TEXT}", self.line)
        self._pieces.append(text)

    def inside_end(self, name: str) -> None:
        if self.index != self._wanted:
            return
        if self._cell is not None:
            if self.depth == self._aside:
                self._aside = 0
            elif self.depth == self._level:
                self._take(self._cell)
                self._cell = None
        elif name == "table:table-row":
            if self._cells:
                self.found.append((self._row, self._times, self._cells))
                self._cells = []
            self._row = min(self._row + self._times, _OVER)

    def table_end(self) -> None:
        if self.index == self._wanted:
            self.found.append(None)

    def _take(self, attributes: Mapping[str, str]) -> None:
        said = "".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        value = _value(attributes, said)
        if value == "" and "table:formula" in attributes and "office:value-type" not in attributes:
            value = UNCOMPUTED
        times = _repeats(attributes, "table:number-columns-repeated")
        if value != "":
            check_extent(self._row, self._column + times)
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells.extend([value] * times)
        self._column = min(self._column + times, _OVER)


class _Merges(_Tables[Merged]):
    """The cells of one table that are shown as one."""

    def __init__(self, wanted: int) -> None:
        super().__init__()
        self._wanted = wanted
        self._row = self._column = self._times = 1

    def inside(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.index != self._wanted:
            return
        if name == "table:table-row":
            self._times = _repeats(attributes, "table:number-rows-repeated")
            self._column = 1
        elif name in _CELLS:
            rows = _repeats(attributes, "table:number-rows-spanned")
            columns = _repeats(attributes, "table:number-columns-spanned")
            if rows > 1 or columns > 1:
                bottom, right = self._row + rows - 1, self._column + columns - 1
                self.found.append(Merged(self._row, self._column, bottom, right))
            times = _repeats(attributes, "table:number-columns-repeated")
            self._column = min(self._column + times, _OVER)

    def inside_end(self, name: str) -> None:
        if self.index == self._wanted and name == "table:table-row":
            self._row = min(self._row + self._times, _OVER)


def _value(attributes: Mapping[str, str], said: str) -> Cell:
    """Return the value of a cell, its text when it states none."""
    try:
        match attributes.get("office:value-type"):
            case "currency" if attributes.get("office:currency", "EUR") != "EUR":
                return f"{attributes['office:value']} {attributes['office:currency']}"
            case "float" | "currency" | "percentage":
                number = float(attributes["office:value"].replace("_", "?"))
                return number if math.isfinite(number) else said
            case "date":
                stated = attributes["office:date-value"]
                return (
                    datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
                )
            case "time":
                clock = _CLOCK(attributes["office:time-value"])
                return time(int(clock[1]), int(clock[2]), int(clock[3])) if clock else said
            case "boolean":
                return attributes["office:boolean-value"] == "true"
            case _:
                # An error states an empty string: only its text says it.
                return attributes.get("office:string-value") or said
    except (KeyError, ValueError):
        return said


def _repeats(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return min(int(text), _OVER) if text.isascii() and text.isdigit() and len(text) < 12 else 1
