"""How a reading of a source may fail, and why a source is stopped (pure)."""

from __future__ import annotations

from enum import StrEnum


class Failure(StrEnum):
    """Why nothing was taken: the last good snapshot stays, with its day."""

    UNREADABLE = "unreadable"


class Stop(StrEnum):
    PERSON = "person"
