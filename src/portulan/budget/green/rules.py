"""The green budget of a year, axis by axis (pure).

Annexe “Impact du budget pour la transition écologique” of the accounts (loi 2023-1322 article 191,
décret of 16 July 2024): real investment spending, rated line by line on each axis. A line may be
split between ratings. What is said of a line comes first; what is left of it is rated as the
longest account that holds it. What nobody rated is said apart: it is not neutral.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.words import Axis, Rating
from portulan.core.money import to_cents

ZERO, WHOLE = Decimal(0), Decimal(100)

# The shares of a line by rating, in percent, on each axis that somebody said something of.
type Parts = Mapping[Axis, Mapping[Rating, Decimal]]
type Accounts = Mapping[tuple[str, Axis], Rating]


@dataclass(frozen=True, slots=True)
class RatedAmount:
    """Some lines of an account, in euros; `own` is what was said of that very line, by axis."""

    nature: str
    amount: Decimal
    own: Parts


def rating_of_account(nature: str, axis: Axis, accounts: Accounts) -> Rating | None:
    """Return how an account is rated on an axis, by its longest beginning; None where unsaid."""
    prefixes = (nature[:end] for end in range(len(nature), 0, -1))
    return next((accounts[key] for one in prefixes if (key := (one, axis)) in accounts), None)


def parts_of(item: RatedAmount, axis: Axis, accounts: Accounts) -> dict[Rating | None, Decimal]:
    """Return what an amount is on an axis by rating, to the cent; it adds up to the amount.

    None is what nobody rated.
    """
    found: dict[Rating | None, Decimal] = defaultdict(Decimal)
    own, left = item.own.get(axis, {}), item.amount
    whole = sum(own.values(), ZERO) >= WHOLE
    for place, rating in enumerate(sorted(own), 1):
        last = whole and place == len(own)
        euros = left if last else to_cents(item.amount * own[rating] / WHOLE)
        found[rating] += euros
        left -= euros
    if left or not own:
        found[rating_of_account(item.nature, axis, accounts)] += left
    return dict(found)


def by_axis(
    items: Iterable[RatedAmount], accounts: Accounts
) -> dict[Axis, dict[Rating | None, Decimal]]:
    """Return what amounts add up to on each axis by rating; each axis adds up to the whole."""
    found: dict[Axis, dict[Rating | None, Decimal]] = {axis: defaultdict(Decimal) for axis in Axis}
    for item in items:
        for axis in Axis:
            for rating, euros in parts_of(item, axis, accounts).items():
                found[axis][rating] += euros
    return {axis: dict(ratings) for axis, ratings in found.items()}
