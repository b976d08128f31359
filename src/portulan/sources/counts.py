"""What an inventory counts besides its figures: its devices by kind, the reconditioned by invoice.

Counts alone, as all that a snapshot keeps (decision 140): nobody and no machine is known by them.
The domains above read them, and say from which snapshot; nothing here writes there (decision 201).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portulan.sources.figure import Thresholds, Verdict, judged, rounded, share
from portulan.sources.fleet import Fleet, Judged
from portulan.sources.fleet_figures import YEAR
from portulan.sources.words import Device, State

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Held:
    """The devices of one kind; `days` is the sum of the ages of the `dated` ones in service.

    `left`: those that went out in the year before the day of the snapshot; `used` days in all for
    those whose use is known (`known`). Devices whose kind nobody said have no `device`.
    """

    device: Device | None
    in_service: int = 0
    dated: int = 0
    days: int = 0
    left: int = 0
    known: int = 0
    used: int = 0

    @property
    def age(self) -> Decimal | None:
        """The mean age in service, in years; None where too few are dated to say it."""
        return _mean(self.days, self.dated, self.in_service)

    @property
    def use(self) -> Decimal | None:
        """The mean use of those that left, in years; None where it is known of too few."""
        return _mean(self.used, self.known, self.left)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Held:
        device = kept["device"]
        return cls(**{**kept, "device": Device(device) if device else None})

    def __add__(self, other: Held) -> Held:
        """Return both together, under the kind of the first."""
        return Held(
            self.device,
            *(
                getattr(self, name) + getattr(other, name)
                for name in ("in_service", "dated", "days", "left", "known", "used")
            ),
        )


@dataclass(frozen=True, slots=True)
class Invoice:
    """The devices that a tool says were bought by one invoice, in one civil year.

    `others` are said to be new, and `unsaid` neither. `year` is None where no date says it, and
    `number` "" where the tool has no invoice.
    """

    number: str
    year: int | None
    reconditioned: int = 0
    others: int = 0
    unsaid: int = 0


def _mean(days: int, known: int, counted: int) -> Decimal | None:
    """Return a mean in years, by the coverage that formulas ask (`sources.figure`)."""
    if judged(share(known, counted), Thresholds()) not in (Verdict.OK, Verdict.WARN):
        return None
    return rounded(Decimal(days) / YEAR / known, "0.01")


def held_in(fleet: Fleet) -> list[Held]:
    """Return the devices of a fleet by kind: those in service, and those that left in the year."""
    found: dict[Device | None, Held] = {}
    for one in fleet.devices:
        if (counted := _counted(one, fleet)) is not None:
            found[one.device] = found.get(one.device, Held(one.device)) + counted
    return sorted(found.values(), key=lambda one: one.device or "")


def _counted(one: Judged, fleet: Fleet) -> Held | None:
    out = one.item.out
    if one.state is State.IN_SERVICE:
        age = one.age(fleet.on)
        return Held(one.device, 1, age is not None, age or 0)
    if not one.is_out or out is None or not fleet.on - A_YEAR < out <= fleet.on:
        return None
    used = one.age(out)
    is_known = used is not None and used >= 0
    return Held(one.device, left=1, known=is_known, used=used if used and is_known else 0)


def invoices_in(fleet: Fleet) -> list[Invoice]:
    """Return the invoices by which something reconditioned was bought: what is leased was not."""
    counts: Counter[tuple[str, int | None, str]] = Counter()
    for one in fleet.devices:
        if not one.is_leased:
            year = one.start.year if one.start else None
            counts[one.item.invoice, year, _ORIGINS[one.item.reconditioned]] += 1
    with_some = {place[:2] for place in counts if place[2] == "reconditioned"}
    return [
        Invoice(*place, *(counts[(*place, name)] for name in _ORIGINS.values()))
        for place in sorted(with_some, key=lambda one: (one[0], one[1] or 0))
    ]


_ORIGINS = {True: "reconditioned", False: "others", None: "unsaid"}


def as_json(rows: Iterable[Held | Invoice]) -> list[dict[str, Any]]:
    """Return what a snapshot keeps."""
    return [{name: getattr(one, name) for name in one.__slots__} for one in rows]
