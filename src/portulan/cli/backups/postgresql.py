"""Saving by pg_dump, and restoring what pg_restore says in one transaction of our own.

pg_restore writes SQL and connects to nothing: we execute it, so that the tables that are replaced
are set aside and the new ones made in one transaction, and so that nothing of an archive is ever
read by psql, whose commands can start programs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import IO

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from portulan.cli.backups import opening
from portulan.cli.backups.archive import SavedDatabase, refusal
from portulan.cli.backups.problems import IN_USE, NO_TOOL, OLD_TOOL, OTHER_SCHEMA, TOOL_FAILED

_WAIT = "20s"  # for those who are writing to finish
# Said by newer tools, and understood neither by older servers nor by anything but psql.
_LEFT_OUT = (b"\\restrict", b"\\unrestrict", b"SET transaction_timeout")


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    path: str
    major: int


def tool_of(name: str, *, at_least: int = 0) -> Tool:
    """Return a client program of PostgreSQL. Raises UnusableInputError: absent, or too old."""
    wanted = max(at_least, connection.pg_version // 10_000)  # type: ignore[attr-defined]  # of this vendor
    path = shutil.which(name)
    if path is None:
        raise refusal(NO_TOOL, name=name, server=wanted)
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", told)
    if found is None:
        raise refusal(TOOL_FAILED, name=name, reason=told.strip() or "--version")
    if int(found[1]) < wanted:
        raise refusal(OLD_TOOL, name=name, tool=found[1], server=wanted)
    return Tool(name, path, int(found[1]))


def save(to: Path, migrations: tuple[str, ...]) -> SavedDatabase:
    """Dump the tables as they are at one instant into a new file, without anybody's session."""
    tool, schema = tool_of("pg_dump"), _schema()
    options = ["--format=custom", "--no-owner", "--no-privileges", "--no-password"]
    target = connection.settings_dict
    done = subprocess.run(
        [
            tool.path,
            *options,
            f"--schema={schema}",
            # Whoever reads the archive must not be able to enter in the place of somebody.
            f"--exclude-table-data={schema}.accounts_session",
            f"--file={to}",
            str(target["NAME"]),
        ],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise refusal(TOOL_FAILED, name=tool.name, reason=" ".join(done.stderr.split()))
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return SavedDatabase("postgresql", version, migrations, schema, tool.major)


def load(staged: Path, saved: SavedDatabase, *, stamp: str, keep: bool, keep_tokens: bool) -> str:
    """Put the tables of a dump in the place of those here, in one transaction.

    What opens something in them is closed in that transaction, unless `keep_tokens`.
    Those that were here are kept in a schema of their own, whose name is returned, unless `keep`
    is false. Raises UnusableInputError: program absent or too old, other schema, tables in use.
    """
    tool, schema = tool_of("pg_restore", at_least=saved.tool), _schema()
    if saved.schema != schema:
        raise refusal(OTHER_SCHEMA, saved=saved.schema, here=schema)
    aside = _free(f"portulan_before_{stamp}")
    try:
        with transaction.atomic():
            _set_aside(schema, aside)
            for section in ("pre-data", "data", "post-data"):
                _execute(tool, staged, schema, section)
                if section == "data" and not keep_tokens:
                    _close_what_opens(schema)
            if not keep:
                _run(f'DROP SCHEMA "{aside}" CASCADE')
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "55P03":  # lock_not_available
            raise refusal(IN_USE) from error
        raise
    finally:
        connection.close()  # the script of pg_restore changes the settings of the session
    return aside if keep else ""


def _close_what_opens(schema: str) -> None:
    """Close the tokens, links and codes of the tables that were just made."""
    from portulan.accounts.factors import last_step

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        tables = [name for (name,) in cursor.fetchall()]
    step = last_step(timezone.now())
    opening.close(lambda statement: _run(_of_schema(statement, schema)), tables, step=step)


def _of_schema(statement: str, schema: str) -> str:
    """Name the schema of a table: the script of pg_restore leaves no path to look in."""
    return statement.replace("UPDATE ", f'UPDATE "{schema}".', 1)


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(current_schema(), 'public')")
        return str(cursor.fetchone()[0])


def _environment() -> dict[str, str]:
    """Return the environment of the tools; a password is never an argument, which others see."""
    target = connection.settings_dict
    told = {
        "PGHOST": target["HOST"],
        "PGPORT": target["PORT"],
        "PGUSER": target["USER"],
        "PGPASSWORD": target["PASSWORD"],
    }
    return os.environ | {name: str(value) for name, value in told.items() if value}


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _free(name: str) -> str:
    """Return a name that no schema has: two restorations of one second keep two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [f"{name}%"])
        taken = {found for (found,) in cursor.fetchall()}
    names = chain([name], (f"{name}_{rank}" for rank in count(2)))
    return next(one for one in names if one not in taken)


def _set_aside(schema: str, aside: str) -> None:
    """Move the tables, with their sequences and guards, to a new schema."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_WAIT}'")
        cursor.execute(f'CREATE SCHEMA "{aside}"')
        cursor.execute(
            "SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = %s::regnamespace"
            " AND p.pronamespace = c.relnamespace",
            [f'"{schema}"'],
        )
        functions = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{schema}"."{table}" SET SCHEMA "{aside}"')
        for function in functions:
            cursor.execute(f'ALTER FUNCTION {function} SET SCHEMA "{aside}"')


def _execute(tool: Tool, staged: Path, schema: str, section: str) -> None:
    """Execute what pg_restore says of a section: statements, and the rows of COPY."""
    # To files, not pipes: a program that waits on one of two pipes would never end.
    with tempfile.TemporaryFile(dir=staged.parent) as script:
        done = subprocess.run(
            [
                tool.path,
                *("--no-owner", "--no-privileges", "--file=-"),
                *(f"--schema={schema}", f"--section={section}"),
                str(staged),
            ],
            stdout=script,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            told = done.stderr.decode(errors="replace")
            raise refusal(TOOL_FAILED, name=tool.name, reason=" ".join(told.split()))
        script.seek(0)
        for statement in _statements(script):
            if statement.startswith(b"COPY "):
                _copy(statement.decode(), script)
            else:
                _run(statement.decode())


def _statements(script: IO[bytes]) -> Iterator[bytes]:
    """Yield the script in pieces that can be executed; after a COPY, its rows are to be read."""
    piece: list[bytes] = []
    # Not by iteration: who reads the rows in between must find the place where we are.
    while line := script.readline():
        if line.startswith(_LEFT_OUT) or (not piece and line.startswith((b"--", b"\n"))):
            continue
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            if piece:
                yield b"".join(piece)
            piece = []
            yield line
        else:
            piece.append(line)
    if piece:
        yield b"".join(piece)


def _copy(statement: str, script: IO[bytes]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(statement) as rows,
    ):
        while (line := script.readline()) not in {b"\\.\n", b""}:
            rows.write(line)
