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
    ALLOT = "allot"  # the envelope of an action in a year
    SCENARIO = "scenario"  # a choice that was computed, as a whole
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
    REJECTED = "rejected"  # put to the vote, and not adopted
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


class Held(StrEnum):
    """What somebody holds and may hand over; what opens something is closed, never handed on."""

    PILOT = "pilot"
    FOLLOW = "follow"
    CONTRIBUTE = "contribute"
    REPLY = "reply"  # a campaign that waits for an answer
    SEAT = "seat"  # in a body
    SOURCE = "source"
    VIEW = "view"
    WEBHOOK = "webhook"


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
    BASELINE = "baseline"
    PILOT = "pilot"


class ChangeStatus(StrEnum):
    PROPOSED = "proposed"  # nothing is written
    ACCEPTED = "accepted"
    ASKED_AGAIN = "asked_again"  # goes back with a question
    REFUSED = "refused"  # what stood stays, and it is said


class DateKind(StrEnum):
    """What has a day in a plan."""

    ACTION = "action"
    MILESTONE = "milestone"
    DELIVERABLE = "deliverable"
    COMMITTEE = "committee"
    CAMPAIGN = "campaign"
    TODO = "todo"  # another item of “À faire”


class AlertKind(StrEnum):
    """What an organisation is alerted of, past a threshold of its own."""

    SHARE = "share"  # the share of the year is under its ambition
    COVERAGE = "coverage"  # too little of the budget is looked at
    LAW = "law"  # the law asks more from a day that comes
    DUE = "due"  # something is due soon
    EVIDENCE = "evidence"  # a piece is no longer valid, or soon not
    SOURCE = "source"  # what feeds indicators is late, stopped, or fails
    CONTRACT = "contract"  # to write, to correct, to renew before a day
    BUDGET = "budget"  # a day of the budget, and what it asks before it
    # Work under way: neither told by mail, nor sent to another tool.
    STATE = "state"  # of an action
    LACK = "lack"  # what an action still has to be given
    REPLY = "reply"
    CONSENT = "consent"
    CAMPAIGN = "campaign"
    SESSION = "session"
    ACCOUNTS = "accounts"


class Subject(StrEnum):
    """What a webhook tells of, as its type says it."""

    ACTION = "action.changed"
    INDICATOR = "indicator.changed"
    SHARE = "share.published"
    SEAL = "plan.sealed"
    COMMITTEE = "committee.closed"
    CAMPAIGN = "campaign.changed"
    ALERT = "alert.raised"


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"  # tried as often as it is


class Stopped(StrEnum):
    """Why a webhook sends nothing any more."""

    PERSON = "person"  # somebody stopped it
    FAILING = "failing"  # it failed for too long
    GONE = "gone"  # it answered that it is there no more (410)
    SECRET = "secret"  # noqa: S105 - its secret cannot be read with the key of this machine


# What is told once by mail and sent to other tools.
RAISED = frozenset(
    {
        *(AlertKind.SHARE, AlertKind.COVERAGE, AlertKind.LAW, AlertKind.DUE, AlertKind.EVIDENCE),
        *(AlertKind.SOURCE, AlertKind.CONTRACT, AlertKind.BUDGET),
    }
)
# What each needs; the others may be said by any body.
NEEDS = {
    Matter.LEVEL: Power.DECIDE,
    Matter.EXTEND: Power.DECIDE,
    Matter.CLOSE: Power.DECIDE,
    Matter.PILOT: Power.DECIDE,
    Matter.DATE: Power.DECIDE,
    Matter.DROP: Power.DECIDE,
    Matter.MONEY: Power.VOTE,
    Matter.ALLOT: Power.VOTE,
    Matter.SCENARIO: Power.VOTE,
}
# The sources of subjects that are only to be known.
TO_BE_KNOWN = ("since", "landing-", "to-know")
