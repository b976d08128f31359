"""Answers to questions are those of solving again, action by action, euro by euro."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.pareto import pareto
from portulan.portfolio.engine.problem import PortfolioProblem, Wish
from portulan.portfolio.engine.ratio import sort_by_ratio
from portulan.portfolio.engine.rules import Capacity, rules_of, without
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.engine.stability import Spread, stability
from portulan.portfolio.engine.why import Difference, below, buy, entry, price, prices, why
from tests.portfolio.engine.test_conflicts import widened
from tests.portfolio.engine.test_evaluator import PROBLEM
from tests.portfolio.engine.test_solving import knapsack
from tests.portfolio.tiny import all_plans, best_of_all, problems

few = settings(max_examples=40, deadline=None)


def value_of(problem: PortfolioProblem) -> int | None:
    best = best_of_all(problem)
    return best and best[0]


@few
@given(problems(), st.data())
def test_why_is_the_difference_with_the_contrary(
    problem: PortfolioProblem, data: st.DataObject
) -> None:
    base = solve(problem)
    assume(base.value is not None)
    assert base.value is not None
    action_id = data.draw(st.sampled_from([action.id for action in problem.actions]))
    answer = why(problem, base, action_id)
    contrary = value_of(replace(problem, wish=Wish(action_id, taken=not answer.selected)))
    assert answer.selected == (action_id in base.plan)
    if contrary is None:
        assert answer.delta is None
        assert answer.ruled_out_by is not None
        assert all(rule.kind != "wish" for rule in answer.ruled_out_by)
        return
    assert answer.ruled_out_by is None
    assert answer.delta is not None
    assert answer.delta.exact
    assert answer.delta.low == base.value - contrary
    sides = answer.difference.leaves if answer.selected else answer.difference.enters
    assert action_id in sides
    assert all(use.left < 0 for use in answer.binding)


@few
@given(problems(), st.data())
def test_why_this_level_is_the_difference_with_the_ones_below(
    problem: PortfolioProblem, data: st.DataObject
) -> None:
    base = solve(problem)
    assume(base.plan)
    assert base.value is not None
    action_id = data.draw(st.sampled_from(sorted(base.plan)))
    last, answer = base.plan[action_id][-1].level, below(problem, base, action_id)
    lower = tuple(one for one in problem.action(action_id).levels if one.level < last)
    assert (answer is None) == (not lower)
    if answer is None:
        return
    short = replace(problem.action(action_id), levels=lower)
    contrary = value_of(
        replace(
            problem,
            wish=Wish(action_id, taken=True),
            actions=tuple(short if one.id == action_id else one for one in problem.actions),
        )
    )
    assert answer.level < last
    assert (answer.delta is None) == (contrary is None)
    assert (answer.ruled_out_by is None) == (contrary is not None)
    if answer.delta is not None and contrary is not None:
        assert answer.delta.low == answer.delta.high == base.value - contrary


@few
@given(problems(), st.integers(1, 5))
def test_buying_brings_what_the_richer_problem_has_more(
    problem: PortfolioProblem, amount: int
) -> None:
    base = solve(problem)
    assume(base.value is not None)
    year = problem.years[-1]
    answer = buy(problem, base, "money", year, amount)
    capacity = next(
        rule.content for rule in rules_of(problem) if rule.name == f"capacity:money:{year}"
    )
    richer = value_of(widened(problem, capacity, amount))
    assert richer is not None
    assert answer.delta.exact
    assert answer.delta.low == richer - (base.value or 0)
    if answer.delta.low == 0:
        assert answer.difference == Difference({}, {}, ())


@few
@given(problems(), st.data())
def test_the_price_of_a_rule_is_what_the_plan_gains_without_it(
    problem: PortfolioProblem, data: st.DataObject
) -> None:
    base = solve(problem)
    rules = [rule for rule in rules_of(problem) if rule.kind != "capacity"]
    assume(rules and base.value is not None)
    rule = data.draw(st.sampled_from(rules))
    freed = value_of(without(problem, rule))
    assert freed is not None
    gain = price(problem, base, rule).delta
    assert gain.low == freed - (base.value or 0)
    assert {one.rule: one.delta for one in prices(problem, base)}[rule] == gain
    assert {one.rule for one in prices(problem, base)} == set(rules)


@few
@given(problems(), st.data())
def test_an_action_enters_at_no_loss_with_what_is_said_to_be_missing(
    problem: PortfolioProblem, data: st.DataObject
) -> None:
    base = solve(problem)
    assume(base.value is not None)
    action_id = data.draw(st.sampled_from([action.id for action in problem.actions]))
    missing = entry(problem, base, action_id)
    if action_id in base.plan:
        assert missing == ()
    for short in missing:
        problem = widened(problem, Capacity(short.resource, short.year), short.missing)
    if missing:
        best = value_of(replace(problem, wish=Wish(action_id, taken=True)))
        assert best is not None
        assert best >= (base.value or 0)


@few
@given(problems(), st.integers(1, 6))
def test_the_front_has_no_plan_above_it(problem: PortfolioProblem, count: int) -> None:
    base = solve(problem)
    assume(base.value is not None)
    points = pareto(problem, base, count)
    assert len(points) <= count
    assert points[-1].plan == base.plan
    found = [evaluate(problem, plan) for plan in all_plans(problem)]
    feasible = [one for one in found if not one.breaches]
    for point in points:
        assert point.proved
        assert point.value == max(one.value for one in feasible if one.money <= point.cost)
        assert point.cost == min(one.money for one in feasible if one.value >= point.value)


@few
@given(problems())
def test_a_sort_by_ratio_is_never_better_than_the_best(problem: PortfolioProblem) -> None:
    result = solve(problem, tie_break=False)
    baseline = evaluate(problem, sort_by_ratio(problem))
    if not baseline.breaches:
        assert result.value is not None
        assert baseline.value <= result.value


def test_unknown_names_are_refused() -> None:
    base = solve(PROBLEM)
    with pytest.raises(KeyError):
        why(PROBLEM, base, "mice")
    with pytest.raises(KeyError):
        buy(PROBLEM, base, "dollars", 2026, 1)
    for year, amount in ((2025, 1), (2026, 0)):
        with pytest.raises(ValueError):  # noqa: PT011
            buy(PROBLEM, base, "euro", year, amount)


def test_without_a_proof_a_difference_is_an_interval() -> None:
    problem, limits = knapsack(60), Limits(nodes=1)
    base = solve(problem, limits=limits)
    answer = why(problem, base, min(base.plan), limits=limits)
    assert answer.delta is not None
    assert answer.delta.high is not None
    assert answer.delta.low < answer.delta.high
    assert not answer.delta.exact


def test_stability_tells_the_core_from_the_rest() -> None:
    """Sure values change nothing; an action whose value may vanish comes and goes."""
    base = solve(PROBLEM)
    steady = stability(PROBLEM, {}, draws=3)
    assert {steady.of(one).place for one in base.plan} == {"core"}
    unsure = stability(PROBLEM, {"screens": Spread(-100, 0)}, draws=3)
    assert unsure.proved == unsure.draws == 3
    assert unsure.of("mice").place == "exterior"
    assert stability(PROBLEM, {"screens": Spread(-100, 0)}, draws=3) == unsure
