"""The guards that the apps declare stand in the database once all migrations have run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from portulan.core import guards
from portulan.core.models import AuditEntry

DECISION = Path(__file__).parent.parent.parent / "docs" / "adr" / "0011-guards-in-the-database.md"


@pytest.mark.django_db
def test_no_migration_loses_a_guard() -> None:
    assert guards.missing() == []
    assert guards.strangers() == []
    assert len(guards.expected()) > 10


@pytest.mark.django_db
def test_a_guard_watches_columns_that_exist() -> None:
    """SQLite lays it without looking."""
    with connection.cursor() as cursor:
        for guard in guards.expected().values():
            columns = {
                c.name for c in connection.introspection.get_table_description(cursor, guard.table)
            }
            watched = guard.on.partition(" OF ")[2]
            assert set(filter(None, watched.split(", "))) <= columns, guard.name


@pytest.mark.django_db(transaction=True)
def test_guards_come_back_when_a_migration_fails() -> None:
    def fail() -> None:
        with guards.lifted():
            assert guards.missing() == sorted(guards.expected())
            AuditEntry.objects.create(at=timezone.now(), subject_type="x", subject_id=1, verb="x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert guards.missing() == []
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_a_guard_that_somebody_removed_is_missed() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER guard_trail_kept")
        else:
            cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER guard_trail_kept")
    assert guards.missing() == ["guard_trail_kept"]


def test_the_decision_lists_them_all() -> None:
    told = set(re.findall(r"`(guard_\w+)`", DECISION.read_text(encoding="utf-8")))
    assert told == set(guards.expected())
