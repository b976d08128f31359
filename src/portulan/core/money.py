"""Amounts of money: exact decimals in euros, with the tax basis they are in.

Accounts kept under M57 and M14 are in euros all taxes included (TTC), those under M4 and the
general chart of accounts (PCG) without the recoverable tax (HT). Two bases are never summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
ZERO = Decimal(0)


class TaxBasis(StrEnum):
    TTC = "TTC"
    HT = "HT"


def to_cents(amount: Decimal) -> Decimal:
    """Return the amount rounded half up to the cent; to be used when writing it, never before.

    Zero has no sign: what rounds to nothing is not “−0,00”.
    """
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    return rounded if rounded else rounded.copy_abs()


def exact(amount: Decimal) -> Decimal:
    """Return the amount with all its decimals, two at least, as files of data give it."""
    places = amount.normalize().as_tuple().exponent
    return to_cents(amount) if not isinstance(places, int) or places >= -2 else amount.normalize()


def rounded_together(amounts: Sequence[Decimal], places: int = 0) -> list[Decimal]:
    """Return the parts of a whole rounded so that they add up to the whole rounded half up.

    Each is rounded up or down, those that lose the most first up (the largest remainders).
    """
    unit = Decimal(1).scaleb(-places)
    down = [amount.quantize(unit, ROUND_FLOOR) for amount in amounts]
    missing = int((sum(amounts, ZERO).quantize(unit, ROUND_HALF_UP) - sum(down, ZERO)) / unit)
    by_loss = sorted(range(len(down)), key=lambda at: down[at] - amounts[at])
    for at in by_loss[:missing]:
        down[at] += unit
    return [amount if amount else amount.copy_abs() for amount in down]


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the amounts that are known, None when none is: unknown is never 0."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None


def as_text(amount: Decimal) -> str:
    """Return the amount as the command line writes it: two decimals, a point, no separator."""
    return f"{to_cents(amount):f}"
