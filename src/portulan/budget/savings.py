"""What actions save each year, beside the budget and never netted in it."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.models import Saving
from portulan.budget.registers import keep, require_ours
from portulan.budget.verbs import Verb
from portulan.budget.words import SavingKind
from portulan.plans.models import Action


def savings(*, actor: Actor, year: int) -> QuerySet[Saving]:
    """Return what actions spare in a year, by action."""
    actor.require(Operation.READ_BUDGET)
    return (
        Saving.objects.filter(action__plan__organisation_id=actor.organisation_id, year=year)
        .select_related("action__plan")
        .order_by("action__plan_id", "action__number", "kind")
    )


@transaction.atomic
def set_saving(
    actor: Actor,
    *,
    action: Action,
    year: int,
    kind: SavingKind,
    potential: Decimal | None = None,
    realised: Decimal | None = None,
    assumption: str = "",
    evidence: str = "",
) -> Saving:
    """Say what an action spares in a year, in euros; without any amount it is taken back.

    Raises ValidationError: a potential saving says what it assumes, a realised one its proof.
    """
    actor.require(Operation.EDIT_BUDGET)
    require_ours(actor, action)
    saving = Saving.objects.filter(action=action, year=year, kind=kind).first() or Saving(
        action=action, year=year, kind=kind
    )
    if potential is not None and not assumption.strip():
        raise ValidationError(
            {"assumption": _("Une économie possible dit sur quelle hypothèse elle repose.")}
        )
    if realised is not None and not evidence.strip():
        raise ValidationError({"evidence": _("Une économie réalisée donne sa preuve.")})
    values = {
        "potential": potential,
        "realised": realised,
        "assumption": assumption.strip(),
        "evidence": evidence.strip(),
    }
    keep(actor, action, saving, values, verb=Verb.SAVING_SET)
    return saving
