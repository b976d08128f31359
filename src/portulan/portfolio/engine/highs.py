"""HiGHS, the solver: the only module that knows it. It is imported when something is solved.

One thread, a fixed seed and no gap, so that the same model always gives the same answer unless time
runs out. Before it is passed on, each row is divided by the greatest divisor of its coefficients:
amounts in euros then weigh no more than they must on the tolerances of a solver in floats.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, gcd
from typing import Literal

import highspy
from highspy import cb

from portulan.portfolio.engine.limits import Limits, Sighting, Status, StoppedBy, Watch
from portulan.portfolio.engine.model import Column, Row, Terms

_INFINITE = highspy.kHighsInf
_Ended = highspy.HighsModelStatus
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
) -> Answer:
    """Search the best assignment. `start` are the columns at 1 of a plan that keeps the rules."""
    began = time.monotonic()
    if not all(row.terms or _holds(row) for row in rows):
        return Answer("infeasible", frozenset(), None, None, 0, "proof", ())
    if not columns:
        return Answer("optimal", frozenset(), 0, 0, 0, "proof", ())
    solver = _solver(limits, tolerance)
    unit = gcd(*objective.values()) or 1
    solver.passModel(_linear_programme(columns, rows, objective, unit, sense))
    if start is not None:
        whole = [at for at, column in enumerate(columns) if column.whole]
        solver.setSolution(len(whole), whole, [float(at in start) for at in whole])
    if watch is not None:
        _listen(solver, watch, began, unit)
    solver.run()
    return _answer(solver, columns, objective, unit, sense)


def _answer(
    solver: highspy.Highs, columns: Sequence[Column], objective: Terms, unit: int, sense: str
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
        worth=round(sum(worth * values[at] for at, worth in objective.items())) if found else None,
        bound=_bound(bound, unit, sense),
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


def prices(
    columns: Sequence[Column], rows: Sequence[Row], objective: Terms, *, limits: Limits
) -> list[float] | None:
    """Return what one more of each row would bring at most, by the linear relaxation.

    None when it has no best plan, or was not solved in time.
    """
    if not columns or not all(row.terms or _holds(row) for row in rows):
        return None
    unit = gcd(*objective.values()) or 1
    solver = _solver(limits, 1e-6)
    loose = [replace(column, whole=False) for column in columns]
    solver.passModel(_linear_programme(loose, rows, objective, unit, "max"))
    solver.run()
    if solver.getModelStatus() != _Ended.kOptimal:
        return None
    found = solver.getSolution().row_dual
    return [price * unit / _divisor(row) for row, price in zip(rows, found, strict=True)]


def _holds(row: Row) -> bool:
    """Return whether a row without terms holds: HiGHS does not look at rows when all are so."""
    return (row.low or 0) <= 0 <= (0 if row.high is None else row.high)


def _solver(limits: Limits, tolerance: float) -> highspy.Highs:
    solver = _Silent()
    options: dict[str, float] = {
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        # Objectives are whole: under one unit, nothing better is left to find.
        "mip_abs_gap": 0.5,
        "mip_feasibility_tolerance": tolerance,
        "time_limit": max(0.01, limits.seconds),
    }
    if limits.nodes is not None:
        options["mip_max_nodes"] = limits.nodes
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _linear_programme(
    columns: Sequence[Column], rows: Sequence[Row], objective: Terms, unit: int, sense: str
) -> highspy.HighsLp:
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(columns), len(rows)
    programme.sense_ = highspy.ObjSense.kMaximize if sense == "max" else highspy.ObjSense.kMinimize
    programme.col_cost_ = [objective.get(at, 0) / unit for at in range(len(columns))]
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


def _bound(found: float, unit: int, sense: str) -> int | None:
    """Return the whole bound: no whole objective is beyond it, whatever the last digits say."""
    if abs(found) >= _INFINITE:
        return None
    slack = 1e-6 + 1e-9 * abs(found)
    return unit * (floor(found + slack) if sense == "max" else ceil(found - slack))


def _listen(solver: highspy.Highs, watch: Watch, began: float, unit: int) -> None:
    def told(
        _kind: cb.HighsCallbackType,
        _message: str,
        out: cb.HighsCallbackOutput,
        back: cb.HighsCallbackInput,
        _data: object,
    ) -> None:
        found, bound = (
            None if abs(number) >= _INFINITE else number * unit
            for number in (out.mip_primal_bound, out.mip_dual_bound)
        )
        if not watch(Sighting(time.monotonic() - began, found, bound)):
            back.user_interrupt = True

    solver.setCallback(told, None)
    solver.startCallback(cb.HighsCallbackType.kCallbackMipInterrupt)
