"""Actions on the same assets, applied one after the other, so that a sum never counts twice.

Lives first, then counts, then power, then the building (PUE). What an action spares of a driver
(equipment, use, service) is taken on what the earlier ones left: with shares r1 and r2 of the same
whole, 1 - (1 - r1)(1 - r2) and not r1 + r2. The whole is the largest of what the actions apply to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portulan.impact.engine.archetype import Archetype, Reach, View
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.estimating import NotEstimated, Outcome, Part
from portulan.impact.engine.items import DRIVERS, Driver, Indicator
from portulan.impact.engine.request import Estimate
from portulan.impact.engine.samples import ONE, ZERO, Quantiles, Sample, quantiles


@dataclass(frozen=True, slots=True)
class Joint:
    """What estimates, or actions, spare together in one indicator, overlaps taken out.

    `in_sequence`: by estimate, what it spares of what the earlier ones left; `alone`: what it
    spares by itself (likeliest values). The sum of `alone` would count twice.
    """

    quantiles: Quantiles
    in_sequence: Mapping[str, float]
    alone: Mapping[str, float]

    @property
    def separate(self) -> float:
        """The plain sum, that would count twice."""
        return sum(self.alone.values())

    @property
    def twice(self) -> float:
        """What a plain sum would count twice."""
        return self.separate - sum(self.in_sequence.values())

    @property
    def share_twice(self) -> float:
        """The share of a plain sum that it would count twice."""
        return self.twice / self.separate if self.separate > 0 else 0.0

    def taken(self, name: str) -> float:
        """Return the share of an effect that earlier ones on its assets spare already."""
        alone = self.alone.get(name, 0.0)
        return 1 - self.in_sequence[name] / alone if alone > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Overlap:
    """Estimates of one view and one reach that act on the same assets, in order of application."""

    assets: tuple[str, ...]
    view: View
    reach: Reach
    estimates: tuple[str, ...]
    indicators: Mapping[Indicator, Joint]


def linked(estimates: Sequence[Estimate], view: View) -> list[list[Estimate]]:
    """Return the estimates in groups that share assets, one alone where it shares none.

    Only what may be added is linked: same view, same reach, and not merely indicative. Asset by
    asset, so that thousands of estimates are linked without being compared two by two.
    """
    groups: list[list[Estimate]] = []
    place: dict[tuple[View, Reach, str], int] = {}
    for estimate in estimates:
        keys = _keys(estimate, view)
        met = sorted({place[key] for key in keys if key in place})
        home = met[0] if met else len(groups)
        if not met:
            groups.append([])
        for other in met[1:]:
            for moved in groups[other]:
                place.update(dict.fromkeys(_keys(moved, view), home))
            groups[home] += groups[other]
            groups[other] = []
        groups[home].append(estimate)
        place.update(dict.fromkeys(keys, home))
    return [group for group in groups if group]


def _keys(estimate: Estimate, view: View) -> list[tuple[View, Reach, str]]:
    archetype = ARCHETYPES[estimate.archetype]
    if archetype.is_indicative:
        return []
    kept = archetype.kept_view(view)
    return [(kept, archetype.reach, asset) for asset in estimate.assets]


@dataclass(frozen=True, slots=True)
class Stake:
    """What an action applies to and spares, by driver, in one indicator."""

    before: Mapping[Driver, Sample]
    spared: Mapping[Driver, Sample]

    @property
    def total(self) -> float:
        """What it spares by itself, likeliest values."""
        return sum(amount.central for amount in self.spared.values())


@dataclass(frozen=True, slots=True)
class Claim:
    """What is kept of an outcome to add it to others; what has no number has no stake."""

    id: str
    assets: frozenset[str]
    archetype: Archetype
    view: View
    stakes: Mapping[Indicator, Stake]


def claim(outcome: Outcome) -> Claim:
    """Return what an outcome weighs beside others."""
    stakes = {
        indicator: _stake(parts)
        for indicator, parts in outcome.parts.items()
        if not isinstance(parts, NotEstimated)
    }
    estimate = outcome.estimate
    return Claim(estimate.id, estimate.assets, outcome.archetype, outcome.view, stakes)


def _stake(parts: Iterable[Part]) -> Stake:
    before: dict[Driver, Sample] = {}
    spared: dict[Driver, Sample] = {}
    for part in parts:
        driver = DRIVERS[part.flow.item.kind]
        before[driver] = before.get(driver, ZERO) + part.before
        spared[driver] = spared.get(driver, ZERO) + part.spared
    return Stake(
        {driver: amount.packed() for driver, amount in before.items()},
        {driver: amount.packed() for driver, amount in spared.items()},
    )


def overlap(claims: Iterable[Claim]) -> Overlap | None:
    """Return what actions that share assets spare together; None unless two are numbers."""
    group = _in_order(claims)
    found = ((indicator, together(group, indicator)) for indicator in Indicator)
    indicators = {
        indicator: joint
        for indicator, joint in found
        if joint is not None and len(joint.in_sequence) > 1
    }
    counted = {name for joint in indicators.values() for name in joint.in_sequence}
    group = [one for one in group if one.id in counted]
    if not group:
        return None
    met = Counter(asset for one in group for asset in one.assets)
    return Overlap(
        assets=tuple(sorted(asset for asset, times in met.items() if times > 1)),
        view=group[0].view,
        reach=group[0].archetype.reach,
        estimates=tuple(one.id for one in group),
        indicators=indicators,
    )


def together(claims: Iterable[Claim], indicator: Indicator) -> Joint | None:
    """Return what actions spare together; None when none is a number.

    Each is worth at most its own figure, so the total never exceeds their sum. The order given
    does not count.
    """
    group = [one for one in _in_order(claims) if indicator in one.stakes]
    if not group:
        return None
    sequence = _Sequence(group, indicator)
    total, in_sequence = ZERO, {}
    for one in group:
        spared = ZERO
        for left in sequence.apply(one):
            spared += left
        in_sequence[one.id] = spared.central + 0.0
        total += spared
    alone = {one.id: one.stakes[indicator].total + 0.0 for one in group}
    return Joint(quantiles(total), in_sequence, alone)


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda one: (one.archetype.step, one.id))


class _Sequence:
    """What earlier actions leave to the later ones, kept by set of assets and by driver.

    An asset that a single action has does not count: a thousand actions on one asset, each with
    another of its own, are then on one set.
    """

    def __init__(self, claims: Sequence[Claim], indicator: Indicator) -> None:
        self._claims = claims
        self._indicator = indicator
        met = Counter(asset for one in claims for asset in one.assets)
        self._shared = {
            one.id: frozenset(asset for asset in one.assets if met[asset] > 1) for one in claims
        }
        self._left: dict[frozenset[str], dict[Driver, Sample]] = {
            assets: {} for assets in self._shared.values()
        }
        self._wholes: dict[tuple[frozenset[str], Driver], Sample] = {}

    def apply(self, one: Claim) -> Iterator[Sample]:
        """Give, by driver, what an action spares of what is left."""
        shared = self._shared[one.id]
        left, spared = self._left[shared], one.stakes[self._indicator].spared
        for driver, own in spared.items():
            yield own * left.get(driver, ONE)
        for assets, others in self._left.items():
            common = assets & shared
            for driver, own in spared.items():
                if common and not own.is_nil:
                    others[driver] = others.get(driver, ONE) * self._share(own, common, driver)

    def _share(self, taken: Sample, common: frozenset[str], driver: Driver) -> Sample:
        """Return what an action leaves of the whole; what it adds leaves no more than all."""
        return ONE - taken.at_least(ZERO) / self._whole(common, driver)

    def _whole(self, common: frozenset[str], driver: Driver) -> Sample:
        """Return the most that any action on these assets applies to."""
        if (common, driver) not in self._wholes:
            # Where there is nothing to take, nothing is taken: a tiny number avoids 0/0.
            whole = Sample(1e-300)
            for one in self._claims:
                if one.assets & common:
                    before = one.stakes[self._indicator].before
                    whole = whole.at_least(before.get(driver, ZERO))
            self._wholes[common, driver] = whole
        return self._wholes[common, driver]
