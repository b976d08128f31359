"""The rules of a scenario that tie several candidates, as the solver's own (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portulan.core.say.text import Problem
from portulan.plans.words import CommitmentLevel
from portulan.portfolio import refusals
from portulan.portfolio.engine.circles import circle
from portulan.portfolio.engine.problem import Coverage, Exclusion, Prerequisite
from portulan.portfolio.facts import RuleFacts, ScenarioFacts
from portulan.portfolio.words import RuleKind


def check(facts: ScenarioFacts) -> Iterator[Problem]:
    """Yield what in these rules cannot be told to the solver."""
    offered = _offered(facts)
    known = list(arcs(facts))
    for arc in known:
        if max(offered.get(arc.needs, ()), default=0) < arc.needs_level:
            yield refusals.NEEDED_NOT_COSTED.at(candidate=arc.action, needed=arc.needs)
    if around := circle(known):
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


def arcs(facts: ScenarioFacts) -> Iterator[Prerequisite]:
    offered = _offered(facts)
    for arc in prerequisites(facts.rules):
        if arc.level in offered.get(arc.action, ()):
            yield arc


def exclusions(facts: ScenarioFacts) -> Iterator[Exclusion]:
    for rule, present in _tied(facts, RuleKind.EXCLUSION):
        if rule.level is not None:
            yield Exclusion(rule.level, present)


def overlaps(facts: ScenarioFacts) -> Iterator[RuleFacts]:
    """Yield those of several candidates: their ceilings need the problem to be reckoned."""
    for rule, present in _tied(facts, RuleKind.OVERLAP):
        yield RuleFacts(rule.kind, present, percent=rule.percent)


def coverage(facts: ScenarioFacts) -> Iterator[Coverage]:
    """Yield one minimum for a theme and level: the greatest that is asked."""
    most: dict[tuple[str, CommitmentLevel], int] = {}
    for rule in facts.rules:
        if rule.kind == RuleKind.COVERAGE and rule.level is not None and rule.minimum:
            key = rule.theme, rule.level
            most[key] = max(most.get(key, 0), rule.minimum)
    for (theme, level), minimum in most.items():
        yield Coverage(theme, level, minimum)


def prerequisites(rules: Iterable[RuleFacts]) -> Iterator[Prerequisite]:
    """Yield what these rules make wait, whether its level is offered or not."""
    for rule in rules:
        level, needs_level = rule.level, rule.needs_level
        if rule.kind == RuleKind.PREREQUISITE and level is not None and needs_level is not None:
            for needed in rule.candidates:
                yield Prerequisite(rule.waits, level, needed, needs_level, rule.lag)


def _offered(facts: ScenarioFacts) -> dict[str, set[CommitmentLevel]]:
    return {one.id: {level.level for level in one.levels} for one in facts.candidates}


def _tied(facts: ScenarioFacts, kind: RuleKind) -> Iterator[tuple[RuleFacts, tuple[str, ...]]]:
    """Yield the rules of a kind with the candidates that they tie: others have nothing to tie."""
    offered = _offered(facts)
    for rule in facts.rules:
        present = tuple(candidate for candidate in rule.candidates if candidate in offered)
        if rule.kind == kind and len(present) > 1:
            yield rule, present
