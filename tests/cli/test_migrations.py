"""What a migration may do to a full database, and which databases are opened at all."""

from __future__ import annotations

import json
import lzma
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

from portulan.budget.models.lines import SUPPLIER, WORDS
from portulan.budget.models.words import words_of
from portulan.core import guards, schema
from tests.places import ON_POSTGRESQL, Place, Places

SOURCE = Path(schema.__file__).parent.parent
BEFORE = Path(__file__).parent / "databases" / "armorique-november-2026.sql.xz"
REMAKING, HISTORY = (Path(__file__).parent / name for name in ("remaking.py", "history.py"))
# What PostgreSQL says of a table: its columns, its indexes, its constraints, its guards.
ON_SERVER = (
    (
        "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision,"
        " numeric_scale, is_nullable, column_default, is_identity FROM information_schema.columns"
        " WHERE table_schema = 'public'"
        # Django's own: its migration makes this number wider than its model does.
        " AND (table_name, column_name) <> ('auth_group_permissions', 'id')"
    ),
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
    ),
    (
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal"
    ),
)


def played(place: Place, script: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(script)],
        env=place.environment | {"DJANGO_SETTINGS_MODULE": "portulan.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def remake(place: Place) -> dict[str, list[str]]:
    return json.loads(played(place, REMAKING))


def laid_out(place: Place) -> list[list[Any]]:
    """All that the database says of its tables, whatever the order of their columns."""
    if ON_POSTGRESQL:
        return [sorted(place.query(sql), key=repr) for sql in ON_SERVER]
    said = place.query("SELECT type, tbl_name, name, sql FROM sqlite_master")
    return [sorted([*row[:3], sorted(re.split(r",\s*|[()]", row[3] or ""))] for row in said)]


def test_an_empty_database_begins_as_its_history_would_end(place_in: Places) -> None:
    begun, led = place_in.settled("begun"), place_in("led")
    led.folder.mkdir()
    played(led, HISTORY)
    assert laid_out(begun) == laid_out(led)
    assert len(laid_out(begun)[0]) > 400
    told = "SELECT app, name FROM django_migrations ORDER BY app, name"
    assert begun.query(told) == led.query(told)
    kinds = "SELECT app_label, model FROM django_content_type ORDER BY app_label, model"
    assert begun.query(kinds) == led.query(kinds)


def test_every_table_may_be_made_again(armorique: Place, place_in: Places) -> None:
    place = place_in("remade", like=armorique)
    before = place.tables()
    answer = remake(place)
    after = place.tables()
    for table in before.keys() - {"django_migrations"}:
        added = ("made",) if table in answer["given"] else ()
        assert after[table] == [(*row, *added) for row in before[table]], table
    assert len(answer["given"]) + len(answer["remade"]) > 70
    assert answer["missing"] == []
    # What never changes is still refused, in each of its tables that has a row.
    unchanging = [
        (guard.table, re.sub(r".* OF (\w+).*", r"\1", guard.on))
        for guard in guards.expected().values()
        if guard.refuse == "TRUE" and "UPDATE" in guard.on
    ]
    refused = 0
    for table, column in unchanging:
        if not before.get(table):
            continue
        said = "id" if column.startswith("BEFORE") else column
        with pytest.raises(Exception, match="guard_"):
            place.write(f"UPDATE {table} SET {said} = {said}")  # noqa: S608
        refused += 1
    assert refused >= 7


@pytest.fixture
def of_before(place_in: Places) -> Place:
    """The demonstration as it was built, in SQL, before migrations were squashed."""
    if ON_POSTGRESQL:
        pytest.skip("the database kept is one of SQLite")
    place = place_in("before")
    place.folder.mkdir()
    with closing(sqlite3.connect(place.folder / "portulan.sqlite3")) as database:
        database.executescript(lzma.decompress(BEFORE.read_bytes()).decode())
    return place


def test_a_folder_of_before_opens_with_its_content(of_before: Place, place_in: Places) -> None:
    shape, before = of_before.shape(), of_before.tables()
    assert {table for table, rows in before.items() if not rows} <= {
        "auth_group",
        "auth_group_permissions",
        *(table for table in before if table.startswith("axes_")),
    }
    indicator = ("budget", "indicator", "--org", "region-armorique", "--year", "2026", "--json")
    # The upgrade says how far it is, on standard error.
    said, _end = json.JSONDecoder().raw_decode(of_before.run(*indicator))
    assert (said["value"], said["numerator"]) == ("3.6536", "673000.00")
    shape = {table: said for table, said in shape.items() if not table.startswith("axes_")}
    before = {table: before[table] for table in shape}
    after = of_before.tables(of=shape)
    for table in ("django_migrations", "django_content_type", "auth_permission"):
        # What Django says of models, of which more came since.
        assert set(after.pop(table)) >= set(before.pop(table))
    assert after == before
    texts = "label, service, contract_ref, order_ref, supplier, words, supplier_words"
    lines = of_before.query(f"SELECT {texts} FROM budget_budgetline")  # noqa: S608
    assert len(lines) > 100
    for *said, supplier, words, supplier_words in lines:
        assert words == words_of(*said, most=WORDS)
        assert supplier_words == words_of(supplier, most=SUPPLIER)
    checks = json.loads(of_before.run("doctor", "--json", code=1))["checks"]
    # The files received are not kept with it.
    assert [check["code"] for check in checks if not check["ok"]] == ["files"]
    assert columns(of_before) == columns(place_in.settled("new"))
    assert remake(of_before)["missing"] == []


def columns(place: Place) -> set[tuple[Any, ...]]:
    """The columns of each table: name, type, whether something is needed, primary key."""
    tables = [name for (name,) in place.query("SELECT name FROM sqlite_master WHERE type='table'")]
    return {
        (table, name, kind, needed, key)
        for table in tables
        for _order, name, kind, needed, _default, key in place.query(f"PRAGMA table_info({table})")
    }


def test_a_database_of_a_newer_program_is_left_alone(place_in: Places) -> None:
    place = place_in.settled("newer")
    place.write(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('budget', '0999_later', '2027-01-01')"
    )
    before = place.tables()
    commands = (
        ("serve",),
        ("init", "--name", "Port", "--email", "b@port.example"),
        ("budget", "indicator", "--org", "bourg", "--year", "2026"),
    )
    for command in commands:
        assert "budget.0999_later" in place.run(*command, code=2)
    assert "Portulan plus récent" in place.run("serve", "--lang", "fr", code=2)
    assert "newer Portulan" in place.run("doctor", "--lang", "en", code=1)
    assert "Portulan plus récent" in place.run("doctor", "--lang", "fr", code=1)
    assert place.tables() == before


def test_a_database_that_stopped_between_squashed_migrations_is_told(place_in: Places) -> None:
    place = place_in.settled("half")
    place.write("DELETE FROM django_migrations WHERE name = '0004_decision_corrections'")
    place.write("DELETE FROM django_migrations WHERE app = 'plans' AND name LIKE '%squashed%'")
    for command, code in (("serve", 2), ("doctor", 1)):
        assert "plans.0004_decision_corrections" in place.run(command, code=code)
    assert "s’est arrêtée en chemin" in place.run("serve", "--lang", "fr", code=2)


def test_the_names_of_migrations_are_never_given_again() -> None:
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = {name for migration in disk.values() for name in migration.replaces}
    assert replaced <= schema.earlier()
    assert not schema.earlier() & set(disk)


def test_no_migration_rests_on_code_that_moves() -> None:
    texts = {path: path.read_text("utf-8") for path in SOURCE.glob("*/migrations/*.py")}
    assert len(texts) > 8
    assert [path.name for path, text in texts.items() if "portulan." in text] == []
