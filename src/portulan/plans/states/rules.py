"""The states of actions that are derived and never typed, each with its facts and its rule (pure).

Late, stale, vacant, not costed, unfunded, over the envelope, target missed, under a legal
threshold, blocked. Source: docs/reference/truths.md, truth 22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portulan.core.amounts import identified
from portulan.core.money import ZERO
from portulan.core.periods import month_end
from portulan.core.say.text import Language, Problem, ProblemKind, Text
from portulan.core.say.values import Count, Day, Euros, Number
from portulan.indicators.series import Aim, Reading, Series, stand
from portulan.indicators.unit_parts.rules import binding
from portulan.plans.money.funding import NO_FUNDING, Funding
from portulan.plans.states.acceptance import Unaccepted
from portulan.plans.states.words import (
    BELOW_LEGAL,
    BLOCKED,
    DELIVERABLE_LATE,
    LABELS,
    LATE,
    MILESTONE_LATE,
    NEVER_HEARD,
    NOT_COSTED,
    NOT_STARTED,
    ORDER,
    OVER_ENVELOPE,
    PART_AWAITED,
    STALE,
    TARGET_MISSED,
    UNDER_USED,
    UNFUNDED,
    VACANT,
)
from portulan.plans.words import OVER, CommitmentLevel, Progress, State

STOPPED = frozenset({Progress.DONE, Progress.DROPPED})
# Units that a sentence names.
_NAMED = 3
# The stages, as the budget names them, at which money is no longer free.
_SPENT = frozenset({"committed", "realised"})
# One amount has one name: what its lines hold, at their stage.
_HELD = Text("fléchés", "attributed")
_AT = {
    "voted": Text("de crédits votés", "of voted credits"),
    "opened": Text("de crédits ouverts", "of opened credits"),
    "committed": Text("engagés", "committed"),
    "realised": Text("mandatés", "realised"),
}


@dataclass(frozen=True, slots=True)
class Followed:
    """An indicator of the action: its series, and how sentences say its values."""

    series: Series
    unit: str = ""
    yes_no: bool = False
    name: str = ""


class Awaited(NamedTuple):
    """A milestone not reached, or a deliverable not delivered, and its day."""

    title: str
    due_on: date
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an action on a day.

    `followed` are its indicators, the main one first. `pilot_left_on` is when the person named as
    pilot left; a function without a named person is normal and is not vacant. `milestones` and
    `deliverables` are those awaited, the first first; `has_deliverable` counts those delivered too.
    `unaccepted` is known to a floor above: the pilot was asked, and has not accepted.
    """

    progress: Progress
    due_on: date | None = None
    last_news_on: date | None = None
    vacant_since: date | None = None
    pilot_left_on: date | None = None
    blocked_by: str = ""
    followed: tuple[Followed, ...] = ()
    funding: Funding = NO_FUNDING
    starts_on: date | None = None
    milestones: tuple[Awaited, ...] = ()
    deliverables: tuple[Awaited, ...] = ()
    has_deliverable: bool = False
    level: CommitmentLevel = CommitmentLevel.STUDY
    decided: bool = False
    scope: str = ""
    follow_up: str = ""
    unaccepted: Unaccepted | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What all the actions of a plan share: the day, the patience, the years that have allotments.

    `allotted_years` are those for which at least one action of the plan has an allotment;
    `this_year` is the exercice of the day where it is not its calendar year; `used_share` percent
    of an allotment are to be committed by the end of the month `used_by_month`.
    """

    today: date
    stale_after_days: int = 120
    allotted_years: frozenset[int] = frozenset()
    this_year: int | None = None
    used_share: int = 50
    used_by_month: int = 9

    @property
    def judges_use(self) -> bool:
        """The day past which money that is not committed is told has come."""
        return self.today > month_end(date(self.year, self.used_by_month, 1), months=0)

    @property
    def year(self) -> int:
        """The exercice that the day is in."""
        return self.today.year if self.this_year is None else self.this_year


@dataclass(frozen=True, slots=True)
class Derived:
    """A state and the facts that it is drawn from; `year` when it holds for one year only."""

    state: State
    facts: Problem
    year: int | None = None

    def label(self, language: Language = "fr") -> str:
        """Return the few words of the mark: “En retard”, “Non financée en 2027”."""
        text = LABELS[self.state].say(language)
        if self.year is None:
            return text
        return f"{text} {Text('en', 'in').say(language)} {self.year}"

    def sentence(self, language: Language = "fr") -> str:
        """Return the facts in a sentence: “Fin prévue le 31/03/2026, dépassée de 238 jours.”"""
        return self.facts.message(language)


def derive(facts: Facts, frame: Frame) -> tuple[Derived, ...]:
    """Return the states of an action, in the order of `ORDER`; none when all goes well."""
    found = [derived for rule in _RULES for derived in rule(facts, frame)]
    return tuple(sorted(found, key=lambda item: (ORDER.index(item.state), item.year or 0)))


def is_late(due_on: date | None, progress: Progress, today: date) -> bool:
    """Tell whether a planned end is past, and what it ends is not over."""
    return due_on is not None and due_on < today and progress not in OVER


def _late(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.due_on is not None and is_late(facts.due_on, facts.progress, frame.today):
        days = (frame.today - facts.due_on).days
        yield Derived(State.LATE, LATE.at(due=Day(facts.due_on), days=Count(days)))


def _milestone_late(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.progress not in STOPPED:
        yield from _passed(State.MILESTONE_LATE, MILESTONE_LATE, facts.milestones, frame)


def _deliverable_late(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.progress is not Progress.DROPPED:
        yield from _passed(State.DELIVERABLE_LATE, DELIVERABLE_LATE, facts.deliverables, frame)


def _passed(
    state: State, kind: ProblemKind, awaited: tuple[Awaited, ...], frame: Frame
) -> Iterator[Derived]:
    """Yield the state by the one that is past for longest."""
    for one in awaited[:1]:
        if one.due_on < frame.today:
            days = Count((frame.today - one.due_on).days)
            yield Derived(state, kind.at(title=one.title, due=Day(one.due_on), days=days))


def _not_started(facts: Facts, frame: Frame) -> Iterator[Derived]:
    start = facts.starts_on
    if start is not None and start < frame.today and facts.progress is Progress.TODO:
        days = Count((frame.today - start).days)
        yield Derived(State.NOT_STARTED, NOT_STARTED.at(due=Day(start), days=days))


def _stale(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.progress is not Progress.IN_PROGRESS:
        return
    last = facts.last_news_on
    if last is None:
        yield Derived(State.STALE, NEVER_HEARD.at())
    elif (days := (frame.today - last).days) > frame.stale_after_days:
        yield Derived(State.STALE, STALE.at(days=Count(days), last=Day(last)))


def _part_awaited(facts: Facts, frame: Frame) -> Iterator[Derived]:
    """Once by action: its first indicator that units left incomplete says which."""
    if facts.progress is Progress.DROPPED:
        return
    for followed in facts.followed:
        missing = followed.series.missing(frame.today)
        if missing:
            names = ", ".join(one.owed.name for one in missing[:_NAMED])
            yield Derived(
                State.PART_AWAITED,
                PART_AWAITED.at(
                    name=followed.name,
                    missing=Count(len(missing)),
                    owed=len(binding(followed.series.owed, frame.today)),
                    units=f"{names}…" if len(missing) > _NAMED else names,
                ),
            )
            return


def _vacant(facts: Facts, frame: Frame) -> Iterator[Derived]:
    since = facts.vacant_since or facts.pilot_left_on
    if since is not None and since <= frame.today and facts.progress not in STOPPED:
        yield Derived(State.VACANT, VACANT.at(since=Day(since)))


def _unfunded(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.progress in STOPPED:
        return
    for item in facts.funding.years:
        coming = item.year > frame.year and item.year in frame.allotted_years
        if coming and item.allotted is None and item.planned is not None and item.planned > 0:
            problem = UNFUNDED.at(
                asked=Euros(identified(item.planned, item.asked.of)), year=item.year
            )
            yield Derived(State.UNFUNDED, problem, item.year)


def _not_costed(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.progress in STOPPED:
        return
    for item in facts.funding.years:
        unknown = (item.planned_said and item.planned is None) or (
            item.outside_said and item.outside_planned is None
        )
        if unknown and item.year > frame.year:
            yield Derived(State.NOT_COSTED, NOT_COSTED.at(year=item.year), item.year)


def _over_envelope(facts: Facts, frame: Frame) -> Iterator[Derived]:
    """Only from this year on: what a past year spent too much can no longer be decided."""
    for item in facts.funding.years:
        if item.attributed is None or item.allotted is None or item.year < frame.year:
            continue
        if item.attributed > item.allotted:
            beyond = item.inside.of._replace(what="beyond its allotment")
            problem = OVER_ENVELOPE.at(
                attributed=Euros(identified(item.attributed, item.inside.of)),
                allotted=Euros(identified(item.allotted, item.inside_expected.of)),
                excess=Euros(identified(item.attributed - item.allotted, beyond)),
                stage=_AT.get(item.stage.lower(), _HELD),
                year=item.year,
            )
            yield Derived(State.OVER_ENVELOPE, problem)


def _under_used(facts: Facts, frame: Frame) -> Iterator[Derived]:
    """Only where the accounts say what is committed: opened credits say nothing of it."""
    item = facts.funding.of(frame.year)
    # No line is flagged for it: nothing of what was reserved is known to be used.
    spent, allotted = item.attributed or ZERO, item.allotted
    if facts.progress in STOPPED or not frame.judges_use or not allotted:
        return
    if item.stage.lower() in _SPENT and spent * 100 < allotted * frame.used_share:
        problem = UNDER_USED.at(
            spent=Euros(identified(spent, item.inside.of)),
            allotted=Euros(identified(allotted, item.inside_expected.of)),
            left=Euros(identified(allotted - spent, item.inside.of._replace(what="left"))),
            year=item.year,
        )
        yield Derived(State.UNDER_USED, problem)


def _target_missed(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.progress is not Progress.DONE or not facts.followed:
        return
    followed = facts.followed[0]
    standing = stand(followed.series, frame.today)
    target = followed.series.target
    if standing.reached is False and standing.last is not None and target is not None:
        last, aim = _said(standing.last, followed), _said(target, followed)
        yield Derived(State.TARGET_MISSED, TARGET_MISSED.at(last=last, aim=aim))


def _below_legal(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.progress is Progress.DROPPED:
        return
    for followed in facts.followed:
        legal = followed.series.legal_threshold(frame.today)
        if legal is None:
            continue
        standing = stand(followed.series, frame.today)
        if standing.under_legal and standing.last is not None:
            yield Derived(
                State.BELOW_LEGAL,
                BELOW_LEGAL.at(
                    last=_said(standing.last, followed),
                    on=Day(standing.last.on),
                    aim=_said(legal, followed),
                ),
            )


def _blocked(facts: Facts, frame: Frame) -> Iterator[Derived]:
    if facts.blocked_by.strip() and facts.progress not in STOPPED:
        yield Derived(State.BLOCKED, BLOCKED.at(reason=facts.blocked_by.strip()))


def _said(item: Reading | Aim, followed: Followed) -> Number | Text:
    """Return how a sentence says a reading or an aim."""
    if item.value is None:
        return Text(item.text, item.text)
    if followed.yes_no:
        return Text("oui", "yes") if item.value else Text("non", "no")
    return Number(item.value, followed.unit)


_RULES: tuple[Callable[[Facts, Frame], Iterable[Derived]], ...] = (
    _late,
    _milestone_late,
    _deliverable_late,
    _not_started,
    _stale,
    _part_awaited,
    _vacant,
    _unfunded,
    _not_costed,
    _over_envelope,
    _under_used,
    _target_missed,
    _below_legal,
    _blocked,
)
