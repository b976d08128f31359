"""What a target costs, the nearest point where none can be reached, and the curve on the way.

Each answer is a solve of its own: prices by removal are exact, and do not add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from portulan.core.contracts import Answer
from portulan.portfolio.engine.additions import nearest_plan
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import build
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, canonical
from portulan.portfolio.engine.solving import Result, solve


@dataclass(frozen=True, slots=True)
class Reached(Answer):
    """A target and what a plan has of it; `price`: what the first goal gains without it.

    The price is None where a search was not proved.
    """

    UNSAID: ClassVar[frozenset[str]] = frozenset({"theme", "unit"})

    measure: str
    year: int
    reached: int
    at_least: int
    price: int | None
    theme: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The point nearest to targets out of reach: the least is missing, each by its own amount.

    The plan is the best of those that reach as much.
    """

    targets: tuple[Reached, ...]
    plan: Plan


def priced_targets(
    problem: PortfolioProblem, base: Result, *, limits: Limits | None = None
) -> Iterator[Reached]:
    """Yield each target with its price, by removing it."""
    problem = canonical(problem)
    if base.evaluation is None:
        return
    for at in range(len(problem.targets)):
        others = problem.targets[:at] + problem.targets[at + 1 :]
        freed = solve(replace(problem, targets=others), limits=limits, tie_break=False)
        price = None
        if base.status == freed.status == "optimal":
            price = (freed.worth or 0) - (base.worth or 0)
        yield _reached(problem, at, base.evaluation.reached[at], price)


def had(problem: PortfolioProblem, base: Result) -> list[Reached]:
    """Return what a plan has of each target; their prices are asked one by one."""
    problem = canonical(problem)
    reached = base.evaluation.reached if base.evaluation else ()
    return [_reached(problem, at, amount, None) for at, amount in enumerate(reached)]


def nearest(problem: PortfolioProblem, *, limits: Limits | None = None) -> Nearest | None:
    """Return the nearest point of a problem whose targets nothing reaches.

    None when the other rules forbid every plan.
    """
    problem = canonical(problem)
    plan = nearest_plan(build(problem), limits or Limits())
    if plan is None:
        return None
    reached = evaluate(problem, plan).reached
    eased = replace(
        problem,
        targets=tuple(
            replace(target, at_least=min(target.at_least, amount))
            for target, amount in zip(problem.targets, reached, strict=True)
        ),
    )
    best = solve(eased, limits=limits)
    if best.evaluation is None:
        return None
    found = evaluate(problem, best.plan).reached
    targets = [_reached(problem, at, amount, None) for at, amount in enumerate(found)]
    return Nearest(tuple(targets), best.plan)


def _reached(problem: PortfolioProblem, at: int, reached: int, price: int | None) -> Reached:
    target = problem.targets[at]
    return Reached(
        measure=target.measure,
        year=target.year,
        reached=reached,
        at_least=target.at_least,
        price=price,
        theme=target.theme or None,
        unit=target.unit or None,
    )


@dataclass(frozen=True, slots=True)
class Part(Answer):
    """What so many percent of all targets cost: the first goal of the best plan, None without."""

    percent: int
    goal: int | None
    proved: bool
    plan: Plan


def curve(
    problem: PortfolioProblem, base: Result, points: int, *, limits: Limits | None = None
) -> list[Part]:
    """Return what equal parts of the targets cost, the whole of them last: never negative ones."""
    problem = canonical(problem)
    found = []
    for step in range(1, points):
        eased = tuple(
            replace(one, at_least=-(-one.at_least * step // points)) if one.at_least > 0 else one
            for one in problem.targets
        )
        result = solve(replace(problem, targets=eased), limits=limits, tie_break=False)
        found.append(_part(100 * step // points, result))
    return [*found, _part(100, base)]


def _part(percent: int, result: Result) -> Part:
    goal = None if result.evaluation is None else result.evaluation.goals[0]
    return Part(percent, goal, result.proved, result.plan)


def elbow(parts: list[Part]) -> Part | None:
    """Return where the curve turns: the part that costs least beside its share of the whole."""
    whole = parts[-1].goal if parts else None
    if not whole or whole < 0:
        return None
    known = [one for one in parts if one.goal is not None]
    best = max(known, key=lambda one: (whole * one.percent - 100 * (one.goal or 0), one.percent))
    return best if whole * best.percent > 100 * (best.goal or 0) else None
