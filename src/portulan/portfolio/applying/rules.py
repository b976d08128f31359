"""What a chosen plan would change in the organisation's plan (pure).

Levels that start in the first year are to be decided now; those that start later will be, then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.pathways import Pathway, enumerate_pathways
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step
from portulan.portfolio.facts import ScenarioFacts

type Kind = Literal["level", "allotment", "due_on"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the chosen plan wants of one action of the organisation's plan.

    `level`: the highest one started in the first year, None when none is. `money`: euros by year.
    `ends_on`: when the work that starts first ends, what follows being decided then; None when it
    does nothing but what was planned: a date that has passed stays what it is.
    """

    number: int
    level: CommitmentLevel | None
    money: Mapping[int, int]
    ends_on: date | None


class Standing(Protocol):
    """An action as it stands today."""

    number: int
    title: str
    level: int
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of the plan that would change; euros for an allotment."""

    number: int
    title: str
    kind: Kind
    before: CommitmentLevel | int | date | None
    after: CommitmentLevel | int | date
    year: int | None = None

    @property
    def key(self) -> str:
        """A name of its own among changes, as “9-allotment-2027”."""
        return f"{self.number}-{self.kind}-{self.year or ''}"


def wanted(
    facts: ScenarioFacts, problem: PortfolioProblem, plan: Plan, planned: Plan
) -> dict[int, Wanted]:
    """Return what the plan wants by action's number: an addition counts with its action."""
    numbers = {one.id: one.number for one in facts.candidates}
    steps: dict[int, list[tuple[str, tuple[Step, ...]]]] = defaultdict(list)
    for candidate, chosen in plan.items():
        steps[numbers[candidate]].append((candidate, chosen))
    found = {number: _wanted(problem, number, chosen, planned) for number, chosen in steps.items()}
    nothing = dict.fromkeys(problem.years, 0)
    for number in stopped(facts, plan, planned):
        found[number] = Wanted(number, None, nothing, None)
    return found


def stopped(facts: ScenarioFacts, plan: Plan, planned: Plan) -> list[int]:
    """Return the numbers of the actions at work that the plan leaves out: their money is freed."""
    taken = {one.number for one in facts.candidates if one.id in plan}
    return [one.number for one in facts.candidates if one.id in planned and one.number not in taken]


def _wanted(
    problem: PortfolioProblem,
    number: int,
    chosen: list[tuple[str, tuple[Step, ...]]],
    planned: Plan,
) -> Wanted:
    first = problem.years[0]
    money: Counter[int] = Counter()
    envelopes = {resource.id for resource in problem.resources if resource.money}
    ends: list[tuple[Step, int]] = []
    for candidate, steps in chosen:
        pathway = _pathway(problem, candidate, steps)
        for (resource, year), amount in pathway.use.items():
            if resource in envelopes:
                money[problem.years[year]] += amount
        ends += [(step, first + pathway.ends[step.level]) for step in steps]
    now = [step.level for step, _ in ends if step.start == first]
    is_new = any(planned.get(candidate) != steps for candidate, steps in chosen)
    ends_on = date(_last(ends), 12, 31) if is_new else None
    return Wanted(number, max(now, default=None), dict(sorted(money.items())), ends_on)


def _last(ends: list[tuple[Step, int]]) -> int:
    """Return the year when the highest level of those that start first ends, additions with it."""
    start = min(step.start for step, _ in ends)
    level = max(step.level for step, _ in ends if step.start == start)
    return max(end for step, end in ends if (step.start, step.level) == (start, level))


def _pathway(problem: PortfolioProblem, candidate: str, steps: tuple[Step, ...]) -> Pathway:
    pathways = enumerate_pathways(problem, problem.action(candidate))
    return next(pathway for pathway in pathways if pathway.steps == steps)


def changes(
    want: Wanted, standing: Standing, allotted: Mapping[int, int], *, moves: bool
) -> Iterator[Change]:
    """Yield what would change for one action, its level first; a date, only to a later year.

    `allotted` is in euros by year; `moves`: its dates may still change, since it is not over.
    """
    if want.level is not None and want.level > standing.level:
        now = CommitmentLevel(standing.level)
        yield Change(standing.number, standing.title, "level", now, want.level)
    for year, amount in want.money.items():
        before = allotted.get(year)
        if amount != before and (amount or before):
            yield Change(standing.number, standing.title, "allotment", before, amount, year)
    due, ends = standing.due_on, want.ends_on
    if moves and ends is not None and (due is None or due.year < ends.year):
        yield Change(standing.number, standing.title, "due_on", due, ends)
