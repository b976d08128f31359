"""The unit in which the amounts of a page read best."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say import numbers
from portulan.core.say.country import currency
from portulan.web.language import page_language

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Unit:
    """Thousands for large budgets, whole amounts for small ones, the same on the whole page."""

    in_thousands: bool = False

    @property
    def symbol(self) -> str:
        """What stands in the head of a column: “k€”."""
        return f"{'k' if self.in_thousands else ''}{currency().symbol}"

    def bare(self, amount: Decimal | None) -> str:
        if self.in_thousands:
            return numbers.thousands(amount, page_language())
        return numbers.number(amount, page_language(), decimals=0)

    def full(self, amount: Decimal | None, *, signed: bool = False) -> str:
        if self.in_thousands:
            return numbers.money(amount, page_language(), unit="k€", signed=signed)
        return numbers.money(amount, page_language(), decimals=0, signed=signed)


def unit_for(largest: Decimal) -> Unit:
    """Return the unit in which amounts up to this one read best."""
    return Unit(in_thousands=abs(largest) >= MILLION)
