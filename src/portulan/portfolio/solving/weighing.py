"""From what is expected of a level to one whole number, its value in points a year (pure).

    value = round(100 × Σ weight × score / Σ weight), over the criteria that are known

A score is out of 100. Impact: 100 × its likely impact / the greatest one of the scenario, so that a
weight says what it is worth to go from nothing to the best (swing weights of additive multicriteria
analysis: docs/reference/truths.md, Portfolios); negative when it makes things worse. Cost: −100 ×
yearly cost / the dearest one: what is left out costs nothing. Law, readiness and social value: as
typed. What is not known is no 0: its weight goes to the criteria that are known, and a level of
which nothing is known has no value at all. An unknown impact may be bounded instead, and then it
counts as the lower bound. A study is the one level whose impact is known without an estimate: it
commits to a deliverable, and brings none by itself (docs/reference/truths.md, Portfolios).
10 000 points a year is the best on every criterion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median_low

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.facts import CandidateFacts, Impact, LevelFacts, ScenarioFacts, UnknownFacts

CRITERIA = ("impact", "cost", "law", "readiness", "social")
BEST = 100  # of a score
POINTS = 100  # in one unit of score
NO_IMPACT = Impact(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Scales:
    """What 100 stands for: the greatest impact in kgCO2e a year, the dearest year in euros."""

    impact: int
    cost: Fraction


def weigh(facts: ScenarioFacts) -> ScenarioFacts:
    """Return the scenario with the value of each level, and its bounds of unknown impacts."""
    facts = replace(facts, unknown=bounds(facts))
    scales = scales_of(facts)
    return replace(
        facts,
        candidates=tuple(
            replace(
                candidate,
                levels=tuple(
                    replace(level, value=value_of(facts, scales, level))
                    for level in candidate.levels
                ),
            )
            for candidate in facts.candidates
        ),
    )


def bounds(facts: ScenarioFacts) -> UnknownFacts:
    """Return how unknown impacts count, completed.

    Without typed bounds: the smallest and the middle one of the positive impacts that are known;
    none when none is.
    """
    unknown = facts.unknown
    known = sorted(
        level.impact.likely
        for candidate in facts.candidates
        for level in candidate.levels
        if level.impact is not None and level.impact.likely > 0
    )
    low, high = unknown.low, unknown.high
    if known:
        low = known[0] if low is None else low
        high = max(low, median_low(known)) if high is None else high
    return replace(unknown, low=low, high=high)


def supposed(unknown: UnknownFacts, level: LevelFacts) -> Impact | None:
    """Return the impact that a level counts for; None when the other criteria judge alone."""
    if level.impact is None and level.level is CommitmentLevel.STUDY:
        return NO_IMPACT
    if level.impact is not None or unknown.way != "bounded" or unknown.low is None:
        return level.impact
    high = unknown.low if unknown.high is None else max(unknown.low, unknown.high)
    return Impact(unknown.low, unknown.low, high)


def scales_of(facts: ScenarioFacts) -> Scales:
    """Return the greatest impact and the dearest year among all levels, either sign for impact."""
    levels = [level for candidate in facts.candidates for level in candidate.levels]
    impacts = [supposed(facts.unknown, level) for level in levels]
    costs = [yearly_cost(facts, level) for level in levels]
    return Scales(
        impact=max((abs(impact.likely) for impact in impacts if impact), default=0),
        cost=max((cost for cost in costs if cost is not None), default=Fraction(0)),
    )


def value_of(facts: ScenarioFacts, scales: Scales, level: LevelFacts) -> int | None:
    """Return the points that a level brings each year it is in effect, None when none is known."""
    scores = scores_of(facts, scales, level)
    weights = {name: facts.weights.get(name, 0) for name in CRITERIA}
    known = {name: score for name, score in scores.items() if score is not None and weights[name]}
    total = sum(weights[name] for name in known)
    if not total or set(known) == {"cost"}:  # a cost alone says nothing of what it brings
        return None
    points = sum((weights[name] * score for name, score in known.items()), Fraction(0))
    return round(POINTS * points / total)


def scores_of(
    facts: ScenarioFacts, scales: Scales, level: LevelFacts
) -> Mapping[str, Fraction | None]:
    """Return the score of a level on each criterion, out of 100; None when it is not known."""
    impact = supposed(facts.unknown, level)
    cost = yearly_cost(facts, level)
    typed = {name: level.scores.get(name) for name in ("law", "readiness", "social")}
    return {
        "impact": None if impact is None else _ratio(impact.likely, scales.impact),
        "cost": None if cost is None else -_ratio(cost, scales.cost),
        **{name: None if score is None else Fraction(score) for name, score in typed.items()},
    }


def impact_share(facts: ScenarioFacts, level: LevelFacts) -> Fraction:
    """Return the part of a level's value that comes from its impact, from 0 to 1."""
    scores = scores_of(facts, scales_of(facts), level)
    known = {
        name: facts.weights.get(name, 0) * score
        for name, score in scores.items()
        if score is not None and name in CRITERIA
    }
    total = sum(known.values(), Fraction(0))
    if total <= 0:
        return Fraction(0)
    return min(max(known.get("impact", Fraction(0)) / total, Fraction(0)), Fraction(1))


def spread_of(facts: ScenarioFacts, candidate: CandidateFacts) -> tuple[Fraction, Fraction]:
    """Return how far the value of a candidate may be below and above the likely one, in percent.

    From the ends of the impact of its highest level, the other criteria unmoved; (0, 0) when its
    impact is not in its value.
    """
    scales = scales_of(facts)
    for level in sorted(candidate.levels, key=lambda one: one.level, reverse=True):
        impact, likely = supposed(facts.unknown, level), value_of(facts, scales, level)
        if impact is None or not likely:
            continue
        low, high = (
            value_of(facts, scales, replace(level, impact=Impact(end, end, end)))
            for end in (impact.low, impact.high)
        )
        if low is not None and high is not None:
            ends = Fraction(BEST * (low - likely), likely), Fraction(BEST * (high - likely), likely)
            return min(*ends, Fraction(0)), max(*ends, Fraction(0))
    return Fraction(0), Fraction(0)


def yearly_cost(facts: ScenarioFacts, level: LevelFacts) -> Fraction | None:
    """Return the cost of a level spread over all years that count, in euros; None: not costed."""
    if level.cost is None:
        return None
    counted = len(facts.years) + facts.residual_years
    work = sum(sum(amounts) for amounts in level.cost.values())
    after = sum(level.running.values()) * max(0, counted - level.duration)
    return Fraction(work + after, counted)


def _ratio(part: int | Fraction, whole: int | Fraction) -> Fraction:
    return Fraction(BEST * part) / whole if whole else Fraction(0)
