"""How a reading of a source may fail, and why a source is stopped (pure)."""

from __future__ import annotations

from enum import StrEnum


class Failure(StrEnum):
    """Why nothing was taken: the last good snapshot stays, with its day."""

    REFUSED = "refused"
    RIGHTS = "rights"
    BUSY = "busy"
    BROKEN = "broken"
    SILENT = "silent"
    NOT_ALLOWED = "not-allowed"
    REDIRECTED = "redirected"
    NOT_JSON = "not-json"
    CUT = "cut"
    MOVED = "moved"
    TOO_BIG = "too-big"
    UNREADABLE = "unreadable"


class Stop(StrEnum):
    PERSON = "person"
    SECRET = "secret"  # noqa: S105 - the key of this machine does not open its secret


class FailedError(Exception):
    """A tool gave nothing that may be read."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why.value)
        self.why = why
