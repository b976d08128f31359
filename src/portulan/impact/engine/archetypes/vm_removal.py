"""Deleting virtual machines: worth the whole hosts that can then be switched off, or nothing."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, Asked, Case, Input, Step
from portulan.impact.engine.archetypes.host_switch_off import electricity
from portulan.impact.engine.items import Flow
from portulan.impact.engine.remarks import NO_WHOLE_HOST


def flows(case: Case) -> list[Flow]:
    """Hosts = floor(VMs × vCPU / vCPU of a host), then as hosts switched off."""
    hosts = (case["vms"] * case["vcpu"] / case["host_vcpu"]).floor()
    if hosts.central == 0:
        case.warn(NO_WHOLE_HOST)
    return [electricity(case, hosts, "⌊{vms} × {vcpu} / {host_vcpu}⌋")]


ARCHETYPE = Archetype(
    name="vm-removal",
    flows=flows,
    inputs=(
        Input("vms", Asked.COUNT),
        Input("vcpu", Asked.COUNT),
        Input("host_vcpu", Asked.CAPACITY),
        Input("watts", Asked.EACH),
        Input("pue", Asked.PUE),
    ),
    step=Step.COUNT,
)
