"""The guards that the migrations lay stand in the database once all migrations have run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from portulan.core import guards

DECISION = Path(__file__).parent.parent.parent / "docs" / "adr" / "0011-guards-in-the-database.md"


@pytest.mark.django_db
def test_no_migration_loses_a_guard() -> None:
    assert guards.missing() == []
    assert len(guards.expected()) > 10


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
