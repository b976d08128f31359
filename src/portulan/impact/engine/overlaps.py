"""Actions on the same assets, applied one after the other, so that a sum never counts twice.

Lives first, then counts, then power, then the building (PUE). What an action spares of a driver
(equipment, use, service) is taken on what the earlier ones left: with shares r1 and r2 of the same
whole, 1 - (1 - r1)(1 - r2) and not r1 + r2. The whole is the largest of what the actions apply to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.estimating import NotEstimated, Outcome, Part
from portulan.impact.engine.items import DRIVERS, Driver, Indicator
from portulan.impact.engine.samples import ONE, ZERO, Quantiles, Sample, quantiles


@dataclass(frozen=True, slots=True)
class Together:
    """What estimates spare in sequence, beside the sum that would count twice."""

    separate: float
    quantiles: Quantiles
    in_sequence: Mapping[str, float]  # by estimate, on what the earlier ones left


@dataclass(frozen=True, slots=True)
class Overlap:
    """Estimates of one view and one reach that act on the same assets, in order of application."""

    assets: tuple[str, ...]
    view: View
    reach: Reach
    estimates: tuple[str, ...]
    indicators: Mapping[Indicator, Together]


def overlapping(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, ...]]:
    """Return the groups of outcomes linked by shared assets, each in order of application.

    Only what may be added is linked: same view, same reach, and not merely indicative.
    """
    groups: list[list[Outcome]] = []
    for outcome in outcomes:
        if not outcome.estimate.assets or outcome.archetype.is_indicative:
            continue
        linked = [group for group in groups if any(_share(outcome, other) for other in group)]
        merged = [other for group in linked for other in group]
        groups = [group for group in groups if not any(group is one for one in linked)]
        groups.append([*merged, outcome])
    return [in_order(group) for group in groups if len(group) > 1]


def in_order(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Return outcomes in the order they are applied; the same whatever the order given."""
    return tuple(sorted(outcomes, key=lambda one: (one.archetype.step, one.estimate.id)))


def overlap(group: Sequence[Outcome]) -> Overlap:
    """Return what a group spares together."""
    shared = {
        asset
        for one in group
        for other in group
        if one is not other
        for asset in one.estimate.assets & other.estimate.assets
    }
    found = ((indicator, together(group, indicator)) for indicator in Indicator)
    return Overlap(
        assets=tuple(sorted(shared)),
        view=group[0].view,
        reach=group[0].archetype.reach,
        estimates=tuple(one.estimate.id for one in group),
        indicators={indicator: joint for indicator, joint in found if joint is not None},
    )


def together(group: Sequence[Outcome], indicator: Indicator) -> Together | None:
    """Return what outcomes, in order of application, spare together; None when none is a number.

    Each estimate is worth at most its own figure, so the total never exceeds their sum.
    """
    numbers = [one for one in group if not isinstance(one.parts[indicator], NotEstimated)]
    if not numbers:
        return None
    total, separate, in_sequence = ZERO, 0.0, {}
    for place, outcome in enumerate(numbers):
        spared = ZERO
        for part in _parts(outcome, indicator):
            own = part.spared
            separate += own.central
            spared += own * _left(numbers[:place], outcome, numbers, indicator, part)
        in_sequence[outcome.estimate.id] = spared.central + 0.0
        total += spared
    return Together(separate + 0.0, quantiles(total), in_sequence)


def _left(
    earlier: Sequence[Outcome],
    outcome: Outcome,
    group: Sequence[Outcome],
    indicator: Indicator,
    part: Part,
) -> Sample:
    """Return the share that earlier actions leave of what a part works on, from 0 to 1."""
    driver = DRIVERS[part.flow.item.kind]
    left = ONE
    for other in earlier:
        common = outcome.estimate.assets & other.estimate.assets
        taken = _spared(other, indicator, driver)
        if not common or taken.is_nil:
            continue
        whole = ZERO
        for one in group:
            if one.estimate.assets & common:
                whole = whole.at_least(_before(one, indicator, driver))
        # Where nothing is there to take, nothing is taken: the smallest number avoids 0/0.
        left *= (ONE - taken.at_least(ZERO) / whole.at_least(1e-300)).at_least(ZERO)
    return left


def _share(one: Outcome, other: Outcome) -> bool:
    may_add = one.view is other.view and one.archetype.reach is other.archetype.reach
    return may_add and not one.estimate.assets.isdisjoint(other.estimate.assets)


def _parts(outcome: Outcome, indicator: Indicator) -> tuple[Part, ...]:
    parts = outcome.parts[indicator]
    return () if isinstance(parts, NotEstimated) else parts


def _spared(outcome: Outcome, indicator: Indicator, driver: Driver) -> Sample:
    total = ZERO
    for part in _parts(outcome, indicator):
        if DRIVERS[part.flow.item.kind] is driver:
            total += part.spared
    return total


def _before(outcome: Outcome, indicator: Indicator, driver: Driver) -> Sample:
    total = ZERO
    for part in _parts(outcome, indicator):
        if DRIVERS[part.flow.item.kind] is driver:
            total += part.before
    return total
