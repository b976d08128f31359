"""The least that passes between groups, against all plans and all ways to pass one unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.portfolio.engine import highs, sharing
from portulan.portfolio.engine.evaluator import evaluate, of_groups
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.problem import (
    Action,
    Fairness,
    Group,
    LevelOption,
    Measure,
    Must,
    Plan,
    PortfolioProblem,
    Resource,
    Step,
    canonical,
)
from portulan.portfolio.engine.sharing import Fair, least_transfers, transfers
from portulan.portfolio.engine.solving import solve
from tests.portfolio.tiny import IMPLEMENTATION, all_plans, targeted

few = settings(max_examples=60, deadline=None)


@st.composite
def shared(draw: st.DrawFn) -> PortfolioProblem:
    """A tiny problem with a floor, a cap or both on money or days, tight enough to be broken."""
    problem = draw(targeted())
    side, of = draw(st.sampled_from(["theme", "unit"])), draw(st.sampled_from(["money", "days"]))
    floor = st.builds(Fairness, st.just(side), st.just(of), share_at_least=st.integers(30, 100))
    cap = st.builds(Fairness, st.just(side), st.just(of), at_most=st.integers(90, 160))
    rules = draw(st.one_of(st.tuples(floor), st.tuples(cap), st.tuples(floor, cap)))
    problem = replace(problem, targets=problem.targets[:1], fairness=rules)
    return canonical(_held(draw, problem) if draw(st.integers(0, 3)) else problem)


def _held(draw: st.DrawFn, problem: PortfolioProblem) -> PortfolioProblem:
    """Return obligations whose work is there, and not as people are; what may be added."""
    held = tuple(
        Action(
            f"{at}",
            (
                LevelOption(
                    IMPLEMENTATION,
                    1,
                    {one: (draw(st.integers(1, 6)),) for one in ("money", "team")},
                    value=draw(st.integers(0, 5)),
                ),
            ),
            unit=draw(st.sampled_from("uuv")),
            theme=draw(st.sampled_from("xxy")),
            must=Must(IMPLEMENTATION, problem.years[-1]) if at < 2 else None,
        )
        for at in range(draw(st.integers(2, 4)))
    )
    wide = tuple(
        Resource(name, (draw(st.integers(9, 20)),) * len(problem.years), money=name == "money")
        for name in ("money", "team")
    )
    units, themes = (tuple(Group(one, draw(st.integers(1, 3))) for one in two)
                     for two in ("uv", "xy"))  # fmt: skip
    return PortfolioProblem(
        problem.years,
        wide,
        held,
        units=units,
        themes=themes,
        fairness=problem.fairness,
        objective=problem.objective,
    )


def is_fair(problem: PortfolioProblem, amounts: Mapping[str, int]) -> bool:
    """Say whether amounts keep the rules of a problem, as its documentation words them."""
    groups = problem.units if problem.fairness[0].by == "unit" else problem.themes
    heads = {one.id: one.heads for one in groups if one.heads}
    total, people = sum(amounts.values()), sum(heads.values())
    for rule, (group, amount) in product(problem.fairness, amounts.items()):
        own, even = 100 * amount * people, total * heads[group]
        if rule.share_at_least is not None and own < rule.share_at_least * even:
            return False
        if rule.at_most is not None and own > rule.at_most * even:
            return False
    return True


def tried(problem: PortfolioProblem, plan: Plan) -> int | None:
    """Return the least passed for a plan to be fair, one unit after the other; None if never."""
    first = of_groups(problem, plan, problem.fairness[0])
    seen, edge, count = {tuple(first.items())}, [first], 0
    while edge:
        if any(is_fair(problem, one) for one in edge):
            return count
        after: list[dict[str, int]] = []
        for one in _passed(edge):
            if tuple(one.items()) not in seen:
                seen.add(tuple(one.items()))
                after.append(one)
        edge, count = after, count + 1
    return None


def _passed(amounts: list[dict[str, int]]) -> Iterator[dict[str, int]]:
    for one in amounts:
        for giver, taker in permutations(one, 2):
            if one[giver]:
                yield {**one, giver: one[giver] - 1, taker: one[taker] + 1}


def least(problem: PortfolioProblem) -> int | None:
    """Return the least of all plans that keep the other rules."""
    freed = replace(problem, fairness=())
    kept = (plan for plan in all_plans(freed) if not evaluate(freed, plan).breaches)
    return min((one for plan in kept if (one := tried(problem, plan)) is not None), default=None)


def checked(problem: PortfolioProblem, found: Fair) -> int:
    """Return what passes in all, once made: the plan keeps the rules and is then fair."""
    assert evaluate(replace(problem, fairness=()), found.plan).breaches == ()
    amounts = of_groups(problem, found.plan, problem.fairness[0])
    for one in found.transfers:
        assert one.amount > 0
        amounts[one.giver] -= one.amount
        amounts[one.taker] += one.amount
    assert min(amounts.values(), default=0) >= 0
    assert is_fair(problem, amounts)
    return sum(one.amount for one in found.transfers)


@few
@given(shared())
def test_the_least_that_passes_is_that_of_all_plans(problem: PortfolioProblem) -> None:
    """With it the plan is fair; with one unit less none is."""
    found, known = least_transfers(problem), least(problem)
    assert (found is None) == (known is None)
    if found is not None:
        assert found.proved
        assert checked(problem, found) == known
        assert (known == 0) == (solve(problem).status == "optimal")


@few
@given(shared())
def test_the_plan_is_the_best_of_those_that_pass_so_little(problem: PortfolioProblem) -> None:
    problem = replace(problem, objective=("value",))
    found = least_transfers(problem)
    if found is None:
        return
    passed, freed = checked(problem, found), replace(problem, fairness=())
    worth = [
        told.value
        for plan in all_plans(freed)
        if not (told := evaluate(freed, plan)).breaches and tried(problem, plan) == passed
    ]
    assert evaluate(freed, found.plan).value == max(worth)


@few
@given(shared())
def test_a_plan_is_told_the_least_that_makes_it_fair(problem: PortfolioProblem) -> None:
    for plan in list(all_plans(problem))[:20]:
        passed = transfers(problem, plan)
        told = None if passed is None else sum(one.amount for one in passed)
        assert told == tried(problem, plan)


@few
@given(shared())
def test_what_is_neither_money_nor_days_does_not_pass(problem: PortfolioProblem) -> None:
    other = tuple(replace(rule, of="tonnes") for rule in problem.fairness)
    assert least_transfers(replace(problem, fairness=other)) is None


def halved() -> PortfolioProblem:
    """A has nothing and B 100 days, with as many heads, under a floor and a cap alike."""
    work = LevelOption(IMPLEMENTATION, 1, {"team": (100,)})
    return PortfolioProblem(
        (2026,),
        (Resource("team", (200,)),),
        (Action("1", (work,), unit="b", must=Must(IMPLEMENTATION, 2026)),),
        units=(Group("a", 1), Group("b", 1)),
        fairness=(
            Fairness("unit", "days", share_at_least=50),
            Fairness("unit", "days", at_most=150),
        ),
    )


def test_what_serves_a_floor_and_a_cap_passes_once() -> None:
    found = least_transfers(halved())
    assert found is not None
    assert found.proved
    assert [(one.giver, one.taker, one.amount) for one in found.transfers] == [("b", "a", 25)]


@pytest.mark.parametrize("way", ["share_at_least", "at_most"])
def test_a_measure_under_nothing_is_fair_where_each_group_has_as_much(way: str) -> None:
    work = LevelOption(IMPLEMENTATION, 1, {"team": (1,)}, measures={"tonnes": -5})
    actions = tuple(Action(one, (work,), unit=one) for one in "ab")
    rule = Fairness("unit", "tonnes", **{way: 100})
    problem = replace(halved(), years=(2026, 2027), actions=actions, fairness=(rule,))
    problem = replace(problem, measures=(Measure("tonnes"),))
    plan = {one: (Step(IMPLEMENTATION, 2026),) for one in "ab"}
    assert sum(of_groups(problem, plan, rule).values()) < 0
    assert transfers(problem, plan) == ()


def test_the_second_search_has_what_the_first_left(monkeypatch: pytest.MonkeyPatch) -> None:
    given_to: list[float] = []
    search, clock = highs.search, iter(range(0, 100, 7))

    def timed(*args: Any, limits: Limits, **more: Any) -> highs.Answer:
        given_to.append(limits.seconds)
        return search(*args, limits=limits, **more)

    monkeypatch.setattr(highs, "search", timed)
    monkeypatch.setattr(sharing, "monotonic", lambda: float(next(clock)))
    assert least_transfers(halved(), limits=Limits(seconds=10.0)) is not None
    assert given_to == [10.0, 3.0]
