"""The words of steering (docs/words.md)."""

from __future__ import annotations

from enum import StrEnum


class Occasion(StrEnum):
    """Why a plan is sealed."""

    VOTE = "vote"
    COMMITTEE = "committee"
    BALANCE = "balance"  # the end of a year
    CLOSING = "closing"  # the end of the plan, each commitment kept or not


class Verdict(StrEnum):
    """What is said of a commitment when its plan is closed."""

    KEPT = "kept"
    NOT_KEPT = "not_kept"
