"""Which rows of a table are read: those of the year, the body and the currency that are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched, chain

from portulan.budget.readers.currencies import currency_place, other_currency
from portulan.budget.readers.ledger_bins import Bins
from portulan.budget.readers.ledger_ends import Ends, ends_of
from portulan.budget.readers.ledger_entities import Entities
from portulan.budget.readers.ledger_questions import Asked
from portulan.budget.readers.ledger_shapes import Shape
from portulan.budget.readers.ledger_titles import OTHER_YEAR, Titles, year_column
from portulan.budget.readers.lines import Reading
from portulan.core.say.text import Problem
from portulan.core.tables.tabular import Row, Table
from portulan.core.tables.workbooks import Cell

LEFT_OUT = ("other-year", "other-entity", "other-kind")  # rows that are not read, by reason
_AT_ONCE = 128  # rows: as many as the caches of a processor hold


class Rows:
    """The rows of a table below its titles, without those of another year, body or currency."""

    def __init__(
        self,
        table: Table,
        titles: Titles,
        sample: list[Row],
        asked: Asked,
        entities: Entities,
        shape: Shape,
    ) -> None:
        self._shape = shape
        self._written = titles.titles[: shape.width]
        self._is_elsewhere = False  # where the rows stand: among those of another year
        self._others: list[tuple[int, int, str]] = []  # first and last rows of others, and why
        self._table, self._titles, self._asked = table, titles, asked
        self._entities = entities
        self._dated = year_column(titles.titles, sample, asked.year)
        self._currency = currency_place(titles.titles)
        self.other_years: set[int] = set()
        self.ends: Ends | None = None
        self.bins: Bins | None = None  # filled by the second reading

    @property
    def year(self) -> int | None:
        return self._dated.year if self._dated else None

    def read(self, reading: Reading | None = None) -> Iterator[Row]:
        """Yield the rows; those left out are counted in `reading`, and told."""
        rows = self._table.rows_after(self._titles.last_row)
        if reading is None and (ends := ends_of(self._table, self._written)) is not None:
            self.ends = ends
            rows = ends.watch(rows)
        if reading is not None and self.bins is not None:
            rows = self.bins.watch(rows)
        if self._others:
            rows = self._below(rows, reading)
        if not self._shape.is_plain:
            rows = self._shaped(rows, reading)
        if self._dated is None and self._currency is None and not self._entities.wanted:
            return rows
        return self._kept(rows, reading)

    def _shaped(self, rows: Iterator[Row], reading: Reading | None) -> Iterator[Row]:
        """Yield rows as they are read, without those of a kind that is not."""
        for row, cells in rows:
            if not self._shape.leaves(cells):
                yield row, self._shape.of(cells)
            elif reading is not None:
                reading.read += 1
                reading.drop("other-kind")

    def _kept(self, rows: Iterator[Row], reading: Reading | None) -> Iterator[Row]:
        self._is_elsewhere = False
        if (usual := self._usual()) is None:
            return (row for row in rows if self._is_kept(row, reading))
        return chain.from_iterable(self._of_the_year(rows, reading, *usual))

    def _of_the_year(
        self, rows: Iterator[Row], reading: Reading | None, at: int, said: str
    ) -> Iterator[Iterable[Row]]:
        """Yield the rows by runs: nearly all say the same year, and nothing else is looked at."""
        for chunk in batched(rows, _AT_ONCE, strict=False):
            try:
                odd = [place for place, (_, cells) in enumerate(chunk) if cells[at] != said]
            except IndexError:  # a short row
                yield [row for row in chunk if self._is_kept(row, reading)]
                continue
            start = 0
            for place in odd:
                if place > start:
                    self._is_elsewhere = False
                    yield chunk[start:place]
                if self._is_kept(chunk[place], reading):
                    yield (chunk[place],)
                start = place + 1
            if start < len(chunk):
                self._is_elsewhere = False
                yield chunk[start:]

    def _is_kept(self, row: Row, reading: Reading | None) -> bool:
        """Return whether a row is read; why it is not is counted and told."""
        problem = self._elsewhere(*row)
        if problem is not None and reading is not None:
            reading.read += 1
            if isinstance(problem, str):
                reading.drop(problem)
            else:
                reading.reject(problem)
        return problem is None

    def leave(self, ranges: list[tuple[int, int, str]]) -> None:
        """Leave rows that headings say to be of another year, body or budget."""
        self._others = ranges

    def _below(self, rows: Iterator[Row], reading: Reading | None) -> Iterator[Row]:
        ranges = iter([*self._others, (sys.maxsize, sys.maxsize, "")])
        first, last, reason = next(ranges)
        for row in rows:
            while row[0] > last:
                first, last, reason = next(ranges)
            if row[0] < first:
                yield row
            elif reading is not None:
                reading.read += 1
                reading.drop(reason)

    def _usual(self) -> tuple[int, str] | None:
        if self._dated is None or self._currency is not None or self._entities.wanted:
            return None
        return self._dated.index, self._dated.said

    def _elsewhere(self, number: int, cells: Sequence[Cell]) -> Problem | str | None:
        if self._dated is not None:
            if (other := self._dated.other(cells)) is not None:
                self._is_elsewhere = True
                if self._asked.year is not None:
                    return "other-year"
                self.other_years.add(other)
                return OTHER_YEAR.at(line=number, found=other, year=self._dated.year)
            # A year is written once over its rows, and their total has none.
            if self._dated.says(cells):
                self._is_elsewhere = False
            elif self._is_elsewhere:
                return "other-year"
        if not self._entities.keeps(cells):
            return "other-entity"
        if self._asked.owners is not None and (owner := self._entities.whose(cells)) is not None:
            self._asked.owners[number] = owner
        if self._currency is not None:
            title = self._titles.titles[self._currency]
            return other_currency(cells, self._currency, line=number, title=title)
        return None
