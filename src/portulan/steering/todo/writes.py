"""What rose and what fell of the list, kept so that nobody is told twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.plans.plan import current_plan
from portulan.steering.alerts.rules import Alert
from portulan.steering.models import AlertTold, RaisedAlert
from portulan.steering.todo.reads import every_item
from portulan.steering.words import RAISED


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
