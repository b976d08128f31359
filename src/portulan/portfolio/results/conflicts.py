"""What cannot hold together in a scenario: each rule, why it is there, whom it is about (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.core.say.text import Language
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.problem import (
    Coverage,
    Exclusion,
    Fairness,
    Must,
    PortfolioProblem,
    Prerequisite,
    Step,
    Target,
)
from portulan.portfolio.engine.rules import Capacity, Rule
from portulan.portfolio.engine.sentences import fair_sentence, rule_sentence, shortfall_sentence
from portulan.portfolio.facts import ScenarioFacts


@dataclass(frozen=True, slots=True)
class Barrier:
    """A rule that stands in the way: its sentence and its reason ("" when none was given).

    `candidates` are the ids that it names, `envelope` that of what there is too little of, and
    `is_between` a rule of the scenario that ties actions together, `is_target` a target, `is_fair`
    one of fairness.
    """

    sentence: str
    reason: str = ""
    candidates: tuple[str, ...] = ()
    envelope: str = ""
    is_between: bool = False
    is_target: bool = False
    is_fair: bool = False


def barriers(
    facts: ScenarioFacts,
    problem: PortfolioProblem,
    conflict: Conflict,
    names: Names,
    lang: Language,
) -> tuple[Barrier, ...]:
    """Return the rules that cannot hold together; without one of them, the others of it do."""
    return tuple(
        _barrier(facts, rule, rule_sentence(problem, rule, lang, names)) for rule in conflict.rules
    )


def missing_sentences(
    problem: PortfolioProblem, conflict: Conflict, names: Names, lang: Language
) -> tuple[str, ...]:
    """Return what is missing for all the rules of the scenario to hold."""
    return tuple(shortfall_sentence(problem, short, lang, names) for short in conflict.repair)


def passing_sentence(problem: PortfolioProblem, conflict: Conflict, lang: Language) -> str:
    """Return what would pass between groups for a plan to be fair, "" where it is not at stake."""
    return "" if conflict.fair is None else fair_sentence(problem, conflict.fair, lang)


def _barrier(facts: ScenarioFacts, rule: Rule, sentence: str) -> Barrier:
    match rule.content:
        case Capacity(resource, _):
            return Barrier(sentence, envelope=resource)
        case Prerequisite(action, _, needs, _, _):
            return Barrier(sentence, candidates=(action, needs), is_between=True)
        case Exclusion(_, actions):
            return Barrier(sentence, candidates=actions, is_between=True)
        case Target():
            return Barrier(sentence, is_target=True)
        case Fairness():
            return Barrier(sentence, is_fair=True)
        case Coverage():
            return Barrier(sentence, is_between=True)
        case content:
            return Barrier(sentence, _reason(facts, rule.action, content), (rule.action,))


def _reason(facts: ScenarioFacts, candidate_id: str, content: object) -> str:
    candidate = facts.candidate(candidate_id)
    match content:
        case Must():
            return candidate.must.reason if candidate.must else ""
        case Step():
            return candidate.step_reason
        case "out":
            return candidate.out_reason
        case _:
            return ""
