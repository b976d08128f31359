"""The actions of a plan year by year: at which level, for how much, for what impact (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from portulan.plans.enums import CommitmentLevel
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step
from portulan.portfolio.facts import CandidateFacts, Impact, ScenarioFacts


@dataclass(frozen=True, slots=True)
class Band:
    """A run of years at one level, None before any; `is_new` where the plan had another."""

    level: CommitmentLevel | None
    first: int
    years: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An action that is taken. Money in the unit of the envelopes, in the first year.

    `planned` is what it takes as the plan stands; `impact` is a year’s, at its last level; None is
    not estimated.
    """

    candidate: CandidateFacts
    bands: tuple[Band, ...]
    planned: int
    money: int
    impact: Impact | None

    @property
    def is_changed(self) -> bool:
        return any(band.is_new for band in self.bands) or self.money != self.planned


def rows(facts: ScenarioFacts, problem: PortfolioProblem, plan: Plan, planned: Plan) -> list[Row]:
    """Return the actions of the plan: those that it changes, then the others, dearest first."""
    found = [
        Row(
            candidate=candidate,
            bands=_bands(facts.years, candidate, plan[candidate.id], planned.get(candidate.id, ())),
            planned=money_of(problem, candidate.id, planned.get(candidate.id, ())),
            money=money_of(problem, candidate.id, plan[candidate.id]),
            impact=impact_of(candidate, plan[candidate.id]),
        )
        for candidate in facts.candidates
        if candidate.id in plan
    ]
    return sorted(found, key=lambda row: (not row.is_changed, 0 if row.is_changed else -row.money))


def money_of(problem: PortfolioProblem, action_id: str, steps: Sequence[Step]) -> int:
    """Return the money that these steps take in the first year."""
    if not steps:
        return 0
    alone = replace(
        problem,
        actions=(problem.action(action_id),),
        prerequisites=(),
        exclusions=(),
        coverage=(),
        overlaps=(),
    )
    envelopes = {resource.id for resource in problem.resources if resource.money}
    usage = evaluate(alone, {action_id: tuple(steps)}).usage
    first = problem.years[0]
    return sum(use.used for use in usage if use.year == first and use.resource in envelopes)


def impact_of(candidate: CandidateFacts, steps: Sequence[Step]) -> Impact | None:
    """Return the impact a year of the last level, None when nobody estimated it."""
    if not steps:
        return None
    last = steps[-1].level
    return next((one.impact for one in candidate.levels if one.level == last), None)


def _bands(
    years: Sequence[int],
    candidate: CandidateFacts,
    steps: Sequence[Step],
    planned: Sequence[Step],
) -> tuple[Band, ...]:
    now = _levels(years, candidate, steps)
    before = _levels(years, candidate, planned)

    def key(year: int) -> tuple[CommitmentLevel | None, bool]:
        return now[year], now[year] != before[year]

    bands = []
    for (level, is_new), run in groupby(years, key=key):
        found = list(run)
        bands.append(Band(level, found[0], len(found), is_new))
    return tuple(bands)


def _levels(
    years: Sequence[int], candidate: CandidateFacts, steps: Sequence[Step]
) -> Mapping[int, CommitmentLevel | None]:
    """Return the level at which each year finds the action: the last one begun, else today’s.

    What is added to an action has no level of its own today.
    """
    found: dict[int, CommitmentLevel | None] = {}
    present = None if candidate.label else candidate.present
    for year in years:
        begun = [step.level for step in steps if step.start <= year]
        found[year] = begun[-1] if begun else present
    return found
