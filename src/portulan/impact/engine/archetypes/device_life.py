"""Keeping devices longer: fewer are bought each year (impact.md, rows 1, 2, 10, 11, 18)."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step, View
from portulan.impact.engine.items import Flow, Item, Kind
from portulan.impact.engine.remarks import PARTS_CARBON_ONLY
from portulan.impact.engine.samples import ONE, ZERO


def flows(case: Case) -> list[Flow]:
    """n E a (1/L0 - 1/L1), less the parts added, less the electricity of ageing devices.

    In the purchase view, over the longer of the two lives: 1200 laptops from 4 to 6 years are 600
    purchases avoided before buying starts again.
    """
    device, count = case.word("device"), case["count"]
    before, after, achieved = case["life_before"], case["life_after"], case["achieved"]
    period, times = ONE, ""
    if not case.is_amortised:
        period = case.terms["longer"] = before.at_least(after)
        times = " × {longer}"
    bought = count * period / before
    spared = achieved * (bought - count * period / after)
    renewed = "{count} × {achieved} × (1/{life_before} − 1/{life_after})"
    changes = [Flow(Item(Kind.NEW_DEVICE, device), bought, spared, renewed + times)]
    parts = ZERO - count * case["parts_kg"] * period
    if not parts.is_nil:
        case.warn(PARTS_CARBON_ONLY)
        changes.append(Flow(Item(Kind.PARTS), ZERO, parts, "−{count} × {parts_kg}" + times))
    return [*changes, _ageing(case, device)] if case.is_amortised else changes


def _ageing(case: Case, device: str) -> Flow:
    drift, item = case["use_drift"], Item(Kind.ELECTRICITY, case.country)
    if drift.is_nil:  # then the use need not be known
        return Flow(item, ZERO, ZERO, "{count} × {use_drift}")
    use = case["count"] * case.figure(f"{device}.kwh_year", "kwh_year")
    return Flow(item, use, use * (ZERO - drift), "−{count} × {kwh_year} × {use_drift}")


ARCHETYPE = Archetype(
    name="device-life",
    flows=flows,
    inputs=(
        Input("device", Asked.DEVICE),
        Input("count", Asked.COUNT),
        Input("life_before", Asked.LIFE, quantity="life"),
        Input("life_after", Asked.LIFE, quantity="life"),
        Input("achieved", Asked.SHARE, default=1),
        Input("parts_kg", Asked.EACH, default=0),
        Input("use_drift", Asked.CHANGE, default=0),
    ),
    views=(View.AMORTISED, View.PURCHASE),
    step=Step.LIFE,
)
