"""Public benchmarks and years of a plan, to the optimum that others proved: the small ones."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from portulan.portfolio.engine.conflicts import find_conflict
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.reader import read
from portulan.portfolio.engine.solving import Result, solve

pytestmark = pytest.mark.real


@pytest.fixture
def portfolios(real_data: Path) -> Path:
    return real_data / "portfolio"


def converted(folder: Path, *arguments: str) -> PortfolioProblem:
    command = [sys.executable, str(folder / "convert.py"), *arguments]
    return read(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


def checked(problem: PortfolioProblem, result: Result) -> None:
    evaluation = evaluate(problem, result.plan)
    assert evaluation.breaches == ()
    assert evaluation.value == result.value


@pytest.mark.parametrize("name", ["nr-30-3-1", "nr-30-3-2"])
def test_a_plan_of_years_has_the_value_and_the_cost_agreed(portfolios: Path, name: str) -> None:
    best = json.loads((portfolios / "multiyear" / f"{name}.best.json").read_text())
    problem = read((portfolios / "multiyear" / f"{name}.json").read_bytes())
    result = solve(problem)
    assert result.evaluation is not None
    assert (result.status, result.value) == (best["status"], best["value"])
    assert result.evaluation.money == best["min_cost"]
    checked(problem, result)


def test_the_plan_agreed_is_worth_as_much_to_the_check(portfolios: Path) -> None:
    """Theirs, by other solvers: the check reads the rules as they did, at every size."""
    for path in sorted((portfolios / "multiyear").glob("*.best.json")):
        best = json.loads(path.read_text())
        raw = json.loads(path.with_name(path.name.replace(".best", "")).read_text())
        # A step decided is read as a problem's own field: the plan is given as locks.
        locks = {one["action"]: one["steps"] for one in best["plan"]}
        for action in raw["actions"]:
            if len(locks.get(action["id"], ())) == 1:
                action["lock"] = locks[action["id"]][0]
            elif action["id"] not in locks:
                action["lock"] = "out"
        if best["status"] == "optimal":
            result = solve(read(json.dumps(raw).encode()))
            assert (result.status, result.value) == ("optimal", best["value"]), path.name


def test_the_infeasible_one_says_what_is_missing(portfolios: Path) -> None:
    problem = read((portfolios / "multiyear" / "nr-30-5-1.json").read_bytes())
    assert solve(problem).status == "infeasible"
    conflict = find_conflict(problem)
    assert conflict.rules[0].name == "must:a0025"
    assert {rule.kind for rule in conflict.rules[1:]} == {"capacity"}
    assert [(short.resource, short.missing) for short in conflict.repair] == [("rhcom", 1)]


@pytest.mark.parametrize("index", range(7))
def test_projects_of_petersen(portfolios: Path, index: int) -> None:
    file = portfolios / "mkp" / "mknap1.txt"
    best = [3800, 8706.1, 4015, 6120, 12400, 10618, 16537][index]
    problem = converted(portfolios, "mkp", str(file), str(index))
    result = solve(problem)
    assert result.status == "optimal"
    assert result.value == pytest.approx(best * problem.scale)
    checked(problem, result)


def test_capital_budgets(portfolios: Path) -> None:
    file = portfolios / "mkp" / "mknap2_part.txt"
    with (portfolios / "mkp" / "mknap2_names.csv").open() as stream:
        names = list(csv.DictReader(stream))
    assert len(names) == 24
    words = file.read_text().split()
    at = 1
    for index in range(int(words[0])):
        items, rows, best = int(words[at]), int(words[at + 1]), float(words[at + 2])
        at += 3 + items + items * rows + rows
        if items > 60:
            continue
        problem = converted(portfolios, "mkp", str(file), str(index))
        result = solve(problem, tie_break=False)
        assert result.status == "optimal"
        assert result.value == pytest.approx(best * problem.scale)
        checked(problem, result)


@pytest.mark.parametrize(
    ("name", "ratio", "best"),
    [("nrp1", "0.3", 1204), ("nrp1", "0.5", 1836), ("nrp1", "0.7", 2507), ("nrp-e1", "0.3", 7919)],
)
def test_next_releases(portfolios: Path, name: str, ratio: str, best: int) -> None:
    problem = converted(portfolios, "nrp", str(portfolios / "nrp" / f"{name}.txt"), ratio)
    result = solve(problem, tie_break=False)
    assert (result.status, result.value) == ("optimal", best)
    checked(problem, result)


def test_a_hard_knapsack_is_near_its_best_and_says_how_near(portfolios: Path) -> None:
    """mknapcb1-0, 24381: stopped by nodes, so that any machine gives the same answer."""
    problem = converted(portfolios, "mkp", str(portfolios / "mkp" / "mknapcb1.txt"), "0")
    result = solve(problem, limits=Limits(nodes=20))
    assert result.value is not None
    assert result.bound is not None
    assert 24381 * 0.995 <= result.value <= 24381 <= result.bound
    assert result.status == "feasible"
    assert 0 < (result.gap or 0) < 0.02
    checked(problem, result)
