"""Saving and restoring a SQLite database by its own online backup: readers and writers go on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.conf import settings

from portulan.cli.backups.archive import SavedDatabase, refusal
from portulan.cli.backups.problems import DATABASE_DAMAGED, HERE_DAMAGED, IN_USE

_WAIT = 20.0  # seconds for a writer to finish


def save(to: Path, migrations: tuple[str, ...]) -> SavedDatabase:
    """Copy the database as it is at one instant into a new file, without anybody's session."""
    with closing(_opened(database_path())) as live, closing(sqlite3.connect(to)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        # Better known tonight than on the day when it is needed.
        found = [row[0] for row in copy.execute("PRAGMA quick_check(3)")]
        if found != ["ok"]:
            raise refusal(HERE_DAMAGED, reason="; ".join(found))
        # Whoever reads the archive must not be able to enter in the place of somebody.
        copy.execute("DELETE FROM django_session")
        copy.commit()
        copy.execute("VACUUM")
    return SavedDatabase("sqlite", sqlite3.sqlite_version, migrations)


def check(staged: Path) -> None:
    """Raise UnusableInputError unless the file is a sound database."""
    try:
        with closing(_opened(staged)) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        raise refusal(DATABASE_DAMAGED, reason=error) from error
    if found != ["ok"]:
        raise refusal(DATABASE_DAMAGED, reason="; ".join(found))


def migrations_of(staged: Path) -> set[str]:
    """Return the migrations that the database says were applied to it, as `app.name`."""
    try:
        with closing(_opened(staged)) as database:
            return {
                f"{a}.{n}" for a, n in database.execute("SELECT app, name FROM django_migrations")
            }
    except sqlite3.DatabaseError as error:
        raise refusal(DATABASE_DAMAGED, reason=error) from error


def keep_aside(stamp: str) -> str:
    """Copy the database that is going to be replaced beside it, and return where."""
    aside = settings.DATA / f"before-restore-{stamp}.sqlite3"
    part = aside.with_suffix(".part")
    try:
        with closing(_opened(database_path())) as live, closing(sqlite3.connect(part)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        part.replace(aside)
    except sqlite3.OperationalError:  # the disk is full, the database is locked…
        part.unlink(missing_ok=True)
        raise
    except sqlite3.DatabaseError:
        # What SQLite cannot read is kept as it is, journal included.
        part.unlink(missing_ok=True)
        for suffix in ("-shm", "-wal", ""):
            with suppress(FileNotFoundError):
                Path(f"{database_path()}{suffix}").replace(f"{aside}{suffix}")
    return str(aside)


def load(staged: Path) -> None:
    """Put the content of a database in the place of the one here, in one transaction of SQLite.

    A process killed in the middle leaves the former content: SQLite takes the rest back.
    """
    with closing(_opened(staged)) as source, _locked(database_path()) as live:
        source.backup(live)


def database_path() -> Path:
    return Path(settings.DATA / "portulan.sqlite3")


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_WAIT)


@contextmanager
def _locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database to write, once no other writer holds it."""
    with closing(sqlite3.connect(path, timeout=_WAIT)) as live:
        try:
            live.execute("BEGIN IMMEDIATE")
            live.rollback()
        except sqlite3.OperationalError as error:
            raise refusal(IN_USE) from error
        yield live
