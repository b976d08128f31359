"""HiGHS, the solver: the only module that knows it. It is imported when something is solved.

A fixed seed and no gap, so that the same model searched in the same way (workers, restarts) always
gives the same answer unless time runs out. Before it is passed on, each row is divided by the
greatest divisor of its coefficients: amounts in euros then weigh no more than they must on the
tolerances of a solver in floats.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor, gcd
from pathlib import Path
from typing import Literal

import highspy
import numpy as np
from highspy import cb

from portulan.portfolio.engine.limits import Best, Limits, Sighting, Status, StoppedBy, Watch
from portulan.portfolio.engine.model import Column, Row, Terms

_INFINITE = highspy.kHighsInf
_Ended = highspy.HighsModelStatus
_TORN = 1e-6
_BITS = 20  # of the greatest number of an objective
_scheduler = threading.local()  # of the solver: one a thread, for one number of workers
_Kind = cb.HighsCallbackType
type _Whole = np.ndarray[tuple[int], np.dtype[np.int32]]  # the numbers of whole columns
type _Call = Callable[[cb.HighsCallbackOutput, cb.HighsCallbackInput], None]
_INFEASIBLE = (_Ended.kInfeasible, _Ended.kUnboundedOrInfeasible)  # no column is unbounded
_STOPPED: dict[highspy.HighsModelStatus, StoppedBy] = {
    _Ended.kTimeLimit: "time",
    _Ended.kSolutionLimit: "nodes",
    _Ended.kInterrupt: "request",
}


class _Silent(highspy.Highs):
    """Says nothing on standard output, where its banner would spoil the result.

    The banner is printed when callbacks are enabled, on construction; we set our own.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # its annotation lacks a return type

    def enableCallbacks(self) -> None:  # noqa: N802
        self.silent()


def version() -> str:
    """Return the version of the solver."""
    return _Silent().version()


@dataclass(frozen=True, slots=True)
class _Unit:
    """What an objective is counted in: its greatest divisor, times a factor where it is large.

    A solver in floats does well with numbers of a few digits.
    """

    divisor: int
    factor: int

    @property
    def size(self) -> int:
        return self.divisor * self.factor

    def bound(self, found: float, sense: str) -> int | None:
        """Return the whole bound: no whole objective is beyond it, whatever the last digits say."""
        if abs(found) >= _INFINITE:
            return None
        slack = 1e-6 + 1e-9 * abs(found)
        least = found + slack if sense == "max" else found - slack
        return self.divisor * (floor if sense == "max" else ceil)(least * self.factor)


def _unit(objective: Terms) -> _Unit:
    divisor = gcd(*objective.values()) or 1
    greatest = max(map(abs, objective.values()), default=0) // divisor
    return _Unit(divisor, 2 ** max(0, greatest.bit_length() - _BITS))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gave; `ones` are the whole columns at 1, `bound` the best value possible."""

    status: Status
    ones: frozenset[int]
    worth: int | None
    bound: int | None
    nodes: int
    stopped_by: StoppedBy
    values: tuple[float, ...]


def search(
    columns: Sequence[Column],
    rows: Sequence[Row],
    objective: Terms,
    *,
    sense: Literal["max", "min"] = "max",
    limits: Limits,
    start: frozenset[int] | None = None,
    watch: Watch | None = None,
    tolerance: float = 1e-6,
    best: Best | None = None,
    workers: int = 1,
    restarts: bool = True,
) -> Answer:
    """Search the best assignment. `start` are the columns at 1 of a plan that keeps the rules.

    What is found is told to `best`. How many `workers` there are decides of the tree: as many as
    are asked for, where there is a core for each; `restarts` too: whether the solver may begin it
    again, when its root settles many columns or its size seems huge.
    """
    began = time.monotonic()
    if not all(row.terms or _holds(row) for row in rows):
        return Answer("infeasible", frozenset(), None, None, 0, "proof", ())
    if not columns:
        return Answer("optimal", frozenset(), 0, 0, 0, "proof", ())
    solver = _solver(limits, tolerance, workers)
    solver.setOptionValue("mip_allow_restart", restarts)
    unit = _unit(objective)
    # Objectives are whole: under one unit, nothing better is left to find.
    solver.setOptionValue("mip_abs_gap", 0.5 / unit.factor)
    solver.passModel(_linear_programme(columns, rows, objective, unit, sense))
    whole = np.array([at for at, column in enumerate(columns) if column.whole], dtype=np.int32)
    if start is not None:
        solver.setSolution(len(whole), whole, _at_one(whole, start))
        # Else it looks for a first plan: a sixth of a short search, for one worth less than this.
        solver.setOptionValue("mip_heuristic_run_feasibility_jump", False)
    calls: dict[cb.HighsCallbackType, _Call] = {}
    if watch is not None:
        calls[_Kind.kCallbackMipInterrupt] = _watching(watch, began, unit)
    if best is not None:
        calls[_Kind.kCallbackMipImprovingSolution] = _telling(best, whole, objective)
    _listen(solver, calls)
    solver.run()
    return _answer(solver, columns, objective, unit, sense)


def _answer(
    solver: highspy.Highs, columns: Sequence[Column], objective: Terms, unit: _Unit, sense: str
) -> Answer:
    """Return what the solver has found when it stops."""
    ended, info = solver.getModelStatus(), solver.getInfo()
    values = tuple(solver.getSolution().col_value)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    is_mixed = any(column.whole for column in columns)
    bound = info.mip_dual_bound if is_mixed else info.objective_function_value
    return Answer(
        status=_status(ended, found=found),
        ones=frozenset(
            at for at, column in enumerate(columns) if found and column.whole and values[at] > 0.5
        ),
        worth=sum(worth * round(values[at]) for at, worth in objective.items()) if found else None,
        bound=unit.bound(bound, sense),
        nodes=max(0, info.mip_node_count),
        stopped_by=_STOPPED.get(ended, "proof"),
        values=values if found else (),
    )


def _status(ended: highspy.HighsModelStatus, *, found: bool) -> Status:
    if ended in _INFEASIBLE:
        return "infeasible"
    if ended == _Ended.kOptimal:
        return "optimal"
    return "feasible" if found else "unknown"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation: what one more of each row would bring at most, how many whole
    columns are `torn`, neither at 0 nor at 1, and how many are `taken`, the parts added up.
    """

    prices: list[float]
    torn: int
    taken: float


