"""Equipping people with second-hand devices in place of new ones (rows 3 and 4)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, View, saved
from portulan.impact.engine.items import Flow, Kind
from portulan.impact.engine.remarks import REFURBISHED


def flows(case: Case) -> list[Flow]:
    """Devices in service × the gain published per year of use; × second life when bought."""
    case.warn(REFURBISHED)
    device, count = case.word("device"), case["count"]
    if case.is_amortised:
        return [saved(Kind.REFURBISHED_YEAR, count, "{count}", device)]
    years = count * case["second_life"]
    return [saved(Kind.REFURBISHED_YEAR, years, "{count} × {second_life}", device)]


ARCHETYPE = Archetype(
    name="refurbished",
    flows=flows,
    inputs=(
        Input("device", Asked.DEVICE),
        Input("count", Asked.COUNT),
        Input("second_life", Asked.LIFE),
    ),
    views=(View.AMORTISED, View.PURCHASE),
    step=Step.LIFE,
)
