"""Reading a ledger with the totals that it prints, beside a loop that splits the same file.

A workbook is read beside python-calamine, in a process of its own: `make oracles` installs it, and
without it that row is left out.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from portulan.budget.readers import open_reading
from tests.bench import files
from tests.bench.clock import Pair, alternate, seconds
from tests.bench.reading import read
from tests.bench.table import Row, by_amount, by_ratio
from tests.oracles import python

LONG, MOST = 100_000, 10.0
BOOK, MOST_BOOK = 60_000, 5.0
SHORT, MOST_MS = 200, 40.0
RUNS = 5
_CALAMINE = """
import sys, time
from python_calamine import CalamineWorkbook
began = time.process_time()
book = CalamineWorkbook.from_path(sys.argv[1])
for name in book.sheet_names:
    for _row in book.get_sheet_by_name(name).iter_rows():
        pass
print(time.process_time() - began)
"""


def rows(folder: Path) -> Iterator[Row]:
    """Yield how long a ledger takes, with its controls, and how a short one opens."""
    plain = files.ledger(folder / "plain.csv", LONG)
    totals = files.ledger_with_totals(folder / "totals.csv", LONG)
    for name, path in (("that prints no total", plain), ("with its totals", totals)):
        pair = alternate(partial(read, path), partial(bare, path), runs=RUNS)
        yield by_ratio(f"read a ledger of {LONG:,} lines {name}", pair, MOST)
    yield from _beside_calamine(files.workbook(folder / "totals.xlsx", BOOK))
    short = files.ledger_with_totals(folder / "short.csv", SHORT)
    read(short)  # what is imported once is not counted
    spent = min(seconds(partial(opened, short)) for _ in range(RUNS))
    yield by_amount(f"open a ledger of {SHORT} lines", spent * 1000, MOST_MS, "ms")


def bare(path: Path) -> None:
    with path.open(newline="", encoding="utf-8") as stream:
        for _row in csv.reader(stream, delimiter=";"):
            pass


def opened(path: Path) -> None:
    with open_reading(path):
        pass


def _beside_calamine(path: Path) -> Iterator[Row]:
    if (found := python()) is None:
        return
    pairs = []
    for _run in range(RUNS):
        ours = seconds(partial(read, path))
        done = subprocess.run(
            [found, "-c", _CALAMINE, str(path)], capture_output=True, text=True, check=True
        )
        pairs.append((ours, float(done.stdout)))
    pair = Pair(
        median(ours for ours, _ in pairs),
        median(theirs for _, theirs in pairs),
        median(ours / theirs for ours, theirs in pairs),
    )
    yield by_ratio(f"read a workbook of {BOOK:,} lines, beside calamine", pair, MOST_BOOK)
