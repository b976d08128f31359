"""Switching whole servers off (row 8)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, View, saved
from portulan.impact.engine.items import Flow, Kind
from portulan.impact.engine.remarks import SUNK
from portulan.impact.engine.samples import ZERO, Sample

DEVICE = "server"


def electricity(case: Case, hosts: Sample, formula: str) -> Flow:
    """Return the electricity of hosts on all year: H 8760 W PUE / 1000 kWh."""
    used = hosts * case["watts"] * case["pue"] * 8760.0 / 1000.0
    whole = formula + " × {watts} × {pue} × 8760 / 1000"
    return saved(Kind.ELECTRICITY, used, whole, case.country)


def flows(case: Case) -> list[Flow]:
    """H 8760 W PUE F, and H E/L when the hosts will not be renewed (`owned` false)."""
    hosts = case["hosts"]
    if case.flag("owned"):
        case.warn(SUNK)
        equipment = saved(Kind.NEW_DEVICE, ZERO, "0", DEVICE)
    elif case.is_amortised:
        life = case.figure(f"{DEVICE}.life", "life")
        equipment = saved(Kind.NEW_DEVICE, hosts / life, "{hosts} / {life}", DEVICE)
    else:
        equipment = saved(Kind.NEW_DEVICE, hosts, "{hosts}", DEVICE)
    return [equipment, electricity(case, hosts, "{hosts}")] if case.is_amortised else [equipment]


ARCHETYPE = Archetype(
    name="host-switch-off",
    flows=flows,
    inputs=(
        Input("hosts", Asked.COUNT),
        Input("watts", Asked.EACH),
        Input("pue", Asked.PUE),
        Input("owned", Asked.FLAG, default=True),
    ),
    views=(View.AMORTISED, View.PURCHASE),
    step=Step.COUNT,
)
