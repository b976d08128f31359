"""Each cell of a ledger that is a number, in one bin: nothing is left unexplained.

A cell of a column that is read is a line, or a control where its row is the sum of others; of a
row of another year, body or kind, it is of another table. A cell of a column that is not read is
what its column is: identifiers, rates, amounts derived from others. What is in no bin is odd, and
an odd cell is a question or an error.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import batched, zip_longest

from portulan.budget.readers.ledger_rows import Known
from portulan.core.tables.cells import text_of
from portulan.core.tables.tabular import Row
from portulan.core.tables.workbooks import Cell

BINS = ("line", "control", "identifier", "rate", "derived", "other", "odd")
_AT_ONCE = 128  # rows: as many as the caches of a processor hold
# What a column that is not read holds, by the reason why it is not (`REASONS`).
OF_REASON = {
    "ratio": "rate",
    "identifier": "identifier",
    "code": "identifier",
    "count": "identifier",
    "year": "other",
    "asked": "other",
    "right": "other",
}
DERIVED = "derived"  # by what identity, the columns say


class Bins:
    """The bins of one table, filled while its rows go by.

    `left` gives the bin of each column that is not read, `numbers` the rows whose amounts are
    known, in order, `odd` those that could not be read.
    """

    def __init__(
        self,
        amounts: Collection[int],
        left: Mapping[int, str],
        numbers: Sequence[int],
        odd: Collection[int] = (),
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._amounts = sorted(amounts)
        self._left = sorted(left.items())
        self._numbers, self._odd = numbers, frozenset(odd)
        self._known: Known[Cell, bool] = Known(_is_number)

    def watch(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield rows as they stand in the file, and count the cells that are not known."""
        numbers = self._numbers
        for chunk in batched(rows, _AT_ONCE, strict=False):
            first = bisect_left(numbers, chunk[0][0])
            last = bisect_right(numbers, chunk[-1][0], lo=first)
            if last - first < len(chunk):
                known = set(numbers[first:last])
                for row, cells in chunk:
                    if row not in known:
                        name = "odd" if row in self._odd else "other"
                        self.counts[name] += self._count(cells, self._amounts)
            columns = list(zip_longest(*(cells for _, cells in chunk), fillvalue=""))
            for at, name in self._left:
                if at < len(columns):
                    self.counts[name] += self._of_column(columns[at], name)
            yield from chunk

    def _of_column(self, cells: Sequence[Cell], name: str) -> int:
        """Return how many cells of a column are numbers: codes are figures alone, mostly."""
        if name == "identifier":
            try:
                return sum(map(str.isdecimal, cells))  # type: ignore[arg-type]
            except TypeError:
                pass
        return sum(map(self._known.__getitem__, cells))

    def _count(self, cells: Sequence[Cell], places: Sequence[int]) -> int:
        return sum(at < len(cells) and self._known[cells[at]] for at in places)


def _is_number(cell: Cell) -> bool:
    """Return whether a cell looks like a number: figures, and no letters."""
    text = text_of(cell)
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))
