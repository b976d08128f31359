"""One body among its peers: quartiles of what is spent per inhabitant, and a rank (pure, exact).

Quartiles are of type 7 (Hyndman and Fan, 1996: linear between the two values around (n − 1)·p), as
spreadsheets and DuckDB compute them, on fractions: two engines never differ by a cent. Under five
peers nothing is said but how many there are; under twenty, the median alone: a rank among few is no
place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

FEWEST, FEWEST_FOR_A_PLACE = 5, 20

type Spent = tuple[int, int]  # cents, inhabitants (never 0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a body stands; amounts in euros per inhabitant, None where peers are too few."""

    count: int
    q1: Decimal | None = None
    median: Decimal | None = None
    q3: Decimal | None = None
    rank: int | None = None  # 1 spends least; ties share the lowest


def per_inhabitant(cents: int, people: int) -> Decimal:
    """Return euros per inhabitant, half up to the cent."""
    return euros(Fraction(cents, people))


def place_among(own: Spent | None, peers: Sequence[Spent]) -> Place:
    """Return the place of a body among peers, of which it is one; None takes no rank."""
    count = len(peers)
    if count < FEWEST:
        return Place(count)
    ordered = ordered_by_inhabitant(peers)
    median = quantile(ordered, Fraction(1, 2))
    if count < FEWEST_FOR_A_PLACE:
        return Place(count, median=median)
    low, high = quantile(ordered, Fraction(1, 4)), quantile(ordered, Fraction(3, 4))
    return Place(count, low, median, high, None if own is None else rank_of(own, peers))


def place_from(count: int, marks: Mapping[int, Spent]) -> Place:
    """Return the quartiles of a group from the peers around each: `marks` by place, 1 the least.

    What an engine picks by row numbers (`making.sql`); no rank is told.
    """

    def point(part: int) -> Decimal:
        low, rest = divmod((count - 1) * part, 4)
        below = Fraction(*marks[low + 1])
        above = Fraction(*marks[low + 2]) if rest else below
        return euros(below + Fraction(rest, 4) * (above - below))

    if count < FEWEST:
        return Place(count)
    if count < FEWEST_FOR_A_PLACE:
        return Place(count, median=point(2))
    return Place(count, point(1), point(2), point(3))


def rank_of(own: Spent, peers: Iterable[Spent]) -> int:
    """Return one more than the number of peers that spend less per inhabitant."""
    cents, people = own
    return 1 + sum(its * people < cents * of for its, of in peers)


def ordered_by_inhabitant(peers: Iterable[Spent]) -> list[Spent]:
    """Return the peers from who spends least."""
    return sorted(peers, key=lambda peer: peer[0] / peer[1])


def quantile(ordered: Sequence[Spent], part: Fraction) -> Decimal:
    """Return a quantile of type 7 of peers in order, in euros per inhabitant, half up."""
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    below, above = Fraction(*ordered[low]), Fraction(*ordered[high])
    return euros(below + (place - low) * (above - below))


def euros(cents: Fraction | int) -> Decimal:
    """Return euros with two decimals, half up (away from zero), from cents or a part of them."""
    whole = (abs(Fraction(cents)) * 2 + 1) // 2
    return Decimal(-whole if cents < 0 else whole).scaleb(-2)
