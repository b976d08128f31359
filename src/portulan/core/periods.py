"""Periods of time that know no domain word (pure)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def month_end(day: date, *, months: int) -> date:
    """Return the last day of the month that comes so many months after that of a day."""
    later = day.month - 1 + months
    year, month = day.year + later // 12, later % 12 + 1
    return date(year, month, monthrange(year, month)[1])
