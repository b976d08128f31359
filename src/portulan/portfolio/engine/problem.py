"""A portfolio problem: what may be done, what it takes, what it brings, and the rules (pure).

The words are those of the format `portulan-portfolio/2` (docs/reference/portfolio.md). Every number
is an integer, in the unit of its resource or measure or, for values, of the whole problem.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le, Len, MinLen
from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    Strict,
    ValidationInfo,
    WithJsonSchema,
    WrapSerializer,
)

from portulan.core.contracts import ByShape, Contract, Format, Kept, Schema, refuse
from portulan.plans.words import CommitmentLevel

MOST_YEARS = 15
# Sums of a thousand such numbers are still exact in the solver's floats.
MOST = 10**12
MONEY, DAYS = "money", "days"  # what is used of envelopes, and of all other resources
type Goal = Literal["value", "money", "peak", "days", "actions"]
GOALS: tuple[Goal, ...] = ("value", "money", "peak", "days", "actions")


def _on_one_line(text: str, info: ValidationInfo[Kept | None]) -> str:
    """Refuse control characters; in what this package kept, texts are as they were typed."""
    is_kept = info.context and info.context["kept"]
    if not is_kept and any(unicodedata.category(character) == "Cc" for character in text):
        refuse("control-character")
    return text


def _not_blank(text: str) -> str:
    return text if text.strip() else refuse("empty")


def _level(value: object, info: ValidationInfo[Kept | None]) -> object:
    """Return a level by its name; the facts of scenarios, which we wrote, have its number."""
    if info.context and info.context["kept"] and value in list(CommitmentLevel):
        return value
    if not isinstance(value, str):
        refuse("string_type")
    if value not in CommitmentLevel.__members__:
        refuse("not-a-level", found=value) if value.strip() else refuse("empty")
    return CommitmentLevel[value]


Whole = Annotated[int, Strict(), Ge(0), Le(MOST)]
OrZero = Annotated[Whole, BeforeValidator(lambda value: 0 if value is None else value, int | None)]
Signed = Annotated[int, Strict(), Ge(-MOST), Le(MOST)]
OrNothing = Annotated[
    Signed, BeforeValidator(lambda value: 0 if value is None else value, int | None)
]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, AfterValidator(_on_one_line)]
Id = Annotated[
    Text, AfterValidator(_not_blank), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
Level = Annotated[
    CommitmentLevel,
    BeforeValidator(_level),
    PlainSerializer(lambda level: level.name),
    WithJsonSchema({"enum": list(CommitmentLevel.__members__)}),
]


@dataclass(frozen=True, slots=True)
class Resource(Contract):
    """An envelope or a team: so much a year, of which at most `carry_over` passes to the next.

    With `smoothing`, a year uses at most so much more, or less, than the year before.
    """

    id: Id
    unit: Text = field(default="", kw_only=True)
    money: Flag = field(default=False, kw_only=True)
    capacity: tuple[Whole, ...]
    carry_over: Whole = 0
    smoothing: Whole | None = None


@dataclass(frozen=True, slots=True)
class Measure(Contract):
    """What a target counts beside values: tonnes, kWh, devices."""

    id: Id
    unit: Text = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class LevelOption(Contract):
    """One level of an action: `use` per year of work, `run` per year after, `value` per year after.

    `duration` ≥ 1 is in years; each `use` has as many numbers. `measures` count as `value` does,
    one that is not known as nothing.
    """

    level: Level
    duration: Annotated[Whole, Ge(1)]
    use: Mapping[str, tuple[Whole, ...]] = field(default_factory=dict)
    run: Mapping[str, OrZero] = field(default_factory=dict)
    value: Signed = 0
    measures: Mapping[str, OrNothing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Step(Contract):
    """A level of an action, and the year its work starts."""

    level: Level
    start: Whole


@dataclass(frozen=True, slots=True)
class Must(Contract):
    """An obligation: this level or a higher one, ended by that year."""

    level: Level
    by: Whole


@dataclass(frozen=True, slots=True)
class Action(Contract):
    """A candidate. `gate` comes before `IMPLEMENTATION`; `lock` is a step decided, or refused."""

    id: Id
    theme: Text = field(default="", kw_only=True)
    unit: Text = field(default="", kw_only=True)
    gate: Level | None = field(default=None, kw_only=True)
    # Before this year, only a study may start: what the action buys needs its contract.
    after: Whole | None = field(default=None, kw_only=True)
    must: Must | None = field(default=None, kw_only=True)
    lock: Annotated[Step | Literal["out"], ByShape()] | None = field(default=None, kw_only=True)
    levels: Annotated[tuple[LevelOption, ...], MinLen(1)]


@dataclass(frozen=True, slots=True, order=True)
class Prerequisite(Contract):
    """`action` starts `level` only once `needs` has ended `needs_level` or higher, `lag` years ago.

    With `lag` 0 it may end in that very year; with 1, the year before at the latest.
    """

    action: Id
    level: Level
    needs: Id
    needs_level: Level
    lag: Whole = 0


@dataclass(frozen=True, slots=True, order=True)
class Exclusion(Contract):
    """At most one of the actions reaches this level or a higher one."""

    level: Level
    actions: Annotated[tuple[Id, ...], MinLen(1)]


@dataclass(frozen=True, slots=True, order=True)
class Coverage(Contract):
    """At least `minimum` actions of the theme whose last level is this one or a higher one."""

    theme: Id
    level: Level
    minimum: Whole


@dataclass(frozen=True, slots=True, order=True)
class Overlap(Contract):
    """Actions on one scope: together they bring no more than `ceiling`, residual included."""

    actions: Annotated[tuple[Id, ...], MinLen(1)]
    ceiling: Whole


@dataclass(frozen=True, slots=True, order=True)
class Target(Contract):
    """What actions bring of a measure in a year, or their `MONEY` then: so much at least.

    Those of a theme alone, or of a unit, where they are said.
    """

    measure: Id
    year: Whole
    at_least: Signed
    theme: Text = ""
    unit: Text = ""


@dataclass(frozen=True, slots=True, order=True)
class Group(Contract):
    """A unit or a theme and the people it counts; a rule of fairness leaves out one of nobody."""

    id: Id
    heads: Whole = 0


@dataclass(frozen=True, slots=True, order=True)
class Fairness(Contract):
    """What each unit, or theme, has of a measure, of money or of days over all years (`of`).

    `share_at_least`: in percent of what its heads are of all; `at_most`: per head, in percent of
    the mean.
    """

    by: Literal["theme", "unit"]
    of: Id
    share_at_least: Whole | None = None
    at_most: Whole | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a question supposes: that an action is taken, or that it is left out."""

    action: str
    taken: bool


