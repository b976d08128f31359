"""Words that judge, by a table: nothing is said to be held before it is realised and proved (pure).

*tenu* is for a realised stage whose lower bound reaches the ambition; before that, what reaches it
is foreseen and not yet proved. *c'est fait* is for an action finished or followed whose target is
reached; a study given back was studied, whatever it advised; what is paused, vacant or blocked is
never among what is being done.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from portulan.budget.words import Stage
from portulan.core.say.text import Text
from portulan.impact.words import Moment
from portulan.plans.words import CommitmentLevel, Progress

HELD = Text("tenu", "held")
NOT_HELD = Text("non tenu", "not held")
UNPROVED = Text("pas encore démontré", "not proved yet")
FORESEEN = Text("prévu, pas encore démontré", "foreseen, not proved yet")
BELOW = Text("sous l’ambition à ce stade", "under the ambition at this stage")


class Standing(StrEnum):
    """Where an action stands: what may be said of it, and under which title it is shown."""

    DONE = "done"
    DONE_MISSED = "done_missed"
    DONE_UNPROVED = "done_unproved"
    STUDIED = "studied"
    STUDYING = "studying"
    TRYING = "trying"
    DOING = "doing"
    FOLLOWED = "followed"
    TO_DO = "to_do"
    PAUSED = "paused"
    DROPPED = "dropped"
    VACANT = "vacant"
    BLOCKED = "blocked"


DONE = Text("c’est fait", "done")
DONE_MISSED = Text("fini, objectif manqué", "finished, target missed")
DONE_UNPROVED = Text("fini, objectif pas démontré", "finished, target not proved")
STUDIED = Text("étudié", "studied")
STUDYING = Text("à l’étude", "being studied")
TRYING = Text("à l’essai", "on trial")
DOING = Text("en cours", "under way")
FOLLOWED = Text("en suivi, objectif pas démontré", "followed, target not proved")
TO_DO = Text("pas commencé", "not started")
PAUSED = Text("en pause", "paused")
DROPPED = Text("abandonné", "dropped")
VACANT = Text("sans pilote", "without a pilot")
BLOCKED = Text("bloqué", "blocked")
SAID = {
    Standing.DONE: DONE,
    Standing.DONE_MISSED: DONE_MISSED,
    Standing.DONE_UNPROVED: DONE_UNPROVED,
    Standing.STUDIED: STUDIED,
    Standing.STUDYING: STUDYING,
    Standing.TRYING: TRYING,
    Standing.DOING: DOING,
    Standing.FOLLOWED: FOLLOWED,
    Standing.TO_DO: TO_DO,
    Standing.PAUSED: PAUSED,
    Standing.DROPPED: DROPPED,
    Standing.VACANT: VACANT,
    Standing.BLOCKED: BLOCKED,
}


EXPECTED, MEASURED = Text("attendu", "expected"), Text("mesuré", "measured")


def of_effect(moment: Moment) -> Text:
    """Return what may be said of an effect: an estimate is expected, only a measure is measured."""
    return MEASURED if moment is Moment.MEASURED else EXPECTED


def of_share(
    stage: Stage | None,
    *,
    value: Decimal | None,
    lower: Decimal | None,
    ambition: Decimal | None,
) -> Text | None:
    """Return what may be said of a share before its ambition; None where one is unknown."""
    if ambition is None or value is None:
        return None
    if stage is Stage.REALISED:
        if lower is not None and lower >= ambition:
            return HELD
        return UNPROVED if value >= ambition else NOT_HELD
    return FORESEEN if value >= ambition else BELOW


_STOPPED = {
    Progress.PAUSED: Standing.PAUSED,
    Progress.DROPPED: Standing.DROPPED,
    Progress.TODO: Standing.TO_DO,
}
_AT_WORK = {
    CommitmentLevel.STUDY: Standing.STUDYING,
    CommitmentLevel.EXPERIMENT: Standing.TRYING,
    CommitmentLevel.IMPLEMENTATION: Standing.DOING,
}
_FINISHED = {
    True: Standing.DONE,
    False: Standing.DONE_MISSED,
    None: Standing.DONE_UNPROVED,
}


def standing_of(
    level: CommitmentLevel,
    progress: Progress,
    *,
    reached: bool | None,
    vacant: bool = False,
    blocked: bool = False,
) -> Standing:
    """Return where an action stands; `reached` says whether its last value is at its target."""
    if progress in _STOPPED:
        return _STOPPED[progress]
    if progress in (Progress.DONE, Progress.ONGOING) and level is CommitmentLevel.STUDY:
        return Standing.STUDIED
    if progress is Progress.DONE:
        return _FINISHED[reached]
    if progress is Progress.ONGOING and reached:
        return Standing.DONE
    if blocked or vacant:
        return Standing.BLOCKED if blocked else Standing.VACANT
    return Standing.FOLLOWED if progress is Progress.ONGOING else _AT_WORK[level]
