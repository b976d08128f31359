"""`migrate` with the guards out of its way: all of it is done and guarded, or nothing is.

An empty database takes its tables from the models as they are, in a fifth of the time that their
history costs to play again (docs/adr/0093); a test holds that both ways end at the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from portulan.core import guards, numbering
from portulan.core.journals import guards_laid

# Whoever asks for one of these wants the history itself.
_OF_HISTORY = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """`told` hears, after each step, how many are done and how many there are.

    `restored` when the tables have just come back from elsewhere: nobody laid their guards by hand.
    """

    restored = False
    told: Callable[[int, int], None] = staticmethod(lambda _done, _total: None)

    def handle(self, *args: Any, **options: Any) -> None:
        waiting, again = pending(), not self.restored and guards_laid.laid_again()
        self._done, self._total = 0, len(waiting)
        of_history = any(options[name] for name in _OF_HISTORY)
        begun = bool(waiting) and _is_empty() and not of_history
        if begun:
            with guards.lifted():
                self._begin(waiting)
            super().handle(*args, **options)
        elif options["app_label"] or waiting:
            with guards.lifted():
                super().handle(*args, **options)
            if of_history:
                return
        else:
            super().handle(*args, **options)
        numbering.begin()
        if not self.restored and not waiting:
            guards_laid.mend(guards_laid.START)
            return
        guards.lay_missing()
        why = guards_laid.BEGUN if begun else guards_laid.UPGRADE
        why = guards_laid.RESTORED if self.restored else why
        guards_laid.note(why, [guards_laid.AGAIN] if again else [])

    def migration_progress_callback(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        super().migration_progress_callback(action, migration, fake)
        if action == "apply_success":
            self._done += 1
            self.told(self._done, max(self._done, self._total))

    def _begin(self, pending: Sequence[Migration]) -> None:
        """Make the tables of today, and say that what led to them was done."""
        self.verbosity = 0
        self.sync_apps(connection, {app.label for app in apps.get_app_configs()})
        executor = MigrationExecutor(connection)
        executor.recorder.ensure_schema()
        for migration in pending:
            executor.record_migration(migration.app_label, migration.name)


def pending() -> list[Migration]:
    """Return the steps that the database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _backwards in plan]


def _is_empty() -> bool:
    return not connection.introspection.table_names()
