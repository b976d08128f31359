"""Cooling and powering a computer room better (row 9)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step
from portulan.impact.engine.items import Flow, Item, Kind


def flows(case: Case) -> list[Flow]:
    """Electricity of IT × (PUE before - PUE after); a power in kW is on all year."""
    if "it_kwh" in case.given:
        used, formula = case["it_kwh"], "{it_kwh}"
    else:
        used, formula = case["it_kw"] * 8760.0, "{it_kw} × 8760"
    item = Item(Kind.ELECTRICITY, case.country)
    before = used * case["pue_before"]
    spared = before - used * case["pue_after"]
    return [Flow(item, before, spared, formula + " × ({pue_before} − {pue_after})")]


ARCHETYPE = Archetype(
    name="pue",
    flows=flows,
    inputs=(
        Input("it_kwh", Asked.AMOUNT, optional=True),
        Input("it_kw", Asked.AMOUNT, optional=True),
        Input("pue_before", Asked.PUE, quantity="pue"),
        Input("pue_after", Asked.PUE, quantity="pue"),
    ),
    step=Step.PUE,
    one_of=("it_kwh", "it_kw"),
)
