"""What the targets of a scenario ask, what each costs, the way to them: in words (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from portulan.core.say import numbers
from portulan.core.say.text import Language, Text, semicolons
from portulan.core.say.values import Count
from portulan.portfolio.engine.documents import Explained
from portulan.portfolio.engine.evaluator import Evaluation, evaluate
from portulan.portfolio.engine.names import Names, sentence
from portulan.portfolio.engine.problem import Plan, PortfolioProblem
from portulan.portfolio.engine.rules import Rule, rules_of
from portulan.portfolio.engine.sentences import amount, rule_sentence
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.targets import Nearest, Part, elbow
from portulan.portfolio.engine.why import Difference, Why, difference
from portulan.portfolio.facts import AmbitionFacts, ScenarioFacts, TargetFacts
from portulan.portfolio.results.answers import why_sentences
from portulan.portfolio.results.changes import clauses
from portulan.portfolio.results.timeline import Total
from portulan.portfolio.results.words import (
    GOAL_UNITS,
    Phrases,
    Scale,
    listed,
    percent_of,
    say,
    scale_of,
    tonnes,
)
from portulan.portfolio.words import Measure

_EUROS = "EUR"
_ALL = -1  # the row of all the targets
_SAID: Phrases = {
    "co2": Text("{amount} évitées en {year}", "{amount} spared in {year}"),
    "social": Text("{amount} de valeur sociale en {year}", "{amount} of social value in {year}"),
    "money": Text("{amount} dépensés en {year}", "{amount} spent in {year}"),
    "none": Text("Aucun plan n’atteint {targets}\u00a0: c’est prouvé.",
                 "No plan reaches {targets}: it is proved."),
    "share": Text("{amount} du budget de la DSI en {year}",
                  "{amount} of the IT budget in {year}"),
    "share_on_top": Text("{amount} du budget de la DSI en {year}, argent en plus",
                         "{amount} of the IT budget in {year}, money on top"),
    "optimal": Text("au moins {least}", "at least {least}"),
    "feasible": Text("{least} ou moins", "{least} or less"),
    "least-money": Text("Atteindre {targets} coûte {least} de {first} à {last}",
                        "Reaching {targets} costs {least} from {first} to {last}"),
    "least-peak": Text("Atteindre {targets} coûte {least} l’année la plus chère",
                       "Reaching {targets} costs {least} in the dearest year"),
    "least-days": Text("Atteindre {targets} demande {least} de travail",
                       "Reaching {targets} takes {least} of work"),
    "least-actions": Text("Atteindre {targets} demande {least}",
                          "Reaching {targets} takes {least}"),
    "more": Text(", {more} de plus que les demandes.", ", {more} more than what is asked."),
    "less": Text(", {more} de moins que les demandes.", ", {more} less than what is asked."),
    "same": Text(", autant que les demandes.", ", as much as what is asked."),
    "asked": Text("Aucun\u00a0: les demandes telles quelles", "None: what is asked as it is"),
    "without": Text("Sans {target}", "Without {target}"),
    "all": Text("Tous les objectifs", "All the targets"),
    "the-one": Text("L’objectif", "The target"),
    "each": Text("sans {target}, {gain} de moins", "without {target}, {gain} less"),
    "each-free": Text("sans {target}, autant", "without {target}, as much"),
    "not-additive": Text("Ces prix ne s’additionnent pas.", "These prices do not add up."),
    "free": Text(
        "Ôter un seul de ces objectifs ne rend rien\u00a0: ils se recouvrent.",
        "Taking one of these targets away gives nothing back: they overlap.",
    ),
    "floor": Text(
        "Une part est de l’argent\u00a0: {share} de {budget} font {floor} en {year}, quoi que l’on"
        " achète.",
        "A share is money: {share} of {budget} is {floor} in {year}, whatever is bought.",
    ),
    "on-top": Text(
        "En plus du budget, la DSI grandit d’autant\u00a0: il faut alors {floor}.",
        "On top of the budget, IT grows by as much: it then takes {floor}.",
    ),
    "floors-alone": Text(
        "Seul un plancher de moyens est demandé\u00a0: le moins est une multiplication, pas un"
        " choix. Avec cet argent, ce plan apporte le plus de valeur.",
        "Only a floor of means is asked: the least is a multiplication, not a choice. With that"
        " money, this plan brings the most value.",
    ),
    "unknown": Text(
        "{count:action retenue n’a|actions retenues n’ont} pas d’effet estimé\u00a0: rien n’en est"
        " compté, ce n’est pas zéro.",
        "{count:action taken has|actions taken have} no estimated effect: nothing is counted, which"
        " is not zero.",
    ),
    "drawn": Text(
        "Le bas d’une somme n’est pas la somme des bas\u00a0: tiré d’un coup, l’effet des actions"
        " retenues, une fois en place, est d’au moins {low} par an dix-neuf fois sur vingt.",
        "The low end of a sum is not the sum of low ends: drawn as a whole, the effect of the"
        " actions taken, once in place, is at least {low} a year nineteen times in twenty.",
    ),
    "last-tenth": Text("Le dernier dixième coûte {more}", "The last tenth costs {more}"),
    "last-free": Text("Le dernier dixième ne coûte rien", "The last tenth costs nothing"),
    "way": Text("Ce que coûte le chemin", "What the way costs"),
    "forced": Text("Rien ne la remplace\u00a0: {rules}", "Nothing replaces it: {rules}"),
    "elbow": Text(
        "Le coude est à {part}\u00a0: cette part des objectifs demande {share} du total.",
        "The curve turns at {part}: that part of the targets takes {share} of the whole.",
    ),
    "no-elbow": Text(
        "La courbe ne tourne nulle part\u00a0: une part des objectifs demande autant que le tout.",
        "The curve turns nowhere: a part of the targets takes as much as all of them.",
    ),
    "last": Text("De {part} à {whole}\u00a0: {changes}.", "From {part} to {whole}: {changes}."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """A plan of the table of targets: all of them, all but one, or what is asked as it is.

    `money` is over all years and `more` than what is asked; `goal` is what is least, `cells` are
    by column of `columns_of`.
    """

    label: str
    money: int
    more: int
    goal: str
    cells: tuple[str, ...]
    is_all: bool = False


def target_words(target: TargetFacts, lang: Language) -> str:
    """Return a target inside a sentence: “40,4 t CO₂e évitées en 2028”."""
    return say(_SAID, target.measure, lang, amount=_amount(target, lang), year=target.year)


def targets_words(facts: ScenarioFacts, lang: Language) -> str:
    found = [target_words(one, lang) for one in facts.targets]
    return listed(found, lang, most=len(found))


def no_plan(facts: ScenarioFacts, lang: Language) -> str:
    """Return that nothing reaches the targets."""
    return say(_SAID, "none", lang, targets=targets_words(facts, lang))


def _amount(target: TargetFacts, lang: Language) -> str:
    if target.measure in (Measure.SHARE, Measure.SHARE_ON_TOP):
        decimals = next(places for places in range(3) if target.at_least % 10 ** (2 - places) == 0)
        return numbers.percent(Decimal(target.at_least) / 100, lang, decimals=decimals)
    return amount(target.at_least, _UNITS[target.measure], lang)


_UNITS = {Measure.CO2: "kgCO2e", Measure.SOCIAL: "points", Measure.MONEY: _EUROS}


def lede(
    facts: ScenarioFacts, problem: PortfolioProblem, result: Result, planned: Plan, lang: Language
) -> str:
    """Return what the targets take at least, beside what is asked."""
    goal, had = problem.objective[0], evaluate(problem, planned)
    least = result.evaluation.goals[0] if result.evaluation else 0
    bound = say(_SAID, result.status, lang, least=amount(least, GOAL_UNITS[goal], lang))
    ends = {"first": facts.years[0], "last": facts.years[-1]}
    asked = targets_words(facts, lang)
    text = say(_SAID, f"least-{goal}", lang, targets=asked, least=bound, **ends)
    more = least - had.goals[0] if had.goals else 0
    key = "more" if more > 0 else "less" if more < 0 else "same"
    return text + say(_SAID, key, lang, more=amount(abs(more), GOAL_UNITS[goal], lang))


def prices_words(
    facts: ScenarioFacts,
    problem: PortfolioProblem,
    result: Result,
    explained: Explained | None,
    lang: Language,
) -> str:
    """Return what taking each target away gives back; "" for one target, or not computed yet."""
    found = [*_priced(facts, problem, explained)]
    if len(found) < 2 or len(found) < len(facts.targets):
        return ""
    if not any(delta for _target, delta, _difference in found):
        return say(_SAID, "free", lang)
    scale = scale_of(result)
    parts = [
        say(
            _SAID,
            "each" if delta else "each-free",
            lang,
            target=target_words(target, lang),
            gain=scale.say(delta, lang),
        )
        for target, delta, _difference in found
    ]
    return f"{sentence(semicolons(parts, lang))}. {say(_SAID, 'not-additive', lang)}"


def _priced(
    facts: ScenarioFacts, problem: PortfolioProblem, explained: Explained | None
) -> Iterator[tuple[TargetFacts, int, Difference]]:
    """Yield each target whose price is computed, with what it surely costs and what would move."""
    prices = {one.rule: one for one in (explained.prices if explained else ())}
    for target in facts.targets:
        bought = prices.get(_rule(facts, problem, target))
        if bought is not None:
            yield target, bought.delta.low, bought.difference


def _rule(facts: ScenarioFacts, problem: PortfolioProblem, target: TargetFacts) -> Rule | None:
    """Return the rule of the problem that a target is."""
    asked = (target.measure if target.is_effect else "money", target.year)
    return next(
        (
            rule
            for rule in rules_of(problem)
            if rule.kind == "target" and (rule.content.measure, rule.content.year) == asked  # type: ignore[union-attr]
        ),
        None,
    )


def columns_of(facts: ScenarioFacts, lang: Language) -> list[str]:
    """Return the heads of what is reached, by target; a share is read both ways."""
    return [_HEADS[name].say(lang).format(year=year) for name, year in _columns(facts)]


_HEADS: Phrases = {
    "co2": Text("CO₂e évité {year}, prudent (t)", "CO₂e spared {year}, prudent (t)"),
    "social": Text("Valeur sociale {year}", "Social value {year}"),
    "money": Text("Dépense {year} (k€)", "Spending {year} (€k)"),
    "share": Text("Part {year} si redéployé", "Share {year} if redeployed"),
    "share_on_top": Text("Part {year} si en plus", "Share {year} if on top"),
}


def _columns(facts: ScenarioFacts) -> list[tuple[str, int]]:
    shares = (Measure.SHARE, Measure.SHARE_ON_TOP)
    return [
        (name, one.year)
        for one in facts.targets
        for name in (("money", *shares) if one.measure in shares else (one.measure,))
    ]


def ways(
    facts: ScenarioFacts,
    problem: PortfolioProblem,
    result: Result,
    planned: Plan,
    explained: Explained | None,
    lang: Language,
) -> list[Way]:
    """Return what is asked, the plan without each target, and the plan that reaches them all."""
    asked = evaluate(problem, planned)
    found = [(say(_SAID, "asked", lang), planned, False)]
    if len(facts.targets) > 1:
        found += [
            (
                say(_SAID, "without", lang, target=target_words(target, lang)),
                _after(result.plan, moved),
                False,
            )
            for target, _delta, moved in _priced(facts, problem, explained)
        ]
    whole = say(_SAID, "all" if len(facts.targets) > 1 else "the-one", lang)
    return [
        _way(facts, problem, label, evaluate(problem, plan), asked, lang, is_all=is_all)
        for label, plan, is_all in [*found, (whole, result.plan, True)]
    ]


def _after(plan: Plan, moved: Difference) -> Plan:
    """Return the plan that a difference leads to."""
    kept = {one: steps for one, steps in plan.items() if one not in moved.leaves}
    return kept | dict(moved.enters) | {one.action: one.after for one in moved.moves}


def _way(
    facts: ScenarioFacts,
    problem: PortfolioProblem,
    label: str,
    found: Evaluation,
    asked: Evaluation,
    lang: Language,
    *,
    is_all: bool,
) -> Way:
    goal = problem.objective[0]
    return Way(
        label,
        found.money,
        found.money - asked.money,
        "" if goal == "money" else amount(found.goals[0], GOAL_UNITS[goal], lang),
        tuple(_cell(facts, problem, found, name, year, lang) for name, year in _columns(facts)),
        is_all,
    )


def _cell(
    facts: ScenarioFacts,
    problem: PortfolioProblem,
    found: Evaluation,
    name: str,
    year: int,
    lang: Language,
) -> str:
    asked = (name if name in _EFFECTS else "money", year)
    at = [(one.measure, one.year) for one in problem.targets].index(asked)
    reached = found.reached[at]
    if name == Measure.CO2:  # never rounded up: what is missing must be seen
        return numbers.number(Decimal(reached // 100) / 10, lang, decimals=1)
    if name == Measure.SOCIAL:
        return numbers.number(reached, lang)
    if name == Measure.MONEY:
        return numbers.thousands(reached, lang)
    ambition = next(one for one in facts.ambitions if one.year == year)
    share = _share(ambition, reached, on_top=name == Measure.SHARE_ON_TOP)
    return numbers.percent(share, lang, decimals=2)


_EFFECTS = (Measure.CO2.value, Measure.SOCIAL.value)


def _share(ambition: AmbitionFacts, spent: int, *, on_top: bool) -> Decimal | None:
    """Return spending in percent of the IT budget, which what is added on top makes larger."""
    if not ambition.it_budget or (on_top and ambition.asked is None):
        return None
    whole = ambition.it_budget + (spent - (ambition.asked or 0) if on_top else 0)
    return Decimal(100 * spent) / whole


def notes(facts: ScenarioFacts, total: Total | None, lang: Language) -> list[str]:
    """Return what must be known before the figures of the table are read."""
    found = [text for one in facts.targets for text in _of_floor(facts, one, lang)]
    if not any(one.is_effect for one in facts.targets):
        found.insert(0, say(_SAID, "floors-alone", lang))
    if total is not None and any(one.measure is Measure.CO2 for one in facts.targets):
        if total.unknown:
            found.append(say(_SAID, "unknown", lang, count=Count(total.unknown)))
        found.append(say(_SAID, "drawn", lang, low=tonnes(total.low, lang)))
    return found


def _of_floor(facts: ScenarioFacts, target: TargetFacts, lang: Language) -> Iterator[str]:
    budget = next((one.it_budget for one in facts.ambitions if one.year == target.year), None)
    if target.is_effect or target.measure is Measure.MONEY or budget is None:
        return
    plain, on_top = (replace(target, measure=one) for one in (Measure.SHARE, Measure.SHARE_ON_TOP))
    yield say(
        _SAID,
        "floor",
        lang,
        share=_amount(target, lang),
        budget=amount(budget, _EUROS, lang),
        floor=amount(_upwards(facts.floor(plain) or 0), _EUROS, lang),
        year=target.year,
    )
    if (floor := facts.floor(on_top)) is not None:
        yield say(_SAID, "on-top", lang, floor=amount(_upwards(floor), _EUROS, lang))


def _upwards(euros: int) -> int:
    """Return an amount in whole thousands, never too little."""
    return -(-euros // 1000) * 1000


def way_heading(problem: PortfolioProblem, parts: Sequence[Part], lang: Language) -> str:
    """Return what the last tenth of the targets costs."""
    if parts[-1].goal is None or parts[-2].goal is None:
        return say(_SAID, "way", lang)
    more = parts[-1].goal - parts[-2].goal
    if more <= 0:
        return say(_SAID, "last-free", lang)
    return say(_SAID, "last-tenth", lang, more=amount(more, GOAL_UNITS[problem.objective[0]], lang))


def way_sentences(parts: Sequence[Part], names: Names, lang: Language) -> list[str]:
    """Return where the curve turns beyond what its first part takes, and what the last tenth is."""
    whole, first = parts[-1].goal or 0, parts[0].goal or 0
    beyond = [replace(one, goal=one.goal - first) for one in parts if one.goal is not None]
    turn = elbow(beyond)
    if turn is None or turn.goal is None:
        found = [say(_SAID, "no-elbow", lang)]
    else:
        shown = (turn.percent, percent_of(turn.goal + first, whole))
        part, share = (numbers.percent(one, lang, decimals=0) for one in shown)
        found = [say(_SAID, "elbow", lang, part=part, share=share)]
    ends = [numbers.percent(one.percent, lang, decimals=0) for one in parts[-2:]]
    if changes := clauses(difference(parts[-2].plan, parts[-1].plan), names, lang):
        found.append(say(_SAID, "last", lang, part=ends[0], whole=ends[1], changes=changes))
    return found


def without_words(
    problem: PortfolioProblem, scale: Scale, answer: Why, names: Names, lang: Language
) -> str:
    """Return what the choice would be without an action that it takes."""
    if answer.ruled_out_by is None:
        return " ".join(why_sentences(problem, scale, answer, names, lang)[1:2])
    rules = [rule_sentence(problem, rule, lang, names) for rule in answer.ruled_out_by]
    return say(_SAID, "forced", lang, rules=" ".join(rules))


def nearest_rows(
    facts: ScenarioFacts, problem: PortfolioProblem, found: Nearest, lang: Language
) -> list[tuple[str, str, str]]:
    """Return each target, what the nearest point has of it, and what is missing ("" if nothing)."""
    rows = []
    for target in facts.targets:
        name = target.measure if target.is_effect else "money"
        unit = _UNITS.get(target.measure, _EUROS)
        one = next(one for one in found.targets if (one.measure, one.year) == (name, target.year))
        missing = one.at_least - one.reached
        short = amount(missing, unit, lang) if missing > 0 else ""
        rows.append((sentence(target_words(target, lang)), amount(one.reached, unit, lang), short))
    return rows
