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

import hashlib
from collections.abc import Iterable, Iterator
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
_CHAIN = """CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW
BEGIN INSERT INTO core_chainlink (journal, entry_id, digest) VALUES ('{code}', NEW.id, SHA256(
COALESCE((SELECT digest FROM core_chainlink WHERE journal = '{code}' ORDER BY id DESC LIMIT 1), '')
|| ':{code}:' || NEW.id || ':' || NEW.seal)); END"""
# At the end of the transaction, one at a time: a lock for all journals waits for a commit.
_CHAIN_FUNCTION = """
-- AFTER INSERT ON {table}
BEGIN
  PERFORM pg_advisory_xact_lock(20261202);
  INSERT INTO core_chainlink (journal, entry_id, digest) VALUES ('{code}', NEW.id, encode(sha256(
    convert_to(COALESCE((SELECT digest FROM core_chainlink WHERE journal = '{code}'
      ORDER BY id DESC LIMIT 1), '') || ':{code}:' || NEW.id || ':' || NEW.seal, 'UTF8')), 'hex'));
  RETURN NULL;
END """
_CHAIN_POSTGRESQL = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${function}$guard$;
CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION {name}();
"""
# What changes when a guard is taken away and laid again: nothing else tells it from the former one.
_STAMP_ON_POSTGRESQL = """
SELECT md5(COALESCE(string_agg(concat_ws(':', tgname, pg_trigger.oid, pg_trigger.xmin, pg_proc.oid,
pg_proc.xmin), ',' ORDER BY tgname), '')) FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND tgname = ANY(%s)
"""
_LAID_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
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


@dataclass(frozen=True, slots=True)
class Chain(Guard):
    """A guard that links each entry of a journal, whose code is in `refuse`, to the one before."""

    @property
    def definition(self) -> str:
        template = _CHAIN if connection.vendor == "sqlite" else _CHAIN_FUNCTION
        return template.format(name=self.name, table=self.table, code=self.refuse)

    def lay(self) -> None:
        take_away(self.name)
        statement = self.definition
        if connection.vendor != "sqlite":
            told = {"name": self.name, "table": self.table, "function": statement}
            statement = _CHAIN_POSTGRESQL.format(**told)
        _execute(statement)


def chained(name: str, table: str, code: str) -> tuple[Guard, ...]:
    """Return the guards of a journal: each entry is linked, and none replaced."""
    return (
        Chain(f"guard_{name}_linked", table, on="AFTER INSERT", refuse=code),
        # INSERT OR REPLACE of SQLite deletes what it replaces, and says nothing to other guards.
        Guard(
            f"guard_{name}_not_replaced",
            table,
            on="BEFORE INSERT",
            refuse=f"EXISTS (SELECT 1 FROM {table} AS entry WHERE entry.id = NEW.id)",
        ),
    )


def unsalted(fields: Iterable[str], *, also: Iterable[str] = ()) -> str:
    """Return what refuses a change of an entry, but for its salt (and others) that goes."""
    gone = " AND ".join(f"NEW.{name} = ''" for name in ("salt", *also))
    same = " AND ".join(
        f"COALESCE(CAST(NEW.{name} AS TEXT), '') = COALESCE(CAST(OLD.{name} AS TEXT), '')"
        for name in ("id", *fields, "commitment", "seal")
    )
    return f"NOT ({gone} AND {same})"


def stamp() -> str:
    """Return what changes when a guard is laid, by this program or by another.

    On SQLite: the count of changes of the tables of the file, and the order of the guards.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_STAMP_ON_POSTGRESQL, [list(expected())])
            return f"{connection.vendor}:{cursor.fetchone()[0]}"
        cursor.execute("PRAGMA schema_version")
        (count,) = cursor.fetchone()
    order = hashlib.sha256(",".join(_in_order()).encode()).hexdigest()[:32]
    return f"{connection.vendor}:{count}:{order}"


def stand_since(noted: str) -> bool:
    """Tell whether no guard was laid again since that stamp.

    VACUUM, ANALYZE or an index change the count of SQLite too, and leave guards in their order. A
    guard laid again goes last: to keep the order, all that follow it have to be laid again as well,
    two changes each. So of a few changes in the same order, only the last guards may be.
    """
    now = stamp()
    if noted == now or connection.vendor != "sqlite":
        return noted == now
    _vendor, then, *order = noted.split(":")
    _vendor, count, same = now.split(":")
    changes = int(count) - int(then)
    if order != [same] or changes < 1:
        return False
    last = _in_order()[-(changes // 2) :] if changes > 1 else []
    known, watched = expected(), _unchanging(expected().values())
    return all(known[name].table not in watched for name in last)


def _in_order() -> list[str]:
    """Return the guards declared in the order in which they were laid (SQLite)."""
    known = expected()
    return [name for name in _laid() if name in known]


def _unchanging(declared: Iterable[Guard]) -> set[str]:
    """Return the tables of what never changes: journals, seals, what was published."""
    return {one.table for one in declared if one.refuse == "TRUE" or isinstance(one, Chain)}


def take_away(name: str) -> None:
    """Remove the guard of that name, if there is one."""
    if connection.vendor == "sqlite":
        _execute(f"DROP TRIGGER IF EXISTS {name}")
    else:
        _execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")


def expected() -> dict[str, Guard]:
    """Return the guards that the apps declare, by name, those of what never changes first."""
    modules = (f"{app.name}.guards" for app in apps.get_app_configs())
    found = [import_module(name) for name in modules if find_spec(name)]
    guards = [guard for module in found for guard in module.GUARDS]
    watched = _unchanging(guards)
    return {one.name: one for one in sorted(guards, key=lambda one: one.table not in watched)}


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


_TRAIL, _CHAINED, _NOTES, _HEADS = (
    f"core_{one}" for one in ("auditentry", "chainlink", "guardslaid", "journalhead")
)
_OF_TRAIL = ("at", "organisation_id", "person_id", "subject_type", "subject_id", "verb", "changes")


def _stands(name: str, table: str) -> tuple[Guard, ...]:
    return tuple(
        Guard(f"guard_{name}_{word}", table, on=f"BEFORE {when}", refuse="TRUE")
        for word, when in (("unchanged", "UPDATE"), ("kept", "DELETE"))
    )


# The audit trail is append-only, whoever writes; erasing somebody destroys salts. So are the notes
# of guards and the heads of journals. Of links, those of a journal that is purged may go.
GUARDS = (
    Guard("guard_trail_unchanged", _TRAIL, "BEFORE UPDATE", unsalted(_OF_TRAIL)),
    Guard("guard_trail_kept", _TRAIL, on="BEFORE DELETE", refuse="TRUE"),
    *chained("trail", _TRAIL, "trail"),
    Guard("guard_chain_unchanged", _CHAINED, on="BEFORE UPDATE", refuse="TRUE"),
    Guard("guard_chain_kept", _CHAINED, on="BEFORE DELETE", refuse="OLD.journal <> 'security'"),
    *_stands("note", _NOTES),
    *chained("note", _NOTES, "guards"),
    *_stands("head", _HEADS),
)
