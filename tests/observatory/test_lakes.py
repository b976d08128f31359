"""The table made on Spark holds the cents of DuckDB and of the plain reader."""

from __future__ import annotations

import json
import os
import random
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.observatory import lakes
from portulan.observatory.making import DOUBLES, queries
from portulan.observatory.ranks import Spent, euros, place_from, quantile
from portulan.observatory.readers import files
from tests.observatory.test_engine import ROWS, TOWNS, told
from tests.observatory.world import Budget, balances_of, text_of

_OURS = Path(__file__).parents[2] / ".spark" / "bin" / "python"
PYTHON = os.environ.get("PORTULAN_SPARK_PYTHON") or (str(_OURS) if _OURS.exists() else "")
_LOCAL = (
    "--master local[2] --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2"
    " --conf spark.driver.memory=600m pyspark-shell"
)
QUARTILES = """
import importlib, json, sys
spark = importlib.import_module("pyspark.sql").SparkSession.builder.getOrCreate()
asked = json.load(open(sys.argv[1]))
rows = [tuple(row) for row in asked["rows"]]
spark.createDataFrame(rows, "grp int, cents long, people int").createOrReplaceTempView("spent")
print(json.dumps([list(row) for row in spark.sql(asked["query"]).collect()]))
"""
needs_spark = pytest.mark.skipif(not PYTHON, reason="no Spark: make spark")


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", _LOCAL)
    # Its workers are found on PATH otherwise, where another Python may come first.
    monkeypatch.setenv("PYSPARK_PYTHON", PYTHON)


def spent(seed: int) -> list[tuple[int, int, int]]:
    """Return bodies of groups of 1 to 41: ties, nothing, less than nothing."""
    rng = random.Random(seed)
    return [
        (group, rng.choice((0, 0, -5, rng.randint(-900, 90_000))), rng.randint(1, 400))
        for group in range(41)
        for _ in range(group + 1)
    ]


def check(rows: list[tuple[int, int, int]], found: list[Any]) -> None:
    """Compare the quartiles from the rows that an engine picked with those of all rows."""
    for group in range(41):
        peers: list[Spent] = sorted(
            ((cents, people) for grp, cents, people in rows if grp == group),
            key=lambda one: Fraction(*one),
        )
        picked = {place: (cents, people) for grp, place, _n, cents, people in found if grp == group}
        place = place_from(len(peers), picked)
        for part, said in ((1, place.q1), (2, place.median), (3, place.q3)):
            wanted = quantile(peers, Fraction(part, 4))
            assert said == (None if len(peers) < (5 if part == 2 else 20) else wanted)
        assert all(cents % 1 == 0 for cents, _ in picked.values())
    assert euros(0) == 0


def test_quartiles_by_row_numbers_are_exact_on_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra `observatory`")
    rows = spent(3)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE spent (grp INTEGER, cents BIGINT, people INTEGER)")
    connection.executemany("INSERT INTO spent VALUES (?, ?, ?)", [list(row) for row in rows])
    query = queries()["quartiles"].format(double=DOUBLES["duckdb"])
    check(rows, connection.execute(query).fetchall())


@needs_spark
def test_quartiles_by_row_numbers_are_exact_on_spark(tmp_path: Path) -> None:
    rows = spent(4)
    asked, script = tmp_path / "asked.json", tmp_path / "quartiles.py"
    query = queries()["quartiles"].format(double=DOUBLES["spark"])
    asked.write_text(json.dumps({"rows": rows, "query": query}), "utf-8")
    script.write_text(QUARTILES, "utf-8")
    done = subprocess.run(
        [PYTHON, str(script), str(asked)], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr[-2000:]
    check(rows, json.loads(done.stdout.splitlines()[-1]))


@needs_spark
def test_spark_makes_the_table_of_the_other_readers(tmp_path: Path) -> None:
    lost = Budget(80, None, accounts={"2051": (700, 0, 0, 0)})
    odd = [*ROWS, *TOWNS[0].rows(), *lost.rows()[:1]]
    provisional = [row | {"bal": "PROV"} for row in ROWS[:3]]
    published = tmp_path / "published.csv"
    text = text_of([*odd, *provisional], comma=True, title=str.upper)
    published.write_bytes(text.encode("utf-8-sig"))
    identity, made = lakes.read(lakes.lake_at(str(published)), [PYTHON])
    plain = files.read(published, lambda _rows: None)
    assert told([made])[0] == told(plain)[0]
    assert sorted(problem.kind.code for problem in made.problems) == sorted(
        problem.kind.code for problem in plain[0].problems
    )
    assert len(identity.sha256) == 64


@needs_spark
def test_spark_reads_the_parquet_that_the_engine_keeps(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="the extra `observatory`")
    from portulan.observatory import engine

    path = tmp_path / "balances.csv"
    path.write_text(balances_of(TOWNS), "utf-8")
    duck = engine.read(path, "0" * 64, tmp_path / "kept", lambda _rows: None)
    _identity, made = lakes.read(lakes.lake_at(str(tmp_path / "kept")), [PYTHON])
    assert told([made]) == told(duck)


def test_an_engine_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError) as caught:
        lakes.read(lakes.lake_at(str(tmp_path)), [str(tmp_path / "nothing")])
    assert caught.value.problem.kind.code == "no-engine"
