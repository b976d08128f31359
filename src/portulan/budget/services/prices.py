"""Saying the level of prices of a year, so that a variation tells prices apart."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.services import hold_organisation
from portulan.accounts.trail import record
from portulan.budget.models import PriceIndex
from portulan.core import audit
from portulan.core.storing import store


@transaction.atomic
def set_price_index(
    actor: Actor, *, year: int, index: Decimal | None, source: str = ""
) -> PriceIndex | None:
    """Say the index of prices of a year and where it comes from; None takes it back.

    Raises DeniedError; ValidationError without a source, or for an index under 1.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    found = PriceIndex.objects.filter(organisation_id=actor.organisation_id, year=year).first()
    if index is None:
        if found is not None:
            record(actor, found, "deleted", {"index": (found.index, None)})
            found.delete()
        return None
    found = found or PriceIndex(organisation_id=actor.organisation_id, year=year)
    changes = audit.set_fields(found, {"index": index, "source": source.strip()})
    found.person_id, found.recorded_at = actor.person_id, timezone.now()
    store(found)
    record(actor, found, "set", changes)
    return found
