"""CSV for spreadsheets: UTF-8 with its mark, semicolons, decimal commas, no formula (pure)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import batched

BOM = "\ufeff"
# What makes a spreadsheet read a cell as a formula, in first place.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FIRST = frozenset(("", " ", *_FORMULA))  # first characters of texts that are worth a look
_AT_ONCE = 500  # rows


class Share(Decimal):
    """A fraction of 1, exact, that a workbook shows in percent."""


class ToFill(str):
    """A cell that somebody fills, in a sheet whose other cells are locked; what it holds now."""

    __slots__ = ()


type Cell = str | Decimal | int | date | None


def digits(number: Decimal) -> str:
    """Return a number as files of data write it: all its digits, a point, no zero below zero."""
    return f"{number if number else number.copy_abs():f}"


def letters(column: int) -> str:
    """Return how spreadsheets call a column, counted from 0: A, …, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def plain(cell: Cell) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str):  # most are, and few begin so: a file has millions
        return f"'{cell}" if cell[:1] in _FIRST and looks_like_formula(cell) else cell
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return digits(cell).replace(".", ",")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet would compute a text; they trim, so after spaces as well."""
    return text.lstrip(" ").startswith(_FORMULA)


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Yield the file some rows at a time, its mark first."""
    yield BOM
    for some in batched(rows, _AT_ONCE):
        written = StringIO(newline="")
        writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
        writer.writerows([plain(cell) for cell in row] for row in some)
        yield written.getvalue()
