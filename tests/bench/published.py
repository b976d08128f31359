"""Every published problem that is beside the project, to the best value known: a minute at most.

`PORTULAN_REAL_DATA` names the folder of real files; without it there is no row. The values are
those of its own README, and of the table of Chu and Beasley’s problems.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from portulan.portfolio.engine.limits import Limits, Watch
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.reader import read
from portulan.portfolio.engine.solving import solve
from tests.bench.table import Row

LIMITS = Limits(seconds=60)
NEAR = Decimal("0.5")  # per cent under the best value known, for those that nobody proved
PER_FILE = 3  # of each file of Chu and Beasley’s
ROOT = Path(__file__).parents[2]


def rows(_folder: Path) -> Iterator[Row]:
    """Yield a row per problem: the value found, the best known, what may be missing."""
    named = os.environ.get("PORTULAN_REAL_DATA", str(ROOT.parent / "shared" / "data"))
    folder = Path(named) / "portfolio"
    if folder.is_dir():
        yield from _multiyear(folder)
        yield from _small_knapsacks(folder)
        yield from _next_releases(folder)
        yield from _large_knapsacks(folder)


def _multiyear(folder: Path) -> Iterator[Row]:
    for name, best in _table(folder, r"\| (nr-\S+) \| (\d+|INFEASIBLE)"):
        problem = read((folder / "multiyear" / f"{name}.json").read_bytes())
        yield _row(name, problem, None if best == "INFEASIBLE" else Decimal(best), proved=True)


def _small_knapsacks(folder: Path) -> Iterator[Row]:
    for file in (folder / "mkp" / "mknap1.txt", folder / "mkp" / "mknap2_part.txt"):
        words = file.read_text().split()
        at = 1
        for index in range(int(words[0])):
            items, limits, best = int(words[at]), int(words[at + 1]), Decimal(words[at + 2])
            at += 3 + items + items * limits + limits
            problem = _converted(folder, "mkp", str(file), str(index))
            yield _row(f"{file.stem}-{index}", problem, best, proved=True)


def _next_releases(folder: Path) -> Iterator[Row]:
    pattern = r"\| (nrp\S*) \| (0\.\d) \| \d+ \| (\d+) \| (\d+)"
    for name, ratio, best, bound in _table(folder, pattern):
        problem = _converted(folder, "nrp", str(folder / "nrp" / f"{name}.txt"), ratio)
        yield _row(f"{name} at {ratio}", problem, Decimal(best), proved=best == bound)


def _large_knapsacks(folder: Path) -> Iterator[Row]:
    with (folder / "mkp" / "best_known_mknapcb.csv").open() as stream:
        for known in csv.DictReader(stream):
            file = folder / "mkp" / f"{known['file']}.txt"
            if file.exists() and int(known["index"]) < PER_FILE:
                problem = _converted(folder, "mkp", str(file), known["index"])
                name = f"{file.stem}-{known['index']}"
                yield _row(name, problem, Decimal(known["best_known"]), proved=False, near=NEAR)


def _table(folder: Path, pattern: str) -> list[tuple[str, ...]]:
    return re.findall(pattern, (folder / "README.md").read_text(encoding="utf-8"))


def _converted(folder: Path, *arguments: str) -> PortfolioProblem:
    command = [sys.executable, str(folder / "convert.py"), *arguments]
    return read(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


def _row(
    name: str,
    problem: PortfolioProblem,
    best: Decimal | None,
    *,
    proved: bool,
    near: Decimal = Decimal(0),
) -> Row:
    """A row; `best` None is infeasible, `proved` wants that very value, `near` is in per cent."""
    result = solve(
        problem,
        limits=replace(
            LIMITS, watch=None if proved or best is None else _until(best * problem.scale)
        ),
        tie_break=False,
    )
    if best is None or result.value is None:
        met = best is None and result.status == "infeasible"
        return Row(name, result.status, "infeasible" if best is None else str(best), "–", "=", met)
    value = Decimal(result.value) / problem.scale
    bound = "–" if result.bound is None else f"{Decimal(result.bound) / problem.scale:f}"
    gap = 100 * (result.gap if result.gap is not None else float("inf"))
    aim = best * (1 - near / 100)
    return Row(
        f"{name}, {result.proof.seconds:.0f} s",
        f"{value:f}",
        f"{best:f}",
        f"≤ {bound}, gap {gap:.2f} %",
        f"= {aim:f}" if proved else f"≥ {aim:.0f}",
        value == best if proved else value >= aim,
    )


def _until(best: Decimal) -> Watch:
    """Go on until the best value known is found: nobody has proved what is beyond it."""
    return lambda seen: seen.found is None or Decimal(seen.found) < best
