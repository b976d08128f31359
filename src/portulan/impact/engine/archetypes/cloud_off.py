"""Stopping or shrinking cloud instances that nobody uses at night (row 13)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step
from portulan.impact.engine.items import Flow, Item, Kind


def flows(case: Case) -> list[Flow]:
    """kWh × share stopped; nothing embedded, the provider's machines staying in place."""
    used = case["kwh"]
    spared = used * case["share"]
    return [Flow(Item(Kind.ELECTRICITY, case.country), used, spared, "{kwh} × {share}")]


ARCHETYPE = Archetype(
    name="cloud-off",
    flows=flows,
    inputs=(Input("kwh", Asked.AMOUNT), Input("share", Asked.SHARE)),
    step=Step.POWER,
)
