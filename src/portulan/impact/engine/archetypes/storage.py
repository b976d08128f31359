"""Erasing mail and files (row 16): worth something only when capacity is really released."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, saved
from portulan.impact.engine.items import Flow, Kind
from portulan.impact.engine.remarks import CAPACITY_KEPT
from portulan.impact.engine.samples import ZERO


def flows(case: Case) -> list[Flow]:
    """GB × kgCO2e per GB and year, or 0 while the disks stay in place."""
    if case.flag("capacity_released"):
        return [saved(Kind.STORAGE, case["gb"], "{gb}")]
    case.warn(CAPACITY_KEPT)
    return [saved(Kind.STORAGE, ZERO, "0")]


ARCHETYPE = Archetype(
    name="storage",
    flows=flows,
    inputs=(Input("gb", Asked.AMOUNT), Input("capacity_released", Asked.FLAG)),
    step=Step.POWER,
)
