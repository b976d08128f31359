"""Rating lines and accounts on the axes of the green budget."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.enums import Axis, Rating
from portulan.budget.models import BudgetLine, FiscalYear, GreenRating
from portulan.budget.services.year_lock import hold_year, require_open
from portulan.core.storing import store


@transaction.atomic
def rate(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    axis: Axis,
    rating: Rating | None,
    reason: str = "",
    line: BudgetLine | None = None,
    nature: str = "",
) -> GreenRating | None:
    """Rate a line, or the lines of an account, on one axis; None takes the rating back.

    It touches neither the perimeter nor what is attributed to NR. Raises ValidationError without
    line or account, with both, without reason, or in a closed year.
    """
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = hold_year(fiscal_year.pk)
    require_open(fiscal_year)
    nature = nature.strip()
    if (line is None) == (not nature):
        raise ValidationError({"nature": _("Une cotation porte sur une ligne ou sur un compte.")})
    if line is not None and line.fiscal_year_id != fiscal_year.pk:
        raise ValidationError(_("Cette ligne est d’un autre exercice."))
    if rating is not None and not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi : une cotation a toujours un motif.")})
    found = GreenRating.objects.filter(
        fiscal_year=fiscal_year, line=line, nature=nature, axis=axis
    ).first()
    subject = line or fiscal_year
    record(
        actor,
        subject,
        "rated",
        {f"axis {axis.value} {nature}".strip(): (found and found.rating, rating)},
    )
    if rating is None:
        if found:
            found.delete()
        return None
    found = found or GreenRating(fiscal_year=fiscal_year, line=line, nature=nature, axis=axis)
    found.rating, found.reason = rating, reason.strip()
    found.person_id, found.recorded_at = actor.person_id, timezone.now()
    store(found)
    return found
