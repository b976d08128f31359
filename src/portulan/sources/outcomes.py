"""How a reading of a source may fail, and why a source is stopped (pure)."""

from __future__ import annotations

from enum import StrEnum


class Failure(StrEnum):
    """Why nothing was taken: the last good snapshot stays, with its day."""

    UNREADABLE = "unreadable"
    UNREACHED = "unreached"  # nobody answers there
    INSIDE = "inside"  # an address of the own network that nobody opened
    SLOW = "slow"
    REFUSED = "refused"  # the secret opens nothing (any more)
    EXPIRED = "expired"  # the day that was said of the secret is past
    RIGHT = "right"  # the account may not read this
    PERSONAL = "personal"  # the account is somebody's, or may write
    BUSY = "busy"  # too many requests, as it says, and it went on saying so
    BROKEN = "broken"  # a fault of the tool
    CUT = "cut"
    SIGN_IN = "sign-in"  # a page for people, where data was asked
    MOVED = "moved"  # it sends elsewhere
    BIG = "big"
    CHANGED = "changed"  # the list moved while it was read
    UNCOUNTED = "uncounted"  # it does not say how many there are
    AHEAD = "ahead"  # dated by a clock that was wrong: seen when it is asked, never kept


class UnansweredError(Exception):
    """A tool did not answer what was asked of it: nothing of it is kept."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why.value)
        self.why = why


class Stop(StrEnum):
    PERSON = "person"
    SECRET = "secret"  # noqa: S105 - what opens it is not there, or is sealed by another machine
