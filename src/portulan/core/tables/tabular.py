"""A source as tables: one for a text, one per visible sheet of a workbook. Opened once.

Readers of tables look in turn at the first rows to tell whose layout it is; these rows are read
once for them all, as laying out a sheet takes as long as reading it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile
from typing import BinaryIO

from portulan.core.say.text import Text, UnusableInputError
from portulan.core.tables import ods, xlsx
from portulan.core.tables.delimited import DelimitedText, first_rows, open_table
from portulan.core.tables.sources import TABLE, WRONG_TYPE, ZIP_MAGIC, Source, Wanted
from portulan.core.tables.workbooks import (
    BROKEN_WORKBOOK,
    MAX_SHEETS,
    Cell,
    Merged,
    Package,
    Sheet,
    check_directory,
    refuse,
    told,
)

type Row = tuple[int, Sequence[Cell]]
type Join = Callable[[Iterable[Row]], Iterator[Row]]
HEAD_ROWS = 60
MAX_KEPT = 1_000_000  # cells of a sheet that are kept once it was unpacked to its end


class Table:
    """Rows that can be read as often as wanted, from the first; `name` is the sheet's, else ""."""

    def __init__(self, name: str, read: DelimitedText | Sheet) -> None:
        self.name = name
        self._read = read
        self._kept: list[Row] | None = None
        self._join: Join = iter

    def rows(self) -> Iterator[Row]:
        """Yield (row, cells), rows counted from 1. Raises UnusableInputError."""
        if self._kept is not None:
            return iter(self._kept)
        return self._keeping() if isinstance(self._read, Sheet) else iter(self._read.rows())

    def _keeping(self) -> Iterator[Row]:
        """Yield the rows of a sheet; they are kept, if they are few: unpacking takes long."""
        kept: list[Row] = []
        size = 0
        for row in self._read.rows():
            if size <= MAX_KEPT:
                kept.append(row)
                size += len(row[1])
            elif kept:
                kept.clear()
            yield row
        if size <= MAX_KEPT:
            self._kept = kept

    def rows_after(self, row: int) -> Iterator[Row]:
        """Yield the rows that come after one."""
        return self._join(dropwhile(lambda found: found[0] <= row, self.rows()))

    def joined(self, join: Join, name: str = "") -> Table:
        """Return the table with the rows that `join` makes of those after its titles."""
        table = Table(name or self.name, self._read)
        table._kept, table._join = self._kept, lambda rows: join(self._join(rows))
        return table

    @property
    def text(self) -> DelimitedText | None:
        """The text that it is, whose rows have as many cells as were written; None for a sheet."""
        return None if isinstance(self._read, Sheet) else self._read

    def merged(self) -> list[Merged]:
        """Return the cells shown as one; a text has none. Raises UnusableInputError."""
        return self._read.merged() if isinstance(self._read, Sheet) else []

    @cached_property
    def head(self) -> tuple[Row, ...]:
        """The first rows."""
        return tuple(first_rows(self.rows(), HEAD_ROWS))


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a source by name, the encoding of a text, and the sheets that are not shown."""

    by_name: dict[str, Table]
    encoding: str | None
    hidden: tuple[Table, ...] = ()


def tables_of(source: Source) -> Tables:
    """Return the tables of a source, opened the first time. Raises UnusableInputError."""
    if not isinstance(source.tables, Tables):
        if source.head.startswith(ZIP_MAGIC):
            sheets = all_sheets(source.stream, source.wanted)
            tables = [(sheet.hidden, Table(sheet.name, sheet)) for sheet in sheets]
            shown = {table.name: table for hidden, table in tables if not hidden}
            hidden = tuple(table for hidden, table in tables if hidden)
            source.tables = Tables(shown, None, hidden)
        else:
            text = open_table(source.stream, source.separator)
            source.tables = Tables({"": Table("", text)}, text.encoding)
    return source.tables


def open_workbook(stream: BinaryIO, wanted: Wanted = TABLE) -> list[Sheet]:
    """Return the visible sheets of an XLSX or ODS, in order.

    Raises UnusableInputError: not a workbook, damaged, or larger than the limits above.
    """
    return [sheet for sheet in all_sheets(stream, wanted) if not sheet.hidden]


def all_sheets(stream: BinaryIO, wanted: Wanted = TABLE) -> list[Sheet]:
    """Return the sheets of an XLSX or ODS, hidden ones among them. As `open_workbook`."""
    found = list(told(_sheets(stream, (xlsx.sheets, ods.sheets), wanted)))
    if all(sheet.hidden for sheet in found):
        raise UnusableInputError(BROKEN_WORKBOOK.at(reason="sheets: 0"))
    return found


def _sheets(
    stream: BinaryIO,
    kinds: tuple[Callable[[Package], Iterator[Sheet] | None], ...],
    wanted: Wanted,
) -> Iterator[Sheet]:
    check_directory(stream)
    package = Package(zipfile.ZipFile(stream))
    found = next((sheets for kind in kinds if (sheets := kind(package)) is not None), None)
    if found is None:
        zipped = Text("une archive ZIP", "a ZIP archive")
        raise UnusableInputError(WRONG_TYPE.at(found=zipped, it=wanted.it, give=wanted.give))
    for number, sheet in enumerate(found, start=1):
        if number > MAX_SHEETS:
            refuse(f"> {MAX_SHEETS}", f"{MAX_SHEETS}")
        yield sheet
