"""Devices not bought, counted when they would have been."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, View, saved
from portulan.impact.engine.items import Flow, Kind


def flows(case: Case) -> list[Flow]:
    """n E: a stock, never to be added to yearly flows."""
    return [saved(Kind.NEW_DEVICE, case["count"], "{count}", case.word("device"))]


ARCHETYPE = Archetype(
    name="purchases-avoided",
    flows=flows,
    inputs=(Input("device", Asked.DEVICE), Input("count", Asked.COUNT)),
    views=(View.PURCHASE,),
    step=Step.LIFE,
)
