"""Moving computing to a country whose electricity is cleaner (row 12)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, saved
from portulan.impact.engine.items import Flow, Item, Kind
from portulan.impact.engine.remarks import TWO_SOURCES
from portulan.impact.engine.samples import ZERO


def flows(case: Case) -> list[Flow]:
    """kWh (F0 - F1), average mixes by place: no credit for a contract of green electricity."""
    used, old, new = case["kwh"], case.word("from"), case.word("to")
    if len({case.ask.source_of(f"electricity.gwp.{country}") for country in (old, new)}) > 1:
        case.warn(TWO_SOURCES)
    if old == new:
        return [Flow(Item(Kind.ELECTRICITY, old), used, ZERO, "{kwh} − {kwh}")]
    return [
        saved(Kind.ELECTRICITY, used, "{kwh}", old),
        Flow(Item(Kind.ELECTRICITY, new), ZERO, ZERO - used, "−{kwh}"),
    ]


ARCHETYPE = Archetype(
    name="cloud-region",
    flows=flows,
    inputs=(
        Input("kwh", Asked.AMOUNT),
        Input("from", Asked.COUNTRY),
        Input("to", Asked.COUNTRY),
    ),
    step=Step.PUE,
)
