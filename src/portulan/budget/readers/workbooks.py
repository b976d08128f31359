"""XLSX and ODS workbooks as rows, after checking that opening one cannot exhaust the machine.

The reader of workbooks (calamine) lays a sheet out as a full rectangle: two cells at the far
corners of a sheet, in a file of five kilobytes, ask it for half a terabyte. So each part is first
unpacked in pieces, its true size counted and the furthest cells found.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.parsers import expat

from portulan.budget.readers.sources import WRONG_TYPE
from portulan.core.problems import ProblemKind, UnusableInputError

type Cell = str | float | int | bool | date | datetime | time | timedelta

MAX_BYTES = 512 * 1024 * 1024
MAX_ROWS = 2_000_000
MAX_COLUMNS = 1000
MAX_CELLS = 30_000_000
MAX_PARTS = 10_000

BROKEN_WORKBOOK = ProblemKind(
    "broken-workbook",
    "error",
    fr="Ce classeur est abîmé ou tronqué ({reason}). Ouvrez-le et enregistrez-le à nouveau.",
    en="This workbook is damaged or cut short ({reason}). Open it and save it again.",
)
TOO_LARGE = ProblemKind(
    "too-large",
    "error",
    fr="Ce classeur est trop grand : {found} (limite : {limit}). Supprimez les lignes et colonnes"
    " inutiles, ou enregistrez la feuille en CSV.",
    en="This workbook is too large: {found} (limit: {limit}). Remove needless rows and columns, or"
    " save the sheet as CSV.",
)
NO_SHEET = ProblemKind(
    "no-such-sheet",
    "error",
    fr="Le classeur n’a pas de feuille « {name} ». Ses feuilles : {names}.",
    en="The workbook has no sheet “{name}”. Its sheets: {names}.",
)

_CHUNK = 1 << 18
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,6})([0-9]{1,9})["']""")
_OVERLAP = 64
_OVER = 1 << 31  # any repeat beyond the limits is as good as another


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a checked workbook; its rows are laid out when they are asked for."""

    workbook: Any
    name: str

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield (row, cells), rows counted from 1. Raises UnusableInputError."""
        sheet = _guarded(lambda: self.workbook.get_sheet_by_name(self.name))
        rows = _guarded(sheet.iter_rows)
        number = 0
        while True:
            cells = _guarded(lambda: next(rows, None))
            if cells is None:
                return
            number += 1
            yield number, cells


def open_workbook(stream: BinaryIO) -> list[Sheet]:
    """Return the visible sheets of an XLSX or ODS, in order.

    Raises UnusableInputError: not a workbook, damaged, or larger than the limits above.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with zipfile.ZipFile(stream) as archive:
            _check(archive)
    except UnusableInputError:
        raise
    except Exception as error:  # zipfile and zlib raise many kinds on damaged archives
        raise UnusableInputError(BROKEN_WORKBOOK.at(reason=type(error).__name__)) from None
    stream.seek(0)
    workbook = _guarded(lambda: CalamineWorkbook.from_filelike(stream))
    return [
        Sheet(workbook, found.name)
        for found in workbook.sheets_metadata
        if found.typ == SheetTypeEnum.WorkSheet and found.visible == SheetVisibleEnum.Visible
    ]


def _guarded[T](read: Any) -> Any:
    """Call the workbook reader, whose every failure, panics included, is a damaged workbook."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the Rust side is no Exception
        raise UnusableInputError(BROKEN_WORKBOOK.at(reason=type(error).__name__)) from None


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    is_xlsx = "xl/workbook.xml" in names
    if not is_xlsx and not ("content.xml" in names and _is_spreadsheet(archive, names)):
        raise UnusableInputError(WRONG_TYPE.at(fr="une archive ZIP", en="a ZIP archive"))
    total = sum(part.file_size for part in parts)
    if total > MAX_BYTES:
        _refuse(f"{total // 2**20} Mo", f"{MAX_BYTES // 2**20} Mo")
    if len(parts) > MAX_PARTS:
        _refuse(f"{len(parts)}", f"{MAX_PARTS}")
    for part in parts:
        with archive.open(part) as unpacked:
            if part.filename.startswith("xl/worksheets/"):
                _check_extent(*_extent_of_xlsx(unpacked))
            elif part.filename == "content.xml":
                _check_ods(unpacked)
            else:
                while unpacked.read(_CHUNK):  # proves the declared size, by its checksum
                    pass


def _is_spreadsheet(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if "mimetype" not in names:
        return True
    return b"spreadsheet" in archive.read("mimetype")[:200]


def _refuse(found: str, limit: str) -> None:
    raise UnusableInputError(TOO_LARGE.at(found=found, limit=limit))


def _check_extent(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        _refuse(f"{rows} × {columns}", f"{MAX_ROWS} × {MAX_COLUMNS}, {MAX_CELLS // 1_000_000} M")


def _extent_of_xlsx(unpacked: Any) -> tuple[int, int]:
    """Return the rows and columns a sheet spans, from the places its rows and cells state."""
    rows = columns = 0
    tail = b""
    while chunk := unpacked.read(_CHUNK):
        for letters, digits in _PLACE.findall(tail + chunk):
            row = int(digits)
            if row > rows:
                rows = row
            if letters:
                column = 0
                for letter in letters.upper():
                    column = column * 26 + letter - 64
                if column > columns:
                    columns = column
        tail = chunk[-_OVERLAP:]
    return rows, columns


def _check_ods(unpacked: Any) -> None:
    """Follow the rows and cells of each table, repeats included, up to the last that says a thing.

    Names are compared as written (`table:…`), as the reader of workbooks does.
    """
    extent = _OdsExtent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while chunk := unpacked.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_declaration: object) -> None:
    raise UnusableInputError(BROKEN_WORKBOOK.at(reason="DOCTYPE"))


class _OdsExtent:
    """The furthest valued cell of the table being read."""

    def __init__(self) -> None:
        self._row = self._rows = self._columns = 0
        self._column = self._last = 0
        self._repeat = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._row = self._rows = self._columns = 0
        elif name == "table:table-row":
            self._column = self._last = 0
            self._repeat = _repeats(attributes, "table:number-rows-repeated")
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._column += _repeats(attributes, "table:number-columns-repeated")
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._last = self._column

    def end(self, name: str) -> None:
        if name == "table:table-row":
            self._row += self._repeat
            if self._last:
                self._rows = self._row
                self._columns = max(self._columns, self._last)
                _check_extent(self._rows, self._columns)


def _repeats(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return min(int(text), _OVER) if text.isascii() and text.isdigit() else 1
