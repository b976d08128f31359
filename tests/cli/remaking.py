"""Run in a place of the command line: an ordinary migration that makes every table again.

Says, as JSON, the tables given a column, those made again as they were, and the guards that the
database lacks afterwards.
"""

# ruff: noqa: E402, Django starts before what rests on it is imported
from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader

from portulan.core import guards

MODELS = [model for model in apps.get_models() if model._meta.managed]
COLUMN = "zz_remade"
THROUGH = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.auto_created and model._meta.managed
]


def make_through_tables_again(_apps: Any, editor: Any) -> None:
    """No operation changes the tables between two models: they are made again as SQLite does."""
    if connection.vendor == "sqlite":
        for model in THROUGH:
            editor._remake_table(model)


class OnEachModel(operations.base.Operation):
    """What is done to one column of each model of an app, whose state is drawn again once.

    Each model would draw again all those it is related to: most of what this takes.
    """

    def __init__(self, act: str, field: models.CharField[str, str]) -> None:
        self.act, self.field = act, field

    def state_forwards(self, app_label: str, state: Any) -> None:
        named = [(app_label, model._meta.model_name) for model in of_app(app_label)]
        for name in named:
            state.models[name].fields[COLUMN] = self.field
        state.reload_models(named)

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        operation = getattr(migrations, self.act)
        for model in of_app(app_label):
            one = operation(model._meta.model_name, COLUMN, self.field)
            one.database_forwards(app_label, editor, before, after)


def of_app(label: str) -> list[Any]:
    return [model for model in MODELS if model._meta.app_label == label]


class Remade(migrations.Migration):
    """A column that nothing may leave empty, then longer, for each model of an app."""

    def __init__(self, name: str, app_label: str) -> None:
        super().__init__(name, app_label)
        self.operations = [
            OnEachModel("AddField", models.CharField(max_length=5, default="made")),
            # The program notes what it lays, in a table that has this column too.
            OnEachModel(
                "AlterField", models.CharField(max_length=9, default="made", db_default="made")
            ),
        ]
        if app_label == "portfolio":
            self.operations.append(migrations.RunPython(make_through_tables_again))


load_disk = MigrationLoader.load_disk


def load_disk_and_remake(self: MigrationLoader) -> None:
    load_disk(self)
    for label in sorted(self.migrated_apps):
        migration = Remade("9999_remade", label)
        last = max(name for app, name in self.disk_migrations if app == label)
        migration.dependencies = [(label, last)]
        self.disk_migrations[label, "9999_remade"] = migration


MigrationLoader.load_disk = load_disk_and_remake
call_command("migrate", verbosity=0, interactive=False)
answer = {
    "missing": guards.missing(),
    "given": [model._meta.db_table for model in MODELS],
    "remade": [model._meta.db_table for model in THROUGH],
}
sys.stdout.write(json.dumps(answer))
