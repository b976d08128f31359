"""The registry of computed indicators.

A domain that computes a figure declares it when its app is ready:

    register("budget.nr_share", compute, answers=[Proposed("guide-nr", "v1", "a.5")])

and calls `indicators.measurements.refresh_computed` when the figure changes; the values are kept as
measurements marked computed, which nobody types over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from portulan.core.say.text import Text
from portulan.indicators.words import Kind


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


class Proposed(NamedTuple):
    """An indicator that a practice proposes: its catalogue, edition, code, and its rank there."""

    catalogue: str
    edition: str
    code: str
    rank: int = 0


_COMPUTERS: dict[str, Compute] = {}
COMPUTERS = MappingProxyType(_COMPUTERS)
_ANSWERS: dict[Proposed, str] = {}
_WORDS: dict[str, Text] = {}
_SHAPES: dict[str, tuple[Kind, str]] = {}
SHAPES = MappingProxyType(_SHAPES)
NAMED = MappingProxyType(_WORDS)


def register(
    name: str,
    compute: Compute,
    *,
    answers: Iterable[Proposed] = (),
    words: Text | None = None,
    kind: Kind = Kind.PERCENTAGE,
    unit: str = "%",
) -> None:
    """Declare a computed indicator, and the proposed ones that it is the figure of.

    Its values are of a `kind`, in a `unit`: an indicator attached to it takes both.

    With `words`, a person may attach it to an action by that name.

    Raises ValueError when the name is taken by another.
    """
    if _COMPUTERS.setdefault(name, compute) is not compute:
        raise ValueError(f"{name} is registered already")
    _ANSWERS.update((one, name) for one in answers)
    _SHAPES[name] = kind, unit
    if words is not None:
        _WORDS[name] = words


def computer_of(proposed: Proposed) -> str:
    """Return the computed indicator that a proposed one is, "" when nobody computes it."""
    return _ANSWERS.get(proposed, "")
