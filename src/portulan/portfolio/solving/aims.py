"""The targets of a scenario, as its problem has them (pure).

An effect counts at the low end of what is known, the year after the work; unknown counts nothing.
A floor of means is money. Without an envelope, money has no ceiling: it is what is sought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from portulan.core.folding import inert, squeeze
from portulan.core.say.text import Problem
from portulan.portfolio import refusals
from portulan.portfolio.engine.problem import MONEY, Fairness, Goal, Group, Measure, Target
from portulan.portfolio.facts import EnvelopeFacts, LevelFacts, ScenarioFacts
from portulan.portfolio.words import EFFECTS, Least
from portulan.portfolio.words import Measure as Counted

UNITS = {Counted.CO2: "kgCO2e", Counted.SOCIAL: "points"}
NO_CEILING = "no-ceiling"  # the envelope of a scenario that has none


def with_money(facts: ScenarioFacts) -> ScenarioFacts:
    """Return the same, with money enough for everything where targets are asked of no envelope."""
    if not facts.targets or any(one.is_money for one in facts.envelopes):
        return facts
    levels = [level for one in facts.candidates for level in one.levels]
    enough = sum(
        sum(map(sum, (level.cost or {}).values())) + sum(level.running.values()) for level in levels
    )
    money = EnvelopeFacts(NO_CEILING, "", True, "", (enough,) * len(facts.years))
    return replace(facts, envelopes=(money, *facts.envelopes))


def measures_of(facts: ScenarioFacts) -> tuple[Measure, ...]:
    """Return the effects that targets count, each in its unit."""
    counted = {one.measure for one in facts.targets if one.is_effect}
    return tuple(Measure(name, unit=UNITS[name]) for name in EFFECTS if name in counted)


def effects_of(facts: ScenarioFacts, level: LevelFacts) -> dict[str, int]:
    """Return what a level brings of each effect that targets count, those that are known."""
    social = level.scores.get("social")
    known = {
        Counted.CO2: None if level.impact is None else level.impact.low,
        Counted.SOCIAL: social,
    }
    asked = (measure.id for measure in measures_of(facts))
    return {name: amount for name in asked if (amount := known[Counted(name)])}


def targets_of(facts: ScenarioFacts) -> tuple[Target, ...]:
    """Return the targets: floors of means in euros."""
    return tuple(
        Target(
            one.measure if one.is_effect else MONEY,
            one.year,
            one.at_least if one.is_effect else facts.floor(one) or 0,
            one.theme,
            one.unit,
        )
        for one in facts.targets
    )


def objective_of(facts: ScenarioFacts) -> tuple[Goal, ...]:
    """Return what a plan has least of, then least money, then the most value; value alone else."""
    if not facts.targets:
        return ("value",)
    first: Goal = facts.minimise.value
    return (first, "value") if facts.minimise is Least.MONEY else (first, "money", "value")


def by_unit(facts: ScenarioFacts) -> bool:
    """Whether anything is asked of units."""
    fair = facts.fairness is not None and facts.fairness.by == "unit"
    return fair or any(one.unit for one in facts.targets)


def fairness_of(facts: ScenarioFacts) -> dict[str, Any]:
    """Return the fairness of the problem, and the groups that it counts."""
    asked = facts.fairness
    if asked is None:
        return {}
    names = sorted({getattr(one, asked.by) for one in facts.candidates} - {""})
    plain = Counter[str]()
    for name, heads in asked.heads.items():
        plain[inert(squeeze(name))] += heads
    groups = tuple(Group(one, 1 if asked.by == "theme" else plain[one]) for one in names)
    rule = Fairness(asked.by, asked.of, **{asked.way: asked.percent})
    return {f"{asked.by}s": groups, "fairness": (rule,)}


def check(facts: ScenarioFacts) -> Iterator[Problem]:
    """Yield what keeps targets and fairness from being asked."""
    found = fairness_of(facts)
    if found and not any(one.heads for one in found.get("units") or found.get("themes") or ()):
        yield refusals.NO_HEADS.at()
    for one in facts.targets:
        if one.year not in facts.years:
            yield refusals.TARGET_OUTSIDE.at(found=one.year)
        elif not one.is_effect and facts.floor(one) is None:
            yield refusals.NO_IT_BUDGET.at(year=one.year)
