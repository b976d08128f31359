"""From an inventory of equipment to the request of an action that makes it last longer (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portulan.impact.engine.factors import Registry
from portulan.impact.engine.request import DEFAULT_SEED, FORMAT
from portulan.impact.readers.numecoeval import Inventory


@dataclass(frozen=True, slots=True)
class Group:
    """The devices of one kind in an inventory.

    `life` is the usual one, in years, or None; `age` the mean of what the inventory says, from
    purchase to retirement or to today. The age of a young fleet is no life: it is shown, and not
    proposed.
    """

    device: str
    count: int
    life: float | None
    age: float | None


def groups_of(inventory: Inventory, registry: Registry, today: date) -> list[Group]:
    """Return the devices whose kind is known, by kind, the most numerous first."""
    found: dict[str, list[tuple[float, float | None]]] = {}
    for one in inventory.devices:
        if one.device is not None:
            age = None if one.bought is None else one.life(today)
            found.setdefault(one.device, []).append((one.quantity, age))
    groups = [_group(device, counted, registry) for device, counted in found.items()]
    known = [group for group in groups if group.count]
    return sorted(known, key=lambda group: (-group.count, group.device))


def _group(device: str, counted: Sequence[tuple[float, float | None]], registry: Registry) -> Group:
    usual = registry.latest(f"{device}.life")
    dated = [(count, age) for count, age in counted if age is not None and count]
    total = sum(count for count, _ in dated)
    age = sum(count * age for count, age in dated) / total if total else None
    return Group(
        device=device,
        count=round(sum(count for count, _ in counted)),
        life=None if usual is None else usual.value,
        age=None if age is None else round(age, 1),
    )


def request_of(
    groups: Sequence[Group],
    lives: Mapping[str, tuple[Decimal, Decimal]],
    country: str = "FRA",
) -> dict[str, object]:
    """Return the request of lives before and after, in years, by device."""
    return {
        "format": FORMAT.name,
        "country": country,
        "seed": DEFAULT_SEED,
        "estimates": [
            {
                "id": group.device,
                "archetype": "device-life",
                "assets": [group.device],
                "inputs": {
                    "device": group.device,
                    "count": group.count,
                    "life_before": float(lives[group.device][0]),
                    "life_after": float(lives[group.device][1]),
                },
            }
            for group in groups
            if group.device in lives
        ],
    }
