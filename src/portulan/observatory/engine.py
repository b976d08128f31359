"""DuckDB, when the extra `observatory` is there: the values of the plain reader, from more rows.

A balance becomes a Parquet in the data folder, under its digest: written aside, then put in its
place, so that an import killed at any moment leaves nothing by halves, and goes on from there. The
making is `making.sql`, and what it finds odd (a budget that does not balance, rows twice, accounts
above others) is read again by the plain reader, which says why. What DuckDB cannot read at all is
left to that reader whole.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portulan.core.say.text import Problems
from portulan.core.tables.delimited import DelimitedText
from portulan.observatory.making import WANTED, Key, make, queries
from portulan.observatory.readers import balances, files
from portulan.observatory.readers.columns import Columns, possible_titles
from portulan.observatory.readers.findings import PROVISIONAL
from portulan.observatory.readers.records import Accounts, Packed, Reading
from portulan.observatory.words import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "256MB"
_ENCODINGS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "cp1252": "latin-1", "iso-8859-15": "latin-1"}
_TEXTS = ("siren", "cbudg", "lbudg", "nomen", "categ", "ctype", "ndept", "cregi", "fonction")
_BUDGET = ("exer", "siren", "cbudg", "ident")
_AT_ONCE = 20_000

type Tell = Callable[[int], None]


def is_there() -> bool:
    """Return whether the extra is installed."""
    return find_spec("duckdb") is not None


def read(path: Path, sha256: str, folder: Path, tell: Tell) -> list[files.AnyReading]:
    """Read a file as `files.read` does, by the engine when it is a balance it can read.

    `folder` keeps the Parquet. Raises UnusableInputError, as the plain reader does.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.part"):
        left.unlink() if left.is_file() else shutil.rmtree(left)
    with path.open("rb") as stream:
        if files.is_workbook(stream):
            return files.read(path, tell)
    try:
        with files.told(path.name), _plain(path, folder) as raw, _columns(raw) as columns:
            if columns is None:
                return files.read(path, tell)
            parquet = folder / f"{sha256}.parquet"
            if not parquet.exists():
                _convert(raw, columns, parquet)
            with connected(folder) as connection:
                connection.execute(f"CREATE VIEW said AS FROM read_parquet({_quoted(parquet)})")
                connection.execute("CREATE VIEW counted AS FROM said WHERE bal IN ('', 'DEF')")
                return [_reading(connection, columns, tell)]
    except duckdb.Error:
        return files.read(path, tell)


@contextmanager
def _plain(path: Path, folder: Path) -> Iterator[Path]:
    """Yield the table of a file, out of its ZIP if there is one table alone in it."""
    if not zipfile.is_zipfile(path):
        yield path
        return
    with zipfile.ZipFile(path) as archive:
        tables = [one for one in archive.namelist() if one.lower().endswith((".csv", ".txt"))]
        if len(tables) != 1:
            yield path
            return
        aside = folder / "table.part"
        try:
            with archive.open(tables[0]) as packed, aside.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
            yield aside
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def _columns(path: Path) -> Iterator[Columns | None]:
    """Yield the columns of a balance that the engine reads, None for any other file."""
    with path.open("rb") as stream:
        for _name, part in files.parts(stream, path.name):
            table = files.open_text(part)
            if table is None or table.encoding not in _ENCODINGS:
                break
            titles = possible_titles(table)
            yield next(
                (
                    Columns(table, line, names)
                    for line, names in titles
                    if balances.recognises(frozenset(names))
                ),
                None,
            )
            return
        yield None


def _convert(raw: Path, columns: Columns, parquet: Path) -> None:
    """Write the rows of a balance as a Parquet of cents, whole or not at all."""
    table = columns.table
    assert isinstance(table, DelimitedText)  # noqa: S101 - a workbook is the plain reader's
    names = "{" + ", ".join(f"'c{at}': 'VARCHAR'" for at in range(columns.width)) + "}"
    packed = "gzip" if raw.open("rb").read(2) == files.GZIP_MAGIC else "none"
    source = (
        f"read_csv({_quoted(raw)}, delim={_quoted(table.separator)}, quote='\"', header=false,"
        f" skip={columns.titles_at}, columns={names}, auto_detect=false, compression='{packed}',"
        f" encoding='{_ENCODINGS[table.encoding]}', max_line_size=1000000)"
    )
    texts = [f"{_at(columns, name)} AS {name}" for name in (*_TEXTS, "exer", "ident", "bal")]
    texts.append(f"{_at(columns, 'compte')} AS compte")
    amounts = [_amount(columns, name) for name in balances.AMOUNTS]
    aside = parquet.with_suffix(".part")
    with connected(parquet.parent) as connection:
        connection.execute(
            f"CREATE VIEW raw AS SELECT {', '.join([*texts, *amounts])} FROM {source}"  # noqa: S608
        )
        connection.execute(
            f"COPY ({queries()['said']}) TO {_quoted(aside)} (FORMAT parquet, COMPRESSION zstd)"
        )
    aside.replace(parquet)


