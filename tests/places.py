"""Whole places where the command line runs: a data folder, and a database of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from tests import commands

SERVER = settings.DATABASES["default"]
ON_POSTGRESQL = SERVER["ENGINE"].endswith("postgresql")

type Rows = list[tuple[Any, ...]]


class Place:
    """A data folder, with its SQLite file or its database on the server of the tests."""

    # Seconds for a command; on a busy machine, and for who measures, more.
    patience = float(os.environ.get("PATIENCE", "600"))

    def __init__(self, folder: Path, like: Place | None = None) -> None:
        """Make an empty place, or one that holds what another holds (nobody working there)."""
        self.folder = folder
        self.variables: dict[str, str] = {}
        self.name = f"guards_{secrets.token_hex(6)}"
        if like is not None:
            shutil.copytree(like.folder, folder, dirs_exist_ok=True)
        if ON_POSTGRESQL:
            model = f" TEMPLATE {like.name}" if like is not None else ""
            self._administer(f"CREATE DATABASE {self.name}{model}")

    @property
    def environment(self) -> dict[str, str]:
        told = {"PORTULAN_DATA": str(self.folder), "LANG": "en_GB.UTF-8"}
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        return (
            kept | told | ({"DATABASE_URL": self._url()} if ON_POSTGRESQL else {}) | self.variables
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command there, and do not wait for its end."""
        return subprocess.Popen(
            [sys.executable, "-m", "portulan", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run the command there, hold that it exits with the code, and return all that it said."""
        done = commands.run(*arguments, env=self.environment, timeout=self.patience)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        assert "Traceback" not in said
        return said

    def query(self, sql: str) -> Rows:
        """Return the rows of a query, as the database itself gives them."""
        with self._connected() as database:
            return [tuple(row) for row in database.execute(sql).fetchall()]

    def write(self, sql: str) -> None:
        """Write as somebody who knows no service."""
        with self._connected() as database:
            database.execute(sql)
            database.commit()

    def tables(self, *, of: dict[str, str] | None = None) -> dict[str, Rows]:
        """Return every row of every table, its columns in the order of their names, by table.

        Sessions are nobody's to keep, the mark of a shared folder is of its place, and so is who
        laid its guards. `of` are the
        tables and columns to read, as `shape` said them: what was there before others came.
        """
        shape = self.shape() if of is None else of
        found: dict[str, Rows] = {}
        with self._connected() as database:
            for name, columns in shape.items():
                where = " WHERE journal <> 'guards'" if name == "core_chainlink" else ""
                rows = database.execute(f'SELECT {columns} FROM "{name}"{where}').fetchall()  # noqa: S608
                found[name] = sorted((tuple(row) for row in rows), key=repr)
        return found

    def shape(self) -> dict[str, str]:
        """Return the columns of each table, as SQL names them."""
        names = self.query(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if ON_POSTGRESQL
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        left_out = {"django_session", "core_sharedfolder", "core_guardslaid"}
        shape: dict[str, str] = {}
        with self._connected() as database:
            for name in (name for (name,) in names if name not in left_out):
                columns = database.execute(f'SELECT * FROM "{name}" LIMIT 0').description  # noqa: S608
                shape[name] = ", ".join(sorted(f'"{column[0]}"' for column in columns))
        return shape

    def files(self) -> dict[str, bytes]:
        """Return the files received, by their place in the folder."""
        folder = self.folder / "uploads"
        found = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

    def remove(self) -> None:
        self.remove_database()

    def remove_database(self) -> None:
        if ON_POSTGRESQL:
            self._administer(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _url(self) -> str:
        who = f"{SERVER['USER']}:{SERVER['PASSWORD']}".rstrip(":")
        return f"postgresql://{who}@{SERVER['HOST']}:{SERVER['PORT'] or 5432}/{self.name}"

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        if ON_POSTGRESQL:
            import psycopg

            with closing(psycopg.connect(self._url())) as database:
                yield database
        else:
            with closing(sqlite3.connect(self.folder / "portulan.sqlite3", timeout=20)) as database:
                yield database

    def _administer(self, sql: str) -> None:
        import psycopg

        url = self._url().rpartition("/")[0]
        with closing(psycopg.connect(f"{url}/postgres", autocommit=True)) as database:
            database.execute(sql)


class Places:
    """Makes the places of a test, empty or with an organisation of their own."""

    def __init__(self, folder: Path, bourg: Place) -> None:
        self._folder, self._bourg = folder, bourg
        self._made: list[Place] = []

    def __call__(self, name: str, *, like: Place | None = None) -> Place:
        self._made.append(Place(self._folder / name, like))
        return self._made[-1]

    def settled(self, name: str) -> Place:
        """Make a place where an organisation was created."""
        return self(name, like=self._bourg)

    def remove(self) -> None:
        for place in self._made:
            place.remove()
