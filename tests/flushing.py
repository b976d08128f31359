"""Emptying the database between tests that commit: SQLite empties it row by row, guards aside."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3.base import DatabaseOperations


def flush_beneath_the_guards() -> None:
    """Make the flush of Django lift the triggers, and lay them again. PostgreSQL truncates."""
    flush = DatabaseOperations.sql_flush

    def sql_flush(self: Any, *args: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            guards = dict(cursor.fetchall())
        lifted = [f"DROP TRIGGER {name}" for name in guards]
        return [*lifted, *flush(self, *args, **options), *guards.values()]

    DatabaseOperations.sql_flush = sql_flush
