"""Making the table of public accounts, beside the bare engine on the same Parquet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portulan.observatory import engine, making
from tests.bench.clock import Pair, seconds
from tests.bench.table import Row, by_amount, by_ratio

# A hundred million rows are two minutes more: BENCH_PUBLIC_ROWS=100000000.
ROWS = [int(one) for one in os.environ.get("BENCH_PUBLIC_ROWS", "1000000,10000000").split(",")]
MOST = 3.0
A_YEAR = 10_000_000
_EACH = 200  # accounts of a budget
_BODIES = 35_000
# A budget of each town a year; the last account holds the opposite of all the others.
_SQL = """COPY (
  SELECT CAST(2010 + n // {body_rows} AS INTEGER) AS exer,
         '2' || lpad(CAST((n // {each}) % {bodies} AS VARCHAR), 8, '0') AS siren,
         '1' AS cbudg, '' AS ident, 'COMMUNE' AS lbudg, 'M57' AS nomen, 'Commune' AS categ,
         '101' AS ctype, '038' AS ndept, '084' AS cregi, '' AS fonction, 'DEF' AS bal,
         CASE n % {each} WHEN 0 THEN '2051' WHEN 1 THEN '21838' WHEN 2 THEN '6262'
              WHEN 3 THEN '65811' WHEN 4 THEN '611' WHEN 5 THEN '6156' WHEN {each} - 1 THEN '515'
              ELSE CAST(60700 + n % {each} AS VARCHAR) END AS compte,
         0 AS bedeb, 0 AS becre,
         CASE WHEN n % {each} < {each} - 1 THEN (n % {each}) * 1009 ELSE 0 END AS obnetdeb,
         CASE WHEN n % {each} < {each} - 1 THEN 0
              ELSE ({each} - 1) * ({each} - 2) // 2 * 1009 END AS obnetcre,
         0 AS onbdeb, 0 AS onbcre, 0 AS oobdeb, 0 AS oobcre,
         obnetdeb AS sd, obnetcre AS sc
  FROM range({rows}) AS t(n)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""


_WEIGHED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def rows(folder: Path) -> Iterator[Row]:
    """Yield the ratio of the making for each number of rows, and the place of one town."""
    if not engine.is_there():
        return
    for count in ROWS:
        path = folder / f"{count}.parquet"
        with engine.connected(folder) as connection:
            whole = count // _EACH * _EACH
            connection.execute(
                _SQL.format(
                    rows=whole, each=_EACH, bodies=_BODIES, body_rows=_EACH * _BODIES, path=path
                )
            )
            connection.execute(f"CREATE VIEW balances AS FROM read_parquet('{path}')")
            measured = seconds(lambda: made(connection))
            reference = seconds(lambda: bare(connection))
        path.unlink()
        pair = Pair(measured, reference, measured / reference)
        yield by_ratio(f"make the public accounts of {count:,} rows", pair, MOST)
    yield from imported(folder, min(max(ROWS), A_YEAR))


def imported(folder: Path, count: int) -> Iterator[Row]:
    """Yield what a year of all towns costs from its CSV to the table: CPU, peak of memory."""
    path = folder / "year.csv"
    amounts = ", ".join(
        f"CAST({name} AS DECIMAL(18, 2)) / 100 AS {name}"
        for name in ("obnetdeb", "obnetcre", "sd", "sc")
    )
    with engine.connected(folder) as connection:
        query = (
            _SQL.partition(") TO")[0]
            .removeprefix("COPY (")
            .format(
                rows=count // _EACH * _EACH, each=_EACH, bodies=_BODIES, body_rows=_EACH * _BODIES
            )
        )
        connection.execute(
            f"COPY (SELECT * REPLACE ({amounts}) FROM ({query})) TO '{path}'"  # noqa: S608
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
    for _key, one in making.make(lambda sql: engine.fetched(connection.cursor(), sql)):
        count += one.whole
    assert count


def bare(connection: Any) -> None:
    """Run the same queries, and keep their rows where the engine does."""
    asked = making.queries()
    for name in ("budgets", "lines"):
        sql = asked[name]
        connection.execute(f"CREATE OR REPLACE TEMP TABLE made_{name} AS {sql}")
