"""The front of cost and value: for each amount of money, the most that it can bring.

ε-constraint on the total money, from the cheapest plan to the best one, each point the cheapest of
its value (docs/reference/truths.md, Portfolios).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, canonical
from portulan.portfolio.engine.solving import Result, solve


@dataclass(frozen=True, slots=True)
class Point:
    """A plan that no cheaper one equals; `proved` is whether nothing better costs as much."""

    cost: int
    value: int
    proved: bool
    plan: Plan


def pareto(
    problem: PortfolioProblem, base: Result, points: int, *, limits: Limits | None = None
) -> list[Point]:
    """Return at most so many points, by increasing cost; the base plan is the last one.

    Steps of money are equal; a step that brings nothing gives no point. Empty without a base plan.
    """
    problem = canonical(problem)
    if base.evaluation is None:
        return []
    most = base.evaluation.money
    found = [_point(base)]
    if points > 1:
        cheapest = solve(_worthless(problem), limits=limits)
        if cheapest.evaluation is not None and cheapest.evaluation.money < most:
            least = cheapest.evaluation.money
            found += _between(problem, least, most, points - 1, limits)
    return list(_front(found))


def _worthless(problem: PortfolioProblem) -> PortfolioProblem:
    """Return the problem where nothing brings anything: its best plan is the cheapest."""
    return replace(
        problem,
        actions=tuple(
            replace(action, levels=tuple(replace(option, value=0) for option in action.levels))
            for action in problem.actions
        ),
    )


def _between(
    problem: PortfolioProblem, least: int, most: int, steps: int, limits: Limits | None
) -> Iterator[Point]:
    for spending in sorted({least + (most - least) * step // steps for step in range(steps)}):
        result = solve(replace(problem, spending=spending), limits=limits)
        if result.evaluation is not None:
            yield _point(result)


def _point(result: Result) -> Point:
    assert result.evaluation is not None  # noqa: S101
    return Point(result.evaluation.money, result.evaluation.value, result.proved, result.plan)


def _front(points: list[Point]) -> Iterator[Point]:
    """Yield the points that bring more than any cheaper one."""
    best: int | None = None
    for point in sorted(points, key=lambda point: (point.cost, -point.value)):
        if best is None or point.value > best:
            best = point.value
            yield point
