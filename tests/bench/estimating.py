"""Estimating the impact of a thousand actions, where everything that may be uncertain is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.reckoning import reckon
from portulan.impact.engine.request import Estimate, Request
from tests.bench.clock import seconds
from tests.bench.table import Row, by_amount

ACTIONS, DRAWS, MOST_SECONDS = 1_000, 5_000, 10.0


def request() -> Request:
    """Ask for longer lives, with five inputs in ranges and a factor that has a spread."""
    inputs = {
        "device": "laptop",
        "count": Triangle(1_100, 1_200, 1_300),
        "life_before": Triangle(3.5, 4, 4.5),
        "life_after": Triangle(5, 6, 6.5),
        "achieved": Triangle(0.7, 0.95, 1),
        "parts_kg": Triangle(0, 2, 6),
        "use_drift": 0.05,
    }
    estimates = (Estimate(f"action-{number}", "device-life", inputs) for number in range(ACTIONS))
    return Request("FRA", tuple(estimates), draws=DRAWS)


def rows(_folder: Path) -> Iterator[Row]:
    """Yield the CPU seconds of a thousand estimates of five thousand draws."""
    asked = request()
    what = f"estimate {ACTIONS:,} actions, {DRAWS:,} draws, all uncertain"
    yield by_amount(what, seconds(lambda: reckon(asked)), MOST_SECONDS, "s of CPU")
