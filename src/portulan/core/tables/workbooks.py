"""XLSX and ODS workbooks as rows, read by pieces: nobody's workbook can exhaust the machine.

An archive of one kilobyte may claim a sheet of half a terabyte, so nothing is laid out: parts are
unpacked by pieces up to a limit, and a row is a list that ends at its last value.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import BinaryIO, NamedTuple

from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.core.tables.delimited import text_size
from portulan.core.tables.xml_pieces import MarkupError

type Cell = str | float | int | bool | date | datetime | time | timedelta
type Row = tuple[int, list[Cell]]
MAX_BYTES = 512 * 1024 * 1024
MAX_ROWS = 2_000_000
MAX_COLUMNS = 1000
MAX_CELLS = 30_000_000
MAX_PARTS = 10_000
MAX_DIRECTORY = MAX_PARTS * 150  # bytes of the list of parts, names included
_END = (1 << 16) + 1024  # where that list says its size: the longest comment, and what is before
MAX_SHEETS = 500
MAX_MERGED = 100_000
MAX_ROW_TEXT = 1 << 18
UNCOMPUTED = "=?"  # the cell of a formula whose result the file does not keep
MAX_TEXT = 1 << 16  # characters of a cell: spreadsheets stop at 32 767
BROKEN_WORKBOOK = ProblemKind(
    "broken-workbook",
    "error",
    fr="Ce classeur est abîmé ou tronqué ({reason}). Ouvrez-le et enregistrez-le à nouveau.",
    en="This workbook is damaged or cut short ({reason}). Open it and save it again.",
)
TOO_LARGE = ProblemKind(
    "too-large",
    "error",
    fr="Ce classeur est trop grand : {found} (limite : {limit}). Supprimez les lignes et colonnes"
    " inutiles, ou enregistrez la feuille en CSV.",
    en="This workbook is too large: {found} (limit: {limit}). Remove needless rows and columns, or"
    " save the sheet as CSV.",
)
NO_SHEET = ProblemKind(
    "no-such-sheet",
    "error",
    fr="Le classeur n’a pas de feuille « {name} ». Ses feuilles : {names}.",
    en="The workbook has no sheet “{name}”. Its sheets: {names}.",
)
_CHUNK = 1 << 16


class Merged(NamedTuple):
    """Cells shown as one: what is written stands in the first. Rows and columns from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; its rows are unpacked when they are asked for, as often as wanted."""

    name: str
    unpack: Callable[[], Iterator[tuple[int, list[Cell]]]]
    unpack_merged: Callable[[], Iterator[Merged]]
    hidden: bool = False

    def merged(self) -> list[Merged]:
        """Return the cells shown as one, which takes a reading. Raises UnusableInputError."""
        return list(islice(told(self.unpack_merged()), MAX_MERGED))

    def rows(self) -> Iterator[Row]:
        """Yield (row, cells) up to the last row with a value, rows counted from 1.

        Rows are as wide as the widest before them. Raises UnusableInputError.
        """
        last = width = 0
        for number, cells in told(self.unpack()):
            if number <= last:
                raise UnusableInputError(BROKEN_WORKBOOK.at(reason=f"{last} ≥ {number}"))
            check_extent(number, max(width, len(cells)))
            if (size := text_size(cells)) > MAX_ROW_TEXT:
                refuse(f"{size}", f"{MAX_ROW_TEXT}")
            for blank in range(last + 1, number):
                yield blank, [""] * width
            width = max(width, len(cells))
            cells.extend([""] * (width - len(cells)))
            yield number, cells
            last = number


def check_directory(stream: BinaryIO, *, most: int = MAX_DIRECTORY) -> None:
    """Refuse an archive whose list of parts is too long, before it is read: a second for 70,000.

    Its size stands at the end of the file, perhaps twice (APPNOTE 4.3.14 to 4.3.16): the largest
    that could be read there counts. Raises UnusableInputError.
    """
    end = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, end - _END))
    tail = stream.read()
    at = tail.rfind(b"PK\5\6")
    said = {int.from_bytes(tail[at + 12 : at + 16], "little")} if at >= 0 else set()
    said.discard(0xFFFFFFFF)  # "see the other"
    for large in re.finditer(rb"PK\x06\x06", tail):
        said.add(int.from_bytes(tail[large.start() + 40 : large.start() + 48], "little"))
    stream.seek(0)
    if (size := max((size for size in said if size <= end), default=0)) > most:
        refuse(f"{size} o", f"{most} o")


class Package:
    """The parts of a workbook, unpacked by pieces. Two full readings are all it ever gives."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        parts = archive.infolist()
        # Some Windows tools write backslashes, which the format forbids and spreadsheets forgive.
        self._parts = {slashed(part.filename).lower(): part for part in parts}
        total = sum(part.file_size for part in parts)
        if total > MAX_BYTES:
            refuse(f"{total // 2**20} Mo", f"{MAX_BYTES // 2**20} Mo")
        if len(parts) > MAX_PARTS:
            refuse(f"{len(parts)}", f"{MAX_PARTS}")
        if len(self._parts) < len(parts):  # which of the two is read would depend on who reads
            raise UnusableInputError(BROKEN_WORKBOOK.at(reason="duplicate parts"))
        self._left = 2 * MAX_BYTES

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part by pieces; nothing when there is no such part."""
        part = self._parts.get(name.lower())
        if part is None:
            return
        with self._archive.open(part) as unpacked:
            while piece := unpacked.read(_CHUNK):
                self._left -= len(piece)
                if self._left < 0:
                    refuse(f"> {2 * MAX_BYTES // 2**20} Mo", f"{MAX_BYTES // 2**20} Mo")
                yield piece


def told[T](items: Iterator[T]) -> Iterator[T]:
    """Yield the items; whatever a damaged archive raises is told as a damaged workbook."""
    try:
        yield from items
    except UnusableInputError:
        raise
    except MarkupError as error:
        raise UnusableInputError(BROKEN_WORKBOOK.at(reason=f"XML, {error.line}")) from None
    except Exception as error:  # zipfile and zlib raise many kinds
        raise UnusableInputError(BROKEN_WORKBOOK.at(reason=type(error).__name__)) from None


def slashed(name: str) -> str:
    """Return the name of a part with the separators of the format."""
    return name.replace("\\", "/")


def check_extent(rows: int, columns: int) -> None:
    """Raise UnusableInputError for a sheet larger than the limits."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        refuse(f"{rows} × {columns}", f"{MAX_ROWS} × {MAX_COLUMNS}, {MAX_CELLS // 1_000_000} M")


def refuse(found: str, limit: str) -> None:
    """Raise UnusableInputError: the workbook is too large."""
    raise UnusableInputError(TOO_LARGE.at(found=found, limit=limit))
