"""Which lines and orders a rule of attribution is about, and for what share of a line (pure).

“30 % of contract X goes to action 12.” A line that says the contract itself is the contract: the
share is that of the line. Where accounts only say the account, the orders of the contract tell what
of the line it is: share × orders ÷ line, at one stage (ADR 17, ADR 27).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Protocol

from portulan.budget.words import Stage
from portulan.core.money import as_text

# What the database keeps of a share.
_SHARE = Decimal("0.0000000001")
ZERO = Decimal(0)


class WhyNot(StrEnum):
    """Why a rule that is about a line proposes nothing on it."""

    UNDECIDED = "undecided"  # nobody said what share of the line is IT
    NO_ROOM = "no-room"  # what is left of the line, or of the contract, is less than the share
    ALREADY = "already"  # the action, or the contract, has a share of this line already
    SHARED = "shared"  # an order that several lines may hold: nobody can tell which
    NO_AMOUNT = "no-amount"  # orders and line have no amount at one stage
    BEYOND = "beyond"  # the orders are more than the line


# What such a rule may be about, of all that `Criteria` can say.
ASKED = ("nature_prefix", "service", "supplier", "contract", "label")


class Amounts(Protocol):
    """What has an amount in euros at some stages, None where it has none."""

    @property
    def committed(self) -> Decimal | None: ...
    @property
    def realised(self) -> Decimal | None: ...


@dataclass(frozen=True, slots=True)
class Fraction:
    """A share of orders as a share of their line, at a stage, with the amounts it rests on."""

    share: Decimal
    stage: Stage
    amount: Decimal
    of: Decimal

    def key(self, share: Decimal, *, order: str, contract: str, orders: int) -> dict[str, str]:
        """Return the numbers that explain the fraction, as an attribution keeps them."""
        return {
            "order": order,
            "contract": contract,
            "orders": str(orders),
            "share": str(share),
            "stage": self.stage.value,
            "amount": as_text(self.amount),
            "of": as_text(self.of),
        }


def fraction_of(
    share: Decimal, orders: Iterable[Amounts], line: Mapping[Stage, Decimal | None]
) -> Fraction | WhyNot:
    """Return what a share of some orders is of their line, at the firmest stage both have."""
    orders = list(orders)
    for stage in (Stage.REALISED, Stage.COMMITTED):
        known = [getattr(order, stage.column) for order in orders]
        amount = sum((one for one in known if one is not None), ZERO)
        of = line.get(stage)
        if amount and of:
            found = (share * amount / of).quantize(_SHARE, ROUND_HALF_UP)
            return Fraction(found, stage, amount, of) if 0 < found <= share else WhyNot.BEYOND
    return WhyNot.NO_AMOUNT
