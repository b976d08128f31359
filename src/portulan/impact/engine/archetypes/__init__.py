"""The kinds of actions that can be estimated. A new one is one module and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.impact.engine.archetype import Archetype
from portulan.impact.engine.archetypes import (
    cloud_off,
    cloud_region,
    device_life,
    device_removed,
    device_replaced,
    enabling,
    host_switch_off,
    paper,
    pue,
    purchases_avoided,
    refurbished,
    reuse,
    storage,
    switch_off,
    vm_removal,
    web,
)

ARCHETYPES: Mapping[str, Archetype] = {
    module.ARCHETYPE.name: module.ARCHETYPE
    for module in (
        device_life,
        device_removed,
        device_replaced,
        refurbished,
        reuse,
        switch_off,
        host_switch_off,
        vm_removal,
        pue,
        cloud_region,
        cloud_off,
        paper,
        storage,
        web,
        purchases_avoided,
        enabling,
    )
}
