"""The thresholds of alerts, chosen, and whom they are told to."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.storing import store
from portulan.steering.alerts.reads import thresholds_of
from portulan.steering.models import AlertThresholds
from portulan.steering.verbs import Verb

# Who reads all evidence: an alert names the piece that expires.
TOLD = (Role.EDITOR, Role.FINANCE, Role.AUDITOR, Role.ADMIN)


@transaction.atomic
def set_thresholds(
    actor: Actor,
    *,
    share: Decimal | None,
    coverage: Decimal | None,
    law_days: int | None,
    due_days: int | None,
    evidence_days: int | None,
    roles: Collection[Role] = (),
) -> AlertThresholds:
    """Say from where the organisation is alerted, None for never, and which roles are written to.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.RUN_CAMPAIGN)
    hold_organisation(actor)
    if not set(roles) <= set(TOLD):
        raise ValidationError({"roles": _("Ce rôle ne lit pas toutes les preuves.")})
    found = thresholds_of(actor.organisation_id)
    said = {
        "share": share,
        "coverage": coverage,
        "law_days": law_days,
        "due_days": due_days,
        "evidence_days": evidence_days,
        "roles": sorted(map(str, roles)),
    }
    changes = trail.set_fields(found, said)
    if changes:  # those of all need no row
        store(found)
        record(actor, found, Verb.ALERTS_SET, changes)
    return found
