"""Emptying the database between tests that commit: what holds rows, guards aside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.management import create_contenttypes
from django.db.backends.sqlite3.base import DatabaseOperations
from django.db.models.signals import post_migrate

from tests.places import ON_POSTGRESQL


def flush_beneath_the_guards() -> None:
    """Make the flush of Django empty the tables that hold rows, whatever guards them.

    Content types and permissions, which nothing reads, took nine tenths of each flush: the base of
    the tests does without.
    """
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    if ON_POSTGRESQL:
        from django.db.backends.postgresql.operations import DatabaseOperations as Operations

        Operations.sql_flush = _on_postgresql
    else:
        DatabaseOperations.sql_flush = _on_sqlite


def _on_sqlite(self: Any, _style: Any, tables: Iterable[str], **_options: Any) -> list[str]:
    """Lift the triggers of those tables, and lay them again."""
    filled = _filled(self, tables)
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        guards = {name: sql for name, sql, table in cursor.fetchall() if table in filled}
    lifted = [f"DROP TRIGGER {name}" for name in guards]
    return [*lifted, *_emptied(filled), *guards.values()]


def _on_postgresql(self: Any, _style: Any, tables: Iterable[str], **_options: Any) -> list[str]:
    """Set their triggers aside: truncating takes as long as there are tables, filled or not."""
    filled = _filled(self, tables)
    return [
        *(f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in filled),
        *_emptied(filled),
        "SET CONSTRAINTS ALL IMMEDIATE",
        *(f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in filled),
    ]


def _filled(self: Any, tables: Iterable[str]) -> list[str]:
    """Return which of the tables hold a row, in one query."""
    asked = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables)  # noqa: S608
    with self.connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]


def _emptied(tables: Iterable[str]) -> list[str]:
    return [f'DELETE FROM "{table}"' for table in tables]  # noqa: S608
