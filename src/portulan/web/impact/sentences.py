"""Estimates in the words of a page: what is spared, how sure, why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.core.say import numbers as say_numbers
from portulan.core.say.text import Language, Problem
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.factors import Quality, source_title
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.samples import Quantiles
from portulan.impact.engine.wording import in_words
from portulan.impact.estimates.reads import Latest
from portulan.impact.estimates.stored import Kept, quantiles_of
from portulan.impact.models import MOMENTS, QUALITIES, REACHES, VIEWS, Estimate
from portulan.impact.words import Moment, Origin
from portulan.web.impact.words import (
    INDICATORS,
    KINDS,
    ORIGINS,
    factor_name,
    input_label,
    unit_name,
)
from portulan.web.language import page_language

_TINY = -4
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_IN_PERCENT = {"achieved", "use_drift"}


@dataclass(frozen=True, slots=True)
class Said:
    """An indicator of an estimate: its words, and whether they are a number."""

    name: str
    words: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class SaidPart:
    """A part of an estimate: what it is, how its numbers were found, what they hide."""

    title: str
    carbon: str
    trace: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidFactor:
    """A figure that an estimate used, as it was that day; one of its request has no page."""

    id: str
    has_page: bool
    name: str
    value: str
    spread: str
    source: str
    origin: str


def carbon_words(latest: Latest | None) -> str:
    """Return « ~12 tCO2e/an (3 à 28) », « non estimé », or nothing for no estimate."""
    if latest is None:
        return ""
    language = page_language()
    if isinstance(latest.carbon, Quantiles):
        return in_words(latest.carbon, Indicator.GWP, latest.view, language)
    return _("non estimé")


def why_not(latest: Latest | None) -> str:
    """Return why an estimate has no number, in a sentence; nothing when it has one."""
    if latest is None or isinstance(latest.carbon, Quantiles):
        return ""
    return latest.carbon.told(page_language())


def indicators_said(result: Kept, view: str) -> list[Said]:
    """Return each indicator of a kept result, in words; what has no number says why."""
    language = page_language()
    said = []
    for name, kept in result["indicators"].items():
        numbers = quantiles_of(kept)
        if numbers is None:
            words = f"{_('non estimé')}. {remark_said(kept['not_estimated'], '')}"
        else:
            words = in_words(numbers, Indicator(name), View(view), language)
        said.append(Said(str(INDICATORS[name]), words, numbers is not None))
    return said


def parts_said(result: Kept, view: str) -> list[SaidPart]:
    """Return the parts of a kept result, each with its trace in the language of the page."""
    language = page_language()
    return [
        SaidPart(
            title=str(KINDS[part["archetype"]].title),
            carbon=_part_carbon(part, view, language),
            trace=tuple(part["trace"][language]),
            warnings=tuple(remark_said(one, part["archetype"]) for one in part["warnings"]),
        )
        for part in result["parts"]
    ]


def remark_said(kept: Kept, archetype: str) -> str:
    """Return a remark of an estimate, where what it names has the name of the screens."""
    language = page_language()
    values = kept["values"]
    match kept["code"]:
        case "no-factor":
            name = factor_name(values["factor"], language)
            return _("Aucun chiffre libre et sûr n’est connu : %(factor)s.") % {"factor": name}
        case "unknown-spread":
            names = (factor_name(one, language) for one in values["factors"].split(", "))
            told = {"factors": _("\u202f; ").join(names)}
            return (
                _("La fourchette laisse de côté l’incertitude, inconnue, de : %(factors)s.") % told
            )
        case "assumed":
            pairs = (one.partition(" = ") for one in values["inputs"].split(", "))
            told = {
                "inputs": _("\u202f; ").join(
                    f"{input_label(archetype, name)}, {_assumed(name, value, language)}"
                    for name, _equals, value in pairs
                )
            }
            return _("Supposé, faute d’autre réponse : %(inputs)s.") % told
    said: str = kept[language]
    return said


def _assumed(name: str, value: str, language: Language) -> str:
    """Return what an input left empty is taken for."""
    if value in {"true", "false"}:
        return _("oui") if value == "true" else _("non")
    number = Decimal(value)
    if name in _IN_PERCENT:
        return say_numbers.share(number, language)
    return say_numbers.number(number, language)


def _part_carbon(part: Kept, view: str, language: Language) -> str:
    numbers = quantiles_of(part["indicators"][Indicator.GWP])
    if numbers is None:
        return _("non estimé")
    return in_words(numbers, Indicator.GWP, View(view), language)


def factors_said(factors: Mapping[str, Kept]) -> list[SaidFactor]:
    """Return the figures of an estimate, as they were kept with it."""
    language = page_language()
    return [
        SaidFactor(
            id=name,
            has_page=kept["origin"] != Origin.REQUEST,
            name=factor_name(name, language),
            value=value_words(kept["value"], kept["unit"], language),
            spread=spread_words(kept["spread"], language),
            source=", ".join(
                str(word) for word in (source_title(kept["source"], language), kept["year"]) if word
            ),
            origin=_origin(kept),
        )
        for name, kept in factors.items()
    ]


def _origin(kept: Kept) -> str:
    origin = ORIGINS[Origin(kept["origin"])]
    if kept["origin"] == Origin.REQUEST:
        return str(origin)
    return _("%(origin)s, version %(version)s") % {"origin": origin, "version": kept["version"]}


def value_words(value: float, unit: str, language: Language) -> str:
    """Return a figure with its unit, at six significant digits; a tiny one as 4,9 × 10⁻⁸."""
    number = _digits(value)
    power = number.adjusted()
    if not number or power >= _TINY:
        return f"{say_numbers.number(number, language)}\u00a0{unit_name(unit)}"
    digits = say_numbers.number(number.scaleb(-power), language)
    return f"{digits}\u00a0×\u00a010{str(power).translate(_RAISED)}\u00a0{unit_name(unit)}"


def spread_words(spread: Mapping[str, float] | None, language: Language) -> str:
    """Return how uncertain a figure is; unknown is said, for it counts as certain."""
    if not spread:
        return _("dispersion inconnue")
    if "gsd" in spread:
        gsd = say_numbers.number(_digits(spread["gsd"], 3), language)
        return _("× ou ÷ %(gsd)s, 2 fois sur 3") % {"gsd": gsd}
    low, high = (say_numbers.number(_digits(spread[end]), language) for end in ("min", "max"))
    return _("de %(low)s à %(high)s") % {"low": low, "high": high}


def _digits(value: float, digits: int = 6) -> Decimal:
    return Decimal(f"{value:.{digits}g}")


def column_of(reach: Reach, view: View) -> str:
    """Return where a number counts: « Réduction, par an, amortie »."""
    return f"{REACHES[reach]}, {VIEWS[view]}"


def headline(estimate: Estimate) -> str:
    """Return what an estimate is: « Prévue, réduction, par an, amortie, chiffres publiés »."""
    reach, view = REACHES[Reach(estimate.reach)], VIEWS[View(estimate.view)]
    moment, quality = MOMENTS[Moment(estimate.moment)], QUALITIES[Quality(estimate.quality)]
    return f"{moment}, {str(reach).lower()}, {view}, {quality}"


def told_with_lines(
    problems: Iterable[Problem], names: Mapping[str, str] | None = None
) -> list[str]:
    """Return what is wrong with files, each with its line, and its file when several are named.

    `names` gives what a person calls each file.
    """
    language = page_language()
    told = []
    for problem in problems:
        places = [name] if (name := (names or {}).get(problem.file or "")) else []
        if problem.line:
            places.append(_("ligne %(line)s") % {"line": problem.line})
        place = ", ".join(places)
        message = problem.message(language)
        told.append(
            _("%(place)s : %(message)s")
            % {"place": place[:1].upper() + place[1:] if not names else place, "message": message}
            if place
            else message
        )
    return told
