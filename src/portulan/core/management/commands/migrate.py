"""`migrate` with the guards out of its way: all of it is done and guarded, or nothing is."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portulan.core import guards


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if options["app_label"] or _pending():
            with guards.lifted():
                super().handle(*args, **options)
        else:
            super().handle(*args, **options)
            guards.lay_missing()


def _pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
