"""A search among few columns first, then among those that may still do better: the same answer.

Most pathways are so far from the prices of the linear relaxation that no better plan follows them.
A search among the nearest gives a good plan; what that plan is worth tells which columns a better
one can have at all, and often that is few: the core of a knapsack (Balas, Zemel, Operations
Research 28, 1980; Pisinger, EJOR 87, 1995).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portulan.portfolio.engine.model import Column
from portulan.portfolio.engine.relaxation import Relaxation

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer

SIZE, GROWTH = 400, 1.5  # columns of the first search, and of each that follows
ENOUGH = 2.5  # once a plan is known, so many times more are all searched at once
NODES = 100  # of a search that only has to find a good plan


class Search(Protocol):
    """Searches the best value among some columns."""

    def __call__(
        self, columns: Sequence[Column], start: frozenset[int] | None, *, nodes: int
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The columns that a plan as good as `start` can have, and what this one is worth.

    `answer` is the best of all, where it is proved already.
    """

    columns: Sequence[Column]
    start: frozenset[int] | None
    worth: int | None
    answer: Answer | None = None

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
    size, answer = float(SIZE), None
    while answer is None and goes_on():
        if _left(relaxation, worth) <= size * (1 if worth is None else ENOUGH):
            break
        room = relaxation.room_of(round(size))
        found = search(relaxation.within(room), start, nodes=NODES)
        if found.worth is not None and (worth is None or found.worth >= worth):
            start, worth = found.ones, found.worth
            if found.bound == worth and relaxation.room(worth) <= room:
                answer = found
        size *= GROWTH
    columns = relaxation.columns if worth is None else relaxation.within(relaxation.room(worth))
    return Narrowed(columns, start, worth, answer)


def _left(relaxation: Relaxation, worth: int | None) -> int:
    """Return how many columns a plan worth so much may have."""
    if worth is None:
        return len(relaxation.columns)
    return relaxation.size(relaxation.room(worth))
