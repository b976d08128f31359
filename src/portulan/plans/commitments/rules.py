"""The rules of commitments (pure): which decision is accepted, and what a done action still lacks.

Sources: docs/reference/truths.md, truth 13; the guide's fiche a.2 (levels of commitment: réflexion,
expérimentation, réalisation). A level says how firmly the organisation commits, progress says how
far it is: the two are orthogonal, and a study that is finished keeps its word without anything
being done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from portulan.core.say.text import Problem, Text
from portulan.core.say.values import Day
from portulan.plans import refusals
from portulan.plans.words import CommitmentLevel, Outcome, Progress

STUDY = CommitmentLevel.STUDY
EXPERIMENT = CommitmentLevel.EXPERIMENT
IMPLEMENTATION = CommitmentLevel.IMPLEMENTATION

LEVEL_WORDS = {
    STUDY: Text("réflexion", "study"),
    EXPERIMENT: Text("expérimentation", "experiment"),
    IMPLEMENTATION: Text("réalisation", "implementation"),
}
_ENTERS = frozenset({Outcome.ADOPT, Outcome.MOVE})


@dataclass(frozen=True, slots=True)
class Made:
    """A decision already made: from that day on, the action stands at `level`."""

    on: date
    outcome: Outcome
    level: CommitmentLevel


class Handed(Protocol):
    """A deliverable: the approach, who was consulted, the result; not delivered without a date."""

    @property
    def delivered_on(self) -> date | None: ...
    @property
    def approach(self) -> str: ...
    @property
    def consulted(self) -> str: ...
    @property
    def result(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Commitment:
    """Where an action stands: its decisions in the order they were made, and what they rest on.

    `milestones_left` are the names of those not reached; `last_reading_on` the date of the last
    known value of its indicators.
    """

    decisions: tuple[Made, ...] = ()
    scope: str = ""
    indicators: int = 0
    follow_up: str = ""
    deliverables: tuple[Handed, ...] = ()
    milestones_left: tuple[str, ...] = ()
    last_reading_on: date | None = None

    @property
    def last(self) -> Made | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def level(self) -> CommitmentLevel | None:
        """The level voted; None as long as the action was not adopted."""
        return self.decisions[-1].level if self.decisions else None

    @property
    def since(self) -> date | None:
        """The day the present level was entered (extending or closing does not enter it).

        A level left and taken back on one day was never left: what it promised still stands.
        """
        entered: list[Made] = []
        for made in self.decisions:
            if made.outcome not in _ENTERS:
                continue
            entered.append(made)
            if len(entered) > 2 and made == replace(entered[-2], level=entered[-3].level):
                del entered[-2:]
        return entered[-1].on if entered else None

    @property
    def is_closed(self) -> bool:
        """The commitment was kept and has no follow-up."""
        return self.last is not None and self.last.outcome is Outcome.CLOSE


@dataclass(frozen=True, slots=True)
class Proposed:
    """A decision to be checked; a `scope` or a `follow_up` given replaces the action’s."""

    on: date
    outcome: Outcome
    level: CommitmentLevel
    body: str
    reason: str = ""
    deliverable: Handed | None = None
    scope: str = ""
    follow_up: str = ""


def level_on(decisions: Iterable[Made], day: date) -> CommitmentLevel | None:
    """Return the level in force at the end of that day, None before the action was adopted.

    `decisions` come in the order they were made. Decisions of later days change nothing to the
    answer: what was true on the day of the vote stays so.
    """
    level = None
    for made in decisions:
        if made.on <= day:
            level = made.level
    return level


def check_decision(state: Commitment, decision: Proposed, *, today: date) -> list[Problem]:
    """Return why the decision is refused, an empty list when it is accepted."""
    return [
        *_check_words(decision),
        *_check_dates(state, decision, today),
        *_check_move(state, decision),
        *_check_level_entered(state, decision),
        *_check_deliverable(state, decision),
    ]


def check_correction(
    state: Commitment, place: int, corrected: Proposed, *, today: date
) -> list[Problem]:
    """Return why the decision at that place in the order cannot be corrected so.

    It stays between its neighbours, and those that follow must still go with its level. What a
    level rests on is asked only if the level changes: the action may have moved since.
    """
    earlier = replace(state, decisions=state.decisions[:place])
    entered = corrected.level != state.decisions[place].level
    return [
        *_check_words(corrected),
        *_check_neighbours(state.decisions, place, corrected.on, today),
        *_check_move(earlier, corrected),
        *(_check_level_entered(state, corrected) if entered else ()),
        *_check_deliverable(earlier, corrected),
        *_check_follower(state.decisions[place + 1 :], corrected.level),
    ]


def _check_neighbours(
    decisions: tuple[Made, ...], place: int, on: date, today: date
) -> Iterator[Problem]:
    if on > today:
        yield refusals.IN_THE_FUTURE.at()
    if place and on < decisions[place - 1].on:
        yield refusals.BEFORE_THE_PREVIOUS.at(previous=Day(decisions[place - 1].on))
    if place + 1 < len(decisions) and on > decisions[place + 1].on:
        yield refusals.AFTER_THE_NEXT.at(next=Day(decisions[place + 1].on))


def _check_follower(following: tuple[Made, ...], level: CommitmentLevel) -> Iterator[Problem]:
    """The next decision left this level, or stayed at it: it must still do so."""
    for made in following[:1]:
        if (made.outcome is Outcome.MOVE) == (made.level == level):
            yield refusals.NEXT_RESTS_ON_IT.at(next=Day(made.on))


def _check_words(decision: Proposed) -> Iterator[Problem]:
    if not decision.body.strip():
        yield refusals.BODY_MISSING.at()
    # The vote that adopts a plan gives one reason for all its actions: the plan itself.
    if decision.outcome is not Outcome.ADOPT and not decision.reason.strip():
        yield refusals.REASON_MISSING.at()


def _check_dates(state: Commitment, decision: Proposed, today: date) -> Iterator[Problem]:
    if decision.on > today:
        yield refusals.IN_THE_FUTURE.at()
    if state.last is not None and decision.on < state.last.on:
        yield refusals.BEFORE_THE_LAST.at(last=Day(state.last.on))


def _check_move(state: Commitment, decision: Proposed) -> Iterator[Problem]:
    if state.last is None:
        if decision.outcome is not Outcome.ADOPT:
            yield refusals.ADOPT_FIRST.at()
        return
    match decision.outcome:
        case Outcome.ADOPT:
            yield refusals.ADOPTED_ALREADY.at(first=Day(state.decisions[0].on))
        case Outcome.MOVE if decision.level == state.level:
            yield refusals.SAME_LEVEL.at()
        case Outcome.EXTEND if state.level is not EXPERIMENT:
            yield refusals.NOT_AN_EXPERIMENT.at()
        case Outcome.CLOSE if state.level is IMPLEMENTATION:
            yield refusals.NOTHING_TO_CLOSE.at()
        case Outcome.EXTEND | Outcome.CLOSE if state.is_closed:
            yield refusals.CLOSED_ALREADY.at(last=Day(state.last.on))
        case Outcome.EXTEND | Outcome.CLOSE if decision.level != state.level:
            yield refusals.LEVEL_STAYS.at()


def _check_level_entered(state: Commitment, decision: Proposed) -> Iterator[Problem]:
    if decision.outcome is not Outcome.CLOSE:
        yield from missing_to_enter(
            state, decision.level, scope=decision.scope, follow_up=decision.follow_up
        )


def missing_to_enter(
    state: Commitment, level: CommitmentLevel, *, scope: str = "", follow_up: str = ""
) -> Iterator[Problem]:
    """Yield what a level rests on and is neither there nor given: all of it bars the way."""
    if level is EXPERIMENT and not (scope.strip() or state.scope.strip()):
        yield refusals.SCOPE_MISSING.at()
    if level is IMPLEMENTATION:
        yield from _check_followed(state, follow_up)


def _check_followed(state: Commitment, follow_up: str = "") -> Iterator[Problem]:
    if state.indicators < 1:
        yield refusals.INDICATOR_MISSING.at()
    if not (follow_up.strip() or state.follow_up.strip()):
        yield refusals.FOLLOW_UP_MISSING.at()


def _check_deliverable(state: Commitment, decision: Proposed) -> Iterator[Problem]:
    """Out of a study or an experiment, the deliverable that was promised must be there."""
    leaves = decision.outcome in {Outcome.MOVE, Outcome.CLOSE}
    if not leaves or state.level is None or state.level is IMPLEMENTATION:
        return
    handed = decision.deliverable
    if handed is None:
        yield refusals.DELIVERABLE_MISSING.at(level=LEVEL_WORDS[state.level])
    elif handed.delivered_on is None or handed.delivered_on > decision.on:
        yield refusals.DELIVERABLE_NOT_DELIVERED.at(on=Day(decision.on))
    elif state.since is not None and handed.delivered_on < state.since:
        yield refusals.DELIVERABLE_TOO_OLD.at(since=Day(state.since))
    elif not is_complete(handed, state.level):
        yield refusals.DELIVERABLE_INCOMPLETE.at()


def is_complete(handed: Handed, level: CommitmentLevel) -> bool:
    """Tell whether a deliverable says what its level promises.

    A study says its approach, who was consulted and its result; an experiment its approach and
    its results (the guide's fiche a.2).
    """
    needed = [handed.approach, handed.result]
    if level is STUDY:
        needed.append(handed.consulted)
    return all(text.strip() for text in needed)


def check_progress(state: Commitment, level: CommitmentLevel, progress: Progress) -> list[Problem]:
    """Return why the progress is refused, an empty list when it is accepted.

    A study or an experiment is done once its deliverable is; only an implementation goes on as
    follow-up, and it needs something to be followed by.
    """
    match progress:
        case Progress.DONE if level is not IMPLEMENTATION:
            return [] if is_delivered(state) else [_not_delivered(level)]
        case Progress.ONGOING if level is not IMPLEMENTATION:
            return [refusals.ONLY_IMPLEMENTATION_GOES_ON.at(level=LEVEL_WORDS[level])]
        case Progress.ONGOING:
            return list(_check_followed(state))
    return []


def is_delivered(state: Commitment) -> bool:
    """Tell whether a deliverable was handed over since the present level was entered."""
    since = state.since
    return any(
        handed.delivered_on is not None and (since is None or handed.delivered_on >= since)
        for handed in state.deliverables
    )


def _not_delivered(level: CommitmentLevel) -> Problem:
    return refusals.NOT_DELIVERED.at(level=LEVEL_WORDS[level])


def missing_to_finish(state: Commitment, level: CommitmentLevel, *, today: date) -> list[Problem]:
    """Return what the commitment still lacks to be kept: errors bar the way, warnings advise.

    For a study or an experiment, its deliverable. For an implementation, what it takes to go on
    as follow-up: an indicator and a function that follows (they bar the way), its milestones, a
    reading within a year (they advise).
    """
    if level is not IMPLEMENTATION:
        kept = is_delivered(state) or state.is_closed
        return [] if kept else [refusals.DELIVERABLE_AWAITED.at()]
    found = list(_check_followed(state))
    if state.milestones_left:
        found.append(refusals.MILESTONES_LEFT.at(names=", ".join(state.milestones_left)))
    last = state.last_reading_on
    if state.indicators and (last is None or (today - last).days > 365):
        found.append(refusals.NO_RECENT_READING.at())
    return found
