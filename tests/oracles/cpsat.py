"""OR-tools CP-SAT with 8 workers on models read from standard input.

Run by a Python that has OR-tools; it knows nothing of Portulan. Eight workers whatever the machine:
with fewer, most of its strategies are left out.
"""

from __future__ import annotations

import json
import sys
import time

from ortools.sat.python import cp_model

WORKERS = 8


def answer(given: dict, seconds: float) -> dict:
    began = time.monotonic()
    model = cp_model.CpModel()
    columns = [model.new_int_var(low, high, "") for low, high in given["columns"]]
    for terms, low, high in given["rows"]:
        row = sum(factor * columns[at] for at, factor in terms)
        if low is not None:
            model.add(row >= low)
        if high is not None:
            model.add(row <= high)
    model.maximize(sum(factor * columns[at] for at, factor in given["objective"]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return {
        "seconds": time.monotonic() - began,
        "value": round(solver.objective_value) if found else None,
        "bound": None if status == cp_model.INFEASIBLE else round(solver.best_objective_bound),
    }


def main() -> None:
    """Read {"seconds", "models"}, write a list of {"seconds", "value", "bound"}."""
    asked = json.load(sys.stdin)
    answers = [answer(given, asked["seconds"]) for given in asked["models"]]
    sys.stdout.write(json.dumps(answers))


main()
