"""Dates as tools write them: `20250131`, `31/01/2025`, `2025-01-31`, or a spreadsheet’s number.

A spreadsheet counts days from 30 December 1899 (its 29 February 1900, which never was, falls
before any accounts); what is not a date between 1990 and 2100 is none.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from portulan.budget.readers.workbooks import Cell
from portulan.core.text import remembered

_YEARS = range(1990, 2101)
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(32_874, 73_416)  # 1990 to 2100
_WRITTEN = (
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})(?:[ T].*)?"),
    re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})(?: .*)?"),
)


def day_of(cell: Cell) -> date | None:
    """Return the day a cell says, None when it says none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _counted(int(cell))
    return _written(cell.strip()) if isinstance(cell, str) else None


@remembered(4096)
def _written(text: str) -> date | None:
    for pattern in _WRITTEN:
        if found := pattern.fullmatch(text):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
            return day if day.year in _YEARS else None
    return _counted(int(text)) if re.fullmatch(r"[0-9]{5}", text) else None


def _counted(days: int) -> date | None:
    """Return a day from its number; a number of eight digits is a date written as one."""
    if days in _SERIALS:
        return _DAY_ZERO + timedelta(days=days)
    return _written(str(days)) if len(str(days)) == 8 else None
