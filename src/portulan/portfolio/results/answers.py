"""Answers to a board’s questions, in sentences: more money, the price of a rule, why (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.core.say.text import Language, Text, colon
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.portfolio.engine.additions import Shortfall
from portulan.portfolio.engine.evaluator import Evaluation, Usage
from portulan.portfolio.engine.names import Names, sentence
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.sentences import amount, rule_sentence
from portulan.portfolio.engine.why import Below, Difference, Interval, Purchase, Why
from portulan.portfolio.results.changes import clauses, gains, losses
from portulan.portfolio.results.words import Phrases, Scale, listed, percent, percent_of, say

_SAID: Phrases = {
    "buy": Text("Avec {money} de plus en {year}, {change}.",
                "With {money} more in {year}, {change}."),
    "buy-takes": Text(" En échange, {losses}.", " In exchange, {losses}."),
    "buy-nothing": Text(
        "{money} de plus en {year} ne changent rien au choix.",
        "{money} more in {year} change nothing in the choice.",
    ),
    "buy-unknown": Text(
        "{money} de plus en {year}\u00a0: on n’a pas trouvé mieux, sans preuve.",
        "{money} more in {year}: nothing better was found, without proof.",
    ),
    "less": Text("{money} de moins en tout garderaient {kept} de ce que le choix apporte.",
                 "{money} less in all would keep {kept} of what the choice brings."),
    "free": Text("Sans cette règle, le choix serait le même.", "Without it, nothing would change."),
    "price": Text(
        "Sans cette règle, le choix vaudrait {gain} de plus\u00a0: {change}.",
        "Without it, the choice would be worth {gain} more: {change}.",
    ),
    "in": Text("Elle est retenue.", "It is taken."),
    "in-forced": Text(
        "Elle est retenue, et ne peut être écartée\u00a0:", "It is taken, and cannot be left out:"
    ),
    "in-near": Text(
        "Un choix sans elle vaudrait presque autant\u00a0: vos estimations ne tranchent pas.",
        "A choice without it would be worth almost as much: your estimates do not tell them apart.",
    ),
    "in-loss": Text("Sans elle, le choix vaudrait {loss} de moins{change}.",
                    "Without it, the choice would be worth {loss} less{change}."),
    "out": Text("Elle n’est pas retenue.", "It is not taken."),
    "out-forced": Text("Elle ne peut pas être retenue\u00a0:", "It cannot be taken:"),
    "out-near": Text(
        "La prendre ne coûterait presque rien\u00a0: vos estimations ne tranchent pas.",
        "Taking it would cost almost nothing: your estimates do not tell them apart.",
    ),
    "out-loss": Text("La prendre ferait perdre {loss} au choix{change}.",
                     "Taking it would cost the choice {loss}{change}."),
    "below-forced": Text("Elle ne peut pas s’arrêter avant\u00a0:",
                         "It cannot stop short of that:"),
    "below-near": Text(
        "S’arrêter en {level} vaudrait presque autant\u00a0: vos estimations ne tranchent pas.",
        "Stopping at {level} would be worth almost as much: your estimates do not tell them apart.",
    ),
    "below-loss": Text(
        "Si elle s’arrêtait en {level}, le choix vaudrait {loss} de moins{change}.",
        "Were it to stop at {level}, the choice would be worth {loss} less{change}.",
    ),
    "price-least": Text(
        "Sans cette règle, le choix demanderait {gain} de moins\u00a0: {change}.",
        "Without it, the choice would take {gain} less: {change}.",
    ),
    "in-loss-least": Text("Sans elle, le choix demanderait {loss} de plus{change}.",
                          "Without it, the choice would take {loss} more{change}."),
    "out-loss-least": Text("La prendre demanderait {loss} de plus{change}.",
                           "With it, the choice would take {loss} more{change}."),
    "below-loss-least": Text(
        "Si elle s’arrêtait en {level}, le choix demanderait {loss} de plus{change}.",
        "Were it to stop at {level}, the choice would take {loss} more{change}.",
    ),
    "enters": Text("Avec {missing}, elle entrerait sans que le choix vaille moins.",
                   "With {missing}, it would enter and the choice would be worth no less."),
    "missing": Text("{amount} de plus en {year} ({envelope})",
                    "{amount} more in {year} ({envelope})"),
    "binding": Text("Ne tiennent pas avec le reste\u00a0: {capacities}.",
                    "Too little for all of it: {capacities}."),
    "short": Text("{envelope} {year}, il manque {amount}", "{envelope} {year}, {amount} short"),
    "between": Text("entre {low} et {high}", "between {low} and {high}"),
    "at-least": Text("au moins {low}", "at least {low}"),
    "at-most": Text("au plus {high}", "at most {high}"),
}  # fmt: skip


def purchase_sentence(
    unit: str, year: int, more: int, bought: Purchase, names: Names, lang: Language
) -> str:
    """Return what so much more would change: who enters or starts sooner, then who gives way."""
    said = {"money": amount(more, unit, lang), "year": year}
    won = listed(gains(bought.difference, names, lang), lang)
    given = listed(losses(bought.difference, names, lang), lang)
    if bought.delta.low == 0 or not (won or given):
        return say(_SAID, "buy-nothing" if bought.delta.high == 0 else "buy-unknown", lang, **said)
    text = say(_SAID, "buy", lang, change=won or given, **said)
    return text + say(_SAID, "buy-takes", lang, losses=given) if won and given else text


def less_sentences(
    unit: str, base: Evaluation, points: Sequence[Point], lang: Language
) -> list[str]:
    """Return what three smaller sums would keep of the choice `base`.

    From the nearest to the choice: a quarter, a half, three quarters of the points away. The choice
    is the last point, unless it is not proved and a cheaper plan was found that is worth as much.
    """
    cheaper = [point for point in points if point.cost < base.money]
    found = []
    for at in dict.fromkeys(len(cheaper) * quarter // 4 for quarter in (3, 2, 1) if cheaper):
        point = cheaper[at]
        kept = percent(percent_of(point.value, base.value), lang)
        if not point.proved:
            kept = say(_SAID, "at-least", lang, low=kept)
        money = sentence(amount(base.money - point.cost, unit, lang))
        found.append(say(_SAID, "less", lang, money=money, kept=kept))
    return found


def price_sentences(
    problem: PortfolioProblem, scale: Scale, freed: Purchase, names: Names, lang: Language
) -> tuple[str, str]:
    """Return the rule that is lifted, and what it costs."""
    rule = freed.rule
    asked = rule_sentence(problem, rule, lang, names) if rule else ""
    if freed.delta.high == 0:
        return asked, say(_SAID, "free", lang)
    gain = share_sentence(freed.delta, scale, lang)
    change = clauses(freed.difference, names, lang) or "…"
    return asked, say(_SAID, scale.key("price"), lang, gain=gain, change=change)


def share_sentence(delta: Interval, scale: Scale, lang: Language) -> str:
    """Return a difference between choices: exact, or an interval."""
    low = scale.say(delta.low, lang)
    if delta.exact:
        return low
    if delta.high is None:
        return say(_SAID, "at-least", lang, low=low)
    high = scale.say(delta.high, lang)
    if delta.low == 0:
        return say(_SAID, "at-most", lang, high=high)
    return say(_SAID, "between", lang, low=low, high=high)


def why_sentences(
    problem: PortfolioProblem, scale: Scale, answer: Why, names: Names, lang: Language
) -> list[str]:
    """Return why an action is in or out: what forbids the contrary, or what it would cost."""
    side = "in" if answer.selected else "out"
    if answer.ruled_out_by is not None:
        rules = [rule_sentence(problem, rule, lang, names) for rule in answer.ruled_out_by]
        return [say(_SAID, f"{side}-forced", lang), *rules]
    found = [say(_SAID, side, lang)]
    if answer.delta is not None:
        found.append(_cost(answer, answer.delta, scale, names, lang))
    if answer.binding and not answer.selected:
        short = [_short(problem, use, names, lang) for use in answer.binding]
        found.append(say(_SAID, "binding", lang, capacities=listed(short, lang)))
    if answer.missing:
        found.append(missing_sentence(problem, answer.missing, names, lang))
    if answer.below is not None:
        found += _below(problem, scale, answer, answer.below, names, lang)
    return found


def _below(
    problem: PortfolioProblem, scale: Scale, answer: Why, short: Below, names: Names, lang: Language
) -> list[str]:
    """Return why an action goes as far as it does, rather than to the level below."""
    if short.ruled_out_by is not None:
        rules = [rule_sentence(problem, rule, lang, names) for rule in short.ruled_out_by]
        return [say(_SAID, "below-forced", lang), *rules]
    level, delta = f"{LEVEL_WORDS[short.level]:{lang}}", short.delta
    if delta is None:
        return []
    if delta.high is not None and scale.is_near(delta.high):
        return [say(_SAID, "below-near", lang, level=level)]
    change = clauses(_others(answer.action, short.difference), names, lang)
    loss = share_sentence(delta, scale, lang)
    more = f"{colon(lang)}{change}" if change else ""
    return [say(_SAID, scale.key("below-loss"), lang, level=level, loss=loss, change=more)]


def missing_sentence(
    problem: PortfolioProblem,
    missing: Sequence[Shortfall],
    names: Names,
    lang: Language,
) -> str:
    """Return with how much more an action would enter, the choice being worth no less."""
    parts = [
        say(
            _SAID,
            "missing",
            lang,
            amount=amount(one.missing, problem.resource(one.resource).unit, lang),
            year=one.year,
            envelope=names.resource(one.resource, lang),
        )
        for one in missing
    ]
    return say(_SAID, "enters", lang, missing=listed(parts, lang))


def _cost(answer: Why, delta: Interval, scale: Scale, names: Names, lang: Language) -> str:
    side = "in" if answer.selected else "out"
    if delta.high is not None and scale.is_near(delta.high):
        return say(_SAID, f"{side}-near", lang)
    change = clauses(_others(answer.action, answer.difference), names, lang)
    return say(
        _SAID,
        scale.key(f"{side}-loss"),
        lang,
        loss=share_sentence(delta, scale, lang),
        change=f"{colon(lang)}{change}" if change else "",
    )


def _others(action: str, found: Difference) -> Difference:
    """The difference less the action itself, of which it goes without saying."""
    return Difference(
        enters={one: steps for one, steps in found.enters.items() if one != action},
        leaves={one: steps for one, steps in found.leaves.items() if one != action},
        moves=tuple(one for one in found.moves if one.action != action),
    )


def _short(problem: PortfolioProblem, use: Usage, names: Names, lang: Language) -> str:
    return say(
        _SAID,
        "short",
        lang,
        envelope=sentence(names.resource(use.resource, lang)),
        year=use.year,
        amount=amount(-use.left, problem.resource(use.resource).unit, lang),
    )
