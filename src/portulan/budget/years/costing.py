"""What counts of a purchase that would have been made anyway: one answer for all of a year."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.access import require_open
from portulan.budget.models import COUNTED, Attribution, FiscalYear
from portulan.budget.words import BatchStatus, Costing, Method
from portulan.core import trail


def state_costing(
    fiscal_year: FiscalYear, costing: Costing | None, on: date | None
) -> dict[str, trail.Change]:
    """Set the policy of a year, to be stored by the caller, and return what changed.

    None leaves what was said. Raises ValidationError for a policy without date, in a year that is
    closed, or that its attributions contradict.
    """
    if costing is None or (costing, on) == (fiscal_year.costing, fiscal_year.costing_on):
        return {}
    if on is None:
        raise ValidationError({"costing_on": _("Dites de quel jour est cette décision.")})
    require_open(fiscal_year)
    changes = trail.set_fields(fiscal_year, {"costing": costing, "costing_on": on})
    if fiscal_year.pk:
        require_agreeing(fiscal_year)
    return changes


def require_agreeing(fiscal_year: FiscalYear) -> None:
    """Raise ValidationError when attributions in force contradict the policy of their year."""
    if fiscal_year.costing != Costing.WHOLE:
        return
    contrary = Attribution.objects.filter(
        line__fiscal_year=fiscal_year,
        line__batch__status=BatchStatus.CONFIRMED,
        method=Method.ADDITIONAL_COST,
        status__in=COUNTED,
    ).count()
    if contrary:
        text = ngettext(
            "%(count)s fléchage compte le surcoût seul, et l’exercice le prix entier : revoyez"
            " l’un ou l’autre.",
            "%(count)s fléchages comptent le surcoût seul, et l’exercice le prix entier : revoyez"
            " les uns ou l’autre.",
            contrary,
        )
        raise ValidationError(text % {"count": contrary})
