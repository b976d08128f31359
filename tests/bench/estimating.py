"""Estimating the impact of a thousand actions, where everything that may be uncertain is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portulan.impact.engine.archetype import Given
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.reckoning import reckon
from portulan.impact.engine.request import Estimate, Request
from tests.bench.clock import seconds
from tests.bench.table import Row, by_amount

ACTIONS, DRAWS, MOST_SECONDS = 1_000, 5_000, 10.0


def request(*, apart: bool = False) -> Request:
    """Ask for longer lives, with five inputs in ranges and a factor that has a spread.

    The ranges of all actions are the same, or of each its own, which leaves nothing to share.
    """
    estimates = (
        Estimate(f"action-{number}", "device-life", _inputs(number / ACTIONS if apart else 0.0))
        for number in range(ACTIONS)
    )
    return Request("FRA", tuple(estimates), draws=DRAWS)


def _inputs(shift: float) -> dict[str, Given]:
    return {
        "device": "laptop",
        "count": Triangle(1_100, 1_200 + shift, 1_300),
        "life_before": Triangle(3.5, 4 + shift / 4, 4.5),
        "life_after": Triangle(5, 6 + shift / 4, 6.5),
        "achieved": Triangle(0.7, 0.95 + shift / 50, 1),
        "parts_kg": Triangle(0, 2 + shift, 6),
        "use_drift": 0.05,
    }


def rows(_folder: Path) -> Iterator[Row]:
    """Yield the CPU seconds of a thousand estimates of five thousand draws."""
    same, apart = request(), request(apart=True)
    what = f"estimate {ACTIONS:,} actions, {DRAWS:,} draws, all uncertain"
    yield by_amount(what, seconds(lambda: reckon(same)), MOST_SECONDS, "s of CPU")
    what = "the same, each with ranges of its own"
    yield by_amount(what, seconds(lambda: reckon(apart)), MOST_SECONDS, "s of CPU")
