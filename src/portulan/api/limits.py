"""How many requests a token may send: so many a minute, told in the headers of each answer.

Counted in memory, as nothing is written to read: a row of the database for each request would cost
more than many of them, and make reads wait for writes. The processes of one server share it. Who
shows tokens that open nothing is counted by where they come from.
"""

from __future__ import annotations

import mmap
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct
from threading import Lock

from django.conf import settings

WINDOW = 60  # seconds
# Beyond so many callers at once, those of former minutes are forgotten.
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Room:
    """What is left in this minute, and how many seconds until the next."""

    limit: int
    left: int
    seconds: int

    @property
    def is_over(self) -> bool:
        return self.left < 0

    @property
    def headers(self) -> Mapping[str, str]:
        """As the draft of the IETF on rate limit headers names them."""
        said = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.left, 0)),
            "RateLimit-Reset": str(self.seconds),
        }
        return said | ({"Retry-After": str(self.seconds)} if self.is_over else {})


class _Table:
    """Counts that several processes of one server hold together, in memory that they share.

    It is made before they part. A process that is killed lets go of the lock by itself, and what it
    was writing is one count at most. A caller stands within some places of where their digest
    says; a place of a former minute is free.
    """

    SLOTS, NEAR = 16_384, 32
    _CELL = Struct("<QII")  # digest, minute, count

    def __init__(self) -> None:
        # For its lock alone. Nobody else finds the file, which has no name and holds nothing: were
        # the counts in it, a full disk would end whoever counts.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._cells = mmap.mmap(-1, self.SLOTS * self._CELL.size)

    def count(self, who: str, minute: int) -> int:
        """Count a request, and return how many there were in this minute."""
        digest = int.from_bytes(blake2b(who.encode(), digest_size=8).digest(), "little")
        with self._alone():
            at, before = self._place(digest, minute)
            self._CELL.pack_into(self._cells, at, digest, minute, before + 1)
        return before + 1

    def _place(self, digest: int, minute: int) -> tuple[int, int]:
        """Return where somebody is counted, and their count; all taken, the first place is."""
        free, first = None, digest % self.SLOTS
        for step in range(self.NEAR):
            at = (first + step) % self.SLOTS * self._CELL.size
            whose, when, count = self._CELL.unpack_from(self._cells, at)
            if when != minute:
                free = at if free is None else free
            elif whose == digest:
                return at, count
        return (first * self._CELL.size if free is None else free), 0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        import fcntl

        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)


_counts: dict[str, tuple[int, int]] = {}
_lock = Lock()
_table: _Table | None = None


def share() -> None:
    """Let the processes that part from this one count together. Not on Windows, where none does."""
    global _table
    _table = _Table()


def take(who: str, *, now: float | None = None) -> Room:
    """Count a request of somebody, and return what is left to them."""
    limit: int = settings.API_PER_MINUTE
    minute, seconds = divmod(int(time.time() if now is None else now), WINDOW)
    with _lock:
        count = _own(who, minute) if _table is None else _table.count(who, minute)
    return Room(limit, limit - count, WINDOW - seconds)


def _own(who: str, minute: int) -> int:
    """Count a request in the memory of this process."""
    if len(_counts) > _MOST:
        for one in [one for one, (when, _count) in _counts.items() if when < minute]:
            del _counts[one]
    when, count = _counts.get(who, (minute, 0))
    count = count + 1 if when == minute else 1
    _counts[who] = (minute, count)
    return count


def clear() -> None:
    """Forget all counts (tests)."""
    global _table
    with _lock:
        _counts.clear()
        _table = None
