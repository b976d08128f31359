"""The audit of accessibility that who operates had made, and the state that it gives.

Source: decree 2019-768, articles 2 to 7, and the model of declaration of the RGAA: all criteria
met is “totalement conforme”, half of them or more “partiellement”; fewer, or no audit of less than
three years, “non conforme”.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portulan.core.say.numbers import parse

VALID_YEARS = 3
_ALL, _HALF = Decimal(100), Decimal(50)


class State(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Audit:
    """When it was made, the percentage of criteria that were met, and by whom."""

    on: date
    rate: Decimal
    by: str

    def holds(self, today: date) -> bool:
        """Tell whether it is not too old."""
        last = self.on.year + VALID_YEARS
        return today < date(last, self.on.month, 28 if self.on.day > 28 else self.on.day)


def read_audit(said: str) -> Audit | None:
    """Read `2026-11-27 82.5 Who made it`; None for nothing. Raises ValueError."""
    if not said:
        return None
    day, rate, by = said.split(maxsplit=2)
    percent = parse(rate, "fr")  # a point is read too: nobody groups thousands of a rate
    if percent is None or not 0 <= percent <= _ALL or not by.isprintable():
        raise ValueError(said)
    return Audit(date.fromisoformat(day), percent, by)


def state_of(audit: Audit | None, today: date) -> State:
    """Return the state that must be shown on every page."""
    if audit is None or not audit.holds(today) or audit.rate < _HALF:
        return State.NONE
    return State.FULL if audit.rate == _ALL else State.PARTIAL
