"""The rules of a scenario that tie several candidates, as the solver's own (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portulan.core.say.text import Problem
from portulan.plans.words import CommitmentLevel
from portulan.portfolio import refusals
from portulan.portfolio.engine.circles import circle
from portulan.portfolio.engine.problem import Coverage, Exclusion, Prerequisite
from portulan.portfolio.facts import RuleFacts, ScenarioFacts
from portulan.portfolio.words import RuleKind


@dataclass(frozen=True, slots=True)
class Between:
    """What ties candidates together; the ceilings of overlaps need the problem to be reckoned."""

    prerequisites: tuple[Prerequisite, ...]
    exclusions: tuple[Exclusion, ...]
    coverage: tuple[Coverage, ...]
    overlaps: tuple[RuleFacts, ...]


def between(facts: ScenarioFacts) -> Between:
    """Return the rules that speak of the candidates of `facts`; others have nothing to tie."""
    offered = _offered(facts)
    kept = [rule for rule in facts.rules if rule.level is not None]
    return Between(
        prerequisites=tuple(_arcs(facts)),
        exclusions=tuple(
            Exclusion(rule.level, present)
            for rule in kept
            if rule.kind == RuleKind.EXCLUSION
            and rule.level is not None
            and len(present := _present(rule, offered)) > 1
        ),
        coverage=_coverage(kept),
        overlaps=tuple(
            RuleFacts(rule.kind, present, percent=rule.percent)
            for rule in facts.rules
            if rule.kind == RuleKind.OVERLAP and len(present := _present(rule, offered)) > 1
        ),
    )


def check_between(facts: ScenarioFacts) -> Iterator[Problem]:
    """Yield what in these rules cannot be told to the solver."""
    offered = _offered(facts)
    arcs = list(_arcs(facts))
    for arc in arcs:
        if max(offered.get(arc.needs, ()), default=0) < arc.needs_level:
            yield refusals.NEEDED_NOT_COSTED.at(candidate=arc.action, needed=arc.needs)
    if around := circle(arcs):
        yield refusals.CIRCLE.at(found=" → ".join(around))
    themes = {candidate.theme for candidate in facts.candidates}
    for rule in facts.rules:
        if rule.kind == RuleKind.COVERAGE and rule.minimum and rule.theme not in themes:
            yield refusals.NO_THEME.at(theme=rule.theme)
    grouped: set[str] = set()
    for rule in facts.rules:
        if rule.kind == RuleKind.OVERLAP:
            for twice in sorted(grouped & set(rule.candidates)):
                yield refusals.TWO_OVERLAPS.at(candidate=twice)
            grouped |= set(rule.candidates)


def _arcs(facts: ScenarioFacts) -> Iterator[Prerequisite]:
    offered = _offered(facts)
    for arc in prerequisites(facts.rules):
        if arc.level in offered.get(arc.action, ()):
            yield arc


def prerequisites(rules: Iterable[RuleFacts]) -> Iterator[Prerequisite]:
    """Yield what these rules make wait, whether its level is offered or not."""
    for rule in rules:
        level, needs_level = rule.level, rule.needs_level
        if rule.kind == RuleKind.PREREQUISITE and level is not None and needs_level is not None:
            for needed in rule.candidates:
                yield Prerequisite(rule.waits, level, needed, needs_level, rule.lag)


def _coverage(rules: list[RuleFacts]) -> tuple[Coverage, ...]:
    """Return one minimum for a theme and level: the greatest that is asked."""
    most: dict[tuple[str, CommitmentLevel], int] = {}
    for rule in rules:
        if rule.kind == RuleKind.COVERAGE and rule.level is not None and rule.minimum:
            key = rule.theme, rule.level
            most[key] = max(most.get(key, 0), rule.minimum)
    return tuple(Coverage(theme, level, minimum) for (theme, level), minimum in most.items())


def _offered(facts: ScenarioFacts) -> dict[str, set[CommitmentLevel]]:
    return {one.id: {level.level for level in one.levels} for one in facts.candidates}


def _present(rule: RuleFacts, offered: dict[str, set[CommitmentLevel]]) -> tuple[str, ...]:
    return tuple(candidate for candidate in rule.candidates if candidate in offered)
