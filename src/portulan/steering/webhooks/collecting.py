"""What webhooks are told: drawn from the trail and from alerts, each thing once.

The trail is read a little again each time: on PostgreSQL an entry may be seen after another of a
later number. A message says what changed and where to read it, never its content nor anybody: who
receives it asks the API, with a token of their own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portulan.accounts.models import Organisation
from portulan.budget.verbs import Verb as BudgetVerb
from portulan.core.models import AuditEntry
from portulan.plans.models import Action
from portulan.steering.models import Delivery, RaisedAlert, Webhook
from portulan.steering.todo.writes import raise_alerts
from portulan.steering.verbs import Verb
from portulan.steering.words import Subject

TEST = "portulan.test"
_AGAIN = timedelta(hours=2)  # no transaction lasts longer
_FRESH = timedelta(days=1)
_WHICH = {
    Subject.ACTION: Q(subject_type="action"),
    Subject.INDICATOR: Q(subject_type="indicator"),
    Subject.SHARE: Q(subject_type="indicatorrun", verb=BudgetVerb.PUBLISHED),
    Subject.SEAL: Q(verb=Verb.SEALED),
    Subject.COMMITTEE: Q(verb=Verb.COMMITTEE_CLOSED),
    Subject.CAMPAIGN: Q(verb__in=(Verb.CAMPAIGN_OPENED, Verb.CAMPAIGN_CLOSED)),
}


def with_news(now: datetime) -> QuerySet[Webhook]:
    """Return the webhooks that work and may have something to be told (one query)."""
    entries = AuditEntry.objects.filter(
        organisation_id=OuterRef("organisation_id"), id__gt=OuterRef("seen_entry")
    )
    raised = RaisedAlert.objects.filter(
        organisation=OuterRef("organisation_id"), since__gte=now - _FRESH
    )
    return Webhook.objects.filter(Exists(entries) | Exists(raised), stopped="")


def told_of_alerts() -> set[int]:
    """Return the organisations whose webhooks are told of alerts (one query)."""
    working = Webhook.objects.filter(stopped="")
    return {one.organisation_id for one in working if Subject.ALERT in one.subjects}


def raise_of(organisation_id: int, now: datetime) -> int:
    """Look at the alerts of an organisation; return how many stand."""
    raise_alerts(Organisation.objects.get(pk=organisation_id), now)
    return RaisedAlert.objects.filter(organisation=organisation_id).count()


def collect_for(webhook: Webhook, now: datetime) -> int:
    """Put what a webhook is to be told and was not yet; return how many messages."""
    fresh = AuditEntry.objects.filter(
        organisation_id=webhook.organisation_id, id__gt=webhook.seen_entry
    ).order_by("id")
    before = Delivery.objects.filter(webhook=webhook).count()
    made = [*_of_entries(webhook, fresh, now), *_of_alerts(webhook, now)]
    Delivery.objects.bulk_create(made, batch_size=200, ignore_conflicts=True)
    old = fresh.filter(at__lt=now - _AGAIN).order_by("-id").values_list("id", flat=True).first()
    if old is not None:
        Webhook.objects.filter(pk=webhook.pk).update(seen_entry=old)
    return Delivery.objects.filter(webhook=webhook).count() - before


def _of_entries(webhook: Webhook, fresh: QuerySet[AuditEntry], now: datetime) -> Iterator[Delivery]:
    told = set(
        Delivery.objects.filter(webhook=webhook, created_at__gte=now - 2 * _AGAIN).values_list(
            "key", flat=True
        )
    )
    for subject, which in _WHICH.items():
        if subject not in webhook.subjects:
            continue
        entries = [one for one in fresh.filter(which) if f"entry:{one.pk}" not in told]
        places = _places(entries) if subject is Subject.ACTION else {}
        for entry in entries:
            data = {
                "organisation": webhook.organisation.slug,
                "object": entry.subject_type,
                "id": entry.subject_id,
                "deed": entry.verb,
                **places.get(entry.subject_id, {}),
            }
            key = f"entry:{entry.pk}"
            yield message(webhook, subject, key=key, at=entry.at, data=data, now=now)


def _places(entries: Iterable[AuditEntry]) -> Mapping[int, dict[str, Any]]:
    """Return where the API has each action (one query)."""
    found = Action.objects.filter(pk__in={one.subject_id for one in entries})
    rows = found.values_list("pk", "plan__slug", "number")
    return {pk: {"plan": plan, "number": number} for pk, plan, number in rows}


def _of_alerts(webhook: Webhook, now: datetime) -> Iterator[Delivery]:
    if Subject.ALERT not in webhook.subjects:
        return
    since = max(webhook.created_at, now - _FRESH)
    seen = AuditEntry.objects.filter(pk=webhook.seen_entry).values_list("at", flat=True).first()
    since = since if seen is None else max(since, seen)
    for one in RaisedAlert.objects.filter(
        organisation=webhook.organisation_id, since__gte=since
    ).order_by("pk"):
        data = {"organisation": webhook.organisation.slug, "kind": one.kind, "key": one.key}
        key = f"alert:{one.pk}"
        yield message(webhook, Subject.ALERT, key=key, at=one.since, data=data, now=now)


def message(
    webhook: Webhook,
    subject: str,
    *,
    key: str,
    at: datetime,
    data: Mapping[str, Any],
    now: datetime,
) -> Delivery:
    """Return a message as it will be sent, not stored: its identifier is given once."""
    body = {"type": str(subject), "timestamp": at.isoformat(), "data": data}
    return Delivery(
        webhook=webhook,
        key=key,
        message_id=f"msg_{secrets.token_hex(16)}",
        subject=str(subject),
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        created_at=now,
        due_at=now,
    )
