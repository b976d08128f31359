"""Periods of time that know no domain word (pure)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def ends_first(starts_on: date | None, ends_on: date | None) -> bool:
    """Tell whether what has a start and an end would end before it starts."""
    return starts_on is not None and ends_on is not None and ends_on < starts_on


def month_end(day: date, *, months: int) -> date:
    """Return the last day of the month that comes so many months after that of a day."""
    later = day.month - 1 + months
    year, month = day.year + later // 12, later % 12 + 1
    return date(year, month, monthrange(year, month)[1])