@dataclass(frozen=True, slots=True)
class PortfolioProblem(Contract):
    """All of it. `years` follow one another; the last value counts `residual_years` more times.

    `objective` is what a plan has most of (value) or least of, the first before the second.
    """

    # They belong to questions: the most money in all, and what is supposed of an action.
    OUTSIDE: ClassVar[frozenset[str]] = frozenset({"wish", "spending"})

    scale: Annotated[Whole, Ge(1)] = field(default=1, kw_only=True)
    years: Annotated[tuple[Whole, ...], Len(1, MOST_YEARS)]
    residual_years: Whole = field(default=0, kw_only=True)
    resources: tuple[Resource, ...] = ()
    actions: tuple[Action, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    measures: tuple[Measure, ...] = ()
    units: tuple[Group, ...] = ()
    themes: tuple[Group, ...] = ()
    targets: tuple[Target, ...] = ()
    fairness: tuple[Fairness, ...] = ()
    objective: Annotated[tuple[Goal, ...], MinLen(1)] = ("value",)
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


# What the second version added: in the object that has the key on the left, those on the right.
ADDED = {
    "years": ("measures", "units", "themes", "targets", "fairness", "objective"),
    "carry_over": ("smoothing",),
    "levels": ("unit", "after"),
    "duration": ("measures",),
}


def added(found: Mapping[str, object]) -> Iterator[str]:
    """Yield what the second version added to an object, told by a key of the first."""
    for key, names in ADDED.items():
        if key in found:
            yield from (name for name in names if name in found)


class _First(Format[PortfolioProblem]):
    """The version before targets: the same without what they added."""

    @cached_property
    def schema(self) -> Schema:
        found = deepcopy(super().schema)
        _taken_away(found)
        del found["$defs"]  # of what was added alone
        return found

    def write(self, value: PortfolioProblem) -> dict[str, Any]:
        """Return the document of a problem that says nothing of what was added."""
        document: dict[str, Any] = super().write(value)
        _taken_away(document)
        return document


def _taken_away(found: object) -> None:
    if isinstance(found, dict):
        for name in [*added(found)]:
            del found[name]
    if isinstance(found, dict | list):
        for one in found.values() if isinstance(found, dict) else found:
            _taken_away(one)


FORMAT = Format("portulan-portfolio/2", PortfolioProblem)
FIRST = _First("portulan-portfolio/1", PortfolioProblem)

_STEP = {"level": {"enum": list(CommitmentLevel.__members__)}, "start": {"type": "integer"}}
_TAKEN = {
    "action": {"type": "string"},
    "steps": {
        "type": "array",
        "items": {"type": "object", "properties": _STEP, "required": list(_STEP)},
    },
}
# The steps of each action taken, in order; an action left out is absent.
type Plan = Annotated[
    Mapping[str, tuple[Step, ...]],
    BeforeValidator(lambda kept: {one["action"]: one["steps"] for one in kept}),
    WrapSerializer(
        lambda plan, written: [
            {"action": action, "steps": steps} for action, steps in written(plan).items()
        ]
    ),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "object", "properties": _TAKEN, "required": list(_TAKEN)},
        }
    ),
]


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
        measures=tuple(sorted(problem.measures, key=lambda measure: measure.id)),
        units=tuple(sorted(problem.units)),
        themes=tuple(sorted(problem.themes)),
        targets=tuple(sorted(set(problem.targets))),
        fairness=tuple(sorted(set(problem.fairness), key=repr)),
        overlaps=tuple(
            sorted(replace(one, actions=tuple(sorted(one.actions))) for one in problem.overlaps)
        ),
    )


