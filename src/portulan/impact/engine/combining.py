"""One action in several parts (laptops, telephones…): each part, and what they spare in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.estimating import NotEstimated, Outcome, estimate_one
from portulan.impact.engine.factors import Factor, Quality, Registry
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.overlaps import claim, together
from portulan.impact.engine.reckoning import Result, summed_up
from portulan.impact.engine.request import Request
from portulan.impact.engine.samples import Quantiles


class MixedPartsError(ValueError):
    """The parts are not of one view and one reach: their sum would mean nothing."""


@dataclass(frozen=True, slots=True)
class Combined:
    """What an action spares, and the parts that it is made of.

    `left_out` counts, by indicator, the parts without a number that the sum leaves out.
    """

    parts: tuple[Result, ...]
    indicators: Mapping[Indicator, Quantiles | NotEstimated]
    left_out: Mapping[Indicator, int]
    view: View
    reach: Reach
    quality: Quality
    is_indicative: bool

    @property
    def factors(self) -> dict[str, Factor]:
        """The figures used, by name: one version of each, for they come from one request."""
        return {factor.id: factor for part in self.parts for factor in part.factors}


def combine(
    request: Request, registry: Registry | None = None, *, elsewhere: bool = False
) -> Combined:
    """Return what the parts of one action spare together, overlaps taken out.

    Merely indicative parts stay out of the sum unless there is nothing else. What an action does
    `elsewhere`, in its territory, is avoided and never a reduction. Raises MixedPartsError.
    """
    figures = request.figures(registry)
    outcomes = [
        estimate_one(part, request.country, request.view, figures) for part in request.estimates
    ]
    reaches = {Reach.AVOIDED if elsewhere else one.archetype.reach for one in outcomes}
    if len(reaches) > 1 or len({one.view for one in outcomes}) > 1:
        raise MixedPartsError
    parts = tuple(summed_up(outcome) for outcome in outcomes)
    summed = [one for one in outcomes if not one.archetype.is_indicative] or outcomes
    found = {indicator: _sum(summed, indicator) for indicator in Indicator}
    return Combined(
        parts=parts,
        indicators={indicator: total for indicator, (total, _) in found.items()},
        left_out={indicator: missing for indicator, (_, missing) in found.items()},
        view=parts[0].view,
        reach=reaches.pop(),
        quality=max((part.quality for part in parts), key=list(Quality).index),
        is_indicative=summed[0].archetype.is_indicative,
    )


def _sum(outcomes: Sequence[Outcome], indicator: Indicator) -> tuple[Quantiles | NotEstimated, int]:
    joint = together([claim(outcome) for outcome in outcomes], indicator)
    unknown = [
        one for one in (out.parts[indicator] for out in outcomes) if isinstance(one, NotEstimated)
    ]
    if joint is None:
        return unknown[0], 0
    return joint.quantiles, len(unknown)
