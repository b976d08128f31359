"""A spread of values to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.impact.engine.draws import LogNormal, Triangle


def spread_as_json(spread: LogNormal | Triangle | None) -> dict[str, float] | None:
    """Return a spread as it is kept."""
    if isinstance(spread, LogNormal):
        return {"gsd": spread.gsd}
    if isinstance(spread, Triangle):
        return {"min": spread.low, "mode": spread.mode, "max": spread.high}
    return None


def spread_from_json(kept: Mapping[str, float] | None) -> LogNormal | Triangle | None:
    """Return a spread that was kept."""
    if not kept:
        return None
    if "gsd" in kept:
        return LogNormal(kept["gsd"])
    return Triangle(kept["min"], kept["mode"], kept["max"])
