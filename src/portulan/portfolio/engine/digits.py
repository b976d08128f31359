"""Values too large for floats to tell one unit from the next, written in digits (pure).

A solver in floats proves a value to a billionth. Whether a plan is worth one more is asked of it in
rows of small numbers: Σ coefficient × column ≥ low, digit by digit as on paper, with carries that
are whole. A plan keeps all of them when, and only when, it is worth as much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from portulan.portfolio.engine.model import Column, Model, Row, Terms

BASE = 10**6
GREATEST = 10**6  # of a coefficient that needs no digits
# What is whole within this leaves less than a unit out of a carry times the base.
WHOLE_WITHIN = 0.1 / BASE


def worth_at_least(model: Model, worth: int) -> tuple[list[Column], list[Row]]:
    """Return the columns and rows of the plans of a model that are worth so much or more.

    Columns of the model keep their numbers; those that are not whole and have a value, the worth of
    an overlap, are said by digits of their own.
    """
    writing = _Writing(list(model.columns))
    valued = [at for at in model.goal if not model.columns[at].whole]
    rows = [row for at in valued for row in writing.split(at)]
    for row in [*model.rows, Row(model.goal, low=worth)]:
        rows += writing.rows(row)
    return writing.columns, rows


class _Writing:
    def __init__(self, columns: list[Column]) -> None:
        self.columns = columns
        self._digits: dict[int, list[int]] = {}  # of a column that is split: its own columns

    def split(self, at: int) -> Iterator[Row]:
        """Part a column into one for each digit, the last with all that is left."""
        column = self.columns[at]
        low, high = column.low or 0, column.high or 0
        self.columns[at] = Column(0, 0, column.whole)
        own, most = [], max(abs(low), abs(high))
        while most >= BASE:
            own.append(self._add(0, BASE - 1))
            low, high, most = low // BASE, high // BASE, most // BASE
        own.append(self._add(low - 1, high))
        self._digits[at] = own
        yield from self.rows(Row({at: 1}, low=column.low, high=column.high))

    def rows(self, row: Row) -> Iterator[Row]:
        """Yield the rows of a row: itself, where its numbers are small and no column was split."""
        if self._digits.keys().isdisjoint(row.terms) and all(
            abs(one) <= GREATEST for one in row.terms.values()
        ):
            yield row
            return
        if row.low is not None:
            yield from self._at_least(row.terms, row.low)
        if row.high is not None:
            yield from self._at_least({at: -one for at, one in row.terms.items()}, -row.high)

    def _at_least(self, terms: Terms, low: int) -> Iterator[Row]:
        by_digit: dict[int, Terms] = defaultdict(dict)
        for at, coefficient in terms.items():
            for digit, part in enumerate(self._digits.get(at, [at])):
                for place, value in enumerate(_digits(coefficient)):
                    if value:
                        by_digit[digit + place][part] = value
        last, carried = max(by_digit, default=0), None
        for digit in range(last + 1):
            own = by_digit[digit]
            if carried is not None:
                own[carried] = 1
            low, least = (0, low) if digit == last else divmod(low, BASE)
            if digit < last:
                most = sum(abs(one) * self._most(at) for at, one in own.items()) // BASE + 2
                carried = self._add(-most, most)
                own[carried] = -BASE
            yield Row(own, low=least)

    def _most(self, at: int) -> int:
        column = self.columns[at]
        return max(abs(column.low or 0), abs(column.high or 0))

    def _add(self, low: int, high: int) -> int:
        self.columns.append(Column(low, high))
        return len(self.columns) - 1


def _digits(number: int) -> Iterator[int]:
    """Yield the digits of a number, the least first, all of its sign."""
    sign, left = (-1, -number) if number < 0 else (1, number)
    while left:
        left, digit = divmod(left, BASE)
        yield sign * digit
