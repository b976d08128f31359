"""The days of a list, whose order of day and month nothing in the file says.

A tool writes dates as the account that exported likes them: `2026-09-30`, `30-09-2026` or
`09-30-2026`. Read together, the days of a file say it, as soon as one is past the twelfth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portulan.core.tables.workbooks import Cell

_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T].*)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?:[ T,].*)?")


class Order(StrEnum):
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    UNKNOWN = "unknown"  # each day may be read both ways


@dataclass(frozen=True, slots=True)
class Days:
    """How the days of a file are written."""

    order: Order

    def of(self, cell: Cell) -> date | None:
        """Return the day of a cell, None where it is empty, or says none for sure."""
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        if not isinstance(cell, str):
            return None
        text = cell.strip()
        if found := _YEAR_FIRST.fullmatch(text):
            return _day(found[1], found[2], found[3])
        if found := _YEAR_LAST.fullmatch(text):
            first, second, year = found.groups()
            if self.order is Order.MONTH_FIRST:
                return _day(year, first, second)
            if self.order is Order.DAY_FIRST or first == second:
                return _day(year, second, first)
        return None


def days_of(cells: Iterable[Cell]) -> Days:
    """Return how the days among the cells of a file are written."""
    first_past = second_past = seen = 0
    for cell in cells:
        found = _YEAR_LAST.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if found is not None:
            seen += found[1].lstrip("0") != found[2].lstrip("0")
            first_past += int(found[1]) > 12
            second_past += int(found[2]) > 12
    if first_past > second_past:
        return Days(Order.DAY_FIRST)
    if second_past > first_past:
        return Days(Order.MONTH_FIRST)
    return Days(Order.UNKNOWN if seen else Order.DAY_FIRST)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
