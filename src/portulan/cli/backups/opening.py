"""What opens something in a database that comes back: closed before the database is in place.

Some of it may have been revoked since the backup, and the archive does not know which. Its hash is
replaced by what no secret has, so that a restoration killed before it tells whose they were has
opened nothing; those who restore are then told, and each closing is in the journal of security.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

TABLES = (
    "accounts_token",
    "accounts_signinlink",
    "accounts_invitation",
    "steering_calendaraddress",
)


def close(execute: Callable[[str], object], tables: Iterable[str]) -> None:
    """Close what opens in those of the tables that are there: an older backup lacks some."""
    for statement in _statements(set(tables)):
        execute(statement)


def _statements(there: set[str]) -> Iterator[str]:
    for table in TABLES:
        if table in there:
            yield f"UPDATE {table} SET token_hash = 'closed ' || id"  # noqa: S608 - our own names
