"""Making the table of public accounts, beside the bare engine on the same Parquet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portulan.observatory import engine, making
from tests.bench import country
from tests.bench.clock import Pair, alternate, seconds
from tests.bench.table import Row, by_amount, by_ratio

# The last one takes half an hour of CPU: BENCH_PUBLIC_ROWS=1000000,10000000 for the others alone.
_ROWS = "1000000,10000000,105000000"  # fifteen whole years
ROWS = [int(one) for one in os.environ.get("BENCH_PUBLIC_ROWS", _ROWS).split(",")]
MOST = 3.0
A_YEAR = 10_000_000
WHOLE = 50_000_000  # from there on, a country is made into a table, packed and taken in elsewhere
_RUNS = 3


_WEIGHED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def rows(folder: Path) -> Iterator[Row]:
    """Yield the ratio of the making for each number of rows, then what a whole country costs."""
    if not engine.is_there():
        return
    for count in ROWS:
        path = folder / f"{count}.parquet"
        with engine.connected(folder) as connection:
            country.write(connection, count, path)
            connection.execute(f"CREATE VIEW counted AS FROM read_parquet('{path}')")
            pair = _compared(connection, once=count >= WHOLE)
        yield by_ratio(f"make the public accounts of {count:,} rows", pair, MOST)
        if count >= WHOLE:
            yield from whole(folder, path)
        path.unlink()
    yield from imported(folder, min(max(ROWS), A_YEAR))


def _compared(connection: Any, *, once: bool) -> Pair:
    def product() -> None:
        made(connection)

    def reference() -> None:
        bare(connection)

    if not once:
        return alternate(product, reference, runs=_RUNS)
    measured, least = seconds(product), seconds(reference)
    return Pair(measured, least, measured / least)


def whole(folder: Path, parquet: Path) -> Iterator[Row]:
    """Yield what a country costs from its Parquet to a page: its table, its pack, elsewhere."""
    told = _told("whole", str(folder), str(parquet))
    budgets = f"{told['budgets']:,} budgets"
    yield by_amount(f"table of {budgets}, CPU", told["table_s"], 1200, "s")
    yield by_amount(f"table of {budgets}, memory", told["peak_mb"], 700, "MB")
    yield by_amount(f"pack of {budgets}", told["pack_mb"], 40, "MB")
    yield by_amount(f"pack of {budgets}, CPU", told["pack_s"], 300, "s")
    loaded = _told("loaded", str(folder))
    assert loaded["budgets"] == told["budgets"]
    yield by_amount("that pack taken in without the engine, CPU", loaded["load_s"], 900, "s")
    for name in ("usual", "largest"):
        place = told[name]["place"]
        assert loaded[name]["place"] == place
        words = f"place of one town among {place[0]:,} ({name} class)"
        yield by_amount(words, loaded[name]["place_ms"], 50, "ms")


def _told(*arguments: str) -> dict[str, Any]:
    """Run a step of a country in a process of its own, and return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.country", *arguments],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def imported(folder: Path, count: int) -> Iterator[Row]:
    """Yield what a year of all towns costs from its CSV to the table: CPU, peak of memory."""
    path = folder / "year.csv"
    amounts = ", ".join(
        f"CAST({name} AS DECIMAL(18, 2)) / 100 AS {name}"
        for name in ("obnetdeb", "obnetcre", "sd", "sc")
    )
    with engine.connected(folder) as connection:
        connection.execute(
            f"COPY (SELECT * REPLACE ({amounts}) FROM ({country.query(0, count)})) TO '{path}'"  # noqa: S608
            " (HEADER, DELIMITER ';')"
        )
    asked = [sys.executable, "-m", "portulan", "observatory", "import", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", _WEIGHED, *asked],
        env=os.environ | {"PORTULAN_DATA": str(folder / "data"), "PORTULAN_SECRET_KEY": "bench"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    path.unlink()
    cpu, peak = map(float, done.stdout.split())
    what = f"import {count:,} rows of public accounts"
    yield by_amount(f"{what}, CPU", cpu, 120, "s")
    yield by_amount(f"{what}, memory", peak / 1024, 500, "MB")


def made(connection: Any) -> None:
    """Make every budget as a value, as an import does."""
    count = 0
    for _key, one in engine.made_by_year(connection):
        count += one.whole
    assert count


def bare(connection: Any) -> None:
    """Run the same queries on all rows at once, with all the memory they want, rows kept there."""
    connection.execute("SET memory_limit='3GB'")
    connection.execute("CREATE OR REPLACE VIEW balances AS FROM counted")
    for name, sql in making.queries().items():
        if name in ("budgets", "lines"):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE made_{name} AS {sql}")
    for name in ("budgets", "lines"):
        connection.execute(f"DROP TABLE made_{name}")
    connection.execute(f"SET memory_limit='{engine.MEMORY}'")
