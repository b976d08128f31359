"""Twelve families of portfolios at three sizes, beside HiGHS alone and CP-SAT on the same model.

CPU of this process, and of CP-SAT's where there is one: what a search costs where others work too.
`BENCH_CLOCK=wall` reads the wall instead, which says something on two cores that nobody shares.
HiGHS has as many workers as ours, as it takes by itself on two cores. Seeds are drawn when it is
measured and said in the table; `BENCH_SEED` plays them again, `BENCH_SECONDS` is the limit of each
search on the wall (60).
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import SystemRandom
from statistics import median

from portulan.portfolio.engine import highs
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import build
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.solving import solve
from tests.bench.clock import seconds
from tests.bench.families import FAMILIES, SIZES, WIDE, draw
from tests.bench.table import Row
from tests.oracles import ask, python

GRANTED = 0.2  # seconds
LEAST = 1.0  # seconds of the reference under which a ratio says nothing
MOST, MEDIAN = 1.2, 1.0
ON_THE_WALL = os.environ.get("BENCH_CLOCK") == "wall"


def rows(_folder: Path) -> Iterator[Row]:
    """Yield a row per problem, then the median of the ratios."""
    seed = int(os.environ.get("BENCH_SEED", SystemRandom().randrange(10**6)))
    limits = Limits(seconds=float(os.environ.get("BENCH_SECONDS", "60")))
    ratios = []
    for family in FAMILIES:
        for number, (actions, years) in enumerate(SIZES):
            size = actions if number else WIDE.get(family.name, actions)
            problem = draw(family, size, years, seed)
            row, ratio = _beside(f"{family.name} {size} × {years}, seed {seed}", problem, limits)
            ratios += [] if ratio is None else [ratio]
            yield row
    if ratios:
        middle = median(ratios)
        yield Row(
            "median of the families", f"{middle:.2f}", "–", "–", f"≤ {MEDIAN:g} ×", middle <= MEDIAN
        )


def _taken(work: Callable[[], object]) -> float:
    if not ON_THE_WALL:
        return seconds(work)
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _beside(name: str, problem: PortfolioProblem, limits: Limits) -> tuple[Row, float | None]:
    model = build(problem, pruned=False)
    answers: list[highs.Answer] = []
    whole = partial(highs.search, model.columns, model.rows, model.value, limits=limits)
    reference = _taken(lambda: answers.append(whole(workers=limits.workers)))
    found = []
    spent = _taken(lambda: found.append(solve(problem, limits=limits, tie_break=False)))
    result, alone = found[0], answers[0]
    theirs, best = [reference], [alone.worth]
    if python() is not None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        (answer,) = ask("cpsat", [model], seconds=limits.seconds)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best.append(answer.value)
        if answer.value is not None and answer.value == answer.bound:
            theirs.append(answer.seconds if ON_THE_WALL else after.ru_utime - before.ru_utime)
    ratio = max(0.0, spent - GRANTED) / min(theirs) if min(theirs) >= LEAST else None
    said = "–" if ratio is None else f"{ratio:.2f}"
    if not result.proved or alone.status != "optimal":  # where somebody was stopped: who did better
        known = max((value for value in best if value is not None), default=None)
        met = known is None or (result.value is not None and result.value >= known)
        return Row(f"{name}, unproved", str(result.value), str(known), said, "=", met), None
    return (
        Row(
            name,
            f"{spent:.2f} s",
            f"{min(theirs):.2f} s",
            said,
            "–" if ratio is None else f"≤ {MOST:g} ×",
            None if ratio is None else ratio <= MOST,
        ),
        ratio,
    )
