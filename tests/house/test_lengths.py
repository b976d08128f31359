"""What an enumeration says fits the column that keeps it: PostgreSQL refuses what SQLite keeps."""

from __future__ import annotations

from enum import Enum
from importlib import import_module

from django.apps import apps
from django.db.models import CharField

from portulan.accounts.models import SecurityEntry
from portulan.accounts.security import Event
from portulan.core.models import AuditEntry
from tests.conftest import ROOT


def longest(values: list[str]) -> int:
    return max(map(len, values))


def test_events_and_verbs_fit_their_column() -> None:
    kept = SecurityEntry._meta.get_field("event")
    assert longest([one.value for one in Event]) <= (kept.max_length or 0)
    kept = AuditEntry._meta.get_field("verb")
    found = (ROOT / "src" / "portulan").rglob("verbs.py")
    verbs = [import_module(f"portulan.{path.parent.name}.verbs").Verb for path in found]
    assert len(verbs) > 5
    assert longest([one.value for verb in verbs for one in verb]) <= (kept.max_length or 0)


def test_choices_fit_their_column() -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, CharField) and field.choices and field.max_length:
                said = [
                    str(value.value if isinstance(value, Enum) else value)
                    for value, _words in field.flatchoices
                ]
                assert longest(said) <= field.max_length, field
