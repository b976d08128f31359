"""The option that the arbitration of a plan computed, for a committee: read as it was kept.

Nothing is computed here: a result, and what explains it, were when they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.core.say.values import Count
from portulan.plans.models import Plan
from portulan.portfolio.engine.sentences import steps_sentence
from portulan.portfolio.facts import CandidateFacts
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.answers import price_sentences, why_sentences
from portulan.portfolio.results.reads import Reading, latest_selection
from portulan.portfolio.results.trust import proof_sentence, stability_sentence
from portulan.portfolio.words import ScenarioStatus

SOURCE = "scenario:"  # an item of the agenda about a whole arbitration
_MOST = 3  # rules whose price is told
_BEST = Text(
    "Avec les impacts et les coûts saisis, aucun autre choix ne fait mieux.",
    "With the impacts and the costs typed, no other choice does better.",
)
_CHANGED = Text(
    "Le scénario a changé depuis ce calcul\u00a0: refaites-le avant d’en décider.",
    "The scenario changed since this computation: make it again before deciding.",
)
_TITLE = Text("Choix calculé\u00a0: {title}", "Computed choice: {title}")
_TAKEN = Text("{count:action retenue|actions retenues}.", "{count:action|actions} taken.")
_IN = Text("Retenue\u00a0: {steps}.", "Taken: {steps}.")
_OUT = Text("Laissée dehors.", "Left out.")
_DRAWS = Text(
    "Retenue dans {times:tirage|tirages} des estimations sur {draws}.",
    "Taken in {times:draw|draws} of the estimates out of {draws}.",
)
_RULE = Text("{rule} {price}", "{rule} {price}")
_NOT_YET = Text(
    "Ce qui changerait ce choix n’est pas encore calculé.",
    "What would change this choice is not computed yet.",
)


@dataclass(frozen=True, slots=True)
class Computed:
    """What an arbitration says of a subject: the option, whether it is the best, what moves it.

    `candidate` is its name there, "" for the whole choice.
    """

    scenario: Scenario
    candidate: str
    option: str
    proof: str
    assumptions: tuple[str, ...]


def kept_choice(plan: Plan) -> Reading | None:
    """Return the result that was kept to go before a board, the latest; None without one.

    One that is applied is no longer an option (three queries).
    """
    kept = Scenario.objects.filter(plan=plan, status=ScenarioStatus.KEPT)
    scenario = kept.order_by("-changed_at", "-pk").first()
    selection = None if scenario is None else latest_selection(scenario)
    found = None if selection is None else Reading(selection)
    return found if found is not None and found.result.evaluation is not None else None


def agenda_words(choice: Reading, lang: Language) -> tuple[str, str]:
    """Return the title of the whole choice on an agenda, and why it is there."""
    title = _TITLE.say(lang).format(title=choice.selection.scenario.title)
    return title, f"{_option_of_all(choice, lang)} {_proof(choice, lang)}"


def of_source(plan: Plan, source: str, lang: Language) -> Computed | None:
    """Return what is computed of a whole arbitration, for the item that it made."""
    choice = kept_choice(plan) if source.startswith(SOURCE) else None
    if choice is None or source != f"{SOURCE}{choice.selection.scenario_id}":
        return None
    told = tuple(_of_all(choice, lang))
    return _computed(choice, "", _option_of_all(choice, lang), told, lang)


def of_action(plan: Plan, number: int, lang: Language) -> Computed | None:
    """Return what is computed of an action, None where nothing of it could be weighed."""
    choice = kept_choice(plan)
    if choice is None:
        return None
    weighed = {one.id for one in choice.problem.actions}
    found = [one for one in choice.facts.candidates if one.number == number and one.id in weighed]
    found.sort(key=lambda one: one.label)  # the action itself before what adds to it
    if not found:
        return None
    steps = choice.result.plan.get(found[0].id, ())
    option = _IN.say(lang).format(steps=steps_sentence(steps, lang)) if steps else _OUT.say(lang)
    told = tuple(_of_one(choice, found[0], lang))
    return _computed(choice, found[0].id, option, told, lang)


def _computed(
    choice: Reading, candidate: str, option: str, told: tuple[str, ...], lang: Language
) -> Computed:
    scenario = choice.selection.scenario
    return Computed(
        scenario, candidate, option, _proof(choice, lang), told or (_NOT_YET.say(lang),)
    )


def _option_of_all(choice: Reading, lang: Language) -> str:
    return _TAKEN.say(lang).format(count=Count(choice.count))


def _proof(choice: Reading, lang: Language) -> str:
    if not choice.is_current:
        return _CHANGED.say(lang)
    if choice.result.status == "optimal" and not choice.scale.unit:
        return _BEST.say(lang)
    return proof_sentence(choice.result, lang)


def _of_all(choice: Reading, lang: Language) -> Iterator[str]:
    """Yield what would move the choice: estimates, then the rules that cost the most."""
    explained, result = choice.explained, choice.result
    if explained is None:
        return
    if explained.stability is not None:
        yield stability_sentence(result, explained.stability, choice.names, lang)
    dear = sorted(explained.prices, key=lambda one: -one.delta.low)
    for one in [price for price in dear if price.delta.high != 0][:_MOST]:
        rule, price = price_sentences(choice.problem, choice.scale, one, choice.names, lang)
        yield _RULE.say(lang).format(rule=rule, price=price)


def _of_one(choice: Reading, candidate: CandidateFacts, lang: Language) -> Iterator[str]:
    """Yield what would move one action: what the contrary costs, what it lacks, the estimates."""
    explained = choice.explained
    if explained is None:
        return
    answer = explained.why(candidate.id)
    if answer is not None:
        told = why_sentences(choice.problem, choice.scale, answer, choice.names, lang)
        yield from told if answer.ruled_out_by is not None else told[1:]
    if explained.stability is not None:
        place = explained.stability.of(candidate.id)
        draws = numbers.number(explained.stability.draws, lang)
        yield _DRAWS.say(lang).format(times=Count(place.chosen), draws=draws)
