"""What an entry of a journal is sealed with, as it is written.

A seal is the SHA-256 of the canonical form (RFC 8785) of what the entry says, with a commitment in
the place of who it is about. The commitment is the SHA-256 of a salt and of who: once the salt is
destroyed, nobody can tell who from it, and the seal holds all the same.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import models

_SAFE = 2**53


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal whose entries are chained: what an entry says, and of whom it says it.

    `moment` is the field that dates an entry. What is purged loses its oldest entries: `cut` says
    up to which link, and its digest. `proves_who`: a salt goes when its person is erased, alone.
    """

    code: str
    model: type[models.Model]
    content: tuple[str, ...]
    who: tuple[str, ...]
    moment: str = "at"
    cut: Callable[[], tuple[int, str]] | None = None
    proves_who: bool = False

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)


_JOURNALS: dict[str, Journal] = {}


def register(journal: Journal) -> None:
    """Declare a journal, when its app is ready."""
    _JOURNALS[journal.code] = journal


def journals() -> list[Journal]:
    """Return the journals declared, in the order of their codes."""
    return [_JOURNALS[code] for code in sorted(_JOURNALS)]


def canonical(value: Any) -> bytes:
    """Return the one way to write a JSON value, whichever database it comes back from."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        return rfc8785.dumps(_tame(value))


def seal(journal: Journal, entry: Any, *, salted: bool = True) -> Any:
    """Seal an entry that is about to be written, and return it."""
    entry.salt = secrets.token_hex(16) if salted else ""
    entry.commitment = commitment(journal, entry)
    entry.seal = seal_of(journal, entry)
    return entry


def commitment(journal: Journal, entry: Any) -> str:
    """Return what hides who an entry is about: whoever has its salt can check it."""
    who = [getattr(entry, name) or None for name in journal.who]
    return hashlib.sha256(canonical([entry.salt, *who])).hexdigest()


def seal_of(journal: Journal, entry: Any) -> str:
    """Return the seal of what an entry says now."""
    said = {name: _plain(getattr(entry, name)) for name in journal.content}
    said[journal.moment] = _plain(getattr(entry, journal.moment))
    return hashlib.sha256(canonical(said | {"who": entry.commitment})).hexdigest()


def link_of(before: str, code: str, entry: int, sealed: str) -> str:
    """Return the digest of a link: the one before, the entry and its seal (as the guards do)."""
    return hashlib.sha256(f"{before}:{code}:{entry}:{sealed}".encode()).hexdigest()


def digest_of(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _tame(value: Any) -> Any:
    """Return a value that RFC 8785 can write: whole numbers beyond its own, other keys, NUL."""
    match value:
        case bool() | None:
            return value
        case int() if abs(value) >= _SAFE:
            return float(value) if float(value) == value else str(value)
        case float() if value != value or value in {float("inf"), float("-inf")}:
            return str(value)
        case str():
            return value.encode(errors="backslashreplace").decode()
        case dict():
            return {_tame(_key(key)): _tame(one) for key, one in value.items()}
        case list() | tuple():
            return [_tame(one) for one in value]
    return value


def _key(key: Any) -> str:
    """Return the key as JSON keeps it."""
    words = {True: "true", False: "false", None: "null"}
    return words.get(key, str(key)) if isinstance(key, bool | None) else str(key)
