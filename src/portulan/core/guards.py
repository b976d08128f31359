"""Guards: rules that the database itself refuses to see broken, whoever writes.

A constraint is enough for most rules, and stands in the model. A guard is a trigger, for what no
constraint can say: a sum over other rows, or a row that never changes. Each app declares its own,
once, in the `GUARDS` of its module `guards`, with one condition that both databases understand:

    Guard("guard_trail_kept", "core_auditentry", on="BEFORE DELETE", refuse="TRUE")

They are no business of migrations. A table that SQLite makes again would lose its triggers, or stop
at those that read it: `lifted` takes them all away before migrations and lays what is declared
afterwards, in one transaction with the migrations (`migrate` of this app does). A guard changed in
the code is laid again by the next `portulan serve`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connection, transaction

_SQLITE = """CREATE TRIGGER {name} {on} ON {table} FOR EACH ROW WHEN {refuse}
BEGIN SELECT RAISE(ABORT, '{name}'); END"""
# `hold` locks what the condition sums over: of two writers, the second counts what the first wrote.
# The first line keeps the whole definition in the function, to be compared with what is declared.
_FUNCTION = """
-- {on} ON {table}
BEGIN
  {hold}
  IF {refuse} THEN
    RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
  END IF;
  RETURN {row};
END """
_POSTGRESQL = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${function}$guard$;
CREATE TRIGGER {name} {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""
_LAID_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
# Of the tables in use: those that a restoration set aside have guards of the same names.
_LAID_ON_POSTGRESQL = """
SELECT tgname, prosrc, tgenabled = 'D' FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
"""
_ASLEEP = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """A trigger that raises IntegrityError when `refuse` is true of the row written.

    `on` says when (`AFTER UPDATE OF share`), `refuse` is an SQL condition on NEW and OLD, and
    `hold` a row to lock before looking, as `table WHERE id = NEW.…` (PostgreSQL; on SQLite one
    writes at a time).
    """

    name: str
    table: str
    on: str
    refuse: str
    hold: str = ""

    @property
    def definition(self) -> str:
        """What the database keeps of it, word for word."""
        return (_SQLITE if connection.vendor == "sqlite" else _FUNCTION).format(
            name=self.name,
            table=self.table,
            on=self.on,
            refuse=self.refuse,
            row="OLD" if "DELETE" in self.on else "NEW",
            hold=f"PERFORM 1 FROM {self.hold} FOR NO KEY UPDATE;" if self.hold else "",
        )

    def lay(self) -> None:
        """Make the trigger, in the place of one of that name."""
        take_away(self.name)
        statement = self.definition
        if connection.vendor != "sqlite":
            statement = _POSTGRESQL.format(
                name=self.name, on=self.on, table=self.table, function=statement
            )
        _execute(statement)


def take_away(name: str) -> None:
    """Remove the guard of that name, if there is one."""
    if connection.vendor == "sqlite":
        _execute(f"DROP TRIGGER IF EXISTS {name}")
    else:
        _execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")


def expected() -> dict[str, Guard]:
    """Return the guards that the apps declare, by name."""
    modules = (f"{app.name}.guards" for app in apps.get_app_configs())
    found = [import_module(name) for name in modules if find_spec(name)]
    return {guard.name: guard for module in found for guard in module.GUARDS}


def missing() -> list[str]:
    """Return the guards that the database lacks or says otherwise, and those put to sleep."""
    laid = _laid()
    return sorted(name for name, guard in expected().items() if laid.get(name) != guard.definition)


def strangers() -> list[str]:
    """Return the triggers of the database that nobody declares."""
    return sorted(set(_laid()) - set(expected()))


def lay_missing() -> list[str]:
    """Lay again the guards that the database lacks, and return their names."""
    known, names = expected(), missing()
    with transaction.atomic():
        for name in names:
            known[name].lay()
    return names


@contextmanager
def lifted() -> Iterator[None]:
    """Take the guards away while tables are changed: all of it is done, guards laid, or nothing.

    Not to be opened within a transaction: SQLite would go on checking foreign keys, and refuse to
    make a table again.
    """
    on_sqlite = connection.vendor == "sqlite"
    if on_sqlite:
        connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            if not on_sqlite:
                # Rows checked at once: PostgreSQL alters no table whose checks are put off.
                _execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in _laid():
                if name.startswith("guard_"):
                    take_away(name)
            yield
            for guard in expected().values():
                guard.lay()
    finally:
        if on_sqlite:
            connection.enable_constraint_checking()


def _laid() -> dict[str, str]:
    """Return the triggers of the database by name, as they were defined."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_LAID_ON_SQLITE)
            return dict(cursor.fetchall())
        cursor.execute(_LAID_ON_POSTGRESQL)
        return {name: _ASLEEP if asleep else said for name, said, asleep in cursor.fetchall()}


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


_TRAIL = "core_auditentry"
# The audit trail is append-only, whoever writes.
GUARDS = (
    Guard("guard_trail_unchanged", _TRAIL, on="BEFORE UPDATE", refuse="TRUE"),
    Guard("guard_trail_kept", _TRAIL, on="BEFORE DELETE", refuse="TRUE"),
    # INSERT OR REPLACE of SQLite deletes what it replaces, and says nothing to the guard above.
    Guard(
        "guard_trail_not_replaced",
        _TRAIL,
        on="BEFORE INSERT",
        refuse=f"EXISTS (SELECT 1 FROM {_TRAIL} AS entry WHERE entry.id = NEW.id)",
    ),
)
