"""A portfolio problem: what may be done, what it takes, what it brings, and the rules (pure).

The words are those of the format `portulan-portfolio/1` (docs/reference/portfolio.md). Every number
is an integer, in the unit of its resource or, for values, of the whole problem.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from portulan.plans.words import CommitmentLevel

FORMAT = "portulan-portfolio/1"


@dataclass(frozen=True, slots=True)
class Resource:
    """An envelope or a team: so much a year, of which at most `carry_over` passes to the next."""

    id: str
    capacity: tuple[int, ...]
    unit: str = ""
    money: bool = False
    carry_over: int = 0


@dataclass(frozen=True, slots=True)
class LevelOption:
    """One level of an action: `use` per year of work, `run` per year after, `value` per year after.

    `duration` ≥ 1 is in years; each `use` has as many numbers.
    """

    level: CommitmentLevel
    duration: int
    use: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    run: Mapping[str, int] = field(default_factory=dict)
    value: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A level of an action, and the year its work starts."""

    level: CommitmentLevel
    start: int


@dataclass(frozen=True, slots=True)
class Must:
    """An obligation: this level or a higher one, ended by that year."""

    level: CommitmentLevel
    by: int


@dataclass(frozen=True, slots=True)
class Action:
    """A candidate. `gate` comes before `IMPLEMENTATION`; `lock` is a step decided, or refused."""

    id: str
    levels: tuple[LevelOption, ...]
    theme: str = ""
    gate: CommitmentLevel | None = None
    must: Must | None = None
    lock: Step | Literal["out"] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Prerequisite:
    """`action` starts `level` only once `needs` has ended `needs_level` or higher, `lag` years ago.

    With `lag` 0 it may end in that very year; with 1, the year before at the latest.
    """

    action: str
    level: CommitmentLevel
    needs: str
    needs_level: CommitmentLevel
    lag: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Exclusion:
    """At most one of the actions reaches this level or a higher one."""

    level: CommitmentLevel
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Coverage:
    """At least `minimum` actions of the theme whose last level is this one or a higher one."""

    theme: str
    level: CommitmentLevel
    minimum: int


@dataclass(frozen=True, slots=True, order=True)
class Overlap:
    """Actions on one scope: together they bring no more than `ceiling`, residual included."""

    actions: tuple[str, ...]
    ceiling: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a question supposes: that an action is taken, or that it is left out."""

    action: str
    taken: bool


@dataclass(frozen=True, slots=True)
class PortfolioProblem:
    """All of it. `years` follow one another; the last value counts `residual_years` more times.

    `wish` and `spending` (the most money in all) belong to questions, not to the format.
    """

    years: tuple[int, ...]
    resources: tuple[Resource, ...]
    actions: tuple[Action, ...]
    prerequisites: tuple[Prerequisite, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    residual_years: int = 0
    scale: int = 1
    wish: Wish | None = None
    spending: int | None = None

    def action(self, action_id: str) -> Action:
        """Return the action of that id. Raises KeyError."""
        for action in self.actions:
            if action.id == action_id:
                return action
        raise KeyError(action_id)

    def resource(self, resource_id: str) -> Resource:
        """Return the resource of that id. Raises KeyError."""
        for resource in self.resources:
            if resource.id == resource_id:
                return resource
        raise KeyError(resource_id)


# The steps of each action taken, in order; an action left out is absent.
type Plan = Mapping[str, tuple[Step, ...]]


def canonical(problem: PortfolioProblem) -> PortfolioProblem:
    """Return the same problem in the one order that does not depend on how it was written."""
    return replace(
        problem,
        resources=tuple(sorted(problem.resources, key=lambda resource: resource.id)),
        actions=tuple(
            replace(action, levels=tuple(sorted(action.levels, key=lambda option: option.level)))
            for action in sorted(problem.actions, key=lambda action: action.id)
        ),
        prerequisites=tuple(sorted(set(problem.prerequisites))),
        exclusions=tuple(
            sorted({replace(one, actions=tuple(sorted(one.actions))) for one in problem.exclusions})
        ),
        coverage=tuple(sorted(set(problem.coverage))),
        overlaps=tuple(
            sorted(replace(one, actions=tuple(sorted(one.actions))) for one in problem.overlaps)
        ),
    )


def digest(problem: PortfolioProblem, **settings: object) -> str:
    """Return the SHA-256 of the canonical problem and of what else decides of the answer."""
    content = json.dumps([asdict(canonical(problem)), settings], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
