"""Where everything goes: an address, whether it is empty, and how it says that it is unfinished.

A place that a move began in says so until it is whole: its SQLite file bears another name, its
PostgreSQL database has one more table. `serve` refuses it (`core.schema`), a move begins it again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portulan.cli.backups.backup import sha256_of
from portulan.cli.moving.problems import FILE_OTHERWISE, NOT_A_PLACE, NOT_EMPTY
from portulan.core.folders import put_in_place
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError

DATABASE = "portulan.sqlite3"
KEY = "secret.key"
# Made again by whoever serves, or of another time.
_LEFT = ("static", ".backup-", "before-restore-", DATABASE)


@dataclass(frozen=True, slots=True)
class Destination:
    """The folder of files, and the address of the database; none for SQLite in the folder."""

    data: Path
    url: str = ""

    @property
    def being_written(self) -> Path:
        """The file that is there as long as not all is in the folder: its database, if SQLite."""
        return self.data / f"{DATABASE}.moving"

    @property
    def name(self) -> str:
        """How it is called on screen: an address may hold a password."""
        if not self.url:
            return str(self.data / DATABASE)
        parts = urlsplit(self.url)
        return f"postgresql://{parts.hostname or ''}{parts.path}"


def refusal(kind: ProblemKind, **values: object) -> UnusableInputError:
    return UnusableInputError(Problem(kind, values=values))


def destination(address: str, *, here: Path, data: Path | None) -> Destination:
    """Read an address. The files of a PostgreSQL place stay where they are, unless `data` is said.

    Raises UnusableInputError.
    """
    parts = urlsplit(address)
    path = unquote(parts.path)
    if parts.scheme in {"postgres", "postgresql"} and path.strip("/"):
        return Destination((data or here).expanduser().resolve(), address)
    # sqlite:///relative, sqlite:////absolute, as elsewhere; sqlite:///C:/folder on Windows.
    folder = Path(path[1:]).expanduser()
    if parts.scheme != "sqlite" or parts.netloc or not path.strip("/"):
        raise refusal(NOT_A_PLACE)
    return Destination((folder.parent if folder.name == DATABASE else folder).resolve())


def require_empty_folder(to: Destination, *, here: Path) -> None:
    """Raise UnusableInputError when the folder holds data; what a move left there is no data."""
    left = any(files_of(to.data)) and to.data != here and not to.being_written.exists()
    if left or ((to.data != here or not to.url) and _has_tables(to.data / DATABASE)):
        raise refusal(NOT_EMPTY, place=str(to.data))


def files_of(data: Path) -> Iterator[Path]:
    """Yield the files of a folder of data but its database, by their path within it."""
    if not data.is_dir():
        return
    for top in sorted(data.iterdir()):
        if top.name.startswith(_LEFT) or top.name == KEY:
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(data)


def copy_key(here: Path, to: Path) -> None:
    """Take the secret key along, if it is in the folder: links and sessions hold."""
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (here / KEY).is_file() and not (to / KEY).exists():
        with os.fdopen(
            os.open(to / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as kept:
            kept.write((here / KEY).read_bytes())


def copy_file(here: Path, to: Path, name: Path) -> None:
    """Copy one file, which appears whole. Raises UnusableInputError when it is not the same."""
    (to / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = to / name.with_name(f".moving-{name.name}")
    shutil.copy2(here / name, waiting)
    if sha256_of(waiting) != sha256_of(here / name):
        raise refusal(FILE_OTHERWISE, name=str(name))
    put_in_place(waiting, to / name)


def _has_tables(base: Path) -> bool:
    """Tell whether a file is a database where something was made: to look at one is to make it."""
    if not base.exists():
        return False
    with closing(sqlite3.connect(f"{base.as_uri()}?mode=ro", uri=True)) as database:
        return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
