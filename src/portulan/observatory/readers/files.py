"""Opening a public file as it is published: plain, gzip, a ZIP of tables, a workbook (pure).

Nothing is unpacked to the disk and nothing is held whole: a year of all towns is a gigabyte.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from portulan.core.os_errors import reason_of
from portulan.core.say.text import Problem, Text, UnusableInputError
from portulan.core.tables.delimited import DelimitedText, open_table
from portulan.core.tables.sources import EMPTY, FORBIDDEN, MISSING, ZIP_MAGIC
from portulan.core.tables.tabular import open_workbook
from portulan.observatory.readers import balances, contracts, population, published, reuse
from portulan.observatory.readers.columns import Columns, Row, SheetText, Table, possible_titles
from portulan.observatory.readers.findings import (
    CUT,
    LACKS_COLUMNS,
    LEFT_MEMBER,
    NO_ROWS,
    NO_TABLE,
    NOT_JSON,
    UNKNOWN_LAYOUT,
)
from portulan.observatory.readers.records import Reading

GZIP_MAGIC = b"\x1f\x8b"
_WORKBOOK = frozenset({"[Content_Types].xml", "content.xml"})
_TABLES = (".csv", ".txt", ".tsv", ".json")
# What a member of an archive may be that is no data of ours.
_NOT_OURS = (UNKNOWN_LAYOUT, EMPTY, NOT_JSON, LACKS_COLUMNS)
_DAMAGED = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError)

_BALANCE = Text("une balance comptable", "a balance of accounts")

type Tell = Callable[[int], None]
type AnyReading = Reading[Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file is known by: its name, its size and its digest."""

    name: str
    size: int
    sha256: str


def identity_of(stream: BinaryIO, name: str) -> Identity:
    """Return the digest of a stream, which is rewound."""
    digest = hashlib.sha256()
    size = 0
    while piece := stream.read(1 << 20):
        digest.update(piece)
        size += len(piece)
    stream.seek(0)
    return Identity(name, size, digest.hexdigest())


def identity_of_file(path: Path) -> Identity:
    """Return the digest of a file. Raises UnusableInputError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return identity_of(file, path.name)
    except FileNotFoundError:
        raise UnusableInputError(MISSING.at(name=str(path))) from None
    except OSError as error:
        raise UnusableInputError(FORBIDDEN.at(name=str(path), reason=reason_of(error))) from None


def read(path: Path, tell: Tell) -> list[AnyReading]:
    """Read a file as whatever it is; an archive has a reading for each table.

    Raises UnusableInputError: cut, damaged, of no known layout; nothing of it is then to be kept.
    """
    with path.open("rb") as file:
        return read_stream(file, path.name, tell)


def read_stream(stream: BinaryIO, name: str, tell: Tell) -> list[AnyReading]:
    """Read a stream that can be rewound, as `read` does a file."""
    with told(name):
        if zipfile.is_zipfile(stream):
            stream.seek(0)
            with zipfile.ZipFile(stream) as archive:
                if described := published.descriptor_of(archive):
                    return published.read_package(archive, described, _open_columns)
                if _WORKBOOK.isdisjoint(archive.namelist()):
                    return _read_archive(archive, tell)
        if is_workbook(stream):
            return _read_workbook(stream, name, tell)
        return [
            reading
            for its_name, part in parts(stream, name)
            for reading in _read_table(part, its_name, tell)
        ]


@contextmanager
def told(name: str) -> Iterator[None]:
    """Say of a damaged archive that it is cut, and of which file."""
    try:
        yield
    except _DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise UnusableInputError(CUT.at(file=name, reason=reason)) from None
    except UnusableInputError as error:
        problem = error.problem
        kind = problem.kind
        raise UnusableInputError(
            kind.at(line=problem.line, file=problem.file or name, **problem.values)
        ) from None


def parts(stream: BinaryIO, name: str) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the tables of a file, unpacked as they are read."""
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(GZIP_MAGIC):
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield name.removesuffix(".gz"), cast(BinaryIO, unpacked)
    elif head == ZIP_MAGIC:
        with zipfile.ZipFile(stream) as archive:
            for one in _tables_in(archive):
                with archive.open(one) as unpacked:
                    yield one, cast(BinaryIO, unpacked)
    else:
        yield name, stream


def _tables_in(archive: zipfile.ZipFile) -> list[str]:
    tables = [one for one in archive.namelist() if one.lower().endswith(_TABLES)]
    if not tables:
        raise UnusableInputError(NO_TABLE.at())
    return tables


def _read_archive(archive: zipfile.ZipFile, tell: Tell) -> list[AnyReading]:
    """Read the members that are tables known here; a balance cut in several is read as one.

    What is known by nobody (a text that explains the others) is left and told, unless all are.
    """
    found: list[AnyReading] = []
    left: list[tuple[str, UnusableInputError]] = []
    for together in _one_table_each(archive):
        try:
            found += _read_members(archive, together, tell)
        except UnusableInputError as error:
            if error.problem.kind not in _NOT_OURS:
                raise
            left.append((together[0], error))
    if not found:
        raise left[0][1]
    for member, _error in left:
        found[0].problems.append(LEFT_MEMBER.at(member=member))
    return found


