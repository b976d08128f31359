"""Filters of the impact screens: estimates and factors in words, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django import template
from django.utils.translation import gettext as _

from portulan.core.contracts import to_json
from portulan.core.say import numbers
from portulan.impact.engine.archetype import View
from portulan.impact.engine.draws import LogNormal, Spread, Triangle
from portulan.impact.engine.factors import source_title
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.samples import Quantiles
from portulan.impact.engine.wording import in_words
from portulan.impact.estimates.stored import Kept
from portulan.impact.models import QUALITIES, REACHES, VIEWS, Estimate, quantiles_of
from portulan.impact.words import Origin
from portulan.web.impact import words
from portulan.web.language import page_language

_TINY = -4
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_IN_PERCENT = {"achieved", "use_drift"}

register = template.Library()
register.filter("factor_name", words.factor_name)


def _named(names: Mapping[Any, Any], key: str) -> str:
    return str(names.get(key, key))


# What has a name on screen: `view|view_name`; what has none keeps its own.
_NAMES: Mapping[str, Mapping[Any, Any]] = {
    "archetype": words.TITLES,
    "aside": words.ASIDES,
    "indicator": words.INDICATORS,
    "licence": words.LICENCES,
    "place": words.PLACES,
    "quality": QUALITIES,
    "reach": REACHES,
    "life_stage": words.STAGES,
    "unit": words.UNITS,
    "view": VIEWS,
}
for _name, _names in _NAMES.items():
    register.filter(f"{_name}_name", partial(_named, _names))


@register.simple_tag
def spared(found: Quantiles | Kept | float, indicator: str, view: str) -> str:
    """What is spared, kept or not: « environ 12 tCO₂e/an (3 à 28) », « non estimé »; one number."""
    numbers_found: Quantiles | None
    if isinstance(found, dict):
        numbers_found = quantiles_of(found)
    else:
        numbers_found = found if isinstance(found, Quantiles) else Quantiles(*[found] * 4)
    if numbers_found is None:
        return _("non estimé")
    return in_words(numbers_found, Indicator(indicator), View(view), page_language())


@register.simple_tag
def column(reach: str, view: str) -> str:
    """Where a number counts: « Réduction, par an, amortie »."""
    return f"{_named(REACHES, reach)}, {_named(VIEWS, view)}"


@register.filter
def carbon(estimate: Estimate | None) -> str:
    """The carbon that an estimate spares, nothing where there is none."""
    if estimate is None:
        return ""
    return spared(estimate.result["indicators"][Indicator.GWP], Indicator.GWP, estimate.view)


@register.filter
def median(estimate: Estimate) -> str:
    """The carbon that an estimate spares without its interval, which a bar draws."""
    found = estimate.carbon
    return "" if found is None else spared(found.p50, Indicator.GWP, estimate.view)


@register.filter
def formula(estimate: Estimate) -> str:
    """The first formula of the only part of an estimate; nothing where it has several."""
    parts = estimate.result["parts"]
    found = parts[0]["trace"][page_language()] if len(parts) == 1 else []
    return str(found[0]) if found else ""


@register.filter
def why_not(estimate: Estimate) -> str:
    """Why an estimate has no number, in a sentence; nothing when it has one."""
    kept = estimate.result["indicators"][Indicator.GWP]
    return "" if estimate.carbon else str(kept["not_estimated"][page_language()])


@register.filter
def spoken(kept: Kept) -> Any:
    """What was kept in both languages, in that of the page."""
    return kept[page_language()]


@register.filter
def remark(kept: Kept, archetype: str = "") -> str:
    """A remark of an estimate, where what it names has the name of the screens."""
    values = kept["values"]
    match kept["code"]:
        case "no-factor":
            told = {"factor": words.factor_name(values["factor"])}
            return _("Aucun chiffre libre et sûr n’est connu : %(factor)s.") % told
        case "unknown-spread":
            names = (words.factor_name(one) for one in values["factors"].split(", "))
            told = {"factors": _("\u202f; ").join(names)}
            return (
                _("La fourchette laisse de côté l’incertitude, inconnue, de : %(factors)s.") % told
            )
        case "assumed":
            pairs = (one.split(" = ") for one in values["inputs"].split(", "))
            inputs = (
                f"{words.input_label(archetype, name)}, {_assumed(name, value)}"
                for name, value in pairs
            )
            told = {"inputs": _("\u202f; ").join(inputs)}
            return _("Supposé, faute d’autre réponse : %(inputs)s.") % told
    return str(kept[page_language()])


def _assumed(name: str, value: str) -> str:
    """Return what an input left empty is taken for."""
    if value in {"true", "false"}:
        return _("oui") if value == "true" else _("non")
    said = numbers.share if name in _IN_PERCENT else numbers.number
    return said(Decimal(value), page_language())


@register.filter
def origin(kept: Kept) -> str:
    """Who gave a figure that an estimate used; one of its request has no version."""
    said = str(words.ORIGINS[Origin(kept["origin"])])
    if kept["origin"] == Origin.REQUEST:
        return said
    return _("%(origin)s, version %(version)s") % {"origin": said, "version": kept["version"]}


@register.filter
def source(title: str) -> str:
    """The title of a source, in the language of the page where it has one."""
    return source_title(title, page_language())


@register.simple_tag
def quantity(value: float, unit: str) -> str:
    """A figure with its unit, at six significant digits; a tiny one as 4,9 × 10⁻⁸."""
    number, power = _digits(value), _digits(value).adjusted()
    if not number or power >= _TINY:
        return f"{numbers.number(number, page_language())}\u00a0{words.unit_name(unit)}"
    digits = numbers.number(number.scaleb(-power), page_language())
    raised = str(power).translate(_RAISED)
    return f"{digits}\u00a0×\u00a010{raised}\u00a0{words.unit_name(unit)}"


@register.filter
def spread(found: LogNormal | Triangle | Mapping[str, float] | None) -> str:
    """How uncertain a figure is, kept or not; unknown is said, for it counts as certain."""
    kept = to_json(found, Spread) if isinstance(found, LogNormal | Triangle) else found
    if not kept:
        return _("dispersion inconnue")
    if "gsd" in kept:
        gsd = numbers.number(_digits(kept["gsd"], 3), page_language())
        return _("× ou ÷ %(gsd)s, 2 fois sur 3") % {"gsd": gsd}
    low, high = (numbers.number(_digits(kept[end]), page_language()) for end in ("min", "max"))
    return _("de %(low)s à %(high)s") % {"low": low, "high": high}


def _digits(value: float, digits: int = 6) -> Decimal:
    return Decimal(f"{value:.{digits}g}")
