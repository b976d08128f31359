"""What an allotment still holds once lines came, and what is left to fund (pure).

An allotment is money reserved before lines exist. The lines of its action and year consume it: they
are taken from it, and never added to it (ADR 21).

    remaining = allotted − consumed              negative: more than was reserved
    secured   = max(allotted, consumed)          not their sum
    to fund   = max(0, planned − secured)

Amounts are exact decimals in euros, in one tax basis; None is unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Need:
    """What an action asks for a year, what was reserved for it, and what its lines hold of it.

    `consumed` is what declared or justified attributions give at one stage; None without accounts.
    """

    planned: Decimal | None = None
    allotted: Decimal | None = None
    consumed: Decimal | None = None

    @property
    def remaining(self) -> Decimal | None:
        """What the allotment still holds; None without allotment."""
        return None if self.allotted is None else self.allotted - (self.consumed or ZERO)

    @property
    def secured(self) -> Decimal:
        """What the action can count on: lines inside its allotment are not counted twice."""
        return max(self.allotted or ZERO, self.consumed or ZERO)

    @property
    def to_fund(self) -> Decimal | None:
        """What nothing covers yet; None when what is asked is not known."""
        return None if self.planned is None else max(ZERO, self.planned - self.secured)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the money of a year comes from: `on_lines` + `reserved` + `to_fund` covers the asks.

    `reserved` is what allotments still hold, `beyond` what lines hold beyond them; `not_costed`
    counts the needs whose amount is not known, which no sum replaces.
    """

    planned: Decimal = ZERO
    allotted: Decimal = ZERO
    on_lines: Decimal = ZERO
    reserved: Decimal = ZERO
    beyond: Decimal = ZERO
    to_fund: Decimal = ZERO
    not_costed: int = 0

    @property
    def secured(self) -> Decimal:
        """What lines hold and what allotments still hold for more."""
        return self.on_lines + self.reserved


def sources_of(needs: Iterable[Need]) -> Sources:
    """Return the sums of needs, each action apart: one’s surplus never pays for another."""
    needs = list(needs)
    left = [need.remaining for need in needs if need.remaining is not None]
    return Sources(
        planned=_sum(need.planned for need in needs),
        allotted=_sum(need.allotted for need in needs),
        on_lines=_sum(need.consumed for need in needs),
        reserved=_sum(amount for amount in left if amount > 0),
        beyond=_sum(-amount for amount in left if amount < 0),
        to_fund=_sum(need.to_fund for need in needs),
        not_costed=sum(1 for need in needs if need.planned is None),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)
