"""CSV for spreadsheets: UTF-8 with its mark, semicolons, decimal commas, no formula (pure)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

BOM = "\ufeff"
# What makes a spreadsheet read a cell as a formula, in first place.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Share(Decimal):
    """A fraction of 1, exact, that a workbook shows in percent."""


type Cell = str | Decimal | int | date | None


def digits(number: Decimal) -> str:
    """Return a number as files of data write it: all its digits, a point, no zero below zero."""
    return f"{number if number else number.copy_abs():f}"


def plain(cell: Cell) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return digits(cell).replace(".", ",")
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and looks_like_formula(text) else text


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet would compute a text; they trim, so after spaces as well."""
    return text.lstrip(" ").startswith(_FORMULA)


class _Echo:
    """What csv.writer writes to: it hands the row back instead of keeping it."""

    def write(self, row: str) -> str:
        return row


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Yield the file row by row, its mark first."""
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield BOM
    for row in rows:
        yield writer.writerow([plain(cell) for cell in row])
