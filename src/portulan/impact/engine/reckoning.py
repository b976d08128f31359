"""A whole request: its results, light enough for thousands, and its overlaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.document import Explained, Said, Shared, Spared, Used
from portulan.impact.engine.estimating import NotEstimated, Outcome, estimate_one
from portulan.impact.engine.factors import Quality, Registry
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.overlaps import claim, linked, overlap
from portulan.impact.engine.request import Request
from portulan.impact.engine.samples import Quantiles, quantiles
from portulan.impact.engine.tracing import trace


@dataclass(frozen=True, slots=True)
class Result:
    """An estimate once its draws are summed up: what is shown, kept, and sealed."""

    id: str
    archetype: str
    indicators: Spared
    view: View
    reach: Reach
    quality: Quality
    trace: Explained
    factors: tuple[Used, ...]
    warnings: tuple[Said, ...]
    is_indicative: Annotated[bool, Field(exclude=True)]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The results of a request in its order, and what must not be added up."""

    results: tuple[Result, ...]
    overlaps: tuple[Shared, ...]


def reckon(request: Request, registry: Registry | None = None) -> Reckoning:
    """Return what each action of a request spares, and what those on the same assets spare.

    The same request gives the same numbers, on any machine. Draws are let go once used: only
    those of actions that share assets are held together, one group after the other.
    """
    figures = request.figures(registry)
    results: dict[str, Result] = {}
    overlaps = []
    for group in linked(request.estimates, request.view):
        claims = []
        for estimate in group:
            outcome = estimate_one(estimate, request.country, request.view, figures)
            results[estimate.id] = summed_up(outcome)
            if len(group) > 1:
                claims.append(claim(outcome))
        if (joint := overlap(claims)) is not None:
            overlaps.append(joint)
    return Reckoning(tuple(results[one.id] for one in request.estimates), tuple(overlaps))


def summed_up(outcome: Outcome) -> Result:
    """Return an outcome without its draws."""
    indicators: dict[Indicator, Quantiles | NotEstimated] = {}
    for indicator in Indicator:
        spared = outcome.spared(indicator)
        indicators[indicator] = (
            spared if isinstance(spared, NotEstimated) else quantiles(spared)
        )  # fmt: skip
    return Result(
        id=outcome.estimate.id,
        archetype=outcome.archetype.name,
        view=outcome.view,
        reach=outcome.archetype.reach,
        quality=outcome.quality,
        is_indicative=outcome.archetype.is_indicative,
        indicators=indicators,
        trace=trace(outcome),
        factors=tuple(outcome.factors.values()),
        warnings=outcome.warnings,
    )
