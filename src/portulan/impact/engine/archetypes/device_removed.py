"""Doing without devices: not renewed, or only switched off for good (row 5)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, View, saved
from portulan.impact.engine.items import Flow, Kind
from portulan.impact.engine.remarks import SUNK
from portulan.impact.engine.samples import ZERO


def flows(case: Case) -> list[Flow]:
    """n (E/L + kWh F); without E when the device is owned and would not be renewed."""
    device, count = case.word("device"), case["count"]
    if case.flag("owned"):
        case.warn(SUNK)
        equipment = saved(Kind.NEW_DEVICE, ZERO, "0", device)
    elif case.is_amortised:
        equipment = saved(Kind.NEW_DEVICE, count / case["life"], "{count} / {life}", device)
    else:
        equipment = saved(Kind.NEW_DEVICE, count, "{count}", device)
    if not case.is_amortised:
        return [equipment]
    use = count * case["kwh_year"]
    return [equipment, saved(Kind.ELECTRICITY, use, "{count} × {kwh_year}", case.country)]


ARCHETYPE = Archetype(
    name="device-removed",
    flows=flows,
    inputs=(
        Input("device", Asked.DEVICE),
        Input("count", Asked.COUNT),
        Input("life", Asked.LIFE, factor="life"),
        Input("kwh_year", Asked.EACH, factor="kwh_year"),
        Input("owned", Asked.FLAG, default=True),
    ),
    views=(View.AMORTISED, View.PURCHASE),
    step=Step.COUNT,
)
