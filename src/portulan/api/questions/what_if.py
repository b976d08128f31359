"""What if: the proved optimiser on a copy of a scenario, which is forgotten once it has answered.

Nothing is written: facts are read, the problem is changed in memory, solved, checked by the
evaluator, and said beside the best plan of the scenario as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from threading import Lock
from time import monotonic
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.questions.asking import MOST, Inquiry, NoAnswerError, Question
from portulan.core.say.language import spoken_language
from portulan.core.say.numbers import number
from portulan.core.say.text import Text
from portulan.portfolio.engine.evaluator import of_groups
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.problem import Fairness, Plan, PortfolioProblem
from portulan.portfolio.engine.rules import rules_of
from portulan.portfolio.engine.sentences import fair_sentence, rule_sentence
from portulan.portfolio.engine.sharing import least_transfers
from portulan.portfolio.engine.solving import DisagreementError, Result, solve
from portulan.portfolio.engine.targets import Reached, nearest, priced_targets
from portulan.portfolio.facts import ScenarioFacts, TargetFacts
from portulan.portfolio.fairness import percents
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.sharing import gains_sentence
from portulan.portfolio.scenarios.reads import get_scenario, scenarios
from portulan.portfolio.solving.writes import formulated
from portulan.portfolio.targets import check_targets
from portulan.portfolio.words import EFFECTS, SCALES, Least, Measure

_NODES = 500  # of one proof: a busy machine answers as another
_PATIENCE = 30.0  # seconds of all the proofs of a question
_BUSY: set[tuple[int, int | None]] = set()  # who asks now, in this process
_LOCK = Lock()
_ONE_AT_A_TIME = Text(
    "Votre question d’avant se calcule encore\u00a0: attendez sa réponse.",
    "Your question before this one is still being computed: wait for its answer.",
)
_NO_SCENARIO = Text(
    "Il n’y a pas de scénario d’arbitrage\u00a0: sans coûts ni valeurs, rien ne se calcule.",
    "There is no scenario: without costs and values, nothing can be computed.",
)
_NO_CHANGE = Text(
    "Dites ce qui change\u00a0: money_percent, without, fairness, value_at_least ou reach.",
    "Say what changes: money_percent, without, fairness, value_at_least or reach.",
)
_NO_TARGET = Text(
    "«\u00a0{wrong}\u00a0» n’est pas un objectif\u00a0: écrivez mesure:année:quantité."
    " Mesures\u00a0: {known}.",
    "“{wrong}” is no target: write measure:year:amount. Measures: {known}.",
)
_TWO_AIMS = Text(
    "Demandez value_at_least ou reach, pas les deux.", "Ask value_at_least or reach, not both."
)
_NEAREST = Text(
    "Aucun plan n’atteint ces objectifs. Le plus proche\u00a0: {nearest}.",
    "No plan reaches these targets. The nearest: {nearest}.",
)
_UNFAIR = Text("{said}", "{said}")
_NO_FAIRNESS = Text(
    "Ce scénario n’a pas de règle d’équité.", "This scenario has no rule of fairness."
)
_NO_PERCENT = Text(
    "Donnez un pourcentage de {low} à {most}.", "Give a percentage from {low} to {most}."
)
_NO_ACTION = Text(
    "Aucun candidat de ce scénario n’est l’action {number}.",
    "No candidate of this scenario is action {number}.",
)
_NO_PLAN = Text(
    "Aucun plan ne tient toutes les règles de ce scénario ainsi changé.",
    "No plan keeps all the rules of this scenario once it is changed so.",
)
_OUT_OF_REACH = Text(
    "Aucun plan n’atteint {wanted} points\u00a0: le meilleur, prouvé, en vaut {best}.",
    "No plan reaches {wanted} points: the best one, proved, is worth {best}.",
)
_NOT_PROVED = Text(
    "La preuve n’a pas abouti en quelques secondes\u00a0: demandez-la au scénario lui-même.",
    "No proof was reached in a few seconds: ask the scenario itself.",
)


_CHANGES = {"money_percent", "without", "fairness", "value_at_least", "reach"}


def what_if(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what the best plan becomes once something changes, and who gains or loses by it."""
    asked, scenario = inquiry.asked, _scenario(inquiry)
    if not _CHANGES & set(asked):
        raise NoAnswerError(_NO_CHANGE)
    if {"value_at_least", "reach"} <= set(asked):
        raise NoAnswerError(_TWO_AIMS)
    reach = list(_asked_targets(asked.get("reach", "")))
    check_targets(scenario, reach)
    with _alone(inquiry.actor):
        ends = monotonic() + _PATIENCE
        problem, facts = formulated(scenario)
        before = _solved(problem, ends)
        if reach:
            aim = (reach, Least(asked.get("minimise", Least.MONEY)))
            problem, facts = formulated(scenario, aim=aim)
        changed = _changed(problem, facts, asked)
        wanted = asked.get("value_at_least")
        if wanted is None:
            after = _solved(changed, ends, reach)
        else:
            after = _cheapest(changed, wanted, ends)
        targets = _prices(changed, after, reach, ends) if reach else []
    assert before.evaluation is not None  # noqa: S101 - `_solved` refuses otherwise
    assert after.evaluation is not None  # noqa: S101
    return {
        "scenario": scenario.title,
        "written": False,
        "unit": {"value": "points", "money": inquiry.organisation.currency},
        "today": _said(before),
        "then": _said(after),
        "gained": after.evaluation.value - before.evaluation.value,
        "money_less": before.evaluation.money - after.evaluation.money,
        "targets": targets,
        "fairness": _shared(problem, changed, before.plan, after.plan),
        "changes": list(_moves(facts, before.plan, after.plan))[:MOST],
        "proved": before.proved and after.proved,
        "source": inquiry.at("scenarios", scenario.slug),
    }


