"""Several attributions justified at once, by one piece of evidence."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.attributions.writes import edit_attribution, part_of
from portulan.budget.models import Attribution
from portulan.budget.words import AttributionStatus, Method


@transaction.atomic
def justify_together(actor: Actor, *, attributions: Iterable[Attribution], evidence: str) -> int:
    """Justify the attributions that are declared, all or none; return how many.

    Each keeps the evidence that it had. Raises DeniedError, ValidationError: none is declared any
    more, or nothing is said to prove one.
    """
    held = _at(actor, attributions, AttributionStatus.DECLARED)
    if not evidence.strip() and not all(one.evidence for one in held):
        raise ValidationError(_("Dites ce qui prouve ces fléchages : une référence, une adresse."))
    for one in held:
        _write(actor, one, AttributionStatus.JUSTIFIED, one.evidence or evidence)
    return len(held)


@transaction.atomic
def declare_together(actor: Actor, *, attributions: Iterable[Attribution]) -> int:
    """Say again of attributions that they are only declared; their evidence stays written."""
    held = _at(actor, attributions, AttributionStatus.JUSTIFIED)
    for one in held:
        _write(actor, one, AttributionStatus.DECLARED, one.evidence)
    return len(held)


def _at(
    actor: Actor, attributions: Iterable[Attribution], status: AttributionStatus
) -> list[Attribution]:
    actor.require(Operation.EDIT_BUDGET)
    held = [one for one in attributions if one.status == status]
    if not held:
        raise ValidationError(_("Aucun de ces fléchages n’attend : cochez-en."))
    return held


def _write(actor: Actor, one: Attribution, status: AttributionStatus, evidence: str) -> None:
    edit_attribution(
        actor,
        attribution=one,
        **part_of(one),
        method=Method(one.method),
        reason=one.reason,
        action=one.action,
        status=status,
        evidence=evidence,
    )
