"""Periods of time that know no domain word (pure)."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date


def ends_first(starts_on: date | None, ends_on: date | None) -> bool:
    """Tell whether what has a start and an end would end before it starts."""
    return starts_on is not None and ends_on is not None and ends_on < starts_on


def month_end(day: date, *, months: int) -> date:
    """Return the last day of the month that comes so many months after that of a day."""
    first = later(day.replace(day=1), months)
    return first.replace(day=monthrange(first.year, first.month)[1])


def later(day: date, months: int) -> date:
    """Return the same day of another month, its last one where it has no such day.

    Past the first or the last day that a calendar has, it is that day.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not MINYEAR <= year <= MAXYEAR:
        return date.min if year < MINYEAR else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
