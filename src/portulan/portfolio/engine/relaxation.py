"""What a choice may bring at most, column by column: an exact bound out of inexact prices (pure).

Any prices of the rows bound the value of every plan (Lagrange), and say by how much the bound falls
when a column leaves its better end. The solver gives good prices in floats; here they are cut to a
fraction and all else is counted in whole numbers, so that what is left out of a search for being
too poor is left out by proof (Neumaier, Shcherbina, Math. Programming 99, 2004).

A search among few columns first, then among those that may still do better: the same answer.

Most pathways are so far from the prices of the linear relaxation that no better plan follows them.
A search among the nearest gives a good plan; what that plan is worth tells which columns a better
one can have at all, and often that is few: the core of a knapsack (Balas, Zemel, Operations
Research 28, 1980; Pisinger, EJOR 87, 1995).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from portulan.portfolio.engine.model import Column, Row, Terms

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer


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


SIZE, GROWTH = 400, 1.5  # columns of the first search, and of each that follows
ENOUGH = 2.5  # once a search found a plan, so many times more are all searched at once
# Of the columns, left once a plan is known: prices say little, and fewer are no help.
VAGUE = 1 / 3
NODES = 100  # of a search that only has to find a good plan


class Search(Protocol):
    """Searches the best value among some columns."""

    def __call__(self, narrowed: Narrowed, *, nodes: int) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The columns that a plan as good as `start` can have, and what this one is worth.

    With `beyond`, columns and their better ends: the plans that have them all at these ends are
    searched already, and none of them is worth more than `start`. `answer` is the best of all
    plans, where it is proved already.
    """

    columns: Sequence[Column]
    start: frozenset[int] | None
    worth: int | None
    beyond: Terms | None = None
    answer: Answer | None = None

    def rows(self, value: Terms) -> list[Row]:
        """Return the rows of what is not known yet."""
        if self.beyond is None or self.worth is None:
            return []
        other = {at: -1 if end else 1 for at, end in self.beyond.items()}
        return [Row(other, low=1 - sum(self.beyond.values())), Row(value, low=self.worth + 1)]

    @property
    def size(self) -> int:
        """How many columns are left to choose."""
        return sum(column.low != column.high for column in self.columns)


def narrow(
    relaxation: Relaxation,
    start: frozenset[int] | None,
    worth: int | None,
    search: Search,
    goes_on: Callable[[], bool],
) -> Narrowed:
    """Return the columns left once good plans are known, from a plan `start` worth so much.

    Each search sees more columns than the one before, until those that may do as well as the best
    plan found are not many more.
    """
    size, enough, seen = float(SIZE), 1.0, None
    while goes_on():
        if _left(relaxation, worth) <= size * enough:
            break
        room = relaxation.room_of(round(size))
        tried = _narrowed(relaxation, room, seen, start, worth)
        found = search(tried, nodes=NODES)
        if found.worth is not None and (worth is None or found.worth >= worth):
            start, worth, seen = found.ones, found.worth, None
        if (
            start is not None
            and worth is not None
            and (
                found.bound == worth or (found.status == "infeasible" and tried.beyond is not None)
            )
        ):
            seen = room
            if relaxation.room(worth) <= room:
                answer = replace(found, status="optimal", ones=start, worth=worth, bound=worth)
                return replace(tried, start=start, worth=worth, answer=answer)
        if worth is not None and _left(relaxation, worth) > VAGUE * len(relaxation.columns):
            break
        size, enough = size * GROWTH, 1.0 if worth is None else ENOUGH
    # To the end, with the plan to begin from: without one, and told of what is seen, long searches
    # are two and a half times longer.
    last = None if worth is None else relaxation.room(worth)
    return _narrowed(relaxation, last, None, start, worth)


def _narrowed(
    relaxation: Relaxation,
    room: int | None,
    seen: int | None,
    start: frozenset[int] | None,
    worth: int | None,
) -> Narrowed:
    """Return the columns within a room, where another room was seen already."""
    columns = relaxation.columns if room is None else relaxation.within(room)
    beyond = None
    if seen is not None and room is not None:
        beyond = {
            at: relaxation.ends[at]
            for at, column in enumerate(columns)
            if column.whole and seen < relaxation.losses[at] <= room
        }
    return Narrowed(columns, start, worth, beyond)


def _left(relaxation: Relaxation, worth: int | None) -> int:
    """Return how many columns a plan worth so much may have."""
    if worth is None:
        return len(relaxation.columns)
    return relaxation.size(relaxation.room(worth))
