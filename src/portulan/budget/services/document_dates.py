"""The number and the date of a budget document, when its file does not say them."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.models import ImportBatch
from portulan.budget.services.year_lock import hold_year
from portulan.core import audit
from portulan.core.errors import NotFoundError
from portulan.core.storing import store


@transaction.atomic
def date_document(
    actor: Actor, *, batch: ImportBatch, number: str, voted_on: date | None
) -> ImportBatch:
    """Say which number a document bears and when it was voted: what its order in the year rests on.

    No amount moves, so a closed year allows it. Raises DeniedError; ValidationError for what is no
    document of a budget (a ledger, orders).
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_year(batch.fiscal_year_id)
    held = ImportBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if held is None:
        raise NotFoundError(batch.pk)
    if not held.act:
        raise ValidationError(_("Cet import n’est pas un acte budgétaire : il n’a pas de vote."))
    changes = audit.set_fields(held, {"number": number.strip() or None, "voted_on": voted_on})
    if changes:
        store(held)
        record(actor, held, "dated", changes)
    return held
