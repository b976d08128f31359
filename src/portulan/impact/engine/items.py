"""What an action changes the quantity of, and what one unit of it weighs in each indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portulan.impact.engine.figures import Consultation
from portulan.impact.engine.samples import ONE, Sample


class Indicator(StrEnum):
    """What is estimated. Water and primary energy are not: no sound open factor exists."""

    GWP = "gwp"
    ELECTRICITY = "electricity"
    ADPE = "adpe"
    WEEE = "weee"


UNITS: Mapping[Indicator, str] = {
    Indicator.GWP: "kgCO2e",
    Indicator.ELECTRICITY: "kWh",
    Indicator.ADPE: "kgSb eq",
    Indicator.WEEE: "kg",
}


class Kind(StrEnum):
    """The kinds of things whose quantity an action changes; the unit of each in brackets."""

    NEW_DEVICE = "new_device"  # units bought
    REFURBISHED_YEAR = "refurbished_year"  # years of use of a device bought second-hand
    PARTS = "parts"  # kgCO2e
    ELECTRICITY = "electricity"  # kWh
    PAPER = "paper"  # kg
    STORAGE = "storage"  # GB kept a year
    NETWORK = "network"  # GB carried


class Driver(StrEnum):
    """The part of an asset's impact that an action works on: two actions on the same compete."""

    EQUIPMENT = "equipment"
    USE = "use"
    SERVICE = "service"


DRIVERS: Mapping[Kind, Driver] = {
    Kind.NEW_DEVICE: Driver.EQUIPMENT,
    Kind.REFURBISHED_YEAR: Driver.EQUIPMENT,
    Kind.PARTS: Driver.EQUIPMENT,
    Kind.ELECTRICITY: Driver.USE,
    Kind.PAPER: Driver.SERVICE,
    Kind.STORAGE: Driver.SERVICE,
    Kind.NETWORK: Driver.SERVICE,
}


@dataclass(frozen=True, slots=True)
class Item:
    """A thing counted: its kind, and the device or the country it is of."""

    kind: Kind
    of: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """How much of an item is needed before, and how much less after, per year or in all.

    The view says which. `formula` tells how what is spared comes from the inputs, named in braces.
    """

    item: Item
    before: Sample
    spared: Sample
    formula: str


type Rate = Callable[[Consultation, str], Sample]

_RATES: Mapping[tuple[Kind, Indicator], Rate] = {
    (Kind.NEW_DEVICE, Indicator.GWP): lambda ask, of: ask.embedded(of),
    (Kind.NEW_DEVICE, Indicator.ADPE): lambda ask, of: ask.figure(f"{of}.adpe.embedded"),
    (Kind.NEW_DEVICE, Indicator.WEEE): lambda ask, of: ask.figure(f"{of}.weight"),
    (Kind.REFURBISHED_YEAR, Indicator.GWP): lambda ask, of: ask.figure(f"{of}.gwp.refurbished"),
    (Kind.REFURBISHED_YEAR, Indicator.ADPE): lambda ask, of: ask.figure(f"{of}.adpe.refurbished"),
    # A year of second-hand use puts off a year of a new device's life, then its waste.
    (Kind.REFURBISHED_YEAR, Indicator.WEEE): lambda ask, of: (
        ask.figure(f"{of}.weight") / ask.figure(f"{of}.life")
    ),
    (Kind.PARTS, Indicator.GWP): lambda _ask, _of: ONE,
    (Kind.ELECTRICITY, Indicator.GWP): lambda ask, of: ask.figure(f"electricity.gwp.{of}"),
    (Kind.ELECTRICITY, Indicator.ELECTRICITY): lambda _ask, _of: ONE,
    (Kind.ELECTRICITY, Indicator.ADPE): lambda ask, of: ask.figure(f"electricity.adpe.{of}"),
    (Kind.PAPER, Indicator.GWP): lambda ask, _of: ask.figure("paper.gwp"),
    (Kind.STORAGE, Indicator.GWP): lambda ask, _of: ask.figure("storage.gwp"),
    (Kind.NETWORK, Indicator.GWP): lambda ask, _of: ask.figure("network.gwp"),
}


def rate(item: Item, indicator: Indicator) -> Rate | None:
    """Return how to look up what one unit weighs, or None when the indicator ignores it."""
    return _RATES.get((item.kind, indicator))
