"""SCIP on models read from standard input. Run by a Python that has PySCIPOpt, apart from ours."""

from __future__ import annotations

import json
import math
import sys
import time

from pyscipopt import Model, quicksum


def answer(given: dict, seconds: float) -> dict:
    began = time.monotonic()
    model = Model()
    model.hideOutput()
    model.setParam("limits/time", seconds)
    model.setParam("limits/gap", 0.0)
    columns = [model.addVar(vtype="I", lb=low, ub=high) for low, high in given["columns"]]
    for terms, low, high in given["rows"]:
        row = quicksum(factor * columns[at] for at, factor in terms)
        if low is not None and (terms or low > 0):
            model.addCons(row >= low)
        if high is not None and (terms or high < 0):
            model.addCons(row <= high)
    objective = quicksum(factor * columns[at] for at, factor in given["objective"])
    model.setObjective(objective, "maximize")
    model.optimize()
    found = model.getNSols() > 0
    infeasible = model.getStatus() == "infeasible"
    return {
        "seconds": time.monotonic() - began,
        "value": round(model.getObjVal()) if found else None,
        "bound": None if infeasible else math.floor(model.getDualbound() + 1e-6),
    }


def main() -> None:
    """Read {"seconds", "models"}, write a list of {"seconds", "value", "bound"}."""
    asked = json.load(sys.stdin)
    answers = [answer(given, asked["seconds"]) for given in asked["models"]]
    sys.stdout.write(json.dumps(answers))


main()
