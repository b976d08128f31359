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


class CampaignKind(StrEnum):
    """What pilots are asked: consent comes first."""

    ACCEPTANCE = "acceptance"  # do you pilot these actions?
    UPDATE = "update"  # where do they stand?


class CampaignState(StrEnum):
    DRAFT = "draft"  # shown before anything leaves
    OPEN = "open"
    CLOSED = "closed"


class Way(StrEnum):
    """How a reply comes: the campaign and its review are the same."""

    LINK = "link"  # signed, no account
    SIGN_IN = "sign_in"
    SHEET = "sheet"  # sent by hand, dropped back


class Question(StrEnum):
    """What an update campaign asks of each action."""

    PROGRESS = "progress"
    VALUES = "values"
    SPENDING = "spending"
    BLOCKED = "blocked"
    EVIDENCE = "evidence"


class Consent(StrEnum):
    """What a function answers when it is asked to pilot; silence is not a yes."""

    ACCEPTED = "accepted"
    NOT_ME = "not_me"
    TALK = "talk"


class About(StrEnum):
    """What a pilot proposes to change of an action."""

    PROGRESS = "progress"
    VALUE = "value"
    SPENT = "spent"
    BLOCKED = "blocked"
    NOTE = "note"
    EVIDENCE = "evidence"
    DUE_ON = "due_on"
    TARGET = "target"
    PILOT = "pilot"


class ChangeStatus(StrEnum):
    PROPOSED = "proposed"  # nothing is written
    ACCEPTED = "accepted"
    ASKED_AGAIN = "asked_again"  # goes back with a question
    REFUSED = "refused"  # what stood stays, and it is said


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
