"""When nothing is feasible: rules none of which can be spared, and the least that is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings

from portulan.portfolio.engine.additions import Shortfall
from portulan.portfolio.engine.conflicts import find_conflict
from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    LevelOption,
    Must,
    PortfolioProblem,
    Prerequisite,
    Resource,
)
from portulan.portfolio.engine.rules import Capacity, Rule, rules_of, without
from portulan.portfolio.engine.sentences import rule_sentence, shortfall_sentence
from tests.portfolio.tiny import IMPLEMENTATION, best_of_all, problems


def lifted(problem: PortfolioProblem, rules: set[Rule]) -> PortfolioProblem:
    """The problem without these rules; a capacity that is lifted is large enough for anything."""
    for rule in rules:
        if isinstance(rule.content, Capacity):
            problem = widened(problem, rule.content, 10**6)
        else:
            problem = without(problem, rule)
    return problem


def widened(problem: PortfolioProblem, at: Capacity, more: int) -> PortfolioProblem:
    resource = problem.resource(at.resource)
    capacity = list(resource.capacity)
    capacity[problem.years.index(at.year)] += more
    return replace(
        problem,
        resources=tuple(
            replace(one, capacity=tuple(capacity)) if one is resource else one
            for one in problem.resources
        ),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(problems())
def test_a_conflict_is_one_and_minimal(problem: PortfolioProblem) -> None:
    conflict = find_conflict(problem)
    rules = set(conflict.rules)
    assert bool(rules) == (best_of_all(problem) is None)
    assume(rules)
    others = set(rules_of(problem)) - rules
    assert best_of_all(lifted(problem, others)) is None
    for rule in rules:
        assert best_of_all(lifted(problem, others | {rule})) is not None
    for rule in rules:
        assert all(rule_sentence(problem, rule, lang) for lang in ("fr", "en"))
    assert len({rule.name for rule in rules_of(problem)}) == len(list(rules_of(problem)))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(problems())
def test_a_repair_repairs(problem: PortfolioProblem) -> None:
    conflict = find_conflict(problem)
    assume(conflict.repair)
    for short in conflict.repair:
        problem = widened(problem, Capacity(short.resource, short.year), short.missing)
    assert best_of_all(problem) is not None


def obliged(cost: int, envelope: int) -> PortfolioProblem:
    option = LevelOption(IMPLEMENTATION, 1, {"investment": (cost,)}, value=1)
    action = Action("rgaa", (option,), theme="access", must=Must(IMPLEMENTATION, 2026))
    return PortfolioProblem(
        (2026, 2027), (Resource("investment", (envelope, 50), unit="kEUR", money=True),), (action,)
    )


def test_what_is_missing_is_said_in_a_sentence() -> None:
    problem = obliged(cost=42, envelope=30)
    conflict = find_conflict(problem)
    assert [rule.name for rule in conflict.rules] == ["must:rgaa", "capacity:investment:2026"]
    assert conflict.repair == (Shortfall("investment", 2026, 12),)
    sentence = shortfall_sentence(problem, conflict.repair[0], "fr")
    assert sentence.replace("\u00a0", " ") == "Il manque 12 k€ en 2026 (« investment »)."


def test_where_no_money_would_do_there_is_no_repair() -> None:
    problem = obliged(cost=1, envelope=30)
    need = Prerequisite("rgaa", IMPLEMENTATION, "rgaa", IMPLEMENTATION, lag=1)
    conflict = find_conflict(replace(problem, prerequisites=(need,)))
    assert {rule.kind for rule in conflict.rules} == {"must", "prerequisite"}
    assert conflict.repair == ()
    covered = replace(problem, coverage=(Coverage("access", IMPLEMENTATION, 2),))
    assert [rule.kind for rule in find_conflict(covered).rules] == ["coverage"]


def test_a_capacity_is_not_lifted() -> None:
    with pytest.raises(ValueError, match="capacity:investment:2026"):
        without(obliged(1, 1), Rule("capacity", Capacity("investment", 2026)))