@contextmanager
def _alone(actor: Actor) -> Iterator[None]:
    """Let somebody ask one question of this kind at a time. Raises NoAnswerError."""
    who = (actor.organisation_id, actor.person_id)
    with _LOCK:
        if who in _BUSY:
            raise NoAnswerError(_ONE_AT_A_TIME)
        _BUSY.add(who)
    try:
        yield
    finally:
        with _LOCK:
            _BUSY.discard(who)


def _limits(ends: float) -> Limits:
    """Return when a proof stops: nodes, and what is left to its question. Raises NoAnswerError."""
    limits = _left(ends)
    if limits is None:
        raise NoAnswerError(_NOT_PROVED)
    return limits


def _left(ends: float) -> Limits | None:
    """Return when a proof stops; None where nothing is left to its question."""
    left = ends - monotonic()
    return Limits(seconds=left, nodes=_NODES, workers=1) if left > 0 else None


def _scenario(inquiry: Inquiry) -> Scenario:
    if slug := inquiry.asked.get("scenario"):
        return get_scenario(actor=inquiry.actor, slug=slug, need=Operation.READ_SCENARIO)
    found = scenarios(actor=inquiry.actor).filter(plan=inquiry.plan).order_by("-changed_at").first()
    if found is None:
        raise NoAnswerError(_NO_SCENARIO)
    return found


def _asked_targets(said: str) -> Iterator[TargetFacts]:
    """Yield the targets of "co2:2028:42, share:2027:4", as people type them."""
    for one in re.split(r"[\s,;]+", said.strip()) if said.strip() else []:
        found = re.fullmatch(r"([a-z_0-9]+):(\d{4}):(\d{1,12}(?:\.\d{1,3})?)", one, re.ASCII)
        if found is None or found[1] not in set(Measure):
            raise NoAnswerError(_NO_TARGET, wrong=one[:60], known=", ".join(Measure))
        measure = Measure(found[1])
        amount = Decimal(found[3]) * SCALES.get(measure, 1)
        yield TargetFacts(measure, int(found[2]), int(amount.to_integral_value(ROUND_CEILING)))


def _prices(
    problem: PortfolioProblem, found: Result, asked: Sequence[TargetFacts], ends: float
) -> list[dict[str, Any]]:
    """Return each target with what the plan has of it, and what the plan gains without it."""
    priced = priced_targets(problem, found, limits=_limits(ends))
    return [_said_of(one, asked) | {"price": one.price} for one in priced]