def _one_table_each(archive: zipfile.ZipFile) -> list[list[str]]:
    """Return the members of an archive, those of one balance, by their titles, together."""
    together: dict[object, list[str]] = {}
    for name in _tables_in(archive):
        with archive.open(name) as member, suppress(UnusableInputError):
            table = open_text(cast(BinaryIO, member))
            titles = possible_titles(table) if table is not None else []
            known = [tuple(its) for _at, its in titles if balances.recognises(frozenset(its))]
            together.setdefault(known[0] if known else name, []).append(name)
            continue
        together[name] = [name]
    return list(together.values())


def _read_members(archive: zipfile.ZipFile, names: list[str], tell: Tell) -> list[AnyReading]:
    if len(names) == 1:
        with archive.open(names[0]) as member:
            return _read_table(cast(BinaryIO, member), names[0], tell)
    reading = _recognised(_Joined(archive, names), names[0], tell)
    return [reading] if reading is not None else []


@dataclass(frozen=True, slots=True)
class _Joined:
    """The rows of members of an archive that have the same titles, as of one table."""

    archive: zipfile.ZipFile
    names: list[str]

    def rows(self) -> Iterator[Row]:
        """Yield (row, cells), rows counted from 1 over all. Raises UnusableInputError."""
        before = 0
        for at, name in enumerate(self.names):
            last = 0
            with self.archive.open(name) as member:
                table = open_text(cast(BinaryIO, member))
                titles = _titles_at(table) if table is not None and at else 0
                for line, cells in table.rows() if table is not None else ():
                    last = line
                    if line > titles:
                        yield before + line, cells
            before += last


def _titles_at(table: Table) -> int:
    rows = possible_titles(table)
    return next((line for line, its in rows if balances.recognises(frozenset(its))), 0)


def _open_columns(stream: BinaryIO) -> Columns:
    """Return the columns of a table of a data package. Raises UnusableInputError."""
    table = open_text(io.BytesIO(stream.read(published.MOST_BYTES)))
    if table is None:
        raise UnusableInputError(UNKNOWN_LAYOUT.at(columns="–"))
    line, titles = possible_titles(table)[0]
    return Columns(table, line, titles)


def _read_table(stream: BinaryIO, name: str, tell: Tell) -> list[AnyReading]:
    table = open_text(stream)
    if table is None:
        document = published.load(stream)
        if published.is_ours(document):
            return published.read_document(cast("published.Document", document))
        if published.is_table(document):
            return published.read_table(cast("list[object]", document))
        return [contracts.read_document(document)]
    reading = _recognised(table, name, tell)
    if reading is None:
        raise UnusableInputError(_unknown(table))
    return [reading]


def _unknown(table: Table) -> Problem:
    """Return why a table is not read: the columns that it lacks, where it looks like a balance."""
    for _line, titles in possible_titles(table):
        if lacking := balances.lacks(frozenset(titles)):
            columns = ", ".join(lacking).upper()
            return LACKS_COLUMNS.at(what=_BALANCE, columns=columns)
    return UNKNOWN_LAYOUT.at(columns=_titles_of(table))


def _read_workbook(stream: BinaryIO, name: str, tell: Tell) -> list[AnyReading]:
    """Read the sheets that are tables known here; a first one often explains the others."""
    tables = [SheetText(sheet) for sheet in open_workbook(stream)]
    readings = [_recognised(table, name, tell) for table in tables]
    found = [reading for reading in readings if reading is not None]
    if not found:
        raise UnusableInputError(_unknown(tables[0]))
    return found


def is_workbook(stream: BinaryIO) -> bool:
    """Return whether a stream, which is rewound, is a workbook of today (XLSX, ODS)."""
    found = False
    if zipfile.is_zipfile(stream):
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            found = not _WORKBOOK.isdisjoint(archive.namelist())
    stream.seek(0)
    return found


def _recognised(table: Table, name: str, tell: Tell) -> AnyReading | None:
    """Read a table as the first reader that knows its titles does, None when none does."""
    for line, titles in possible_titles(table):
        names = frozenset(titles)
        for recognises, read_it in _READERS:
            if recognises(names):
                reading = read_it(Columns(table, line, titles), name, tell)
                if not reading.rows:
                    raise UnusableInputError(NO_ROWS.at())
                return reading
    return None


def _titles_of(table: Table) -> str:
    rows = possible_titles(table)
    return ", ".join(rows[0][1][:12]) if rows else "–"


def open_text(stream: BinaryIO) -> DelimitedText | None:
    """Return a stream as a table of text, None when it is JSON. Raises UnusableInputError."""
    head = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    stream.seek(0)
    if not head:
        raise UnusableInputError(EMPTY.at())
    return None if head.startswith((b"{", b"[")) else open_table(stream)


_READERS: tuple[
    tuple[Callable[[frozenset[str]], bool], Callable[[Columns, str, Tell], AnyReading]], ...
] = (
    (balances.recognises, lambda columns, _name, tell: balances.read(columns, tell)),
    (contracts.recognises, lambda columns, _name, _tell: contracts.read(columns)),
    (reuse.recognises, lambda columns, _name, _tell: reuse.read(columns)),
    (
        population.recognises_groupings,
        lambda columns, name, _tell: population.read_groupings(columns, name),
    ),
    (published.recognises, lambda columns, _name, _tell: published.read(columns)),
    (population.recognises, lambda columns, name, _tell: population.read(columns, name)),
)
