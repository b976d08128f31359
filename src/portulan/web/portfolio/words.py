"""Figures of scenarios in words, where templates would have to compute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.say import numbers as say_numbers
from portulan.core.say.text import semicolons
from portulan.plans.models import LEVELS
from portulan.portfolio.facts import Impact
from portulan.portfolio.from_plan.rules import Proposal
from portulan.portfolio.models.scenarios import ORIGINS
from portulan.portfolio.words import Origin
from portulan.web.language import page_language


def whole(number: int | Fraction | None, none: str = say_numbers.UNKNOWN) -> str:
    """Return a number as the page writes it; a fraction with two significant digits."""
    if number is None:
        return none
    if isinstance(number, Fraction):
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        digits = max(0, 1 - exact.adjusted()) if exact else 0
        return say_numbers.number(exact, page_language(), decimals=min(digits, 3))
    return say_numbers.number(number, page_language())


def origin_label(origin: str) -> str:
    """Return where a figure comes from: “vient du budget attendu”, “saisi”."""
    return str(ORIGINS[Origin(origin)]) if origin else ""


def money_text(by_nature: Mapping[str, Any] | None) -> str:
    """Return amounts by nature: “Investissement 60 000 €”, one after the other by year."""
    if by_nature is None:
        return _("inconnu")
    parts = [
        f"{NATURES[nature]} {_money(amounts)}" if nature else _money(amounts)
        for nature, amounts in by_nature.items()
    ]
    return ", ".join(parts) or _money(0)


def days_text(by_team: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> str:
    """Return days by team, by its title where it is known."""
    parts = [
        _("%(team)s %(days)s j") % {"team": (titles or {}).get(team, team), "days": _years(days)}
        for team, days in by_team.items()
    ]
    return ", ".join(parts) or say_numbers.UNKNOWN


def _years(amounts: int | Sequence[int]) -> str:
    numbers = [amounts] if isinstance(amounts, int) else amounts
    return _listed(whole(number) for number in numbers)


def _money(amounts: int | Sequence[int]) -> str:
    numbers = [amounts] if isinstance(amounts, int) else amounts
    language = page_language()
    return _listed(say_numbers.money(number, language, decimals=0) for number in numbers)


def _listed(texts: Iterable[str]) -> str:
    """Return what is said of each year, one after the other: commas already part thousands."""
    return semicolons(texts, page_language())


def impact_text(impact: Impact | None) -> str:
    """Return an impact with its ends, “inconnu” when there is none."""
    if impact is None:
        return _("inconnu")
    return _("%(likely)s kgCO₂e/an (%(low)s à %(high)s)") % {
        "likely": whole(impact.likely),
        "low": whole(impact.low),
        "high": whole(impact.high),
    }


def group_label(group: str) -> str:
    """Return what a group of figures is called."""
    return {
        "candidate": _("Nouvelle action candidate"),
        "level": _("Niveau"),
        "theme": _("Thématique"),
        "must": _("Niveau obligatoire"),
        "out": _("Écartée"),
        "cost": _("Coût des travaux"),
        "running": _("Coût des années suivantes"),
        "days": _("Jours"),
        "running_days": _("Jours des années suivantes"),
        "impact": _("Impact"),
        "envelope": _("Enveloppe"),
        "overlap": _("Recouvrement"),
    }[group]


def proposal_text(proposal: Proposal, value: object, titles: Mapping[str, str]) -> str:
    """Return one side of a difference in words; `titles` are those of the teams."""
    if value is None:
        return say_numbers.UNKNOWN
    known: Any = value
    match proposal.group:
        case "cost" | "running":
            return money_text(known)
        case "days" | "running_days":
            return days_text(known, titles)
        case "impact":
            return impact_text(known)
        case "overlap":
            return say_numbers.percent(known, page_language(), decimals=0)
        case "envelope":
            return _money(known)
        case "must":
            return _("%(level)s fin %(year)s au plus tard (%(reason)s)") % {
                "level": LEVELS[known.level],
                "year": known.by,
                "reason": known.reason,
            }
        case _:
            return str(value)


NATURES = {
    "F": gettext_lazy("Fonctionnement"),
    "I": gettext_lazy("Investissement"),
    "": gettext_lazy("Nature non dite"),
}
REFRESH = 3  # seconds between two looks at what is being computed, without a script
