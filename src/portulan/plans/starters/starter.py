"""What a ready-made plan says of each of its actions (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say.text import Text
from portulan.indicators.words import Direction, Kind
from portulan.plans.words import CommitmentLevel

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


@dataclass(frozen=True, slots=True)
class StarterAction:
    """An action: what, what for, who, how firmly, in how many months, following which practice.

    `aim` is what its level asks: the deliverable of a study, where a trial takes place, or the
    indicator of an implementation, with its `unit` and its `target`. `practice` is a code of the
    built-in guide.
    """

    title: Text
    why: Text
    pilot: Text
    level: CommitmentLevel
    months: int
    aim: Text
    practice: str
    target: Decimal | None = None
    unit: str = ""
    direction: Direction = Direction.UP

    @property
    def kind(self) -> Kind:
        return Kind.PERCENTAGE if self.unit == "%" else Kind.QUANTITY


@dataclass(frozen=True, slots=True)
class Starter:
    """A plan to start from: its key in addresses, its title, whom it is for, its actions."""

    key: str
    title: Text
    for_whom: Text
    actions: tuple[StarterAction, ...]


def do(
    title: tuple[str, str],
    why: tuple[str, str],
    pilot: tuple[str, str],
    practice: str,
    aim: tuple[str, str],
    target: int,
    unit: str = "",
    *,
    months: int = 24,
    direction: Direction = Direction.UP,
) -> StarterAction:
    """Return an implementation: what is measured, and how far."""
    return StarterAction(
        *(Text(*title), Text(*why), Text(*pilot), IMPLEMENTATION, months, Text(*aim), practice),
        *(Decimal(target), unit, direction),
    )


def trial(
    title: tuple[str, str],
    why: tuple[str, str],
    pilot: tuple[str, str],
    practice: str,
    where: tuple[str, str],
    *,
    months: int = 12,
) -> StarterAction:
    return StarterAction(
        Text(*title), Text(*why), Text(*pilot), EXPERIMENT, months, Text(*where), practice
    )


def study(
    title: tuple[str, str],
    why: tuple[str, str],
    pilot: tuple[str, str],
    practice: str,
    deliverable: tuple[str, str],
    *,
    months: int = 6,
) -> StarterAction:
    return StarterAction(
        Text(*title), Text(*why), Text(*pilot), STUDY, months, Text(*deliverable), practice
    )
