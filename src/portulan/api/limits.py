"""How many requests a token may send: so many a minute, told in the headers of each answer.

Counted in the memory of the process that answers, as nothing is written to read. Who shows tokens
that open nothing is counted by where they come from.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
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


_counts: dict[str, tuple[int, int]] = {}
_lock = Lock()


def take(who: str, *, now: float | None = None) -> Room:
    """Count a request of somebody, and return what is left to them."""
    limit: int = settings.API_PER_MINUTE
    minute, seconds = divmod(int(time.time() if now is None else now), WINDOW)
    with _lock:
        if len(_counts) > _MOST:
            for one in [one for one, (when, _count) in _counts.items() if when < minute]:
                del _counts[one]
        when, count = _counts.get(who, (minute, 0))
        count = count + 1 if when == minute else 1
        _counts[who] = (minute, count)
    return Room(limit, limit - count, WINDOW - seconds)


def clear() -> None:
    """Forget all counts (tests)."""
    with _lock:
        _counts.clear()
