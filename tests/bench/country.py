"""A made-up country of public accounts, drawn by the engine itself from a seed, at its true size.

A year has the main budgets of 35,000 towns and of 1,250 groupings, and 26,250 annexes: seven
million rows. Each debit has its credit, so that every budget balances; amounts grow with the people
of the body, and two in five accounts have no movement. Run alone, the module turns a country into
the table of an instance, and says what that costs: see `whole`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SEED = 17
EACH = 112  # accounts of a budget
TOWNS, GROUPINGS, ANNEXES = 35_000, 1_250, 26_250
BUDGETS = TOWNS + GROUPINGS + ANNEXES
FIRST_YEAR, M57_SINCE = 2010, 2024
# Certain and mixed accounts stand at even places, where debits are.
_IT = {
    "M57": "2051 21838 65811 6262 2185 611 6156 617 2031 2188 6184 61358",
    "M14": "2051 2183 6512 6262 2031 611 6156 617 2188 6184 61358 61551",
    "M4": "2051 2183 6262 611 6156 617 2031 2188 6063 6064 6066 6068",
}
_QUERY = """
SELECT exer, siren, cbudg, ident, lbudg, nomen, categ, ctype, ndept, cregi, '' AS fonction,
       'DEF' AS bal, compte, 0 AS bedeb, 0 AS becre, debit AS obnetdeb, credit AS obnetcre,
       0 AS onbdeb, 0 AS onbcre, 0 AS oobdeb, 0 AS oobcre, debit AS sd, credit AS sc