def _said_of(one: Reached, asked: Sequence[TargetFacts]) -> dict[str, Any]:
    """Return a target as people type it; a floor of means is money, whatever it was asked as."""
    effect = one.measure in EFFECTS
    scale = SCALES.get(Measure(one.measure), 1)
    known = {(target.year, target.is_effect and target.measure): target for target in asked}
    return {
        "asked": known[one.year, effect and Measure(one.measure)].measure.value,
        "year": one.year,
        "unit": {"co2": "tCO2e", "social": "points"}.get(one.measure, "money"),
        "at_least": str(Decimal(one.at_least) / scale),
        "reached": str(Decimal(one.reached) / scale),
    }


def _in_words(said: Mapping[str, Any]) -> str:
    reached, wanted = (
        number(Decimal(said[name]), spoken_language()) for name in ("reached", "at_least")
    )
    return f"{said['asked']} {said['year']} = {reached} / {wanted} {said['unit']}"


def _changed(
    problem: PortfolioProblem, facts: ScenarioFacts, asked: Mapping[str, Any]
) -> PortfolioProblem:
    percent, without = asked.get("money_percent"), asked.get("without")
    if (fair := asked.get("fairness")) is not None:
        if not problem.fairness:
            raise NoAnswerError(_NO_FAIRNESS)
        problem = replace(problem, fairness=tuple(_eased(problem, fair)))
    if percent is not None:
        problem = replace(
            problem,
            resources=tuple(
                replace(one, capacity=tuple(part * (100 + percent) // 100 for part in one.capacity))
                if one.money
                else one
                for one in problem.resources
            ),
        )
    if without is not None:
        out = {one.id for one in facts.candidates if one.number == without}
        if not out & {one.id for one in problem.actions}:
            raise NoAnswerError(_NO_ACTION, number=without)
        problem = replace(
            problem,
            actions=tuple(
                replace(one, lock="out", must=None) if one.id in out else one
                for one in problem.actions
            ),
        )
    return problem


def _eased(problem: PortfolioProblem, percent: int) -> Iterator[Fairness]:
    """Yield the rules with another percent; none with 0. Raises NoAnswerError."""
    for rule in problem.fairness if percent else ():
        low, most = percents(is_floor=rule.at_most is None)
        if not low <= percent <= most:
            raise NoAnswerError(_NO_PERCENT, low=low, most=most)
        if rule.at_most is None:
            yield replace(rule, share_at_least=percent)
        else:
            yield replace(rule, at_most=percent)


def _shared(
    problem: PortfolioProblem, changed: PortfolioProblem, before: Plan, after: Plan
) -> list[dict[str, Any]]:
    """Return the rule that holds then, what each group has, who gains and who loses, in words."""
    lang = spoken_language()
    rules = [one for one in rules_of(changed) if one.kind == "fairness"]
    asked = [rule_sentence(changed, one, lang) for one in rules]
    found = []
    for at, rule in enumerate(problem.fairness):
        had, has = (of_groups(problem, plan, rule) for plan in (before, after))
        found.append(
            {
                "rule": asked[at] if asked else None,
                "groups": [
                    {"group": one, "today": had[one], "then": has[one]} for one in sorted(had)
                ],
                "said": gains_sentence(problem, rule, before, after, lang),
            }
        )
    return found


def _solved(problem: PortfolioProblem, ends: float, asked: Sequence[TargetFacts] = ()) -> Result:
    """Return the best plan. Raises NoAnswerError where there is none, or none is found in time."""
    try:
        found = solve(problem, limits=_limits(ends))
    except DisagreementError as error:
        raise NoAnswerError(_NOT_PROVED) from error
    if found.evaluation is None and found.status != "infeasible":
        raise NoAnswerError(_NOT_PROVED)
    if found.evaluation is None:
        raise _no_plan(problem, ends, asked)
    return found


def _no_plan(problem: PortfolioProblem, ends: float, asked: Sequence[TargetFacts]) -> NoAnswerError:
    """Say that no plan keeps the rules, which is proved, and what the time left finds near it."""
    if (limits := _left(ends)) and (fair := least_transfers(problem, limits=limits)):
        return NoAnswerError(_UNFAIR, said=fair_sentence(problem, fair, spoken_language()))
    limits = _left(ends) if asked else None
    if limits is None or (near := nearest(problem, limits=limits)) is None:
        return NoAnswerError(_NO_PLAN)
    said = ", ".join(_in_words(_said_of(one, asked)) for one in near.targets)
    return NoAnswerError(_NEAREST, nearest=said)


def _cheapest(problem: PortfolioProblem, wanted: int, ends: float) -> Result:
    """Return the cheapest plan worth so much: money is halved while proofs hold.

    The most that an amount can bring only grows with it, so that the least amount which brings
    enough is found by halving; each half is proved. Raises NoAnswerError.
    """
    best = _solved(problem, ends)
    assert best.evaluation is not None  # noqa: S101
    if best.evaluation.value < wanted:
        raise NoAnswerError(
            _OUT_OF_REACH if best.proved else _NOT_PROVED, wanted=wanted, best=best.value
        )
    least, most = -1, best.evaluation.money  # `most` brings enough, `least` does not
    while most - least > 1:
        middle = (least + most) // 2
        found = solve(replace(problem, spending=middle), limits=_limits(ends))
        if not found.proved:
            raise NoAnswerError(_NOT_PROVED)
        if found.evaluation is not None and found.evaluation.value >= wanted:
            best, most = found, found.evaluation.money
        else:
            least = middle
    return best


def _said(found: Result) -> dict[str, Any]:
    assert found.evaluation is not None  # noqa: S101
    return {
        "value": found.evaluation.value,
        "money": found.evaluation.money,
        "actions": sum(1 for steps in found.plan.values() if steps),
        "status": found.status,
        "by_year": [
            {"resource": use.resource, "year": use.year, "used": use.used, "of": use.capacity}
            for use in found.evaluation.usage
        ][:MOST],
    }


def _moves(facts: ScenarioFacts, before: Plan, after: Plan) -> Iterator[dict[str, Any]]:
    """Yield the actions that leave, enter, or are done otherwise."""
    known = {one.id: one for one in facts.candidates}
    for name in sorted({*before, *after}, key=lambda one: (known[one].number, one)):
        was, then = before.get(name, ()), after.get(name, ())
        if was == then:
            continue
        what = "leaves" if not then else "enters" if not was else "moves"
        yield {
            "action": known[name].number,
            "title": known[name].title,
            "what": what,
            "today": [{"level": one.level.name.lower(), "start": one.start} for one in was],
            "then": [{"level": one.level.name.lower(), "start": one.start} for one in then],
        }


QUESTIONS = (
    Question(
        "what_if",
        "Which actions would go with 10 % less money, without an action, or for a target?",
        "The best plan of a scenario, proved, beside the one of today; nothing is written. With"
        " `value_at_least`, the cheapest plan worth so many points a year; with `reach`, the plan"
        " with the least of `minimise` that reaches these targets, and what each of them costs."
        " Under a rule of fairness, who gains and who loses; `fairness` asks for another percent.",
        Operation.READ_SCENARIO,
        what_if,
        {
            "plan": {"type": "string", "description": "Short name of the plan."},
            "scenario": {"type": "string", "description": "Short name; the one changed last."},
            "money_percent": {
                "type": "integer",
                "minimum": -100,
                "maximum": 1000,
                "description": "Money of all years more or less, in percent: -10.",
            },
            "without": {"type": "integer", "minimum": 1, "description": "Number of an action."},
            "fairness": {
                "type": "integer",
                "minimum": 0,
                "maximum": 1000,
                "description": "Percent of the rule of fairness in place of the scenario’s own;"
                " 0: without it.",
            },
            "value_at_least": {
                "type": "integer",
                "minimum": 0,
                "description": "Points that the cheapest plan must be worth.",
            },
            "reach": {
                "type": "string",
                "description": "Targets, `measure:year:amount`: `co2:2028:42` (t a year),"
                " `social:2028:300` (points), `money:2027:50000`, `share:2027:4` (% of the IT"
                " budget, money redeployed), `share_on_top:2027:4`; several with commas.",
                "examples": ["co2:2028:42, share:2027:4"],
            },
            "minimise": {
                "type": "string",
                "enum": [one.value for one in Least],
                "description": "What is least: money unless said.",
            },
        },
    ),
)
