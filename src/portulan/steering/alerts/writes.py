"""The thresholds of alerts, chosen; what rose and what fell, kept so that nobody is told twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.plan import current_plan
from portulan.steering.alerts.reads import thresholds_of
from portulan.steering.alerts.rules import Alert
from portulan.steering.models import AlertThresholds, AlertTold, RaisedAlert
from portulan.steering.todo.reads import every_item
from portulan.steering.verbs import Verb
from portulan.steering.words import RAISED

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


def raise_alerts(organisation: Organisation, now: datetime) -> list[Alert]:
    """Keep what rose since the last time, let go what stands no more; return all that waits.

    It may be done twice without harm: what stands already keeps the instant when it rose.
    """
    actor = command_line(organisation.pk)
    today = timezone.localdate(now)
    plan = current_plan(actor=actor, today=today)
    every = every_item(actor, organisation, plan, today)
    found = [one for one in every if one.kind in RAISED]
    keys = {one.key for one in found}
    kept = RaisedAlert.objects.filter(organisation=organisation)
    kept.exclude(key__in=keys).delete()
    RaisedAlert.objects.bulk_create(
        [
            RaisedAlert(organisation=organisation, key=one.key, kind=one.kind, since=now)
            for one in found
        ],
        ignore_conflicts=True,
    )
    return every


def untold(organisation_id: int, person_id: int, alerts: Iterable[Alert]) -> list[Alert]:
    """Return what nobody told somebody yet, of alerts that were raised (one query)."""
    told = AlertTold.objects.filter(person=person_id, alert__organisation=organisation_id)
    keys = set(told.values_list("alert__key", flat=True))
    return [one for one in alerts if one.key not in keys]


def note_told(organisation_id: int, person_id: int, alerts: Iterable[Alert]) -> None:
    """Keep that somebody was told of these, until they stand no more."""
    keys = [one.key for one in alerts]
    raised = RaisedAlert.objects.filter(organisation=organisation_id, key__in=keys)
    AlertTold.objects.bulk_create(
        [AlertTold(alert=one, person_id=person_id) for one in raised], ignore_conflicts=True
    )