def _at(columns: Columns, name: str) -> str:
    place = columns.at(name)
    return "''" if place is None else f"c{place}"


def _amount(columns: Columns, name: str) -> str:
    """Return a column of amounts with a decimal point; its mark is told by its first rows."""
    place = columns.at(name)
    if place is None:
        return f"CAST(NULL AS VARCHAR) AS {name}"
    comma = balances.mark_of(columns, place) == ","
    text = f"replace(c{place}, ',', '.')" if comma else f"c{place}"
    return f"coalesce({text}, '') AS {name}"


@contextmanager
def connected(folder: Path) -> Iterator[DuckDBPyConnection]:
    import duckdb

    connection = duckdb.connect()
    try:
        connection.execute(f"SET memory_limit='{MEMORY}'")
        connection.execute("SET preserve_insertion_order=false")
        connection.execute(f"SET temp_directory={_quoted(folder / 'spilled.part')}")
        connection.execute("CREATE TABLE wanted (start VARCHAR)")
        connection.executemany("INSERT INTO wanted VALUES (?)", [[one] for one in WANTED])
        yield connection
    finally:
        connection.close()
        with suppress(OSError):
            shutil.rmtree(folder / "spilled.part")


def _reading(connection: DuckDBPyConnection, columns: Columns, tell: Tell) -> Reading[Accounts]:
    """Make the accounts of every budget; what is odd is read again, row by row."""
    twice = _written_twice(connection)
    found, odd, rows = Packed(), dict[Key, Accounts](), 0
    for key, one in made_by_year(connection):
        if key[1] != one.siren:  # a number that is none, or spaced
            return balances.read(columns, tell)
        rows += one.rows
        if key in twice or not one.whole or _nested(one):
            odd[key] = one
        else:
            found.append(one)
    tell(rows)
    problems = Problems()
    left = connection.execute("SELECT count(*) FROM said WHERE bal NOT IN ('', 'DEF')").fetchone()
    if left and left[0]:
        problems.append(PROVISIONAL.at(count=left[0]))
    if odd:
        again = balances.read(columns, tell, only=set(odd))
        odd |= {(one.year, one.siren, one.budget, one.ident): one for one in again.found}
        for one in odd.values():
            found.append(one)
        problems.extend(one for one in again.problems if one.kind is not PROVISIONAL)
    return Reading(Kind.BALANCES, rows, found, problems)


def made_by_year(connection: DuckDBPyConnection) -> Iterator[tuple[Key, Accounts]]:
    """Make the accounts of every budget of the rows `counted`, a year after the other.

    What is grouped then fits in memory, whatever the years of a file.
    """
    years = connection.execute("SELECT DISTINCT exer FROM counted ORDER BY exer").fetchall()
    for (year,) in years:
        connection.execute(
            f"CREATE OR REPLACE VIEW balances AS FROM counted WHERE exer = {int(year)}"
        )
        yield from make(lambda sql: fetched(connection.cursor(), sql))


def _written_twice(connection: DuckDBPyConnection) -> set[Key]:
    """Return the budgets that have a row twice, wherever it stands.

    Rows are compared by a hash of what the plain reader compares: two that share one without being
    equal are looked at by that reader, and stay.
    """
    row = f"hash({', '.join((*_BUDGET, 'compte', 'fonction', *balances.AMOUNTS))})"
    twice = f"SELECT {row} AS h FROM counted GROUP BY h HAVING count(*) > 1"  # noqa: S608
    connection.execute(f"CREATE TEMP TABLE twice AS {twice}")
    if connection.execute("SELECT 1 FROM twice LIMIT 1").fetchone() is None:
        return set()
    found = connection.execute(
        f"SELECT DISTINCT {', '.join(_BUDGET)} FROM counted WHERE {row} IN (SELECT h FROM twice)"  # noqa: S608
    )
    return set(found.fetchall())


def _nested(one: Accounts) -> bool:
    accounts = sorted([*one.certain, *one.mixed])
    return any(b.startswith(a) for a, b in pairwise(accounts))


def fetched(connection: DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    found = connection.execute(sql)
    while some := found.fetchmany(_AT_ONCE):
        yield from some


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