def relaxed(
    columns: Sequence[Column], rows: Sequence[Row], objective: Terms, *, limits: Limits
) -> Relaxed | None:
    """Return the linear relaxation; None when it has no best plan, or was not solved in time."""
    if not columns or not all(row.terms or _holds(row) for row in rows):
        return None
    unit = _unit(objective)
    solver = _solver(limits, 1e-6)
    loose = [replace(column, whole=False) for column in columns]
    solver.passModel(_linear_programme(loose, rows, objective, unit, "max"))
    solver.run()
    if solver.getModelStatus() != _Ended.kOptimal:
        return None
    found = solver.getSolution()
    parts = [value for column, value in zip(columns, found.col_value, strict=True) if column.whole]
    return Relaxed(
        [
            price * unit.size / _divisor(row)
            for row, price in zip(rows, found.row_dual, strict=True)
        ],
        sum(_TORN < part < 1 - _TORN for part in parts),
        sum(parts),
    )


def _holds(row: Row) -> bool:
    """Return whether a row without terms holds: HiGHS does not look at rows when all are so."""
    return (row.low or 0) <= 0 <= (0 if row.high is None else row.high)


@cache
def cores() -> int:
    """Return for how many workers there is a core: a container may have the time of fewer."""
    count = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # another system, an older one, or no quota: “max”
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        count = min(count, int(quota) // int(period))
    return max(1, count)


def _solver(limits: Limits, tolerance: float, workers: int = 1) -> highspy.Highs:
    # Workers wait for each other without sleeping: two on one core would hardly move.
    workers = min(workers, cores())
    solver = _Silent()
    if getattr(_scheduler, "workers", workers) != workers:
        _Silent.resetGlobalScheduler(True)
    _scheduler.workers = workers
    options: dict[str, float] = {
        "threads": workers,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_feasibility_tolerance": tolerance,
        "time_limit": max(0.01, limits.seconds),
    }
    if limits.nodes is not None:
        options["mip_max_nodes"] = limits.nodes
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _linear_programme(
    columns: Sequence[Column], rows: Sequence[Row], objective: Terms, unit: _Unit, sense: str
) -> highspy.HighsLp:
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(columns), len(rows)
    programme.sense_ = highspy.ObjSense.kMaximize if sense == "max" else highspy.ObjSense.kMinimize
    programme.col_cost_ = [objective.get(at, 0) / unit.size for at in range(len(columns))]
    programme.col_lower_ = [_float(column.low, -_INFINITE) for column in columns]
    programme.col_upper_ = [_float(column.high, _INFINITE) for column in columns]
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    programme.integrality_ = [kinds[column.whole] for column in columns]
    starts, indices, coefficients, lows, highs = [0], list[int](), list[float](), [], []
    for row in rows:
        divisor = _divisor(row)
        indices += row.terms
        coefficients += [coefficient / divisor for coefficient in row.terms.values()]
        starts.append(len(indices))
        lows.append(-_INFINITE if row.low is None else float(-(-row.low // divisor)))
        highs.append(_INFINITE if row.high is None else float(row.high // divisor))
    programme.row_lower_, programme.row_upper_ = lows, highs
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = starts, indices, coefficients
    return programme


def _float(bound: int | None, default: float) -> float:
    return default if bound is None else float(bound)


def _divisor(row: Row) -> int:
    return gcd(*row.terms.values()) or 1


def _at_one(whole: _Whole, ones: frozenset[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([at in ones for at in whole.tolist()], dtype=np.float64)


def _listen(solver: highspy.Highs, calls: Mapping[cb.HighsCallbackType, _Call]) -> None:
    if not calls:
        return

    def told(
        kind: cb.HighsCallbackType,
        _message: str,
        out: cb.HighsCallbackOutput,
        back: cb.HighsCallbackInput,
        _data: object,
    ) -> None:
        calls[kind](out, back)

    solver.setCallback(told, None)
    for kind in calls:
        solver.startCallback(kind)


def _watching(watch: Watch, began: float, unit: _Unit) -> _Call:
    def call(out: cb.HighsCallbackOutput, back: cb.HighsCallbackInput) -> None:
        found, bound = (
            None if abs(number) >= _INFINITE else number * unit.size
            for number in (out.mip_primal_bound, out.mip_dual_bound)
        )
        if not watch(Sighting(time.monotonic() - began, found, bound)):
            back.user_interrupt = True

    return call


def _telling(best: Best, whole: _Whole, objective: Terms) -> _Call:
    """Tell others of each plan that is better."""

    def call(out: cb.HighsCallbackOutput, _back: cb.HighsCallbackInput) -> None:
        values = out.mip_solution
        worth = sum(worth * round(values[at]) for at, worth in objective.items())
        best.tell(frozenset(at for at in whole.tolist() if values[at] > 0.5), worth)

    return call
