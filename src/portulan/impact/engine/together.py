"""The effects of many actions side by side, drawn together: sums that count nothing twice.

Each action keeps its own request and its own figures, of the day it was estimated; all draw from
one seed, so that a figure has the same draws everywhere and two actions compare draw by draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.draws import Streams
from portulan.impact.engine.estimating import NotEstimated, estimate_one
from portulan.impact.engine.factors import Registry
from portulan.impact.engine.figures import Figures
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.overlaps import Claim, Joint, claim, together
from portulan.impact.engine.request import DEFAULT_DRAWS, DEFAULT_SEED, Request
from portulan.impact.engine.samples import ZERO, Sample, probability_better

HELD_DRAWS, FEWEST_DRAWS = 250_000, 500
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Standing:
    """An action and the request that estimates it, with its reach and the figures of its day."""

    id: str
    reach: Reach
    request: Request
    registry: Registry


@dataclass(frozen=True, slots=True)
class Group:
    """The actions of one view and one reach: their sums, by indicator.

    `leads`: by action, the share of draws where it spares more carbon than the next one, the
    action of the largest median first.
    """

    joints: Mapping[Indicator, Joint]
    leads: Mapping[str, float]

    @property
    def actions(self) -> set[str]:
        return {name for joint in self.joints.values() for name in joint.in_sequence}


@dataclass(frozen=True, slots=True)
class Sums:
    """All the sums that have a meaning; by view and reach, for these are never added.

    `shared`: the assets that several actions work on, with their actions.
    """

    groups: Mapping[tuple[View, Reach], Group]
    shared: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Actions tied by their assets, and the share of the sum of their carbon that they reach."""

    actions: tuple[str, ...]
    share: float


def ceilings(sums: Sums) -> list[Ceiling]:
    """Return what actions on the same assets spare at most together: under 1, for they overlap.

    Actions are tied from asset to asset, inside one view and one reach: what a choice among them
    must know, beside what each is worth alone.
    """
    found = []
    for group in sums.groups.values():
        joint = group.joints.get(Indicator.GWP)
        if joint is None:
            continue
        for tied in _tied(sums.shared.values(), set(joint.alone)):
            alone = sum(joint.alone[action] for action in tied)
            together = sum(joint.in_sequence[action] for action in tied)
            if alone > 0 and together < alone * (1 - _LEAST):
                found.append(Ceiling(tuple(sorted(tied)), together / alone))
    return sorted(found, key=lambda one: one.actions)


def _tied(shared: Iterable[tuple[str, ...]], known: set[str]) -> list[set[str]]:
    groups: list[set[str]] = []
    for actions in shared:
        joined = set(actions) & known
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return [group for group in groups if len(group) > 1]


@dataclass(frozen=True, slots=True)
class _Drawn:
    action: str
    reach: Reach
    claims: tuple[Claim, ...]
    carbon: Sample | None

    @property
    def key(self) -> tuple[View, Reach]:
        return self.claims[0].view, self.reach


def sum_up(actions: Sequence[Standing]) -> Sums:
    """Return what actions spare together. Merely indicative parts are left out.

    Past fifty actions each is drawn fewer times: their draws are held in memory all at once, and
    a sum of many needs fewer.
    """
    draws = min(DEFAULT_DRAWS, max(FEWEST_DRAWS, HELD_DRAWS // max(len(actions), 1)))
    streams = Streams(DEFAULT_SEED, draws)
    drawn = [one for one in (_draw(action, streams) for action in actions) if one.claims]
    groups: dict[tuple[View, Reach], list[_Drawn]] = {}
    for one in drawn:
        groups.setdefault(one.key, []).append(one)
    return Sums(
        groups={key: Group(_joints(group), _leads(group)) for key, group in groups.items()},
        shared=_shared(drawn),
    )


def _draw(action: Standing, streams: Streams) -> _Drawn:
    request = action.request
    figures = Figures(action.registry, streams, request.factors)
    claims, carbon = [], None
    for part in request.estimates:
        # Named by its action, a part has streams that no other action's part has.
        named = replace(part, id=f"{action.id}/{part.id}")
        outcome = estimate_one(named, request.country, request.view, figures)
        if outcome.archetype.is_indicative:
            continue
        claims.append(claim(outcome))
        spared = outcome.spared(Indicator.GWP)
        if not isinstance(spared, NotEstimated):
            carbon = (carbon or ZERO) + spared.packed()
    return _Drawn(action.id, action.reach, tuple(claims), carbon)


def _joints(group: Sequence[_Drawn]) -> dict[Indicator, Joint]:
    action_of = {one.id: drawn.action for drawn in group for one in drawn.claims}
    claims = [one for drawn in group for one in drawn.claims]

    def by_action(amounts: Mapping[str, float]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, amount in amounts.items():
            found[action_of[name]] = found.get(action_of[name], 0.0) + amount
        return found

    found = ((indicator, together(claims, indicator)) for indicator in Indicator)
    return {
        indicator: Joint(joint.quantiles, by_action(joint.in_sequence), by_action(joint.alone))
        for indicator, joint in found
        if joint is not None
    }


def _leads(group: Sequence[_Drawn]) -> dict[str, float]:
    known = [(one.action, one.carbon) for one in group if one.carbon is not None]
    known.sort(key=lambda pair: -_median(pair[1]))
    return {
        action: probability_better(carbon, after)
        for (action, carbon), (_, after) in pairwise(known)
    }


def _median(sample: Sample) -> float:
    if sample.draws is None:
        return sample.central
    return sorted(sample.draws)[len(sample.draws) // 2]


def _shared(drawn: Sequence[_Drawn]) -> dict[str, tuple[str, ...]]:
    users: dict[str, dict[str, None]] = {}
    for one in drawn:
        for asset in sorted({asset for part in one.claims for asset in part.assets}):
            users.setdefault(asset, {})[one.action] = None
    return {asset: tuple(actions) for asset, actions in users.items() if len(actions) > 1}
