"""Switching devices off when nobody uses them (row 7)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, saved
from portulan.impact.engine.items import Flow, Kind


def flows(case: Case) -> list[Flow]:
    """n W h d / 1000 kWh; W is the idle power, measured."""
    used = case["count"] * case["watts"] * case["hours_per_day"] * case["days"] / 1000.0
    formula = "{count} × {watts} × {hours_per_day} × {days} / 1000"
    return [saved(Kind.ELECTRICITY, used, formula, case.country)]


ARCHETYPE = Archetype(
    name="switch-off",
    flows=flows,
    inputs=(
        Input("count", Asked.COUNT),
        Input("watts", Asked.EACH),
        Input("hours_per_day", Asked.HOURS),
        Input("days", Asked.DAYS),
    ),
    step=Step.POWER,
)
