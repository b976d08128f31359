"""The effects of a plan: each action beside the others, and the sums that have a meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from portulan.impact.engine.archetype import Reach
from portulan.impact.engine.together import Standing, Sums, sum_up
from portulan.impact.estimates.drafting import read_again
from portulan.impact.estimates.reads import Known, known_of, latest_rows
from portulan.impact.estimates.stored import Kept
from portulan.impact.models import Estimate
from portulan.plans.models import Action
from portulan.plans.words import CommitmentLevel, Progress


class Aside(StrEnum):
    """Why an action is in no sum: said openly, for none of these is a zero."""

    NOT_ASKED = "not_asked"  # nobody estimated it yet
    NOT_ESTIMATED = "not_estimated"  # somebody did, and there is no number
    STUDY = "study"  # a study commits to no effect
    DROPPED = "dropped"
    INDICATIVE = "indicative"


@dataclass(frozen=True, slots=True)
class ActionImpact:
    """An action of the plan: what is known of it, and why it is in no sum if it is in none."""

    action: Action
    known: Known
    aside: Aside | None


@dataclass(frozen=True, slots=True)
class PlanImpact:
    """The actions in the order given, and the sums of those that count."""

    rows: tuple[ActionImpact, ...]
    sums: Sums

    def aside(self, reason: Aside) -> list[ActionImpact]:
        """Return the actions left out for a reason."""
        return [row for row in self.rows if row.aside is reason]


def impact_of(actions: Iterable[Action], *, until: date | None = None) -> PlanImpact:
    """Return the effects of actions, overlaps taken out (one query); `until` a day if one is given.

    Actions draw again what they drew when they were estimated, with the figures of that day; as
    estimates never change, what was computed once for the same ones is kept in memory.
    """
    actions = list(actions)
    by_action = latest_rows(actions, until=until)
    rows, counted = [], []
    for action in actions:
        estimates = by_action.get(action.pk, [])
        known = known_of(estimates)
        aside = _aside(action, known)
        rows.append(ActionImpact(action, known, aside))
        if aside is None:
            counted += [
                _kept(one) for one in estimates if one.carbon is not None and not one.is_indicative
            ]
    return PlanImpact(tuple(rows), _summed(tuple(counted)))


def _aside(action: Action, known: Known) -> Aside | None:
    estimates = [one for one in (known.reduction, known.avoided) if one is not None]
    numbers = [one for one in estimates if one.carbon is not None]
    if action.progress == Progress.DROPPED:
        return Aside.DROPPED
    if action.level == CommitmentLevel.STUDY and numbers:
        return Aside.STUDY
    if not estimates:
        return Aside.NOT_ASKED
    if not numbers:
        return Aside.NOT_ESTIMATED
    return Aside.INDICATIVE if all(one.is_indicative for one in numbers) else None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an estimate rests on; of the same digest, it has the same draws."""

    action: str
    digest: str
    reach: Reach = field(compare=False)
    request: Kept = field(compare=False)
    factors: Mapping[str, Kept] = field(compare=False)


def _kept(estimate: Estimate) -> _Kept:
    return _Kept(
        str(estimate.action_id),
        estimate.digest,
        Reach(estimate.reach),
        estimate.request,
        estimate.factors,
    )


@lru_cache(maxsize=8)
def _summed(kept: tuple[_Kept, ...]) -> Sums:
    return sum_up(
        [Standing(one.action, one.reach, *read_again(one.request, one.factors)) for one in kept]
    )
