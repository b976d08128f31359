"""What a trajectory shows: a point a year, and which of them a line may join."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.web.charts.canvas import Shape


@dataclass(frozen=True, slots=True)
class TrajectoryPoint:
    """A fiscal year. Shares are in percent; amounts in euros; None is unknown.

    `stage` is its name in the language of the page; points are joined only between consecutive
    years of equal stage, equal perimeter and equal costing policy. `gap`
    is the money missing to keep the ambition, drawn when positive.
    """

    year: int
    value: Decimal | None
    stage: str = ""
    shape: Shape = Shape.HOLLOW
    perimeter: str = ""
    costing: str | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    ambition: Decimal | None = None
    gap: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trajectory:
    title: str
    points: tuple[TrajectoryPoint, ...]
    decimals: int = 1


def joined(before: TrajectoryPoint, after: TrajectoryPoint) -> bool:
    """Return whether a line may join two points: next years, same stage, perimeter, policy."""
    return (
        before.value is not None
        and after.value is not None
        and after.year - before.year == 1
        and (before.stage, before.shape) == (after.stage, after.shape)
        and before.perimeter == after.perimeter
        and before.costing == after.costing
    )


def has_gap(point: TrajectoryPoint) -> bool:
    """Return whether money is missing to keep the ambition of the year."""
    return (
        point.gap is not None
        and point.gap > 0
        and point.value is not None
        and point.ambition is not None
        and point.ambition > point.value
    )
