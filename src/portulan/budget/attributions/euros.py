"""What an amount typed in euros is of its line, and what a newer file makes of it (pure).

Who types 600 € means 600 €: the amount is kept, and the share is what it comes to on the line as
its file says it, at the stage at which it was typed. A newer file changes the line: the euros stay,
the share follows. Where the line holds less than was typed, what it holds is counted, the euros
stay as they were typed, and somebody has to say what holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portulan.core.money import CENT, ZERO

# What the database keeps of a share: an amount given to the cent comes back to the cent.
UNIT = Decimal("0.0000000001")


class Fate(StrEnum):
    """What a newer file does to an amount typed on one of its lines."""

    SAME = "same"
    KEPT = "kept"  # the euros stay, the share is another one
    ABOVE = "above"  # the line holds less than these euros
    UNKNOWN = "unknown"  # the line has no amount at that stage any more: its share stays
    LOST = "lost"  # nobody can tell which line it is


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """Euros typed on a line: `share` is what they were of it, `of` is its amount now."""

    key: int
    amount: Decimal
    share: Decimal
    of: Decimal | None


def share_of_amount(amount: Decimal, of: Decimal | None) -> Decimal | None:
    """Return the share that an amount is of a line, None where it is none in ]0, 1]."""
    if not of:
        return None
    share = (amount / of).quantize(UNIT, ROUND_HALF_UP)
    return share if 0 < share <= 1 else None


def stands(amount: Decimal, share: Decimal, of: Decimal | None) -> bool:
    """Tell whether a share of a line still comes to the euros typed, to the cent.

    A share has ten decimals: of a line beyond a hundred million euros, it says more than a cent.
    """
    if of is None:
        return False
    return abs(share * of - amount) <= max(CENT / 2, abs(of) * UNIT)


def refit(given: Iterable[TypedAmount], room: Decimal) -> dict[int, tuple[Decimal, Fate]]:
    """Return the share and the fate of amounts typed on one line, the firmest first.

    `room` is the share of the line that nothing else holds: never more is given, whatever was
    typed, as no euro counts twice.
    """
    found = {}
    for one in sorted(given, key=lambda one: one.of is not None):
        if one.of is None:
            share, fate = min(one.share, room), Fate.UNKNOWN
        else:
            asked = share_of_amount(one.amount, one.of)
            share = min(asked if asked is not None else _most(one.amount, one.of), room)
            holds = share == asked
            fate = (Fate.SAME if share == one.share else Fate.KEPT) if holds else Fate.ABOVE
        found[one.key] = (share, fate)
        room -= share
    return found


def _most(amount: Decimal, of: Decimal) -> Decimal:
    """Return the most that a line holds of an amount that is no share of it."""
    return Decimal(1) if of and amount / of > 1 else ZERO
