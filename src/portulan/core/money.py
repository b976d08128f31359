"""Amounts of money: exact decimals in euros, with the tax basis they are in.

Accounts kept under M57 and M14 are in euros all taxes included (TTC), those under M4 and the
general chart of accounts (PCG) without the recoverable tax (HT). Two bases are never summed.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
ZERO = Decimal(0)


class TaxBasis(StrEnum):
    TTC = "TTC"
    HT = "HT"


def to_cents(amount: Decimal) -> Decimal:
    """Return the amount rounded half up to the cent; to be used when writing it, never before."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def as_text(amount: Decimal) -> str:
    """Return the amount as the command line writes it: two decimals, a point, no separator."""
    return f"{to_cents(amount):f}"
