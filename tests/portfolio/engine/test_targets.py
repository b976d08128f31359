"""Targets, fairness and other objectives against all plans of tiny problems."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import highspy
import pytest
from hypothesis import assume, given, settings

from portulan.portfolio.engine.conflicts import find_conflict
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.exporting import FORMS, BadPlanError, read_plan
from portulan.portfolio.engine.findings import InvalidProblemError
from portulan.portfolio.engine.problem import (
    Action,
    LevelOption,
    Measure,
    PortfolioProblem,
    Resource,
    Target,
    canonical,
    problem_document,
)
from portulan.portfolio.engine.reader import read
from portulan.portfolio.engine.rules import Capacity, rules_of, without
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.engine.targets import curve, elbow, nearest, priced_targets
from portulan.portfolio.engine.why import why
from tests.portfolio.tiny import IMPLEMENTATION, all_plans, best_by_goals, lateness, targeted

few = settings(max_examples=25, deadline=None)


@few
@given(targeted())
def test_the_best_by_each_goal_in_turn_is_found(problem: PortfolioProblem) -> None:
    best, result = best_by_goals(problem), solve(problem)
    if best is None:
        assert (result.status, result.plan) == ("infeasible", {})
        return
    assert result.status == "optimal"
    checked = evaluate(problem, result.plan)
    assert checked.breaches == ()
    signs = [-1 if name == "value" else 1 for name in problem.objective]
    goals = [sign * one for sign, one in zip(signs, checked.goals, strict=True)]
    assert (*goals, checked.money, lateness(problem, result.plan)) == best
    assert result.bound == checked.goals[0]


@few
@given(targeted())
def test_what_is_written_is_read_again(problem: PortfolioProblem) -> None:
    written = json.dumps(problem_document(problem)).encode()
    try:
        found = read(written)
    except InvalidProblemError:  # a tiny problem may name a level that nothing has
        assume(False)
    else:
        assert found == canonical(problem)


@few
@given(targeted())
def test_a_conflict_is_minimal(problem: PortfolioProblem) -> None:
    """Without any one of its rules, the rest can hold: capacities aside, which have no end."""
    if best_by_goals(problem) is not None:
        return
    found = find_conflict(problem).rules
    assert found
    alone = canonical(problem)
    for rule in rules_of(canonical(problem)):
        if rule not in found and not isinstance(rule.content, Capacity):
            alone = without(alone, rule)
    assert best_by_goals(alone) is None
    for rule in found:
        if not isinstance(rule.content, Capacity):
            freed = without(alone, rule)
            capacities = {one.content for one in found if isinstance(one.content, Capacity)}
            wide = tuple(
                replace(
                    one,
                    capacity=tuple(
                        given if Capacity(one.id, year) in capacities else 10**6
                        for year, given in zip(freed.years, one.capacity, strict=True)
                    ),
                    carry_over=one.carry_over,
                )
                for one in freed.resources
            )
            if not any(one.carry_over for one in alone.resources):
                assert best_by_goals(replace(freed, resources=wide)) is not None


def town(seed: int, actions: int = 12, *, asked: int = 55) -> PortfolioProblem:
    """Actions of one level that spare tonnes and cost money, and a target that takes some."""
    mix = Random(seed)
    found = tuple(
        Action(
            f"a{at:02}",
            (
                LevelOption(
                    IMPLEMENTATION,
                    1,
                    {"euro": (mix.randint(5, 60),), "team": (mix.randint(1, 9),)},
                    value=mix.randint(0, 9),
                    measures={"tonnes": mix.randint(0, 20), "kwh": mix.randint(0, 90)},
                ),
            ),
        )
        for at in range(actions)
    )
    return PortfolioProblem(
        (2026, 2027),
        (
            Resource("euro", (200, 200), unit="kEUR", money=True),
            Resource("team", (40, 40), unit="day"),
        ),
        found,
        measures=(Measure("tonnes", unit="t"), Measure("kwh", unit="kWh")),
        targets=(Target("tonnes", 2027, asked), Target("kwh", 2027, 200)),
        objective=("money",),
    )


@few
@given(targeted())
def test_a_price_is_what_is_gained_without_the_target(problem: PortfolioProblem) -> None:
    base, best = solve(problem), best_by_goals(problem)
    prices = list(priced_targets(problem, base))
    if best is None:
        assert prices == []
        return
    for target, told in zip(canonical(problem).targets, prices, strict=True):
        others = tuple(one for one in problem.targets if one != target)
        freed = best_by_goals(replace(problem, targets=others))
        assert freed is not None
        assert told.price == best[0] - freed[0]
        assert told.reached >= told.at_least


@few
@given(targeted())
def test_the_nearest_point_misses_the_least(problem: PortfolioProblem) -> None:
    """Of one target, nothing has more; none is told where the other rules forbid every plan."""
    problem = replace(canonical(problem), targets=canonical(problem).targets[:1])
    if not problem.targets or best_by_goals(problem) is not None:
        return
    freed = replace(problem, targets=())
    kept = [plan for plan in all_plans(freed) if not evaluate(freed, plan).breaches]
    found = nearest(problem)
    if not kept:
        assert found is None
        return
    assert found is not None
    assert found.targets[0].reached == max(evaluate(problem, plan).reached[0] for plan in kept)


@pytest.mark.parametrize("form", ["lp", "mps"])
@pytest.mark.parametrize("seed", range(4))
def test_another_solver_reads_the_same_problem(form: str, seed: int, tmp_path: Path) -> None:
    """HiGHS reads the file by itself, and its plan is judged by the evaluator alone."""
    problem = replace(town(seed), objective=(("money", "peak", "value", "days")[seed],))
    problem = replace(
        problem, resources=(replace(problem.resources[0], carry_over=20), *problem.resources[1:])
    )
    path = tmp_path / f"problem.{form}"
    path.write_text(FORMS[form](problem), encoding="utf-8")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.run()
    ours = solve(problem)
    assert ours.evaluation is not None
    assert round(abs(solver.getInfo().objective_function_value)) == ours.evaluation.goals[0]
    values = solver.getSolution().col_value
    names = [solver.getColName(at)[1] for at in range(len(values))]
    text = "\n".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    checked = evaluate(canonical(problem), read_plan(problem, text.encode()))
    assert checked.breaches == ()
    assert checked.goals == ours.evaluation.goals


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"x999 1", b"\xff", b'{"plan": [{}]}'])
def test_what_holds_no_plan_is_refused(text: bytes) -> None:
    with pytest.raises(BadPlanError):
        read_plan(town(1), text)


def test_the_curve_goes_up_and_has_an_elbow() -> None:
    problem = town(3)
    parts = curve(problem, solve(problem), 5)
    goals = [part.goal for part in parts]
    assert goals == sorted(goals, key=lambda one: one or 0)
    assert [part.percent for part in parts] == [20, 40, 60, 80, 100]
    turn = elbow(parts)
    assert turn is not None
    assert (turn.goal or 0) * 100 < turn.percent * (goals[-1] or 0)


def test_why_counts_in_the_first_goal() -> None:
    problem = town(2)
    base = solve(problem)
    assert base.evaluation is not None
    for action in base.plan:
        answer = why(problem, base, action)
        if answer.delta is not None:
            assert answer.delta.exact
            assert answer.delta.low >= 0
            others = tuple(one for one in problem.actions if one.id != action)
            without_it = solve(replace(problem, actions=others))
            assert without_it.evaluation is not None
            assert answer.delta.low == without_it.evaluation.money - base.evaluation.money
