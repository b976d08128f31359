"""The entries of the journal, with the name of what each is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from portulan.accounts.models import Person
from portulan.core.models import AuditEntry

# By type of object: its app, and the fields that name it. A person is named by their function.
_NAMED_BY: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "action": ("plans", ("number", "title")),
    "budgetline": ("budget", ("nature", "label")),
    "catalogueversion": ("catalogue", ("version",)),
    "fiscalyear": ("budget", ("year",)),
    "forecast": ("budget", ("year",)),
    "importbatch": ("budget", ("fiscal_year__year", "file_name")),
    "indicator": ("indicators", ("name",)),
    "indicatorrun": ("budget", ("fiscal_year__year",)),
    "itperimeter": ("budget", ("edition",)),
    "person": ("accounts", ("function",)),
    "plan": ("plans", ("title",)),
    "practicechoice": ("plans", ("practice__code", "practice__title")),
    "practicelink": ("catalogue", ("source__code", "source__title")),
    "priceindex": ("budget", ("year",)),
    "programme": ("budget", ("title",)),
    "unit": ("accounts", ("name",)),
}


def entries_of(
    organisation_id: int,
    *,
    kind: str = "",
    person: Person | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEntry]:
    """Return the entries of an organisation, newest first, of a kind of object, by a person."""
    entries = AuditEntry.objects.filter(organisation_id=organisation_id)
    if kind:
        entries = entries.filter(subject_type=kind)
    if person is not None:
        entries = entries.filter(person_id=person.pk)
    if since is not None:
        entries = entries.filter(at__date__gte=since)
    if until is not None:
        entries = entries.filter(at__date__lte=until)
    return entries.order_by("-id")


def kinds_in(organisation_id: int) -> set[str]:
    """Return the kinds of objects that the entries of an organisation are about (one query)."""
    entries = AuditEntry.objects.filter(organisation_id=organisation_id)
    return set(entries.order_by().values_list("subject_type", flat=True).distinct())


def subjects_of(entries: Iterable[AuditEntry]) -> dict[tuple[str, int], str]:
    """Return what the entries are about, by type and identifier (one query per type).

    What was deleted since has no name any more, and is left out.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.subject_type in _NAMED_BY:
            wanted[entry.subject_type].add(entry.subject_id)
    found = {}
    for kind, pks in wanted.items():
        app, fields = _NAMED_BY[kind]
        rows = apps.get_model(app, kind)._default_manager.filter(pk__in=pks)
        for pk, *words in rows.values_list("pk", *fields):
            found[kind, pk] = _joined(words)
    return found


def _joined(words: Iterable[Any]) -> str:
    return " ".join(str(word) for word in words if word not in (None, ""))
