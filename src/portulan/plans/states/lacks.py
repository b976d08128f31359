"""What an action still has to be given, told and never barring the way (pure).

A plan that says nothing of its dates, its measures and its targets has nothing late: silence is a
state, and it is said first.
"""

from __future__ import annotations

from collections.abc import Iterator

from portulan.core.say.values import Day
from portulan.plans.states.acceptance import Silence
from portulan.plans.states.rules import STOPPED, Derived, Facts
from portulan.plans.states.words import (
    ASKED_ANOTHER,
    ASKED_NO_ANSWER,
    ASKED_NOT_ME,
    ASKED_TALK,
    NO_DATE,
    NO_DELIVERABLE,
    NO_INDICATOR,
    NO_SCOPE,
    NO_TARGET,
    NOT_FOLLOWED,
    NOT_MEASURED,
    ORDER,
)
from portulan.plans.words import OVER, CommitmentLevel, Progress, State

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
_SILENCES = {
    Silence.NO_ANSWER: ASKED_NO_ANSWER,
    Silence.NOT_ME: ASKED_NOT_ME,
    Silence.TALK: ASKED_TALK,
    Silence.CHANGED: ASKED_ANOTHER,
}


def lacks_of(facts: Facts) -> tuple[Derived, ...]:
    """Return what an action lacks, in the order of `ORDER`; nothing of one that is dropped."""
    if facts.progress is Progress.DROPPED:
        return ()
    found = [
        *_consent(facts),
        *_level(facts),
        *_deliverable(facts),
        *_date(facts),
        *_measure(facts),
    ]
    return tuple(sorted(found, key=lambda item: ORDER.index(item.state)))


def _consent(facts: Facts) -> Iterator[Derived]:
    told = facts.unaccepted
    if told is not None and facts.progress not in STOPPED:
        yield Derived(State.NOT_ACCEPTED, _SILENCES[told.why].at(on=Day(told.on)))


def _level(facts: Facts) -> Iterator[Derived]:
    """Yield what a level that is decided rests on, one of it at a time."""
    if not facts.decided:
        return
    if facts.level is EXPERIMENT and not facts.scope.strip():
        yield Derived(State.LEVEL_UNMET, NO_SCOPE.at())
    if facts.level is IMPLEMENTATION and not facts.followed:
        yield Derived(State.LEVEL_UNMET, NOT_MEASURED.at())
    elif facts.level is IMPLEMENTATION and not facts.follow_up.strip():
        yield Derived(State.LEVEL_UNMET, NOT_FOLLOWED.at())


def _deliverable(facts: Facts) -> Iterator[Derived]:
    if facts.level is STUDY and not facts.has_deliverable and facts.progress not in STOPPED:
        yield Derived(State.NO_DELIVERABLE, NO_DELIVERABLE.at())


def _date(facts: Facts) -> Iterator[Derived]:
    if facts.due_on is None and facts.progress not in OVER:
        yield Derived(State.NO_DATE, NO_DATE.at())


def _measure(facts: Facts) -> Iterator[Derived]:
    if facts.followed:
        if facts.followed[0].series.target is None:
            yield Derived(State.NO_TARGET, NO_TARGET.at())
    elif facts.level is not STUDY:
        yield Derived(State.NO_INDICATOR, NO_INDICATOR.at())
