"""Giving devices a second life elsewhere, where they replace new ones, or not (row 19)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Reach, Step, View, saved
from portulan.impact.engine.items import Flow, Kind
from portulan.impact.engine.remarks import OUTSIDE


def flows(case: Case) -> list[Flow]:
    """n r (second life / life of a new one) E: the new devices that others do not buy.

    A year of gifts spares the same in both views.
    """
    case.warn(OUTSIDE)
    device = case.word("device")
    new_life = case.figure(f"{device}.life", "life")
    spared = case["count"] * case["replacement_rate"] * case["second_life"] / new_life
    formula = "{count} × {replacement_rate} × {second_life} / {life}"
    return [saved(Kind.NEW_DEVICE, spared, formula, device)]


ARCHETYPE = Archetype(
    name="reuse",
    flows=flows,
    inputs=(
        Input("device", Asked.DEVICE),
        Input("count", Asked.COUNT),
        Input("second_life", Asked.LIFE),
        Input("replacement_rate", Asked.SHARE),
    ),
    views=(View.AMORTISED, View.PURCHASE),
    reach=Reach.AVOIDED,
    step=Step.LIFE,
)
