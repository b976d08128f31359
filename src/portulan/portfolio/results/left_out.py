"""What an arbitration leaves out, and why, in a few words (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portulan.core.say.text import Language, Text, colon
from portulan.portfolio.engine.documents import Explained
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.facts import CandidateFacts, ExcludedFacts, ScenarioFacts
from portulan.portfolio.results.answers import why_sentences
from portulan.portfolio.results.words import Phrases, say, scale_of, the

SHOWN = 7  # on the page of a result; more would be too long to be read, or to print
_SAID: Phrases = {
    "refused": Text("Écartée\u00a0: {reason}", "Refused: {reason}"),
    "not_costed": Text(
        "Elle n’est pas chiffrée\u00a0; inconnu n’est pas zéro.",
        "It is not costed; unknown is not zero.",
    ),
    "unweighed": Text(
        "On ne sait rien de ce qu’elle apporterait\u00a0: elle n’est pas comparée.",
        "Nothing is known of what it would bring: it is not compared.",
    ),
    "closed": Text("Engagement tenu, sans suite.", "Commitment kept, without follow-up."),
    "dropped": Text("Abandonnée.", "Dropped."),
    "waiting": Text(
        "Le pourquoi n’est pas encore calculé.", "Why has not been computed yet."
    ),
    "failed": Text(
        "Le solveur et le contrôle ne concordent pas sur ce pourquoi\u00a0: rien n’est gardé."
        " Signalez-le.",
        "The solver and the check disagree on why: nothing is kept. Report it.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An action, or one of its levels, that is not in the plan. `id` is empty outside the problem.

    `heading` names it, `why` are sentences; `waits`: why is not computed yet.
    """

    id: str
    number: int
    heading: str
    why: tuple[str, ...]
    waits: bool = False


def left_out(
    facts: ScenarioFacts,
    problem: PortfolioProblem,
    result: Result,
    explained: Explained | None,
    names: Names,
    lang: Language,
) -> tuple[LeftOut, ...]:
    """Return what is left out of a plan: candidates first, then what could not be compared."""
    candidates = [
        LeftOut(
            one.id,
            one.number,
            names.heading(one.id),
            _why(one, problem, result, explained, names, lang),
            _waits(one, explained),
        )
        for one in _weighed_out(facts, problem, result)
    ]
    told = {one.id for one in candidates}
    rest = [one for one in facts.excluded if not _is_told(one, result, told)]
    return (*candidates, *(_excluded(one, lang) for one in rest))


def asked_first(facts: ScenarioFacts, problem: PortfolioProblem, result: Result) -> tuple[str, ...]:
    """Return the actions whose why is shown with the result: not those refused, with a reason."""
    shown = list(_weighed_out(facts, problem, result))[:SHOWN]
    return tuple(one.id for one in shown if not one.out_reason)


def failed_sentence(lang: Language) -> str:
    """Return what is said of an action whose why has no answer."""
    return say(_SAID, "failed", lang)


def _weighed_out(
    facts: ScenarioFacts, problem: PortfolioProblem, result: Result
) -> Iterator[CandidateFacts]:
    known = {action.id for action in problem.actions}
    return (one for one in facts.candidates if one.id in known and one.id not in result.plan)


def _waits(candidate: CandidateFacts, explained: Explained | None) -> bool:
    return not candidate.out_reason and (explained is None or not explained.tells(candidate.id))


def _is_told(one: ExcludedFacts, result: Result, told: set[str]) -> bool:
    """Tell whether a level that nothing weighs is taken all the same, or said to be left out."""
    if one.reason != "unweighed":
        return False
    taken = {step.level for step in result.plan.get(one.id, ())}
    return one.id in told or one.level in taken


def _why(
    candidate: CandidateFacts,
    problem: PortfolioProblem,
    result: Result,
    explained: Explained | None,
    names: Names,
    lang: Language,
) -> tuple[str, ...]:
    if candidate.out_reason:
        return (say(_SAID, "refused", lang, reason=candidate.out_reason),)
    if explained is None or not explained.tells(candidate.id):
        return (say(_SAID, "waiting", lang),)
    answer = explained.why(candidate.id)
    if answer is None:
        return (say(_SAID, "failed", lang),)
    found = why_sentences(problem, scale_of(result), answer, names, lang)
    # That it is not taken goes without saying here.
    return tuple(found if answer.ruled_out_by is not None else found[1:])


def _excluded(one: ExcludedFacts, lang: Language) -> LeftOut:
    heading = f"{one.number}. {one.title}"
    if one.level is not None:
        heading += colon(lang) + the(one.level, lang)
    return LeftOut("", one.number, heading, (say(_SAID, one.reason, lang),))
