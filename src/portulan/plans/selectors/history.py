"""The history of an action: its own entries and those of its indicators."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portulan.core.models import AuditEntry
from portulan.plans.models import Action


def story_of(action: Action) -> QuerySet[AuditEntry]:
    """Return all that was done to an action and its indicators, newest first (one query)."""
    ids = [link.indicator_id for link in action.indicator_links.all()]
    return AuditEntry.objects.filter(
        Q(subject_type="action", subject_id=action.pk)
        | Q(subject_type="indicator", subject_id__in=ids)
    ).order_by("-id")
