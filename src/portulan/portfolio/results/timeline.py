"""The actions of a plan year by year: at which level, for how much, for what impact (pure).

A row is an action of the plan. What a scenario may add to it is part of its row: its label beside
the level from the year it starts, its money and its impact in the sums. The impact is that of a
year once all is in place, with its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from random import Random

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step
from portulan.portfolio.facts import CandidateFacts, Impact, ScenarioFacts


@dataclass(frozen=True, slots=True)
class Band:
    """A run of years at one level, None before any, with what is added to the action by then.

    `is_new` where the plan has it otherwise.
    """

    level: CommitmentLevel | None
    added: tuple[str, ...]
    first: int
    years: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An action that is taken, with all that is added to it: `candidates` in their order.

    Money in the unit of the envelopes, in the first year; `planned` is what the plan asks for the
    action, else what it takes as it stands. `impacts` are those known, a year, each at its last
    level: none is not estimated.
    """

    candidates: tuple[CandidateFacts, ...]
    bands: tuple[Band, ...]
    planned: int
    money: int
    impacts: tuple[Impact, ...]

    @property
    def candidate(self) -> CandidateFacts:
        """The one that stands for the action."""
        return self.candidates[0]

    @property
    def heading(self) -> str:
        return f"{self.candidate.number}. {self.candidate.title}"

    @property
    def stops(self) -> bool:
        """Whether it is at work in the plan, and not taken."""
        return all(band.level is None and band.is_new for band in self.bands)

    @property
    def is_changed(self) -> bool:
        return any(band.is_new for band in self.bands) or self.money != self.planned

    @property
    def impact(self) -> int | None:
        """The likely impact a year in kgCO2e, None when nothing of it is estimated."""
        return sum(one.likely for one in self.impacts) if self.impacts else None


def rows(facts: ScenarioFacts, problem: PortfolioProblem, plan: Plan, planned: Plan) -> list[Row]:
    """Return the actions of the plan: those that it changes, then the others, dearest first."""
    by_number: dict[int, list[CandidateFacts]] = {}
    for candidate in facts.candidates:
        if candidate.id in plan:
            by_number.setdefault(candidate.number, []).append(candidate)
    found = [_row(facts.years, problem, own, plan, planned) for own in by_number.values()]
    return sorted(found, key=lambda row: (not row.is_changed, 0 if row.is_changed else -row.money))


def stopped_rows(
    facts: ScenarioFacts, problem: PortfolioProblem, plan: Plan, planned: Plan
) -> list[Row]:
    """Return the actions at work in the plan that the choice leaves out: their impacts are lost."""
    taken = {one.number for one in facts.candidates if one.id in plan}
    return [
        Row(
            candidates=(one,),
            bands=(Band(None, (), facts.years[0], len(facts.years), is_new=True),),
            planned=_planned(problem, [one], planned),
            money=0,
            impacts=() if (impact := impact_of(one, planned[one.id])) is None else (impact,),
        )
        for one in facts.candidates
        if one.id in planned and one.number not in taken
    ]


def _planned(problem: PortfolioProblem, own: Sequence[CandidateFacts], planned: Plan) -> int:
    if own[0].asked is not None:
        return own[0].asked
    return sum(money_of(problem, one.id, planned.get(one.id, ())) for one in own)


def _row(
    years: Sequence[int],
    problem: PortfolioProblem,
    own: list[CandidateFacts],
    plan: Plan,
    planned: Plan,
) -> Row:
    impacts = [impact_of(one, plan[one.id]) for one in own]
    return Row(
        candidates=tuple(own),
        bands=_bands(years, own, plan, planned),
        planned=_planned(problem, own, planned),
        money=sum(money_of(problem, one.id, plan[one.id]) for one in own),
        impacts=tuple(one for one in impacts if one is not None),
    )


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


type _Standing = tuple[CommitmentLevel | None, tuple[str, ...]]


def _bands(
    years: Sequence[int], own: Sequence[CandidateFacts], plan: Plan, planned: Plan
) -> tuple[Band, ...]:
    now = {year: _standing(own, plan, year) for year in years}
    before = {year: _standing(own, planned, year) for year in years}

    def key(year: int) -> tuple[_Standing, bool]:
        return now[year], now[year] != before[year]

    bands = []
    for ((level, added), is_new), run in groupby(years, key=key):
        found = list(run)
        bands.append(Band(level, added, found[0], len(found), is_new))
    return tuple(bands)


def _standing(own: Sequence[CandidateFacts], plan: Plan, year: int) -> _Standing:
    """Return the level at which a year finds the action, and what is added to it by then."""
    levels: list[CommitmentLevel] = []
    added = []
    for one in own:
        begun = [step.level for step in plan.get(one.id, ()) if step.start <= year]
        if begun and one.label:
            added.append(one.label)
        # What is added has no level of its own today: the action has.
        levels += begun or ([one.present] if one.present is not None else [])
    return max(levels, default=None), tuple(added)


DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of impacts in kgCO2e a year; `low` and `high` hold nine draws in ten.

    `unknown` actions are not in the sum: they are not estimated, which is not 0.
    """

    low: int
    likely: int
    high: int
    known: int
    unknown: int


def total(impacts: Sequence[Impact | None], *, seed: int = 0) -> Total | None:
    """Return the sum of the known impacts, from triangular laws taken apart; None of none.

    The likely value is the sum of the likely ones; the draws are the same at each call.
    """
    known = [one for one in impacts if one is not None]
    if not known:
        return None
    random = Random(seed)  # noqa: S311
    sums = sorted(
        sum(random.triangular(one.low, one.high, one.likely) for one in known) for _ in range(DRAWS)
    )
    likely = sum(one.likely for one in known)
    return Total(
        low=min(likely, round(sums[DRAWS * 5 // 100])),
        likely=likely,
        high=max(likely, round(sums[DRAWS * 95 // 100])),
        known=len(known),
        unknown=len(impacts) - len(known),
    )
