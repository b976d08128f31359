"""From an inventory of equipment to the request of an action that makes it last longer (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portulan.impact.engine.factors import Registry
from portulan.impact.engine.request import DEFAULT_SEED, FORMAT
from portulan.impact.readers.numecoeval import Inventory
from portulan.sources.counts import Held
from portulan.sources.figure import rounded
from portulan.sources.words import Device

LIFE = "device-life"  # the archetype of devices that last longer


@dataclass(frozen=True, slots=True)
class Group:
    """The devices of one kind in an inventory.

    `life` is the usual one, in years, or None; `age` the mean of what the inventory says, from
    purchase to retirement or to today. The age of a young fleet is no life: it is shown, and not
    proposed. `use` is the mean use of those that left in a year: `left` of them, of which `known`
    have a use that is known.
    """

    device: str
    count: int
    life: float | None
    age: float | None
    use: float | None = None
    left: int = 0
    known: int = 0


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


# What an inventory calls a device, as the figures of impact do; the others have no figure.
_OURS = {
    Device.LAPTOP: "laptop",
    Device.DESKTOP: "desktop_pro",
    Device.MINI: "desktop_pro",
    Device.WORKSTATION: "desktop_pro",
    Device.SERVER: "server",
    Device.TABLET: "tablet",
    Device.SCREEN: "monitor",
    Device.SMARTPHONE: "smartphone",
}


def groups_held(held: Iterable[Held], registry: Registry) -> tuple[list[Group], int]:
    """Return the devices that a source counts, by kind, and how many in service are of no kind.

    Of no kind: nobody said it, or no figure of impact is of that kind.
    """
    found: dict[str, Held] = {}
    aside = 0
    for one in held:
        ours = _OURS.get(one.device) if one.device else None
        if ours is None:
            aside += one.in_service
        else:
            found[ours] = found[ours] + one if ours in found else one
    groups = []
    for device, one in found.items():
        usual = registry.latest(f"{device}.life")
        life = None if usual is None else usual.value
        groups.append(
            Group(device, one.in_service, life, _one(one.age), _one(one.use), one.left, one.known)
        )
    known = [group for group in groups if group.count]
    return sorted(known, key=lambda group: (-group.count, group.device)), aside


def _one(years: Decimal | None) -> float | None:
    """Return years to the tenth, as they are said."""
    return None if years is None else float(rounded(years, "0.1"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody says of the devices of one kind: how many, kept how long, in years."""

    count: int
    before: Decimal
    after: Decimal


def request_with(
    groups: Sequence[Group],
    chosen: Mapping[str, Chosen],
    former: Mapping[str, Any],
    origin: Mapping[str, str],
    country: str = "FRA",
) -> dict[str, object]:
    """Return the request of an action whose fleet a source says, after the `former` one, or {}.

    All that was said of a part stays (its range where its likeliest value did not move, its other
    inputs, its assets), and so do the parts that are of other devices. `origin`: the source, the
    day, the digest; a part names it with the inputs that are as it says them.
    """
    told = parts_by_device(former)
    parts = [part for part in former.get("estimates", ()) if _device(part) not in chosen]
    parts += [
        _part(group, chosen[group.device], told.get(group.device, {}), origin)
        for group in groups
        if group.device in chosen
    ]
    head = {"format": FORMAT.name, "country": country, "seed": DEFAULT_SEED}
    return head | {**former, "estimates": parts}


def parts_by_device(request: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the parts of a request that make devices last longer, by their device."""
    parts = request.get("estimates", ())
    return {device: part for part in parts if (device := _device(part)) is not None}


def _device(part: Mapping[str, Any]) -> str | None:
    is_life = part["archetype"] == LIFE
    return part.get("inputs", {}).get("device") if is_life else None


def _part(
    group: Group, said: Chosen, former: Mapping[str, Any], origin: Mapping[str, str]
) -> dict[str, object]:
    inputs = dict(former.get("inputs", {})) | {"device": group.device}
    for name, value in (
        ("count", said.count),
        ("life_before", float(said.before)),
        ("life_after", float(said.after)),
    ):
        if likeliest(inputs.get(name)) != value:
            inputs[name] = value
    proposed = {"count": group.count, "life_before": group.use}
    taken = sorted(name for name, value in proposed.items() if inputs[name] == value)
    part = {
        "id": former.get("id", group.device),
        "archetype": LIFE,
        "assets": former.get("assets", [group.device]),
        "inputs": inputs,
    }
    return part | ({"read_from": {**origin, "inputs": taken}} if taken else {})


def likeliest(number: Any) -> Any:
    """Return the likeliest value of a number of a request, which may be a range."""
    return number["mode"] if isinstance(number, Mapping) else number


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
                "archetype": LIFE,
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
