"""Making pages lighter (row 20): indicative, and kept out of totals."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, saved
from portulan.impact.engine.items import Flow, Kind
from portulan.impact.engine.remarks import INDICATIVE


def flows(case: Case) -> list[Flow]:
    """Views × MB / 1000 GB × the average of the network, which a saved GB does not save."""
    case.warn(INDICATIVE)
    carried = case["views"] * case["mb_saved"] / 1000.0
    return [saved(Kind.NETWORK, carried, "{views} × {mb_saved} / 1000")]


ARCHETYPE = Archetype(
    name="web",
    flows=flows,
    inputs=(Input("views", Asked.TALLY), Input("mb_saved", Asked.EACH)),
    step=Step.POWER,
    is_indicative=True,
)
