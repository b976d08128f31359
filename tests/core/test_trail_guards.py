"""The audit trail is append-only for whoever reaches the database."""

from __future__ import annotations

import pytest
from django.db import connection

from portulan.core.models import AuditEntry
from tests.people import Town
from tests.refusals import refused


def test_an_entry_is_neither_changed_nor_removed(town: Town) -> None:
    entry = AuditEntry.objects.latest("pk")
    refused("guard_trail_unchanged", "UPDATE core_auditentry SET verb = 'x'")
    refused("guard_trail_unchanged", "UPDATE core_auditentry SET person_id = NULL")
    refused("guard_trail_kept", "DELETE FROM core_auditentry WHERE id = %s", entry.pk)
    refused("guard_trail_kept", "DELETE FROM core_auditentry")
    assert AuditEntry.objects.latest("pk").verb == entry.verb


def test_nor_is_it_replaced(town: Town) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces")
    refused(
        "guard_trail_not_replaced",
        "INSERT OR REPLACE INTO core_auditentry (id, at, subject_type, subject_id, verb, changes)"
        " VALUES (%s, '2026-01-01', 'unit', 1, 'x', '{}')",
        AuditEntry.objects.latest("pk").pk,
    )
