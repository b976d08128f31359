"""Portfolios: beside HiGHS alone on the same model, and beside CP-SAT where there is one.

`make oracles` installs CP-SAT; without it those rows are left out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from portulan.portfolio.engine import highs
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import build
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.engine.why import why
from tests.bench.clock import Pair, alternate, process, seconds
from tests.bench.drawn import draw
from tests.bench.table import Row, by_amount, by_ratio
from tests.oracles import ask, python

LIMITS = Limits(seconds=60)
SHORT = Limits(seconds=10)
ASKED = 6


def rows(_folder: Path) -> Iterator[Row]:
    """Yield the ratios at 200 actions, then gaps at 10 seconds, then what importing costs."""
    usual = [draw(200, 3, seed) for seed in (1, 2, 3)]
    yield _beside_highs(usual)
    yield _questions(usual[0])
    yield from _beside_cpsat(usual)
    yield from _gaps(1000, 3, 0.05)
    for actions in (200, 1000):
        yield from _gaps(actions, 5, None)
    engine = process("-c", "import portulan.portfolio.engine.why") - process("-c", "pass")
    yield by_amount("import the engine", engine * 1000, 250, "ms CPU")


def _beside_highs(problems: list[PortfolioProblem]) -> Row:
    """Reading pathways, building, solving and checking, beside solving the model as it stands."""
    pairs = []
    for problem in problems:
        model = build(problem, pruned=False)
        ours = partial(solve, problem, limits=LIMITS, tie_break=False)
        alone = partial(
            highs.search,
            model.columns,
            model.rows,
            model.value,
            limits=LIMITS,
            workers=LIMITS.workers,
        )
        pairs.append(alternate(ours, alone, runs=2))
    return by_ratio("prove 200 actions over 3 years, beside HiGHS", _median(pairs), 1.2)


def _questions(problem: PortfolioProblem) -> Row:
    base = solve(problem, limits=LIMITS, tie_break=False)
    reference = seconds(partial(solve, problem, limits=LIMITS, tie_break=False))
    ids = [action.id for action in problem.actions]
    asked = [*sorted(base.plan)[:: len(base.plan) // (ASKED // 2)][: ASKED // 2]]
    asked += [one for one in ids if one not in base.plan][:: len(ids) // ASKED][: ASKED // 2]
    spent = median(seconds(partial(why, problem, base, one, limits=LIMITS)) for one in asked)
    pair = Pair(spent, reference, spent / reference)
    return by_ratio("why an action is in or out, beside the plan", pair, 1.2)


def _beside_cpsat(problems: list[PortfolioProblem]) -> Iterator[Row]:
    if python() is None:
        return
    pairs = []
    for problem in problems:
        began = time.monotonic()
        solve(problem, limits=LIMITS, tie_break=False)
        ours = time.monotonic() - began
        (theirs,) = ask("cpsat", [build(problem, pruned=False)], seconds=LIMITS.seconds)
        pairs.append(Pair(ours, theirs.seconds, ours / theirs.seconds))
    yield by_ratio("the same, beside CP-SAT (8 workers, on the wall)", _median(pairs), 1.0)


def _gaps(actions: int, years: int, most: float | None) -> Iterator[Row]:
    """What may be missing after 10 seconds, in per cent; without an aim it is shown only."""
    problem = draw(actions, years, seed=1)
    result = solve(problem, limits=SHORT, tie_break=False)
    gap = 100 * (result.gap if result.gap is not None else float("inf"))
    theirs = None
    if python() is not None:
        (theirs,) = ask("cpsat", [build(problem, pruned=False)], seconds=SHORT.seconds)
    yield Row(
        f"gap at 10 s, {actions} actions over {years} years",
        f"{gap:.3f} %",
        "–" if theirs is None else f"{theirs.gap:.3f} %",
        "–" if theirs is None or not theirs.gap else f"{gap / theirs.gap:.2f}",
        "–" if most is None else f"≤ {most:g} %",
        most is None or gap <= most,
    )


def _median(pairs: list[Pair]) -> Pair:
    return Pair(
        median(pair.measured for pair in pairs),
        median(pair.reference for pair in pairs),
        median(pair.ratio for pair in pairs),
    )
