"""Saving and restoring a SQLite database by its own online backup: readers and writers go on."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from portulan.cli.backups import opening
from portulan.cli.backups.archive import SavedDatabase, refusal
from portulan.cli.backups.problems import DATABASE_DAMAGED, HERE_DAMAGED, IN_USE
from portulan.core.folders import make_private, put_in_place

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
        copy.execute("DELETE FROM accounts_session")
        copy.commit()
        copy.execute("VACUUM")
    return SavedDatabase("sqlite", sqlite3.sqlite_version, migrations)


def check(staged: Path) -> None:
    """Raise UnusableInputError unless the file is a sound database."""
    try:
        with closing(_opened(staged)) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        raise refusal(DATABASE_DAMAGED, reason=error.sqlite_errorname) from error
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
        raise refusal(DATABASE_DAMAGED, reason=error.sqlite_errorname) from error


def close_what_opens(staged: Path) -> None:
    """Close, in a database that is not in place yet, the tokens, links and codes it holds."""
    from portulan.accounts.factors import last_step

    with closing(sqlite3.connect(staged)) as database, database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in tables.fetchall()]
        opening.close(database.execute, names, step=last_step(timezone.now()))


def load(staged: Path, *, aside: str = "") -> str:
    """Put the content of a database in the place of the one here, in one transaction of SQLite.

    With a stamp as `aside`, what is replaced is kept beside it; return where. A process killed in
    the middle leaves the former content: SQLite takes the rest back. Raises UnusableInputError when
    a writer holds the database.
    """
    kept = _free(settings.DATA / f"before-restore-{aside}.sqlite3")
    make_private(database_path())
    try:
        _replace_content(staged, kept if aside else None)
    except sqlite3.OperationalError:  # the disk is full, the database is locked…
        raise
    except sqlite3.DatabaseError:
        if not aside:
            raise
        # What SQLite cannot read is kept as it is, journal included.
        for suffix in ("-shm", "-wal", ""):
            with suppress(FileNotFoundError):
                Path(f"{database_path()}{suffix}").replace(f"{kept}{suffix}")
        _replace_content(staged, None)
    return str(kept) if aside else ""


def _replace_content(staged: Path, kept: Path | None) -> None:
    def hold(status: int, remaining: int, pages: int) -> None:
        """Set aside what is here once its writers are held off: no write falls in between."""
        if status == sqlite3.SQLITE_BUSY:
            raise refusal(IN_USE)
        if kept and remaining == pages - 1:
            _copy_aside(kept)

    with (
        closing(_opened(staged)) as source,
        closing(sqlite3.connect(database_path(), timeout=_WAIT)) as live,
    ):
        # The first page takes the lock, which the last gives back; tables need at least two.
        source.backup(live, pages=1, progress=hold)


def _free(kept: Path) -> Path:
    """Return a name that nothing has: two restorations of one second keep two copies."""
    names = (kept.with_stem(f"{kept.stem}-{rank}") for rank in count(2))
    return kept if not kept.exists() else next(name for name in names if not name.exists())


def _copy_aside(kept: Path) -> None:
    """Copy the database as it was before the transaction that replaces it."""
    part = kept.with_suffix(".part")
    try:
        with closing(_opened(database_path())) as before, closing(sqlite3.connect(part)) as copy:
            before.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        put_in_place(part, kept)
    except sqlite3.Error:
        part.unlink(missing_ok=True)
        raise


def database_path() -> Path:
    return Path(settings.DATA / "portulan.sqlite3")


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_WAIT)
