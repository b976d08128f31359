"""Rules, shortfalls and steps in words, in both languages: what a board reads (pure)."""

from __future__ import annotations

from portulan.core.problems import Language
from portulan.plans.rules import LEVEL_WORDS
from portulan.portfolio.engine.conflicts import Shortfall
from portulan.portfolio.engine.problem import (
    Coverage,
    Exclusion,
    Must,
    PortfolioProblem,
    Prerequisite,
    Step,
    Wish,
)
from portulan.portfolio.engine.rules import Capacity, Rule

_UNITS = {
    "EUR": ("€", "€"),
    "kEUR": ("k€", "k€"),
    "MEUR": ("M€", "M€"),
    "day": ("j", "d"),
    "hour": ("h", "h"),
    "unit": ("", ""),
}


def amount(number: int, unit: str, lang: Language) -> str:
    """Return a number with its unit, as “1 234 k€” or “1,234 d”."""
    digits = f"{number:,}" if lang == "en" else f"{number:,}".replace(",", "\u202f")
    word = _UNITS.get(unit, (unit, unit))[lang == "en"]
    return f"{digits}\u00a0{word}" if word else digits


def rule_sentence(problem: PortfolioProblem, rule: Rule, lang: Language) -> str:
    """Return what a rule asks."""
    action, english = rule.action, lang == "en"
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
            return _of_several(problem, other, lang)
    return f"“{action}” {en}." if english else f"«\u00a0{action}\u00a0» {fr}."


def _of_several(
    problem: PortfolioProblem,
    content: Prerequisite | Exclusion | Coverage | Capacity,
    lang: Language,
) -> str:
    match content:
        case Prerequisite(action, level, needs, needs_level, _):
            fr = (
                f"«\u00a0{action}\u00a0» ({LEVEL_WORDS[level].fr}) attend que"
                f" «\u00a0{needs}\u00a0» ait achevé\u00a0: {LEVEL_WORDS[needs_level].fr}."
            )
            en = (
                f"“{action}” ({LEVEL_WORDS[level].en}) waits for “{needs}” to have ended:"
                f" {LEVEL_WORDS[needs_level].en}."
            )
        case Exclusion(level, actions):
            fr = f"Une seule parmi {', '.join(actions)} va jusqu’au niveau {LEVEL_WORDS[level].fr}."
            en = f"Only one of {', '.join(actions)} goes as far as {LEVEL_WORDS[level].en}."
        case Coverage(theme, level, minimum):
            fr = (
                f"Thème «\u00a0{theme}\u00a0»\u00a0: au moins {minimum} actions au niveau"
                f" {LEVEL_WORDS[level].fr}."
            )
            en = f"Theme “{theme}”: at least {minimum} actions at level {LEVEL_WORDS[level].en}."
        case Capacity(resource_id, year):
            resource = problem.resource(resource_id)
            given = amount(resource.capacity[problem.years.index(year)], resource.unit, lang)
            fr = f"«\u00a0{resource_id}\u00a0» {year}\u00a0: {given} au plus."
            en = f"“{resource_id}” {year}: {given} at most."
    return en if lang == "en" else fr


def shortfall_sentence(problem: PortfolioProblem, short: Shortfall, lang: Language) -> str:
    """Return what is missing, as “il manque 12 k€ en 2026”."""
    missing = amount(short.missing, problem.resource(short.resource).unit, lang)
    if lang == "en":
        return f"{missing} missing in {short.year} (“{short.resource}”)."
    return f"Il manque {missing} en {short.year} («\u00a0{short.resource}\u00a0»)."


def steps_sentence(steps: tuple[Step, ...], lang: Language) -> str:
    """Return the levels and the years they start, as “réflexion 2026, réalisation 2027”."""
    return ", ".join(f"{LEVEL_WORDS[step.level]:{lang}} {step.start}" for step in steps)
