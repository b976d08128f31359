"""How far the days of a year are from those that the plan says, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.selectors.beside import PlanTime
from portulan.core.money import known_sum
from portulan.web import formats
from portulan.web.language import page_language

MOST = 8  # differences named; the others are counted


@dataclass(frozen=True, slots=True)
class BesidePlan:
    """What the plan says, what the year plans, where they differ; `missing` have no day here."""

    sentence: str
    differences: str
    missing: int


def beside_plan(year: int, found: Sequence[PlanTime]) -> BesidePlan | None:
    """Return how the days of a year stand beside the plan; None when the plan says none."""
    if not found:
        return None
    here = [one for one in found if one.planned is not None]
    told = {
        "year": year,
        "said": _days(known_sum(one.said for one in found)),
        "actions": len(found),
        "planned": _days(known_sum(one.planned for one in here)),
        "here": len(here),
    }
    if here:
        sentence = ngettext(
            "Le plan dit %(said)s jours par an ; cette feuille en prévoit %(planned)s en %(year)s,"
            " pour %(here)s action sur %(actions)s.",
            "Le plan dit %(said)s jours par an ; cette feuille en prévoit %(planned)s en %(year)s,"
            " pour %(here)s actions sur %(actions)s.",
            len(here),
        )
    else:
        sentence = _("Le plan dit %(said)s jours par an ; cette feuille ne dit rien de %(year)s.")
    differ = [one for one in here if one.planned != one.said]
    named = [
        _("action %(number)s, %(said)s au plan et %(planned)s ici")
        % {"number": one.action.number, "said": _days(one.said), "planned": _days(one.planned)}
        for one in differ[:MOST]
    ]
    if len(differ) > MOST:
        named.append(_("et %(count)s autres") % {"count": len(differ) - MOST})
    return BesidePlan(
        sentence % told,
        _("Écarts : %(names)s.") % {"names": " ; ".join(named)} if named else "",
        sum(one.is_empty for one in found),
    )


def _days(days: Decimal | None) -> str:
    return formats.number(days, page_language())
