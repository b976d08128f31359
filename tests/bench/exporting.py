"""The lines of a year as a file, beside the bare query written with `csv.writer`."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from functools import partial
from io import StringIO
from pathlib import Path

from portulan.budget.decisions.sheet import rows_of_sheet
from portulan.budget.lines.reads import LineFilter, filtered_lines
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.core.spreadsheet import csv_lines
from portulan.core.workbooks import WRITERS
from tests.bench.base import database
from tests.bench.clock import alternate
from tests.bench.place import build
from tests.bench.table import Row, by_ratio

LINES = 20_000
CSV_TIMES, BOOK_TIMES = 3.0, 6.0
COLUMNS = (
    *("label", "nature", "section", "budget", "chapter", "function", "operation", "service"),
    *("manager", "contract_ref", "order_ref", "amount", "verdict", "it_share", "post"),
    *("run_build", "nr_share", "claimed_share", "batch_id", "row"),
)


def rows(folder: Path) -> Iterator[Row]:
    """Yield the ratio of each kind of file."""
    with database():
        year = build("export", folder, actions=10, lines=LINES).years[1]
        pair = alternate(partial(write, year), partial(_bare, year), runs=3)
        yield by_ratio(f"export {LINES:,} lines, csv", pair, CSV_TIMES)
        for kind in WRITERS:
            pair = alternate(partial(_book, year, kind), partial(_bare, year), runs=3)
            yield by_ratio(f"export {LINES:,} lines, {kind}", pair, BOOK_TIMES)


def write(year: FiscalYear) -> None:
    """Write all the lines of a year as CSV, and keep nothing."""
    lines = filtered_lines(year, LineFilter(Stage.OPENED))
    for _ in csv_lines(rows_of_sheet(year, Stage.OPENED, lines, suppliers=True)):
        pass


def _book(year: FiscalYear, kind: str) -> None:
    lines = filtered_lines(year, LineFilter(Stage.OPENED))
    with tempfile.TemporaryFile() as stream:
        rows = rows_of_sheet(year, Stage.OPENED, lines, suppliers=True)
        WRITERS[kind](stream, "lines", rows)


# The lightest first: a peak of memory never comes down.
KINDS = {"csv": write} | {kind: partial(_book, kind=kind) for kind in WRITERS}


def _bare(year: FiscalYear) -> None:
    lines = filtered_lines(year, LineFilter(Stage.OPENED)).prefetch_related(None)
    writer = csv.writer(StringIO())
    for row in lines.values_list(*COLUMNS).iterator(chunk_size=1000):
        writer.writerow(row)
