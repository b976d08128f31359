"""What a person reads in place of the JSON of `portulan portfolio solve`: sentences first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from portulan.core.folding import shown
from portulan.core.say.numbers import number, percent
from portulan.core.say.text import Language, Text
from portulan.portfolio.choice.answer import cents
from portulan.portfolio.choice.election import Election
from portulan.portfolio.choice.rules import Outcome
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.evaluator import Usage, evaluate
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.ratio import sort_by_ratio
from portulan.portfolio.engine.rules import Rule
from portulan.portfolio.engine.sentences import (
    amount,
    fair_sentence,
    rule_sentence,
    shortfall_sentence,
    steps_sentence,
)
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stability import Stability
from portulan.portfolio.engine.targets import Nearest, Part, Reached, elbow
from portulan.portfolio.engine.why import Difference, Interval, Purchase, Why

GOALS = {
    "value": Text("Valeur", "Value"),
    "money": Text("Argent", "Money"),
    "peak": Text("Année la plus chère", "Dearest year"),
    "days": Text("Jours", "Days"),
    "actions": Text("Actions", "Actions"),
}
# Sentences of this page, in French and in English.
_WORDS = {
    "optimal": Text(
        "Le meilleur plan possible, prouvé\u00a0: valeur {value}, pour {money}.",
        "The best plan possible, proved: value {value}, for {money}.",
    ),
    "feasible": Text(
        "Un plan de valeur {value}, pour {money}. Non prouvé\u00a0: {gap} de plus sont possibles.",
        "A plan of value {value}, for {money}. Not proved: {gap} more may be possible.",
    ),
    "infeasible": Text(
        "Aucun plan ne respecte toutes les règles. Celles-ci ne tiennent pas ensemble\u00a0:",
        "No plan keeps all the rules. These cannot hold together:",
    ),
    "unknown": Text(
        "Aucun plan trouvé dans le temps donné, il y en a peut-être\u00a0: voyez --time-limit.",
        "No plan found in the time given, there may be some: see --time-limit.",
    ),
    "no-repair": Text(
        "Aucune rallonge n’y suffirait\u00a0: une de ces règles est à lever.",
        "No addition would do: one of these rules must be lifted.",
    ),
    "least-optimal": Text(
        "Le meilleur plan possible, prouvé. {goal}\u00a0: {least}.",
        "The best plan possible, proved. {goal}: {least}.",
    ),
    "least-feasible": Text(
        "Un plan. {goal}\u00a0: {least}. Non prouvé\u00a0: {gap} de moins sont possibles.",
        "A plan. {goal}: {least}. Not proved: {gap} less may be possible.",
    ),
    "targets": Text(
        "Objectifs, atteint sur demandé, et ce que l’on gagnerait à les ôter\u00a0:",
        "Targets, reached out of asked, and what would be gained without each:",
    ),
    "nearest": Text(
        "Le point le plus proche, atteint sur demandé\u00a0:",
        "The nearest point, reached of asked:",
    ),
    "elbow": Text(
        "{part}\u00a0% des objectifs pour {share}\u00a0% de ce qu’ils coûtent\u00a0: le coude.",
        "{part}% of the targets for {share}% of what they cost: the elbow.",
    ),
    "usage": Text("Dépensé, sur disponible\u00a0:", "Spent, out of available:"),
    "equal-shares": Text("Parts égales\u00a0:", "Equal shares:"),
    "greedy": Text("Décompte simple\u00a0:", "Plain count:"),
    "chosen": Text(
        "{count} projets sur {all}, pour {spent} sur {budget}",
        "{count} projects of {all}, for {spent} of {budget}",
    ),
    "paid": Text(
        "soutenu par {backers}, {paid} chacun au plus", "backed by {backers}, {paid} each at most"
    ),
    "backed": Text("soutenu par {backers}", "backed by {backers}"),
    "tied": Text(
        "À égalité\u00a0: {among}\u202f; leur identifiant met {chosen} devant.",
        "Equal: {among}; their identifiers put {chosen} first.",
    ),
    "advises": Text("C’est un avis\u00a0: l’organe décide.", "It advises: the body decides."),
    "ratio": Text(
        "Un simple tri par ratio atteint {value}, soit {lost} de moins.",
        "A plain sort by ratio reaches {value}, that is {lost} less.",
    ),
    "ratio-broken": Text(
        "Un simple tri par ratio ne respecte pas toutes les règles ({count} enfreintes).",
        "A plain sort by ratio does not keep all the rules ({count} broken).",
    ),
    "ties": Text(
        "À valeur égale, le moindre coût et les débuts au plus tôt ne sont pas prouvés.",
        "At equal value, least money and earliest starts are not proved.",
    ),
    "in": Text("«\u00a0{action}\u00a0» est retenue.", "“{action}” is taken."),
    "out": Text("«\u00a0{action}\u00a0» n’est pas retenue.", "“{action}” is not taken."),
    "loss-in": Text(
        "Sans elle, le plan perdrait {delta}.", "Without it, the plan would lose {delta}."
    ),
    "loss-out": Text("La prendre ferait perdre {delta}.", "Taking it would lose {delta}."),
    "forced-in": Text("L’écarter est impossible\u00a0:", "Leaving it out is impossible:"),
    "forced-out": Text("La prendre est impossible\u00a0:", "Taking it is impossible:"),
    "binding": Text("Ne contiennent pas les deux\u00a0:", "Cannot hold both:"),
    "gain": Text("Le plan gagnerait {delta}.", "The plan would gain {delta}."),
    "no-gain": Text("Le plan n’y gagnerait rien.", "The plan would gain nothing."),
    "enters": Text("entre", "enters"),
    "leaves": Text("sort", "leaves"),
    "moves": Text("change", "changes"),
    "between": Text("entre {low} et {high}", "between {low} and {high}"),
    "at-least": Text("au moins {low}", "at least {low}"),
    "point": Text(
        "{cost} → valeur {value}, {count} actions",
        "{cost} → value {value}, {count} actions",
    ),
    "unproved": Text("non prouvé", "not proved"),
    "free": Text("  Sans cette règle, rien de plus.", "  Without this rule, nothing more."),
    "costs": Text(
        "  Sans cette règle, le plan gagnerait {delta}.",
        "  Without this rule, the plan would gain {delta}.",
    ),
    "no-rules": Text("Aucune règle, hors les capacités.", "No rule, capacities aside."),
    "core": Text("Dans chacun des {draws} tirages", "In each of {draws} draws"),
    "borderline": Text("Dans certains", "In some"),
    "exterior": Text("Dans aucun", "In none"),
    "draws-unproved": Text(
        "{count} tirages sur {draws} ne sont pas prouvés.",
        "{count} draws out of {draws} are not proved.",
    ),
}


def _say(key: str, lang: Language, **values: object) -> str:
    return _WORDS[key].say(lang).format(**values)


def result_summary(
    problem: PortfolioProblem,
    result: Result,
    conflict: Conflict | None,
    lang: Language,
    *,
    targets: Sequence[Reached] = (),
    nearest: Nearest | None = None,
) -> list[str]:
    """Return the plan in lines, with its proof, or why there is none."""
    if conflict is not None:
        lines = [_say("infeasible", lang), *_conflict(problem, conflict, lang)]
        if nearest is not None:
            lines += ["", _say("nearest", lang), *_targets(nearest.targets, lang)]
        return lines
    if result.evaluation is None or result.value is None:
        return [_say("unknown", lang)]
    money = _money(problem, result.evaluation.money, lang)
    is_valued = problem.objective[0] == "value"
    goal = GOALS[problem.objective[0]].say(lang)
    head = _say(
        result.status if is_valued else f"least-{result.status}",
        lang,
        value=amount(result.value, "", lang),
        money=money,
        goal=goal,
        least=number(Decimal(result.evaluation.goals[0]), lang),
        gap="∞" if result.gap is None else _percent(result.gap, lang),
    )
    lines = [head, ""]
    lines += [f"  {one}  {steps_sentence(steps, lang)}" for one, steps in result.plan.items()]
    lines += ["", _say("usage", lang), *_usages(problem, result.evaluation.usage, lang)]
    if targets:
        lines += ["", _say("targets", lang), *_targets(targets, lang)]
    if is_valued:
        lines += ["", _ratio(problem, result.value, lang)]
    if result.status == "optimal" and result.proof.stopped_by != "proof":
        lines.append(_say("ties", lang))
    proof = result.proof
    seconds = number(Decimal(proof.seconds), lang, decimals=1)
    lines.append(f"{proof.solver} {proof.version}, {seconds} s. {result.digest[:16]}")
    return lines


def _targets(targets: Iterable[Reached], lang: Language) -> Iterator[str]:
    for one in targets:
        price = "" if one.price is None else f" ({number(Decimal(one.price), lang)})"
        among = "".join(f" {part}" for part in (one.theme, one.unit) if part)
        figures = f"{number(Decimal(one.reached), lang)} / {number(Decimal(one.at_least), lang)}"
        yield f"  {one.measure}{among} {one.year}  {figures}{price}"


def curve_summary(parts: Sequence[Part], lang: Language) -> list[str]:
    """Return what each part of the targets costs, and where it turns."""
    lines = []
    for part in parts:
        cost = "–" if part.goal is None else number(Decimal(part.goal), lang)
        unproved = "" if part.proved else f" ({_say('unproved', lang)})"
        lines.append(f"  {number(Decimal(part.percent), lang)}\u00a0%  {cost}{unproved}")
    if (turn := elbow(list(parts))) is not None and parts[-1].goal:
        share = 100 * (turn.goal or 0) / parts[-1].goal
        lines.append(_say("elbow", lang, part=turn.percent, share=round(share)))
    return lines


def why_summary(problem: PortfolioProblem, answer: Why, lang: Language) -> list[str]:
    """Return why an action is in or out, in lines."""
    side = "in" if answer.selected else "out"
    lines = [_say(side, lang, action=answer.action)]
    if answer.ruled_out_by is not None:
        return [*lines, _say(f"forced-{side}", lang), *_rules(problem, answer.ruled_out_by, lang)]
    if answer.delta is not None:
        lines.append(_say(f"loss-{side}", lang, delta=_interval(answer.delta, lang)))
    lines += _difference(answer.difference, lang)
    if answer.binding:
        lines += [_say("binding", lang), *_usages(problem, answer.binding, lang)]
    return lines


def purchase_summary(answer: Purchase, lang: Language) -> list[str]:
    """Return what an addition brings, in lines."""
    if answer.delta.high == 0:
        return [_say("no-gain", lang)]
    gain = _say("gain", lang, delta=_interval(answer.delta, lang))
    return [gain, *_difference(answer.difference, lang)]


def pareto_summary(points: Iterable[Point], lang: Language) -> list[str]:
    """Return the front, a line a point."""
    return [
        _say(
            "point",
            lang,
            cost=amount(point.cost, "", lang),
            value=amount(point.value, "", lang),
            count=len(point.plan),
        )
        + ("" if point.proved else f" ({_say('unproved', lang)})")
        for point in points
    ]


def prices_summary(
    problem: PortfolioProblem, prices: Iterable[Purchase], lang: Language
) -> list[str]:
    """Return what each rule costs, the dearest first."""
    lines = []
    for bought in sorted(prices, key=lambda one: -one.delta.low):
        key = "free" if bought.delta.high == 0 else "costs"
        lines += [rule_sentence(problem, rule, lang) for rule in [bought.rule] if rule]
        lines += [_say(key, lang, delta=_interval(bought.delta, lang))]
    return lines or [_say("no-rules", lang)]


def stability_summary(found: Stability, lang: Language) -> list[str]:
    """Return the actions by how often they are chosen."""
    lines: list[str] = []
    for place in ("core", "borderline", "exterior"):
        here = [one for one in found.actions if one.place == place]
        times = (f" ({one.chosen}/{found.draws})" if place == "borderline" else "" for one in here)
        if here:
            colon = ":" if lang == "en" else "\u00a0:"
            head = _say(place, lang, draws=found.draws)
            named = ", ".join(f"{one.action}{said}" for one, said in zip(here, times, strict=True))
            lines.append(f"{head}{colon} {named}")
    if unproved := found.draws - found.proved:
        lines.append(_say("draws-unproved", lang, count=unproved, draws=found.draws))
    return lines


def _conflict(problem: PortfolioProblem, conflict: Conflict, lang: Language) -> list[str]:
    repair = [shortfall_sentence(problem, short, lang) for short in conflict.repair]
    lines = [*_rules(problem, conflict.rules, lang), *(repair or [_say("no-repair", lang)])]
    if conflict.fair is not None:
        lines.append(fair_sentence(problem, conflict.fair, lang))
    return lines


def _rules(problem: PortfolioProblem, rules: Iterable[Rule], lang: Language) -> list[str]:
    return [f"  – {rule_sentence(problem, rule, lang)}" for rule in rules]


def _usages(problem: PortfolioProblem, usage: Iterable[Usage], lang: Language) -> list[str]:
    lines = []
    for use in usage:
        unit = problem.resource(use.resource).unit
        used, capacity = amount(use.used, unit, lang), amount(use.capacity, unit, lang)
        lines.append(f"  {use.resource} {use.year}  {used} / {capacity}")
    return lines


def _ratio(problem: PortfolioProblem, value: int, lang: Language) -> str:
    sort = evaluate(problem, sort_by_ratio(problem))
    if sort.breaches:
        return _say("ratio-broken", lang, count=len(sort.breaches))
    lost = (value - sort.value) / max(1, abs(value))
    return _say("ratio", lang, value=amount(sort.value, "", lang), lost=_percent(lost, lang))


def _money(problem: PortfolioProblem, money: int, lang: Language) -> str:
    unit = next((resource.unit for resource in problem.resources if resource.money), "")
    return amount(money, unit, lang)


def _percent(share: float, lang: Language) -> str:
    return percent(100 * Decimal(share), lang, decimals=2)


def _interval(delta: Interval, lang: Language) -> str:
    low = amount(delta.low, "", lang)
    if delta.exact:
        return low
    if delta.high is None:
        return _say("at-least", lang, low=low)
    return _say("between", lang, low=low, high=amount(delta.high, "", lang))


def _difference(found: Difference, lang: Language) -> list[str]:
    lines = []
    for key, plan in (("enters", found.enters), ("leaves", found.leaves)):
        lines += [
            f"  {_say(key, lang)}  {action}  {steps_sentence(steps, lang)}"
            for action, steps in plan.items()
        ]
    lines += [
        f"  {_say('moves', lang)}  {move.action}  {steps_sentence(move.before, lang)}"
        f" → {steps_sentence(move.after, lang)}"
        for move in found.moves
    ]
    return lines


def choice_summary(
    election: Election, found: Outcome, beside: Outcome, lang: Language
) -> list[str]:
    """Return what the votes choose by a rule, and what they would by the other."""
    ids = [shown(one.id) for one in election.projects]
    backers = election.supporters()
    lines = [_chosen(election, found, lang)]
    for one in found.bought:
        told = "backed" if one.paid_each is None else "paid"
        paid = _cents(election, one.paid_each, lang)
        said = _say(told, lang, backers=backers[one.project], paid=paid)
        lines.append(f"  {ids[one.project]}  {shown(election.projects[one.project].name)}  {said}")
    for tie in found.ties:
        among = ", ".join(ids[at] for at in tie.among)
        lines.append(_say("tied", lang, among=among, chosen=ids[tie.chosen]))
    lines += [
        _chosen(election, beside, lang),
        "  " + ", ".join(ids[at] for at in beside.winners),
        _say("advises", lang),
    ]
    return lines


def _chosen(election: Election, found: Outcome, lang: Language) -> str:
    said = _say(
        "chosen",
        lang,
        count=len(found.bought),
        all=len(election.projects),
        spent=_cents(election, found.spent, lang),
        budget=_cents(election, election.budget, lang),
    )
    return f"{_say(found.rule, lang)} {said}"


def _cents(election: Election, parts: Fraction | int | None, lang: Language) -> str:
    return number(cents(election.money(parts or 0)), lang)
