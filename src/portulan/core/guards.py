"""Guards: rules that the database itself refuses to see broken, whoever writes.

A constraint is enough for most rules, and stands in the model. A guard is a trigger, for what no
constraint can say: a sum over other rows, or a row that never changes. It is an operation of a
migration, with one condition that both databases understand:

    Guard("guard_trail_kept", "core_auditentry", on="BEFORE DELETE", refuse="TRUE")

SQLite forgets the triggers of a table that a migration makes again: such a migration lays its
guards again, and tests/house/test_guards.py says when it does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

_SQLITE = """
CREATE TRIGGER {name} {on} ON {table} FOR EACH ROW WHEN {refuse}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
# `hold` locks what the condition sums over: of two writers, the second counts what the first wrote.
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  {hold}
  IF {refuse} THEN
    RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
  END IF;
  RETURN {row};
END $guard$;
CREATE TRIGGER {name} {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""


class Guard(Operation):
    """A trigger that raises IntegrityError when `refuse` is true of the row written.

    `on` says when (`AFTER UPDATE OF share`), `refuse` is an SQL condition on NEW and OLD, and
    `hold` a row to lock before looking, as `table WHERE id = NEW.…` (PostgreSQL; on SQLite one
    writes at a time).
    """

    reversible = True
    reduces_to_sql = True
    atomic = True

    def __init__(self, name: str, table: str, *, on: str, refuse: str, hold: str = "") -> None:
        self.name, self.table, self.on, self.refuse, self.hold = name, table, on, refuse, hold

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: models do not know their guards."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.lay(schema_editor)

    def lay(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Make the trigger, in the place of one of that name."""
        template = _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL
        self._drop(schema_editor)
        schema_editor.execute(
            template.format(
                name=self.name,
                table=self.table,
                on=self.on,
                refuse=self.refuse,
                row="OLD" if "DELETE" in self.on else "NEW",
                hold=f"PERFORM 1 FROM {self.hold} FOR NO KEY UPDATE;" if self.hold else "",
            ),
            params=None,
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._drop(schema_editor)

    def describe(self) -> str:
        return f"Guard {self.name} on {self.table}"

    def _drop(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}", params=None)
        else:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {self.name} CASCADE", params=None)


def expected() -> dict[str, Guard]:
    """Return the guards that the migrations lay, by name, as the last of them says it."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    operations = (
        operation
        for key in sorted(loader.disk_migrations, key=lambda key: (key[1], key[0]))
        for operation in loader.disk_migrations[key].operations
    )
    return {guard.name: guard for guard in operations if isinstance(guard, Guard)}


def missing() -> list[str]:
    """Return the guards that the database lacks, or that somebody put to sleep."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    # Of the tables in use: those that a restoration set aside have guards of the same names.
    postgresql = (
        "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND tgenabled <> 'D'"
        " AND relnamespace = current_schema()::regnamespace"
    )
    with connection.cursor() as cursor:
        cursor.execute(sqlite if connection.vendor == "sqlite" else postgresql)
        found = {name for (name,) in cursor.fetchall()}
    return sorted(set(expected()) - found)


def lay_missing() -> list[str]:
    """Lay again the guards that the database lacks, and return their names."""
    laid, known = missing(), expected()
    with connection.schema_editor() as editor:
        for name in laid:
            known[name].lay(editor)
    return laid