FROM (
  SELECT exer, CAST(210000000 + body * 997 AS VARCHAR) AS siren, cbudg,
         CASE WHEN cbudg = '3' THEN siren || lpad(CAST(100 + b % 3 AS VARCHAR), 5, '0') ELSE '' END
           AS ident,
         CASE WHEN cbudg = '3' THEN 'EAU ET ASSAINISSEMENT ' WHEN body < {towns} THEN 'COMMUNE DE '
              ELSE 'CC DE ' END || substr(md5(CAST(body AS VARCHAR)), 1, 10) AS lbudg,
         CASE WHEN cbudg = '3' THEN 'M49' WHEN exer < {since} THEN 'M14' ELSE 'M57' END AS nomen,
         CASE WHEN body < {towns} THEN 'Commune' ELSE 'GFP' END AS categ,
         CASE WHEN body < {towns} THEN '101' ELSE '401' END AS ctype,
         lpad(CAST(1 + body % 95 AS VARCHAR), 3, '0') AS ndept,
         lpad(CAST(24 + body % 95 % 12 AS VARCHAR), 3, '0') AS cregi,
         CASE WHEN cbudg = '3' THEN {m4}[a + 1] WHEN exer < {since} THEN {m14}[a + 1]
              ELSE {m57}[a + 1] END AS compte,
         CASE WHEN pair % 5 < 2 THEN 0 ELSE CAST(
           power(pair / 18446744073709551616, 3) * 2500 *
           {people} AS BIGINT) END
           AS cents,
         CASE WHEN a % 2 = 0 THEN cents ELSE 0 END AS debit,
         CASE WHEN a % 2 = 0 THEN 0 ELSE cents END AS credit
  FROM (
    SELECT {first} + CAST(n // {year_rows} AS INTEGER) AS exer, n // {each} % {budgets} AS b,
           CAST(n % {each} AS INTEGER) AS a, hash(n // 2 + {shift}) AS pair,
           CASE WHEN b < {bodies} THEN b ELSE b - {bodies} END AS body,
           CASE WHEN b < {bodies} THEN '1' ELSE '3' END AS cbudg
    FROM range({start}, {stop}) AS t(n)
  )
)
"""


_BODY = "CAST((CAST(siren AS BIGINT) - 210000000) // 997 AS BIGINT)"
_PEOPLE = "power(10, 1.9 + 2.8 * power(hash(CAST({} AS BIGINT)) / 18446744073709551616, 2.2))"


def query(start: int, stop: int, *, seed: int = SEED) -> str:
    """Return the SQL of the rows of a country, from one to another."""
    return _QUERY.format(
        start=start, stop=stop // EACH * EACH, shift=seed * 1_000_000_007, each=EACH,
        budgets=BUDGETS, year_rows=BUDGETS * EACH, bodies=TOWNS + GROUPINGS, towns=TOWNS,
        since=M57_SINCE, first=FIRST_YEAR, people=_PEOPLE.format("body"),
        **{name.lower(): _accounts(its) for name, its in _IT.items()},
    )  # fmt: skip


def _accounts(wanted: str) -> str:
    """Return the accounts of a budget as a list of SQL: one in two is a debit."""
    debits = wanted.split()
    debits += [f"60{number:03d}" for number in range(600, 600 + EACH // 2 - len(debits))]
    others = [f"7{number:04d}" for number in range(EACH // 2)]
    codes = [code for pair in zip(debits, others, strict=True) for code in pair]
    return "[" + ", ".join(f"'{code}'" for code in codes) + "]"


def write(connection: Any, rows: int, path: Path, *, seed: int = SEED) -> None:
    """Write the first rows of a country as a Parquet of cents, as an import keeps them."""
    asked = query(0, rows, seed=seed)
    connection.execute(f"COPY ({asked}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def whole(parquet: Path, folder: Path) -> dict[str, Any]:
    """Make the table of an instance from a country, pack it, and take the pack in elsewhere.

    Return what each step costs in seconds of CPU, what the table and the pack weigh, and the
    milliseconds of one town's place. The pack is taken in by a process that has no engine.
    """
    said: dict[str, Any] = {}
    _start(folder / "made")
    from portulan.observatory import engine, packs
    from portulan.observatory.models import PublicAccountLine, PublicAccounts

    with engine.connected(folder) as connection, Timed(said, "table") as years:
        connection.execute(f"CREATE VIEW every AS FROM read_parquet('{parquet}')")
        found = connection.execute("SELECT DISTINCT exer FROM every ORDER BY exer").fetchall()
        for (year,) in found:
            _take_year(connection, year)
            years.append(year)
    said["budgets"] = PublicAccounts.objects.count()
    said["lines"] = PublicAccountLine.objects.count()
    said["database_mb"] = (folder / "made" / "portulan.sqlite3").stat().st_size / 1e6
    with Timed(said, "pack"):
        said["pack_mb"] = packs.pack(folder / "country.zip") / 1e6
    said |= _places(years)
    return said


def loaded(folder: Path) -> dict[str, Any]:
    """Take the pack of a country in, on a place without the engine."""
    sys.modules["duckdb"] = None  # type: ignore[assignment]
    _start(folder / "loaded")
    from portulan.observatory import packs
    from portulan.observatory.models import PublicAccounts
    from portulan.observatory.readers.files import identity_of_file

    said: dict[str, Any] = {}
    with Timed(said, "load") as years:
        path = folder / "country.zip"
        years += packs.load(path, identity_of_file(path)).years
    said["budgets"] = PublicAccounts.objects.count()
    return said | _places(years)


def _start(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"PORTULAN_DATA": str(data), "PORTULAN_SECRET_KEY": "bench"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "portulan.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _take_year(connection: Any, year: int) -> None:
    """Take a year of a country in, as its file would be: populations, then balances."""
    from portulan.observatory import engine, making
    from portulan.observatory.readers.files import Identity
    from portulan.observatory.readers.records import Inhabitants, Reading
    from portulan.observatory.words import Kind
    from portulan.observatory.writes import take_in

    connection.execute(
        f"CREATE OR REPLACE VIEW balances AS SELECT * FROM every WHERE exer = {year}"  # noqa: S608
    )
    made = [one for _key, one in making.make(lambda sql: engine.fetched(connection.cursor(), sql))]
    asked = f"SELECT DISTINCT siren, CAST({_PEOPLE.format(_BODY)} AS INTEGER) FROM balances"  # noqa: S608
    of = dict(connection.execute(asked).fetchall())
    people = [
        Inhabitants(year, one.siren, of[one.siren], one.name, "", one.department, one.region)
        for one in made
        if one.budget == "1"
    ]
    for kind, found in ((Kind.POPULATION, people), (Kind.BALANCES, made)):
        reading: Reading[Any] = Reading(kind, len(found), found, _problems())
        take_in(Identity(f"{kind}-{year}.csv", 1, f"{kind}-{year}".ljust(64, "0")), [reading])


def _problems() -> Any:
    from portulan.core.say.text import Problems

    return Problems()


def _places(years: list[int]) -> dict[str, Any]:
    """Return the milliseconds of a town's place and of its page's medians, in two strata."""
    from portulan.observatory import reads
    from portulan.observatory.models import PublicAccounts

    last = PublicAccounts.objects.filter(budget="1", form="town", year=max(years))
    told: dict[str, Any] = {}
    for name, stratum in (("largest", 2), ("usual", 7)):
        siren = last.filter(stratum=stratum).order_by("siren").values_list("siren", flat=True)[0]
        _, took = _clocked(lambda siren=siren: _place(siren, max(years)))
        place, again = _clocked(lambda siren=siren: _place(siren, max(years)))
        _, past = _clocked(lambda siren=siren: reads.history_of(siren))
        told[name] = {
            "place_ms": min(took, again) * 1000, "history_ms": past * 1000,
            "place": [place.count, str(place.median), place.rank],
        }  # fmt: skip
    return told


def _place(siren: str, year: int) -> Any:
    from portulan.observatory import reads

    accounts = reads.accounts_of(siren, year)
    assert accounts is not None
    return reads.compare(accounts).place


def _clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    done = work()
    return done, time.process_time() - start


class Timed:
    """Keep the CPU seconds of a step under its name."""

    def __init__(self, said: dict[str, Any], name: str) -> None:
        self._said, self._name = said, name
        self._years: list[int] = []

    def __enter__(self) -> list[int]:
        self._start = time.process_time()
        return self._years

    def __exit__(self, *_error: object) -> None:
        self._said[f"{self._name}_s"] = time.process_time() - self._start


def main(step: str, folder: Path, *parquet: str) -> int:
    """Print what a step says, as JSON, with the peak of memory of this process."""
    from tests.bench.clock import own_peak

    said = whole(Path(parquet[0]), folder) if step == "whole" else loaded(folder)
    sys.stdout.write(json.dumps(said | {"peak_mb": own_peak()}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
