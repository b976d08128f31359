"""The registry of computed indicators.

A domain that computes a figure declares it when its app is ready:

    register("budget.nr_share", compute)

and calls `indicators.measurements.refresh_computed` when the figure changes; the values are kept as
measurements marked computed, which nobody types over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ComputedValue:
    """A value at a date, in the unit of the indicator; None when it cannot be computed.

    `breaks` where it does not compare with the value before, and `note` says why.
    """

    on: date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""
    breaks: bool = False
    note: str = ""


# Given an organisation's identifier, returns its values, one per date at most.
type Compute = Callable[[int], Iterable[ComputedValue]]


_COMPUTERS: dict[str, Compute] = {}
COMPUTERS = MappingProxyType(_COMPUTERS)


def register(name: str, compute: Compute) -> None:
    """Declare a computed indicator. Raises ValueError when the name is taken by another."""
    if _COMPUTERS.setdefault(name, compute) is not compute:
        raise ValueError(f"{name} is registered already")
