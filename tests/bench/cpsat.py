"""OR-tools CP-SAT with 8 workers on a model read from standard input, in a process of its own.

Run by a Python that has OR-tools, which Portulan does not need: it knows nothing of Portulan. Eight
workers whatever the machine: with fewer, most of its strategies are left out.
"""

from __future__ import annotations

import json
import sys
import time

from ortools.sat.python import cp_model


def main() -> None:
    """Read {"columns", "rows", "objective", "seconds"}, write {"seconds", "value", "bound"}."""
    given = json.load(sys.stdin)
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
    solver.parameters.num_workers = 8
    solver.parameters.max_time_in_seconds = given["seconds"]
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    answer = {
        "seconds": time.monotonic() - began,
        "value": round(solver.objective_value) if found else None,
        "bound": round(solver.best_objective_bound),
    }
    sys.stdout.write(json.dumps(answer))


main()
