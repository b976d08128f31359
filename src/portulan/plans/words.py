"""The words of plans (docs/words.md). Progress and level are orthogonal."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class CommitmentLevel(IntEnum):
    """How firmly the organisation commits; a higher number is a firmer commitment."""

    STUDY = 1
    EXPERIMENT = 2
    IMPLEMENTATION = 3


class Progress(StrEnum):
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    ONGOING = "ongoing"
    PAUSED = "paused"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What a commitment decision says."""

    ADOPT = "adopt"  # the first level, voted with the plan or later
    MOVE = "move"  # up, skip or down
    EXTEND = "extend"  # an experiment goes on
    CLOSE = "close"  # commitment kept, no follow-up, for this reason


class Tie(StrEnum):
    """How an action bears on another."""

    REQUIRES = "requires"
    EXCLUDES = "excludes"
    REPLACES = "replaces"
    MERGES = "merges"  # with the other
    PART_OF = "part_of"


# Of these ties, saying one way says the other.
MUTUAL = frozenset({Tie.EXCLUDES, Tie.MERGES})


class Reach(StrEnum):
    ORGANISATION = "organisation"
    TERRITORY = "territory"


class State(StrEnum):
    """What is derived and never typed."""

    LATE = "late"
    MILESTONE_LATE = "milestone_late"
    DELIVERABLE_LATE = "deliverable_late"
    NOT_STARTED = "not_started"
    STALE = "stale"
    VACANT = "vacant"
    UNFUNDED = "unfunded"
    NOT_COSTED = "not_costed"
    OVER_ENVELOPE = "over_envelope"
    UNDER_USED = "under_used"
    TARGET_MISSED = "target_missed"
    BELOW_LEGAL = "below_legal"
    BLOCKED = "blocked"
    PART_AWAITED = "part_awaited"  # of a unit that was designated
    # What an action still has to be given: it bars nothing, and is told before all is said well.
    NOT_ACCEPTED = "not_accepted"
    LEVEL_UNMET = "level_unmet"
    NO_DATE = "no_date"
    NO_INDICATOR = "no_indicator"
    NO_TARGET = "no_target"
    NO_DELIVERABLE = "no_deliverable"


class Choice(StrEnum):
    """What the organisation answers to a practice; "later" is an answer."""

    KEEP = "keep"
    LATER = "later"
    REFUSE = "refuse"
    IN_PLACE = "in_place"
    NOT_APPLICABLE = "not_applicable"


class Fate(StrEnum):
    """What becomes of an action when the next plan takes over from its own."""

    KEPT = "kept"
    FINISHED = "finished"
    DROPPED = "dropped"
    REPLACED = "replaced"


class Guess(IntEnum):
    """A first guess in three steps; None is unknown, and unknown is not zero."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class ActorKind(StrEnum):
    """What a body of the area is, under whose law it acts."""

    PUBLIC = "public"
    PRIVATE = "private"  # firms, associations, what is neither State nor local authority


class Section(StrEnum):
    OPERATING = "F"
    INVESTMENT = "I"


OVER = frozenset({Progress.DONE, Progress.ONGOING, Progress.DROPPED})
