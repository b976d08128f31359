"""The registry of computed indicators.

A domain that computes a figure declares it when its app is ready:

    register("budget.nr_share", _("Part du budget de la DSI dédiée au NR"), compute)

and calls `indicators.measurements.refresh_computed` when the figure changes; the values are kept as
measurements marked computed, which nobody types over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class ComputedValue:
    """A value at a date, in the unit of the indicator; None when it cannot be computed."""

    on: date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""


# Given an organisation's identifier, returns its values, one per date at most.
type Compute = Callable[[int], Iterable[ComputedValue]]


@dataclass(frozen=True, slots=True)
class Computer:
    """A way to compute an indicator, by its name in the registry."""

    name: str
    label: str | Promise
    compute: Compute


_COMPUTERS: dict[str, Computer] = {}
COMPUTERS = MappingProxyType(_COMPUTERS)


def register(name: str, label: str | Promise, compute: Compute) -> None:
    """Declare a computed indicator. Raises ValueError when the name is taken by another."""
    known = _COMPUTERS.get(name)
    if known is not None and known.compute is not compute:
        raise ValueError(f"{name} is registered already")
    _COMPUTERS[name] = Computer(name, label, compute)
