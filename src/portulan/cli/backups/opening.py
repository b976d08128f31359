"""What opens something in a database that comes back: closed before the database is in place.

Some of it may have been revoked or spent since the backup, and the archive does not know which. Its
hash is replaced by what no secret has, so that a restoration killed before it tells whose they were
has opened nothing; those who restore are then told, and each closing is in the journal of security.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

SECRETS = (
    ("accounts_token", "token_hash"),
    ("accounts_signinlink", "token_hash"),
    ("accounts_invitation", "token_hash"),
    ("accounts_recoverycode", "code_hash"),
    ("accounts_mailedcode", "code_hash"),
    ("steering_calendaraddress", "token_hash"),
    ("steering_reply", "key"),
    ("sources_source", "token_hash"),
)
_FACTORS = "accounts_factor"


def close(execute: Callable[[str], object], tables: Iterable[str], *, step: int) -> None:
    """Close what opens in those of the tables that are there: an older backup lacks some.

    Codes of an application serve again after `step` alone: those of before may have served.
    """
    for statement in _statements(set(tables), step):
        execute(statement)


def _statements(there: set[str], step: int) -> Iterator[str]:
    for table, column in SECRETS:
        if table in there:
            yield f"UPDATE {table} SET {column} = 'closed ' || id"  # noqa: S608 - our own names
    if _FACTORS in there:
        later = f"kind = 'totp' AND counter < {step:d}"
        yield f"UPDATE {_FACTORS} SET counter = {step:d} WHERE {later}"  # noqa: S608 - a number
