"""Rules, shortfalls and steps in words, in both languages: what a board reads (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    PlainSerializer,
    PlainValidator,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    WithJsonSchema,
    WrapSerializer,
)

from portulan.core.say.country import currency
from portulan.core.say.numbers import NO_BREAK
from portulan.core.say.text import Language, Text, quoted
from portulan.core.say.values import Number
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.portfolio.engine.additions import Shortfall
from portulan.portfolio.engine.names import IDS, Names, sentence
from portulan.portfolio.engine.problem import (
    DAYS,
    MONEY,
    Coverage,
    Exclusion,
    Fairness,
    Must,
    PortfolioProblem,
    Prerequisite,
    Step,
    Target,
    Wish,
)
from portulan.portfolio.engine.rules import Capacity, Content, Rule, Smoothing
from portulan.portfolio.engine.sharing import Fair, Transfer

_UNITS = {"day": Text("j", "d"), "hour": Text("h", "h"), "unit": Text("", "")}
_UNITS |= {"kgCO2e": Text("kgCO₂e", "kgCO₂e"), "tCO2e": Text("tCO₂e", "tCO₂e")}
_MONEY = {"EUR": "", "kEUR": "k", "MEUR": "M"}

_SHARED = {MONEY: Text("dépense", "spending"), DAYS: Text("jours", "days")}


def amount(number: int, unit: str, lang: Language) -> str:
    """Return a number with its unit, never rounded: “1 234 k€”, “€1,234k”, “12 j”, “12 d”."""
    value = Decimal(number)
    if unit == "EUR" and abs(number) >= 1000:
        value, unit = value.scaleb(-3), "kEUR"
    elif unit == "kgCO2e" and abs(number) >= 1000:
        value, unit = value.scaleb(-3), "tCO2e"
    digits = f"{Number(value):{lang}}"
    if unit in _MONEY:
        # The money of the organisation at work, euros where there is none.
        letter, ours = _MONEY[unit], currency()
        if lang == "en":
            sign, figures = ("\u2212", digits[1:]) if value < 0 else ("", digits)
            return f"{sign}{ours.symbol}{'' if ours.is_sign else NO_BREAK}{figures}{letter}"
        return f"{digits}{NO_BREAK}{letter}{ours.symbol}"
    word = f"{_UNITS.get(unit, Text(unit, unit)):{lang}}"
    return f"{digits}\u00a0{word}" if word else digits


def rule_sentence(problem: PortfolioProblem, rule: Rule, lang: Language, names: Names = IDS) -> str:
    """Return what a rule asks."""
    match rule.content:
        case Wish(_, taken):
            fr, en = ("est retenue", "is taken") if taken else ("est écartée", "is left out")
        case Step(level, start):
            fr = f"est décidée\u00a0: {LEVEL_WORDS[level].fr} commencée en {start}"
            en = f"is decided: {LEVEL_WORDS[level].en} started in {start}"
        case Must(level, by):
            fr = f"est obligatoire\u00a0: {LEVEL_WORDS[level].fr} achevée fin {by} au plus tard"
            en = f"is an obligation: {LEVEL_WORDS[level].en} ended by the end of {by}"
        case "out":
            fr, en = "est refusée", "is refused"
        case other:
            return sentence(_of_several(problem, other, lang, names))
    return sentence(f"{names.action(rule.action, lang)} {en if lang == 'en' else fr}.")


def _of_several(
    problem: PortfolioProblem,
    content: Content,
    lang: Language,
    names: Names,
) -> str:
    match content:
        case Prerequisite(action, level, needs, needs_level, _):
            waiting, needed = names.action(action, lang), names.action(needs, lang)
            fr = (
                f"{waiting} ({LEVEL_WORDS[level].fr}) attend que"
                f" {needed} ait achevé\u00a0: {LEVEL_WORDS[needs_level].fr}."
            )
            en = (
                f"{waiting} ({LEVEL_WORDS[level].en}) waits for {needed} to have ended:"
                f" {LEVEL_WORDS[needs_level].en}."
            )
        case Exclusion(level, actions):
            among = ", ".join(names.action(action, lang) for action in actions)
            fr = f"Une seule parmi {among} va jusqu’au niveau {LEVEL_WORDS[level].fr}."
            en = f"Only one of {among} goes as far as {LEVEL_WORDS[level].en}."
        case Coverage(theme, level, minimum):
            fr = (
                f"Thème {quoted(theme, lang)}\u00a0: au moins {minimum} actions au niveau"
                f" {LEVEL_WORDS[level].fr}."
            )
            en = (
                f"Theme {quoted(theme, lang)}: at least {minimum} actions at level"
                f" {LEVEL_WORDS[level].en}."
            )
        case Target(measure, year, at_least, theme, unit):
            asked = amount(at_least, unit_of(problem, measure), lang)
            among = "".join(f" ({quoted(one, lang)})" for one in (theme, unit) if one)
            name = names.measure(measure, lang)
            fr = f"Objectif {name}{among}, {year}\u00a0: au moins {asked}."
            en = f"Target {name}{among}, {year}: at least {asked}."
        case Fairness(by, of, least, most):
            whose = Text("entité", "unit") if by == "unit" else Text("thématique", "theme")
            if most is None:
                fr = f"au moins {least}\u00a0% de la part de ses effectifs."
                en = f"at least {least}% of the share of its people."
            else:
                each = by == "theme" and all(one.heads <= 1 for one in problem.themes)
                fr = f"au plus {most}\u00a0% de la moyenne{'' if each else ' par personne'}."
                en = f"at most {most}% of the mean{'' if each else ' per head'}."
            shared = _SHARED.get(of) or Text(quoted(of, "fr"), quoted(of, "en"))
            fr = f"Équité, {shared.fr}, par {whose.fr}\u00a0: {fr}"
            en = f"Fairness, {shared.en}, by {whose.en}: {en}"
        case Smoothing(resource_id):
            resource = problem.resource(resource_id)
            step = amount(resource.smoothing or 0, resource.unit, lang)
            name = names.resource(resource_id, lang)
            fr = f"{name}\u00a0: {step} d’écart au plus d’une année à l’autre."
            en = f"{name}: {step} at most between a year and the next."
        case Capacity(resource_id, year):
            resource = problem.resource(resource_id)
            given = amount(resource.capacity[problem.years.index(year)], resource.unit, lang)
            fr = f"{names.resource(resource_id, lang)} {year}\u00a0: {given} au plus."
            en = f"{names.resource(resource_id, lang)} {year}: {given} at most."
        case _:  # those on one action alone
            raise TypeError(content)
    return en if lang == "en" else fr


def shortfall_sentence(
    problem: PortfolioProblem, short: Shortfall, lang: Language, names: Names = IDS
) -> str:
    """Return what is missing, as “il manque 12 k€ en 2026”."""
    missing = amount(short.missing, problem.resource(short.resource).unit, lang)
    envelope = names.resource(short.resource, lang)
    if lang == "en":
        return f"{missing} missing in {short.year} ({envelope})."
    return f"Il manque {missing} en {short.year} ({envelope})."


def unit_of(problem: PortfolioProblem, of: str) -> str:
    """Return the unit of a measure, of the envelopes or of the teams."""
    units = {one.id: one.unit for one in problem.measures}
    kind = (one.unit for one in problem.resources if one.money == (of == MONEY))
    return units[of] if of in units else next(kind, "")


def transfer_words(problem: PortfolioProblem, one: Transfer, lang: Language) -> str:
    """Return who hands over how much to whom, as “11 j de « Mairie » à « Écoles »”."""
    passed = amount(one.amount, unit_of(problem, one.of), lang)
    giver, taker = quoted(one.giver, lang), quoted(one.taker, lang)
    return Text(f"{passed} de {giver} à {taker}", f"{passed} from {giver} to {taker}").say(lang)


def fair_sentence(problem: PortfolioProblem, found: Fair, lang: Language) -> str:
    """Return the least that passes between groups, or what is enough where it is not proved."""
    passed = ", ".join(transfer_words(problem, one, lang) for one in found.transfers)
    if found.proved:
        least = Text(
            f"Aucun plan n’est équitable sans faire passer {passed}.",
            f"No plan is fair without passing {passed}.",
        )
    else:
        least = Text(
            f"Un plan est équitable si l’on fait passer {passed}.",
            f"A plan is fair if {passed} is passed on.",
        )
    return least.say(lang)


def steps_sentence(steps: tuple[Step, ...], lang: Language) -> str:
    """Return the levels and the years they start, as “réflexion 2026, réalisation 2027”."""
    return ", ".join(f"{LEVEL_WORDS[step.level]:{lang}} {step.start}" for step in steps)


# --- in documents, of which the context has the problem and the language ---------------------


def _told_rule(rule: Rule | None, info: SerializationInfo[Any]) -> dict[str, str] | None:
    if rule is None:
        return None
    message = rule_sentence(info.context["problem"], rule, info.context["lang"])
    return {"rule": rule.name, "kind": rule.kind, "message": message}


def _known_rule(kept: Mapping[str, str], info: ValidationInfo[Any]) -> Rule | None:
    """Return the rule of the problem that has that name. Raises KeyError."""
    return info.context["rules"][kept["rule"]] if "rule" in kept else None


def _told_shortfall(
    short: Shortfall, written: SerializerFunctionWrapHandler, info: SerializationInfo[Any]
) -> dict[str, Any]:
    message = shortfall_sentence(info.context["problem"], short, info.context["lang"])
    return {**written(short), "message": message}


_RULE = {name: {"type": "string"} for name in ("rule", "kind", "message")}
_WHOLE = {"type": "integer"}
_SHORTFALL = {"resource": _RULE["rule"], "year": _WHOLE, "missing": _WHOLE} | {
    "message": _RULE["message"]
}
ToldRule = Annotated[
    Rule,
    PlainValidator(_known_rule),
    PlainSerializer(_told_rule),
    WithJsonSchema({"type": "object", "properties": _RULE, "required": list(_RULE)}),
]
ToldShortfall = Annotated[
    Shortfall,
    WrapSerializer(_told_shortfall),
    WithJsonSchema({"type": "object", "properties": _SHORTFALL, "required": list(_SHORTFALL)}),
]
