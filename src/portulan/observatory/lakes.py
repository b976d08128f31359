"""Balances that stand elsewhere: the same table, made by the engine that keeps them (Spark).

The engine is one of the operator's: `PORTULAN_SPARK` is the command that runs a Python program on
it, in a process of its own. It runs the queries of `making.sql`; what their rows become is decided
here, by the code of the plain reader.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portulan.core.say.text import ProblemKind, Problems, UnusableInputError
from portulan.observatory import spark_job
from portulan.observatory.making import WANTED, make, queries
from portulan.observatory.readers.balances import subtotals
from portulan.observatory.readers.files import Identity, identity_of
from portulan.observatory.readers.findings import DUPLICATES, PROVISIONAL, UNCHECKED, unbalanced
from portulan.observatory.readers.records import Accounts, Reading
from portulan.observatory.words import Kind

_NO_ENGINE = ProblemKind(
    "no-engine",
    "error",
    fr="Le moteur que PORTULAN_SPARK nomme n’a pas fait la table ({reason}). Rien n’est gardé.",
    en="The engine that PORTULAN_SPARK names did not make the table ({reason}). Nothing is kept.",
)


@dataclass(frozen=True, slots=True)
class Lake:
    """Balances at an address that the engine reads: a folder or a file, Parquet or CSV."""

    address: str
    parquet: bool = True
    encoding: str = "UTF-8"


def lake_at(address: str) -> Lake:
    """Return a lake from its address; tables of text say so by their names."""
    bare = address.rstrip("/").lower().removesuffix(".gz")
    return Lake(address, parquet=not bare.endswith((".csv", "csv", ".txt")))


def read(lake: Lake, command: Sequence[str]) -> tuple[Identity, Reading[Accounts]]:
    """Make the accounts of every budget of a lake, and what identifies what was made.

    Raises UnusableInputError when the engine cannot, in its last words.
    """
    with tempfile.TemporaryDirectory(prefix="portulan-lake-") as name:
        folder = Path(name)
        _run(lake, command, folder)
        made = [accounts for _key, accounts in make(lambda sql: _rows(folder, _NAMES[sql]))]
        counted = [int(cell) for row in _rows(folder, "counts") for cell in row]
    problems = _problems(made, *counted)
    rows = sum(one.rows for one in made)
    said = "\n".join(sorted(map(repr, made))).encode()
    identity = identity_of(io.BytesIO(said), lake.address)
    return identity, Reading(Kind.BALANCES, rows, made, problems)


_NAMES = {sql: name for name, sql in queries().items()}


def _run(lake: Lake, command: Sequence[str], folder: Path) -> None:
    asked = {
        "address": lake.address,
        "parquet": lake.parquet,
        "encoding": lake.encoding,
        "queries": queries(),
        "wanted": WANTED,
    }
    told = folder / "asked.json"
    told.write_text(json.dumps(asked), "utf-8")
    job = Path(spark_job.__file__)
    try:
        done = subprocess.run(
            [*command, str(job), str(told), str(folder)],
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    except OSError as error:
        raise UnusableInputError(_NO_ENGINE.at(reason=str(error))) from None
    if done.returncode or not (folder / "done").exists():
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise UnusableInputError(_NO_ENGINE.at(reason=(said or ["–"])[-1].strip()[:300]))


def _rows(folder: Path, name: str) -> Iterator[list[Any]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            yield [_read(cell) if at in _WHOLE[name] else cell for at, cell in enumerate(row)]


def _read(cell: str) -> int | None:
    return int(cell) if cell else None


# Where whole numbers stand; an empty one is what the lake does not have.
_WHOLE: dict[str, frozenset[int]] = {
    "counts": frozenset(),
    "lines": frozenset({0, 5, 6, 7, 8}),
    "budgets": frozenset({0, *range(10, 17)}),
}


def _problems(made: Sequence[Accounts], said: int, kept: int, once: int) -> Problems:
    """Say what was left out, and which budgets are not whole."""
    problems = Problems()
    for one in made:
        _leave_subtotals(one)
        if problem := unbalanced(one):
            problems.append(problem)
    if any(not one.whole and not one.moved and not one.closed for one in made):
        problems.append(UNCHECKED.at())
    if kept > once:
        problems.append(DUPLICATES.at(count=kept - once))
    if said > kept:
        problems.append(PROVISIONAL.at(count=said - kept))
    return problems


def _leave_subtotals(one: Accounts) -> None:
    """Leave the IT accounts that total finer ones beside them."""
    every: dict[str, list[int]] = {
        account: list(its[:4])
        for lines in (one.certain, one.mixed)
        for account, its in lines.items()
    }
    for account in subtotals(every):
        one.certain.pop(account, None)
        one.mixed.pop(account, None)
