"""The tables of a Grist document (SQLite), opened to be read and nothing else (pure).

Nothing of a stranger’s document runs: no view, no trigger, no function, no unmarshalling. Values
that do not fit their column are decoded in two shapes alone, and are unreadable else. An empty cell
of numbers is 0 there, so that 0 proves nothing.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.core.tables.grid import MOST_COLUMNS, MOST_ROWS, Grid
from portulan.core.tables.workbooks import Cell

NAME = "grist"
MAGIC = b"SQLite format 3"
MOST_TABLES = 100
_MOST_TEXT = 1 << 16
_SECONDS = 10
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_ERROR, _UNREADABLE = "", "illisible"
_HIDDEN = ("manualSort", "gristHelper_")
BROKEN = ProblemKind(
    "not-grist",
    "error",
    fr="Cette base SQLite n’est pas un document Grist lisible ({reason}).",
    en="This SQLite database is no Grist document that can be read ({reason}).",
)


class _Column(NamedTuple):
    name: str
    kind: str
    label: str
    shown_by: str  # the column that has the text of a reference


def grids_of(stream: BinaryIO) -> list[Grid]:
    """Return the tables of a document, titles first. Raises UnusableInputError."""
    with TemporaryDirectory(prefix="portulan-") as folder:
        path = Path(folder) / "document.grist"
        stream.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        try:
            with closing(
                sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
            ) as opened:
                _lock(opened)
                return list(_tables(opened))
        except (sqlite3.Error, ValueError, OverflowError) as error:
            raise UnusableInputError(BROKEN.at(reason=type(error).__name__)) from None


def _lock(opened: sqlite3.Connection) -> None:
    """Let nothing but a plain reading happen, and not for long."""
    opened.execute("PRAGMA trusted_schema = OFF")
    opened.execute("PRAGMA query_only = ON")
    opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 24)
    opened.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 2000)
    opened.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    opened.set_authorizer(
        lambda action, *_names: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY
    )
    end = time.monotonic() + _SECONDS
    opened.set_progress_handler(lambda: time.monotonic() > end, 10_000)


def _tables(opened: sqlite3.Connection) -> Iterator[Grid]:
    """Yield the tables of people, those that Grist keeps for itself and summaries left aside."""
    ordinary = {
        name
        for name, said in opened.execute("SELECT name, sql FROM sqlite_master WHERE type='table'")
        if not str(said).upper().startswith("CREATE VIRTUAL")
    }
    if not {"_grist_Tables", "_grist_Tables_column"} <= ordinary:
        raise UnusableInputError(BROKEN.at(reason="_grist_Tables"))
    wanted = opened.execute(
        "SELECT id, tableId FROM _grist_Tables WHERE summarySourceTable = 0 ORDER BY id"
    ).fetchmany(MOST_TABLES)
    for pk, name in wanted:
        hidden = str(name).startswith(("_grist", "GristHidden"))
        if name in ordinary and not hidden:
            yield _grid(opened, str(name), _columns(opened, pk))


def _columns(opened: sqlite3.Connection, table: int) -> list[_Column]:
    rows = opened.execute(
        "SELECT one.colId, one.type, one.label, other.colId FROM _grist_Tables_column AS one"
        " LEFT JOIN _grist_Tables_column AS other ON other.id = one.displayCol"
        " WHERE one.parentId = ? ORDER BY one.parentPos",
        (table,),
    )
    return [
        _Column(str(name), str(kind), str(label or name), str(shown or ""))
        for name, kind, label, shown in rows
        if not str(name).startswith(_HIDDEN)
    ][:MOST_COLUMNS]


def _grid(opened: sqlite3.Connection, name: str, columns: list[_Column]) -> Grid:
    asked = [column.shown_by or column.name for column in columns]
    selected = ", ".join(_quoted(one) for one in asked)
    rows = opened.execute(f"SELECT {selected} FROM {_quoted(name)} ORDER BY manualSort, id")  # noqa: S608
    titles: tuple[Cell, ...] = tuple(column.label for column in columns)
    found = [(1, titles)]
    for number, cells in enumerate(rows.fetchmany(MOST_ROWS), start=2):
        read = tuple(_cell(column, cell) for column, cell in zip(columns, cells, strict=True))
        found.append((number, read))
    return Grid(name, tuple(found), source=NAME)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(column: _Column, cell: Any) -> Cell:
    """Return a value as a person sees it in its column."""
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return _decoded(cell)
    kind, _, of = column.kind.partition(":")
    if kind in ("ChoiceList", "RefList", "Attachments"):
        return _listed(cell)
    if isinstance(cell, str):
        return cell[:_MOST_TEXT]
    if kind == "Bool":
        return bool(cell)
    if kind in ("Date", "DateTime"):
        return _day(float(cell), of if kind == "DateTime" else "")
    if kind in ("Numeric", "Int") and cell == 0:
        return "0\u00a0?"  # what an empty cell is, too
    if kind in ("Ref", "Any") and cell == 0:
        return ""
    return cell if isinstance(cell, int | float) else _UNREADABLE


def _day(seconds: float, zone: str) -> Cell:
    with suppress(OverflowError, OSError, ValueError, KeyError):
        day = datetime.fromtimestamp(seconds, UTC)
        return (day.astimezone(ZoneInfo(zone)) if zone else day).date()
    return _UNREADABLE


def _listed(cell: Any) -> str:
    """Return a list as its texts, those of references left: they are numbers of rows."""
    try:
        items = json.loads(cell) if isinstance(cell, str) else []
    except (ValueError, RecursionError):
        return str(cell)[:_MOST_TEXT]
    return (
        ", ".join(one for one in items if isinstance(one, str)) if isinstance(items, list) else ""
    )


def _decoded(blob: bytes) -> str:
    """Return a text of Python’s own format, two shapes of it alone; the rest is unreadable."""
    if blob[:1] == b"u" and len(blob) >= 5:
        size = int.from_bytes(blob[1:5], "little")
        text = blob[5 : 5 + size]
        if len(text) == size <= _MOST_TEXT:
            with suppress(UnicodeDecodeError):
                return text.decode()
    if blob[:1] == b"[" and blob[5:11] == b"u\x01\x00\x00\x00E":
        return _ERROR  # a formula that failed
    return _UNREADABLE
