"""What a choice may bring at most, column by column: an exact bound out of inexact prices (pure).

Any prices of the rows bound the value of every plan (Lagrange), and say by how much the bound falls
when a column leaves its better end. The solver gives good prices in floats; here they are cut to a
fraction and all else is counted in whole numbers, so that what is left out of a search for being
too poor is left out by proof (Neumaier, Shcherbina, Math. Programming 99, 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portulan.portfolio.engine.model import Column, Row, Terms

_UNIT = 2**48  # prices and bounds are counted in such parts of one


@dataclass(frozen=True, slots=True)
class Relaxation:
    """`most`: no plan is worth more; `losses`: how much less with a column at its worse end.

    Both in parts of a unit. `ends` are the better ends; a column that is not whole loses nothing.
    """

    columns: Sequence[Column]
    most: int
    losses: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def bound(self) -> int:
        """The most that a plan may be worth, in whole numbers."""
        return self.most // _UNIT

    def room(self, worth: int) -> int:
        """Return what a plan may lose and still be worth so much."""
        return self.most - worth * _UNIT

    def size(self, room: int) -> int:
        """Return how many columns are left to choose within so much."""
        return sum(self._is_free(at, room) for at in range(len(self.columns)))

    def room_of(self, size: int) -> int:
        """Return the room in which at least so many columns are left to choose."""
        losses = sorted(
            loss for column, loss in zip(self.columns, self.losses, strict=True) if column.whole
        )
        return losses[min(size, len(losses)) - 1] if losses else 0

    def within(self, room: int) -> list[Column]:
        """Return the columns, those that would lose more held at their better end."""
        return [
            column
            if self._is_free(at, room) or not column.whole
            else replace(column, low=self.ends[at], high=self.ends[at])
            for at, column in enumerate(self.columns)
        ]

    def _is_free(self, at: int, room: int) -> bool:
        return self.columns[at].whole and self.losses[at] <= room


def relax(
    columns: Sequence[Column], rows: Sequence[Row], objective: Terms, prices: Sequence[float]
) -> Relaxation | None:
    """Return what these prices of the rows prove of a maximum; None when they prove nothing."""
    worths = [0] * len(columns)
    for at, worth in objective.items():
        worths[at] = worth * _UNIT
    most = 0
    for row, price in zip(rows, prices, strict=True):
        whole = _whole(row, price)
        if whole:
            most += whole * ((row.high if whole > 0 else row.low) or 0)
            for at, coefficient in row.terms.items():
                worths[at] -= whole * coefficient
    losses, ends = [0] * len(columns), [0] * len(columns)
    for at, (column, worth) in enumerate(zip(columns, worths, strict=True)):
        end = column.high if worth > 0 else column.low
        if end is None:
            if worth:
                return None
            continue
        most += worth * end
        if column.whole and column.low is not None and column.high is not None:
            losses[at], ends[at] = abs(worth) * (column.high - column.low), end
    return Relaxation(columns, most, tuple(losses), tuple(ends))


def _whole(row: Row, price: float) -> int:
    """Return a price in parts of a unit, nothing on a side where the row has no bound."""
    missing = row.high if price > 0 else row.low
    return 0 if missing is None else round(price * _UNIT)