def problem_document(problem: PortfolioProblem) -> dict[str, object]:
    """Return the document of a problem, in canonical order: what `reader` reads back as the same.

    What a question supposes is no part of it.
    """
    problem = canonical(problem)
    actions = (replace(one, levels=tuple(map(_sorted, one.levels))) for one in problem.actions)
    written = FORMAT if is_of_the_second(problem) else FIRST
    return written.write(replace(problem, actions=tuple(actions)))


def is_of_the_second(problem: PortfolioProblem) -> bool:
    """Tell whether a problem says something that the first version could not."""
    return (
        any(getattr(problem, name) for name in ADDED["years"] if name != "objective")
        or problem.objective != ("value",)
        or any(resource.smoothing is not None for resource in problem.resources)
        or any(
            one.unit or one.after is not None or any(level.measures for level in one.levels)
            for one in problem.actions
        )
    )


def _sorted(option: LevelOption) -> LevelOption:
    use, run = dict(sorted(option.use.items())), dict(sorted(option.run.items()))
    return replace(option, use=use, run=run, measures=dict(sorted(option.measures.items())))


def digest(problem: PortfolioProblem, **settings: object) -> str:
    """Return the SHA-256 of the canonical problem and of what else decides of the answer."""
    said = asdict(canonical(problem))
    for action in said["actions"]:
        if action["after"] is None:  # as before this could be said
            del action["after"]
    content = json.dumps([said, settings], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
