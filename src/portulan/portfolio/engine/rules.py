"""The rules of a problem, each with a name: what a conflict lists and what has a price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    Exclusion,
    Fairness,
    Must,
    PortfolioProblem,
    Prerequisite,
    Step,
    Target,
    Wish,
)

type Kind = Literal[
    "wish",
    "lock",
    "must",
    "prerequisite",
    "exclusion",
    "coverage",
    "fairness",
    "target",
    "smoothing",
    "capacity",
]
type Content = (
    Wish
    | Step
    | Literal["out"]
    | Must
    | Prerequisite
    | Exclusion
    | Coverage
    | Fairness
    | Target
    | Smoothing
    | Capacity
)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What there is of a resource in a year."""

    resource: str
    year: int


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How little the use of a resource moves from a year to the next."""

    resource: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be lifted. `action` is set for those on one action alone."""

    kind: Kind
    content: Content
    action: str = ""

    @property
    def name(self) -> str:
        """A name of its own in the problem, as `must:a0003` or `capacity:investment:2026`."""
        match self.content:
            case Capacity(resource, year):
                return f"capacity:{resource}:{year}"
            case Prerequisite() as arc:
                level, needed = arc.level.name, arc.needs_level.name
                return f"prerequisite:{arc.action}:{level}:{arc.needs}:{needed}:{arc.lag}"
            case Exclusion(level, actions):
                return f"exclusion:{level.name}:{'+'.join(actions)}"
            case Target() as target:
                among = [part for part in (target.theme, target.unit) if part]
                return ":".join(["target", target.measure, str(target.year), *among])
            case Fairness() as fair:
                way = "share_at_least" if fair.at_most is None else "at_most"
                return f"fairness:{fair.by}:{fair.of}:{way}"
            case Smoothing(resource):
                return f"smoothing:{resource}"
            case Coverage(theme, level, _):
                return f"coverage:{theme}:{level.name}"
            case _:
                return f"{self.kind}:{self.action}"


def rules_of(problem: PortfolioProblem) -> Iterator[Rule]:
    """Yield every rule that may stand in the way of a plan: the firmest first."""
    actions = problem.actions
    if problem.wish:
        yield Rule("wish", problem.wish, problem.wish.action)
    yield from (Rule("lock", action.lock, action.id) for action in actions if action.lock)
    yield from (Rule("must", action.must, action.id) for action in actions if action.must)
    yield from (Rule("prerequisite", arc) for arc in problem.prerequisites)
    yield from (Rule("exclusion", exclusion) for exclusion in problem.exclusions)
    yield from (Rule("coverage", coverage) for coverage in problem.coverage)
    yield from (Rule("fairness", fairness) for fairness in problem.fairness)
    yield from (Rule("target", target) for target in problem.targets)
    for resource in problem.resources:
        if resource.smoothing is not None:
            yield Rule("smoothing", Smoothing(resource.id))
        yield from (Rule("capacity", Capacity(resource.id, year)) for year in problem.years)


def without(problem: PortfolioProblem, rule: Rule) -> PortfolioProblem:
    """Return the problem where a rule no longer holds. Raises ValueError for a capacity.

    A capacity has no end to be lifted to: ask what more of it buys.
    """
    match rule.content:
        case Capacity():
            raise ValueError(rule.name)
        case Prerequisite() as arc:
            kept = tuple(one for one in problem.prerequisites if one != arc)
            return replace(problem, prerequisites=kept)
        case Exclusion() as exclusion:
            return replace(
                problem, exclusions=tuple(one for one in problem.exclusions if one != exclusion)
            )
        case Coverage() as coverage:
            return replace(
                problem, coverage=tuple(one for one in problem.coverage if one != coverage)
            )
        case Target() as target:
            return replace(problem, targets=tuple(one for one in problem.targets if one != target))
        case Fairness() as fair:
            return replace(problem, fairness=tuple(one for one in problem.fairness if one != fair))
        case Smoothing(name):
            return replace(
                problem,
                resources=tuple(
                    replace(one, smoothing=None) if one.id == name else one
                    for one in problem.resources
                ),
            )
        case Wish():
            return replace(problem, wish=None)
        case _:
            return replace(
                problem, actions=tuple(_freed(action, rule) for action in problem.actions)
            )


def _freed(action: Action, rule: Rule) -> Action:
    if action.id != rule.action:
        return action
    return replace(action, lock=None) if rule.kind == "lock" else replace(action, must=None)
