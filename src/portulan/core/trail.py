"""Writing and reading the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.utils import timezone

from portulan.core.journals.sealing import Journal, seal
from portulan.core.kept import Version
from portulan.core.models import AuditEntry

TRAIL = Journal(
    "trail",
    AuditEntry,
    content=("organisation_id", "subject_type", "subject_id", "verb", "changes"),
    who=("person_id",),
    proves_who=True,
)

type Change = tuple[Any, Any]


class Verb(models.TextChoices):
    """What was done, with its words: each app declares its own in its module `verbs`."""


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value


def record_all(
    *,
    organisation_id: int | None,
    person_id: int | None,
    told: Iterable[tuple[models.Model, Verb, Mapping[str, Change]]],
) -> list[AuditEntry]:
    """Write an entry for each thing done, in this order (one query for hundreds).

    Of each: its object, what was done, and by field the old and the new value.
    """
    now = timezone.now()
    entries = [
        AuditEntry(
            at=now,
            organisation_id=organisation_id,
            person_id=person_id,
            subject_type=subject._meta.model_name or "",
            subject_id=subject.pk,
            verb=verb,
            changes=_plain_changes(changes),
        )
        for subject, verb, changes in told
    ]
    sealed = [seal(TRAIL, entry) for entry in entries]
    return AuditEntry.objects.bulk_create(sealed, batch_size=500)


def forget_who(organisation_id: int, person_id: int) -> None:
    """Destroy the salts of what somebody did: their acts stay, chained, and prove nobody."""
    theirs = AuditEntry.objects.filter(organisation_id=organisation_id, person_id=person_id)
    theirs.exclude(salt="").update(salt="")


def _plain_changes(changes: Mapping[str, Change]) -> dict[str, list[Any]]:
    return {name: [_plain(old), _plain(new)] for name, (old, new) in changes.items()}


def set_fields(subject: models.Model, values: Mapping[str, Any]) -> dict[str, Change]:
    """Set the fields on the object (unsaved) and return those that changed, old and new."""
    changes: dict[str, Change] = {}
    for name, new in values.items():
        old = getattr(subject, name)
        if old != new:
            changes[name] = (old, new)
            setattr(subject, name, new)
    return changes


def from_trail(model: type[models.Model], field: str, kept: Any) -> Any:
    """Return a value as the field keeps it, from what the trail kept of it."""
    found = model._meta.get_field(field)
    return found.to_python(kept) if isinstance(found, models.Field) else kept


def history(subject: models.Model) -> models.QuerySet[AuditEntry]:
    """Return an object's entries, newest first (one query)."""
    return AuditEntry.objects.filter(
        subject_type=subject._meta.model_name, subject_id=subject.pk
    ).order_by("-id")


def version_of(organisation_id: int, last: Version | None = None) -> Version | None:
    """Return what changes whenever an organisation might, None where it cannot be told.

    One query, unless the `last` entry was just read. Inside a transaction, what is read may never
    be committed. On PostgreSQL an entry may come after another of a later number: nothing is told
    while somebody writes.
    """
    if connection.in_atomic_block:
        return None
    if last is None:
        last = (
            AuditEntry.objects.filter(organisation_id=organisation_id)
            .order_by("-id")
            .values_list("id", "at")
            .first()
        )
    if connection.vendor != "postgresql":
        return last
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        _oldest, _next, writing = cursor.fetchone()[0].split(":")
    return None if writing else last
