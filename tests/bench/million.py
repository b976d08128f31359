"""A ledger of a million lines: imported, then its pages; in a process that tells its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench import exporting
from tests.bench.clock import Pair, own_peak, seconds
from tests.bench.table import Row, by_amount, by_ratio

LINES = int(os.environ.get("BENCH_MILLION", "1000000"))
MOST_TIMES, MOST_MB, MOST_MS = 4.0, 300.0, 150.0
PAGES = {
    "budget lines": "budget/2027/lines/",
    "lines in the perimeter": "budget/2027/lines/?verdict=perimeter&order=-amount",
    "budget year": "budget/2027/",
    "to qualify": "budget/2027/queue/",
}
# What no index serves reads the whole year: for information.
READ_WHOLE = {
    "lines by label": "budget/2027/lines/?order=label",
    "lines searched": "budget/2027/lines/?q=onduleurs",
    "a page in the middle": "budget/2027/lines/?order=-amount&page=20000",
}


def rows(folder: Path) -> Iterator[Row]:
    """Yield the ratio and the memory of the import, then the CPU time of the pages."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.million", str(folder)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    told = json.loads(done.stdout)
    pair = Pair(told["import"], told["bare"], told["import"] / told["bare"])
    yield by_ratio(f"import {LINES:,} lines of ledger", pair, MOST_TIMES)
    yield by_amount(f"memory to import {LINES:,} lines", told["memory"], MOST_MB, "MB")
    for name, memory in told.items():
        if name.startswith("export"):
            yield by_amount(f"memory, {name}, {LINES:,} lines", memory, MOST_MB, "MB")
    for name in PAGES:
        yield by_amount(f"{name}, {LINES:,} lines", told[name] * 1000, MOST_MS, "ms")
    for name in READ_WHOLE:
        yield Row(f"{name}, {LINES:,} lines", f"{told[name] * 1000:,.1f} ms", "–", "–")


def main(folder: Path) -> None:
    """Measure, and print it all as one JSON document."""
    import django

    django.setup()
    from tests.bench.base import database

    with database():
        sys.stdout.write(json.dumps(_measured(folder)))


def _measured(folder: Path) -> dict[str, float]:
    from portulan.budget.years.writes import open_year
    from tests.bench import files
    from tests.bench.importing import bare
    from tests.bench.pages import Browser
    from tests.bench.place import attribute_some, build, load

    place = build("million", folder, actions=10, lines=100)
    year = open_year(place.town.finance, year=files.YEAR + 1)
    path = files.ledger(folder / "million.csv", LINES, year.year)
    told = {"import": seconds(lambda: load(place.town, year, path)), "memory": own_peak()}
    path.unlink()
    attribute_some(place.town, place.actions, year)
    browser = Browser(place)
    for name, address in (PAGES | READ_WHOLE).items():
        told[name] = median(seconds(partial(browser.get, address)) for _ in range(3))
    for kind, write in exporting.KINDS.items():
        write(year)
        told[f"export {kind}"] = own_peak()
    return told | {"bare": bare(year.pk)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
