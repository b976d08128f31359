"""Buying another kind of device at renewal: a laptop in place of a desktop (row 6)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, View, saved
from portulan.impact.engine.items import Flow, Item, Kind
from portulan.impact.engine.samples import ZERO


def flows(case: Case) -> list[Flow]:
    """n [(E0/L0 + kWh0 F) - (E1/L1 + kWh1 F)], lives and use being those of the factors."""
    count, old, new = case["count"], case.word("from"), case.word("to")
    if not case.is_amortised:
        return [
            saved(Kind.NEW_DEVICE, count, "{count}", old),
            Flow(Item(Kind.NEW_DEVICE, new), ZERO, ZERO - count, "−{count}"),
        ]
    old_life, new_life = case.figure(f"{old}.life", "L0"), case.figure(f"{new}.life", "L1")
    old_use, new_use = case.figure(f"{old}.kwh_year", "k0"), case.figure(f"{new}.kwh_year", "k1")
    bought, used = count / old_life, count * old_use
    gap = used - count * new_use
    return [
        saved(Kind.NEW_DEVICE, bought, "{count} / {L0}", old),
        Flow(Item(Kind.NEW_DEVICE, new), ZERO, ZERO - count / new_life, "−{count} / {L1}"),
        Flow(Item(Kind.ELECTRICITY, case.country), used, gap, "{count} × ({k0} − {k1})"),
    ]


ARCHETYPE = Archetype(
    name="device-replaced",
    flows=flows,
    inputs=(
        Input("count", Asked.COUNT),
        Input("from", Asked.DEVICE),
        Input("to", Asked.DEVICE),
    ),
    views=(View.AMORTISED, View.PURCHASE),
    step=Step.COUNT,
)
