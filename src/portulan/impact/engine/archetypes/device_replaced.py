"""Buying another kind of device at renewal: a laptop in place of a desktop (row 6)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, View
from portulan.impact.engine.items import Flow, Item, Kind
from portulan.impact.engine.samples import ZERO


def flows(case: Case) -> list[Flow]:
    """n [(E0/L0 + kWh0 F) - (E1/L1 + kWh1 F)], lives and use being those of the factors."""
    count, old, new = case["count"], case.word("from"), case.word("to")
    if not case.is_amortised:
        return [
            Flow(Item(Kind.NEW_DEVICE, old), count, ZERO, "{count}"),
            Flow(Item(Kind.NEW_DEVICE, new), ZERO, count, "−{count}"),
        ]
    old_life, new_life = case.figure(f"{old}.life", "L0"), case.figure(f"{new}.life", "L1")
    old_use, new_use = case.figure(f"{old}.kwh_year", "k0"), case.figure(f"{new}.kwh_year", "k1")
    use = Item(Kind.ELECTRICITY, case.country)
    return [
        Flow(Item(Kind.NEW_DEVICE, old), count / old_life, ZERO, "{count} / {L0}"),
        Flow(Item(Kind.NEW_DEVICE, new), ZERO, count / new_life, "−{count} / {L1}"),
        Flow(use, count * old_use, count * new_use, "{count} × ({k0} − {k1})"),
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
