"""Words that judge, by a table: nothing is said to be held before it is realised and proved (pure).

*tenu* is for a realised stage whose lower bound reaches the ambition; before that, what reaches it
is foreseen and not yet proved. *c'est fait* is for an action finished or followed whose target is
reached; a study given back was studied, whatever it advised; what is paused, vacant or blocked is
never among what is being done.
"""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.words import Stage
from portulan.core.say.text import Text
from portulan.plans.words import CommitmentLevel, Progress

HELD = Text("tenu", "held")
NOT_HELD = Text("non tenu", "not held")
UNPROVED = Text("pas encore démontré", "not proved yet")
FORESEEN = Text("prévu, pas encore démontré", "foreseen, not proved yet")
BELOW = Text("sous l’ambition à ce stade", "under the ambition at this stage")

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


_STOPPED = {Progress.PAUSED: PAUSED, Progress.DROPPED: DROPPED, Progress.TODO: TO_DO}
_AT_WORK = {
    CommitmentLevel.STUDY: STUDYING,
    CommitmentLevel.EXPERIMENT: TRYING,
    CommitmentLevel.IMPLEMENTATION: DOING,
}


def of_action(
    level: CommitmentLevel,
    progress: Progress,
    *,
    reached: bool | None,
    vacant: bool = False,
    blocked: bool = False,
) -> Text:
    """Return where an action stands; `reached` says whether its last value is at its target."""
    if progress in _STOPPED:
        return _STOPPED[progress]
    if progress in (Progress.DONE, Progress.ONGOING) and level is CommitmentLevel.STUDY:
        return STUDIED
    if progress is Progress.DONE:
        return {True: DONE, False: DONE_MISSED, None: DONE_UNPROVED}[reached]
    if progress is Progress.ONGOING and reached:
        return DONE
    if blocked or vacant:
        return BLOCKED if blocked else VACANT
    return FOLLOWED if progress is Progress.ONGOING else _AT_WORK[level]
