"""An import of public accounts killed thirty times, then made again, as one never killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROUNDS = 30
_PROGRAM = [sys.executable, "-m", "portulan", "observatory"]


def trial(folder: Path) -> bool:
    """Kill and begin again; tell how often it was killed, and whether the table is the same."""
    from tests.observatory.world import balances_of, population_of, towns

    chance = random.Random(17)
    every = [*towns(2500, seed=1), *towns(2500, seed=2, year=2023)]
    files = [folder / "balances.csv", folder / "population.csv"]
    files[0].write_text(balances_of(every), "utf-8")
    files[1].write_text(population_of(every), "utf-8")
    started = time.monotonic()
    whole = _table(_imported(folder / "whole", files), folder / "whole.zip")
    usual = time.monotonic() - started
    killed, halves = 0, 0
    for _round in range(ROUNDS):
        killed += _killed(folder / "killed", files, chance.uniform(0.1, 0.9) * usual)
        halves += _left_by_halves(folder / "killed")
    again = _table(_imported(folder / "killed", files), folder / "again.zip")
    same = again == whole
    words = "the same" if same else "ANOTHER"
    sys.stdout.write(f"  {killed} kills: {halves} by halves, the table at the end is {words}\n")
    return same and not halves and killed > 0


def _environment(data: Path) -> dict[str, str]:
    return os.environ | {"PORTULAN_DATA": str(data), "PORTULAN_SECRET_KEY": "endure"}


def _imported(data: Path, files: list[Path]) -> Path:
    asked = [*_PROGRAM, "import", *map(str, files)]
    subprocess.run(asked, env=_environment(data), check=True, capture_output=True)
    return data


def _killed(data: Path, files: list[Path], after: float) -> bool:
    """Import in another process and kill it; a file that was whole is not read again."""
    asked = [*_PROGRAM, "import", *map(str, files)]
    nowhere = subprocess.DEVNULL
    child = subprocess.Popen(asked, env=_environment(data), stdout=nowhere, stderr=nowhere)
    try:
        child.wait(after)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
        return True
    _forget(data)
    return False


def _rows(data: Path, query: str) -> list[Any]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(data / "portulan.sqlite3", timeout=30)) as base:
        try:
            return base.execute(query).fetchall()
        except sqlite3.OperationalError:  # no table yet
            return []


def _left_by_halves(data: Path) -> int:
    """Return how many files are known of which some rows are not there."""
    query = (
        "SELECT f.kind, f.rows, (SELECT sum(a.rows) FROM observatory_publicaccounts a"
        " WHERE a.file_id = f.id), (SELECT count(*) FROM observatory_inhabitants i"
        " WHERE i.file_id = f.id) FROM observatory_publicfile f"
    )
    if not (data / "portulan.sqlite3").exists():
        return 0
    return sum(
        (accounts if kind == "balances" else people) != rows
        for kind, rows, accounts, people in _rows(data, query)
    )


def _forget(data: Path) -> None:
    """Begin again from nothing: one that ended before it was killed proves nothing."""
    import shutil

    shutil.rmtree(data, ignore_errors=True)


def _table(data: Path, file: Path) -> dict[str, list[str]]:
    """Return what the table says, by its pack, in an order and without its identifiers."""
    import zipfile

    asked = [*_PROGRAM, "pack", str(file)]
    subprocess.run(asked, env=_environment(data), check=True, capture_output=True)
    with zipfile.ZipFile(file) as archive:
        return {
            name: sorted(
                ";".join(row.split(";")[2:]) for row in archive.read(name).decode().splitlines()
            )
            for name in archive.namelist()
            if name in ("accounts.csv", "population.csv")
        }
