"""Making the table of public accounts, beside the bare engine on the same Parquet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portulan.observatory import engine, making
from tests.bench.clock import Pair, seconds
from tests.bench.table import Row, by_ratio

# A hundred million rows are two minutes more: BENCH_PUBLIC_ROWS=100000000.
ROWS = [int(one) for one in os.environ.get("BENCH_PUBLIC_ROWS", "1000000,10000000").split(",")]
MOST = 3.0
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
