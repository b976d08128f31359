"""The green budget of a year, axis by axis (pure).

Annexe “Impact du budget pour la transition écologique” of the accounts (loi 2023-1322 article 191,
décret of 16 July 2024): real investment spending, rated line by line on each axis. A line’s own
rating comes first, then that of the longest account that holds it. What nobody rated is said apart:
it is not neutral.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.words import Axis, Rating

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RatedAmount:
    """Some lines of an account, in euros; `own` is what was said of that very line, by axis."""

    nature: str
    amount: Decimal
    own: Mapping[Axis, Rating]


type Accounts = Mapping[tuple[str, Axis], Rating]


def rating_of(item: RatedAmount, axis: Axis, accounts: Accounts) -> Rating | None:
    """Return how an amount is rated on an axis, None when nobody said."""
    if (own := item.own.get(axis)) is not None:
        return own
    prefixes = (item.nature[:end] for end in range(len(item.nature), 0, -1))
    return next((accounts[key] for one in prefixes if (key := (one, axis)) in accounts), None)


def by_axis(
    items: Iterable[RatedAmount], accounts: Accounts
) -> dict[Axis, dict[Rating | None, Decimal]]:
    """Return what amounts add up to on each axis by rating; each axis adds up to the whole."""
    found: dict[Axis, dict[Rating | None, Decimal]] = {axis: defaultdict(Decimal) for axis in Axis}
    for item in items:
        for axis in Axis:
            found[axis][rating_of(item, axis, accounts)] += item.amount
    return {axis: dict(ratings) for axis, ratings in found.items()}
