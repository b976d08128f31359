"""Reading accounts, beside a loop that does nothing with the same file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from lxml import etree

from portulan.budget.imports.inspection import inspect
from portulan.budget.readers import open_reading
from tests.bench import files
from tests.bench.clock import alternate, peak
from tests.bench.table import Row, by_amount, by_ratio

LINES = {"totem": (7_000, 140_000), "scdl": (15_000, 300_000)}  # 3 MB and 60 MB
MOST = {"totem": 1.5, "scdl": 4.0}
# What is kept of a file is bounded, and full before 20 MB: a file of 60 MB must add no more.
STEADY_MB = 10.0


def bare_xml(path: Path) -> None:
    for _event, element in etree.iterparse(path, events=("end",)):
        element.clear()


def bare_xml_of_lines(path: Path) -> None:
    """The same, asking for the lines only: the library then builds as much, but says less."""
    for _event, element in etree.iterparse(path, events=("end",), tag="{*}LigneBudget"):
        element.clear()


def bare_csv(path: Path) -> None:
    with path.open(newline="", encoding="utf-8") as stream:
        for _row in csv.reader(stream):
            pass


def read(path: Path) -> None:
    with open_reading(path) as reading:
        for _line in reading:
            pass


def rows(folder: Path) -> Iterator[Row]:
    """Yield the ratios, then the memory at 3 and at 60 MB."""
    yield from _rows("totem", files.totem, bare_xml, folder)
    yield from _rows("scdl", files.scdl, bare_csv, folder)


def _rows(
    name: str, write: Callable[[Path, int], Path], bare: Callable[[Path], None], folder: Path
) -> Iterator[Row]:
    small, large = (write(folder / f"{size}.{name}", size) for size in LINES[name])
    megabytes = f"{small.stat().st_size / 1e6:.0f} MB"
    pair = alternate(partial(read, small), partial(bare, small), runs=7)
    yield by_ratio(f"read {name}, {megabytes}", pair, MOST[name])
    if name == "totem":
        strict = alternate(partial(read, small), partial(bare_xml_of_lines, small))
        yield by_ratio(f"read {name}, beside a loop over its lines only", strict)
    whole = alternate(partial(inspect, small), partial(bare, small))
    yield by_ratio(f"inspect {name} (its totals besides)", whole)
    before, after = _memory(small), _memory(large)
    what = f"memory to read {name}: {large.stat().st_size / 1e6:.0f} MB, beside {megabytes}"
    yield by_amount(what, after - before, STEADY_MB, "MB more", beside=f"{before:.1f} MB")
    large.unlink()


def _memory(path: Path) -> float:
    return peak(
        f"from pathlib import Path\nfrom tests.bench.reading import read\nread(Path({str(path)!r}))"
    )
