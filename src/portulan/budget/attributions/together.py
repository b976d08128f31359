"""Several attributions justified at once, by one piece of evidence."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.attributions.writes import as_it_is, edit_attributions
from portulan.budget.models import Attribution
from portulan.budget.words import AttributionStatus


@transaction.atomic
def justify_together(actor: Actor, *, attributions: Iterable[Attribution], evidence: str) -> int:
    """Justify the attributions that are declared, all or none; return how many.

    Each keeps the evidence that it had. Raises DeniedError, ValidationError: none is declared any
    more, or nothing is said to prove one.
    """
    held = _at(actor, attributions, AttributionStatus.DECLARED)
    if not evidence.strip() and not all(one.evidence for one in held):
        raise ValidationError(_("Dites ce qui prouve ces fléchages : une référence, une adresse."))
    status = AttributionStatus.JUSTIFIED
    changes = [
        as_it_is(one)._replace(status=status, evidence=one.evidence or evidence) for one in held
    ]
    return len(edit_attributions(actor, changes=changes))


@transaction.atomic
def declare_together(actor: Actor, *, attributions: Iterable[Attribution]) -> int:
    """Say again of attributions that they are only declared; their evidence stays written."""
    held = _at(actor, attributions, AttributionStatus.JUSTIFIED)
    changes = [as_it_is(one)._replace(status=AttributionStatus.DECLARED) for one in held]
    return len(edit_attributions(actor, changes=changes))


def _at(
    actor: Actor, attributions: Iterable[Attribution], status: AttributionStatus
) -> list[Attribution]:
    actor.require(Operation.EDIT_BUDGET)
    held = [one for one in attributions if one.status == status]
    if not held:
        raise ValidationError(_("Aucun de ces fléchages n’attend : cochez-en."))
    return held
