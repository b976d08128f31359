"""The words of steering (docs/words.md)."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Occasion(StrEnum):
    """Why a plan is sealed."""

    VOTE = "vote"
    COMMITTEE = "committee"
    BALANCE = "balance"  # the end of a year
    CLOSING = "closing"  # the end of the plan, each commitment kept or not


class Promise(StrEnum):
    """What is said of a commitment when its plan is closed."""

    KEPT = "kept"
    NOT_KEPT = "not_kept"


class Power(IntEnum):
    """What a body may do; a higher one may do all that the lower ones do."""

    ADVISE = 1
    DECIDE = 2  # levels, pilots, dates
    VOTE = 3  # the plan, ambitions, envelopes, money


class CommitteeState(StrEnum):
    PREPARING = "preparing"
    OPEN = "open"
    CLOSED = "closed"


class Matter(StrEnum):
    """What may be answered to an item of an agenda."""

    LEVEL = "level"
    EXTEND = "extend"
    CLOSE = "close"
    PILOT = "pilot"
    DATE = "date"
    DROP = "drop"
    MONEY = "money"
    TASK = "task"  # something to do, by somebody, by a day
    ADOPT = "adopt"  # what another body proposes
    REFUSE = "refuse"
    INFORMED = "informed"
    POSTPONED = "postponed"


class DecisionStatus(StrEnum):
    DRAFT = "draft"  # said in session, which is not over
    APPLIED = "applied"
    PROPOSED = "proposed"  # waits for the body that may
    VOTED = "voted"  # proposed, then adopted by the body that may
    REFUSED = "refused"
    TO_DO = "to_do"
    DONE = "done"
    POSTPONED = "postponed"
    NOTED = "noted"


# What each needs; the others may be said by any body.
NEEDS = {
    Matter.LEVEL: Power.DECIDE,
    Matter.EXTEND: Power.DECIDE,
    Matter.CLOSE: Power.DECIDE,
    Matter.PILOT: Power.DECIDE,
    Matter.DATE: Power.DECIDE,
    Matter.DROP: Power.DECIDE,
    Matter.MONEY: Power.VOTE,
}
