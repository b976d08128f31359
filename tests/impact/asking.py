"""Short ways to ask the engine for one estimate."""

from __future__ import annotations

from portulan.impact.engine.archetype import Given, View
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.estimating import NotEstimated, Outcome, estimate_one
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.request import DEFAULT_DRAWS, DEFAULT_SEED, Estimate, Request
from portulan.impact.engine.samples import Quantiles, Sample, quantiles

type Factors = dict[str, float | Triangle]


def outcome(
    archetype: str,
    *,
    country: str = "FRA",
    view: View = View.AMORTISED,
    factors: Factors | None = None,
    seed: int = DEFAULT_SEED,
    draws: int = DEFAULT_DRAWS,
    name: str = "action",
    assets: tuple[str, ...] = (),
    **inputs: Given,
) -> Outcome:
    """One estimate; `from_` stands for `from`, a word of Python's."""
    given = {key.rstrip("_"): value for key, value in inputs.items()}
    estimate = Estimate(name, archetype, given, frozenset(assets))
    request = Request(country, (estimate,), seed=seed, draws=draws, factors=factors or {})
    return estimate_one(estimate, country, view, request.figures())


def spared(found: Outcome, indicator: Indicator = Indicator.GWP) -> Sample:
    """What it spares, when it is a number."""
    number = found.spared(indicator)
    assert not isinstance(number, NotEstimated), number.reason.message("en")
    return number


def central(archetype: str, indicator: Indicator = Indicator.GWP, **asked: object) -> float:
    """The central value of what one action spares."""
    return spared(outcome(archetype, **asked), indicator).central  # type: ignore[arg-type]


def interval(archetype: str, **asked: object) -> Quantiles:
    """The quantiles of the carbon that one action spares."""
    return quantiles(spared(outcome(archetype, **asked)))  # type: ignore[arg-type]
