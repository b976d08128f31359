"""What is saved is restored, equal: every row of every table, every file; or nothing is touched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.apps import apps

from portulan.cli.backups import opening, sqlite
from tests.places import ON_POSTGRESQL, Place, Places

# The demonstration's own organisation, made before those that it follows.
FIRST = "SELECT slug FROM accounts_organisation ORDER BY id LIMIT 1"


def test_what_is_restored_is_what_was_saved(
    armorique: Place, saved: Path, place_in: Places
) -> None:
    there = place_in("there")
    there.run("restore", str(saved), "--keep-tokens")
    tables = armorique.tables()
    assert there.tables() == tables
    assert len(tables) > 30
    assert len(tables["core_auditentry"]) > 500
    assert there.files() == armorique.files() != {}
    # Guards, rights and counters are back too: the place is worked in at once.
    assert '"ok": false' not in there.run("doctor", "--json")
    ((email,),) = there.query("SELECT MIN(email) FROM accounts_user WHERE is_active")
    assert "/sign-in/" in there.run("link", email)
    there.write(
        "INSERT INTO accounts_unit (organisation_id, name)"
        " SELECT id, 'Annexe' FROM accounts_organisation"
    )


def test_no_secret_travels(saved: Path, armorique: Place) -> None:
    with zipfile.ZipFile(saved) as archive:
        names = set(archive.namelist())
        told = json.loads(archive.read("manifest.json"))
        content = b"".join(archive.read(name) for name in names)
    assert {name.split("/")[0] for name in names} == {
        "manifest.json",
        "uploads",
        "database.dump" if ON_POSTGRESQL else "database.sqlite3",
    }
    assert set(told["members"]) == names - {"manifest.json"}
    assert (armorique.folder / "secret.key").read_bytes() not in content
    if os.name == "posix":
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_sessions_stay_behind(place_in: Places, tmp_path: Path) -> None:
    here, there, archive = place_in.settled("here"), place_in("there"), tmp_path / "a.zip"
    here.write(
        "INSERT INTO accounts_session (session_key, session_data, expire_date, opened_at, seen_at,"
        " address, browser, user_id) SELECT 'cookieofsomebody', 'x', '2030-01-01', '2026-01-01',"
        " '2026-01-01', '', '', id FROM accounts_user"
    )
    here.run("backup", str(archive))
    there.run("restore", str(archive))
    assert there.query("SELECT * FROM accounts_session") == []
    assert there.query("SELECT email FROM accounts_user") == [("a@bourg.example",)]
    if not ON_POSTGRESQL:
        with zipfile.ZipFile(archive) as opened:
            assert b"cookieofsomebody" not in opened.read("database.sqlite3")


def test_what_opened_when_it_was_saved_opens_no_more(place_in: Places, tmp_path: Path) -> None:
    """Some may have been revoked since, and the archive does not know which."""
    here, archive = place_in.settled("here"), tmp_path / "a.zip"
    here.write("DELETE FROM accounts_signinlink")
    here.write(
        "INSERT INTO accounts_token (person_id, name, token_hash, operations, created_at,"
        " expires_at, used_from) SELECT id, 'site', 'hash', '[\"read plan\"]', '2026-01-01',"
        " '2036-01-01', '' FROM accounts_person"
    )
    here.write(
        "INSERT INTO accounts_signinlink (user_id, token_hash, created_at, expires_at)"
        " SELECT id, 'other', '2026-01-01', '2036-01-01' FROM accounts_user"
    )
    here.run("backup", str(archive))
    here.write("DELETE FROM accounts_token")  # as who revokes it does
    for name, options, left in (("there", (), 0), ("kept", ("--keep-tokens",), 1)):
        there = place_in(name)
        said = there.run("restore", str(archive), *options)
        assert ("Revoked: 1 tokens, 1 sign-in links" in said) == (not left)
        for table in ("accounts_token", "accounts_signinlink"):
            assert there.query(f"SELECT COUNT(*) FROM {table}") == [(left,)]  # noqa: S608
        told = "SELECT COUNT(*) FROM accounts_securityentry WHERE event = 'token closed'"
        assert there.query(told) == [(1 - left,)]


KILLED = """
import os, signal, sys
from portulan.cli import main
from portulan.cli.backups import backup
backup._close_what_opened = lambda _spoken: os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ["portulan", "restore", sys.argv[1]]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so there")
def test_a_restoration_killed_once_the_database_is_in_place_opens_nothing(
    place_in: Places, tmp_path: Path
) -> None:
    """The tokens of the archive are closed with the switch, not after it."""
    here, archive, there = place_in.settled("here"), tmp_path / "a.zip", place_in("there")
    here.write(SECOND_FACTOR)
    here.write(RECOVERY_CODE)
    here.write(
        "INSERT INTO accounts_token (person_id, name, token_hash, operations, created_at,"
        " expires_at, used_from) SELECT id, 'site', 'hash', '[\"read plan\"]', '2026-01-01',"
        " '2036-01-01', '' FROM accounts_person"
    )
    here.write(
        "INSERT INTO steering_calendaraddress (organisation_id, person_id, token_hash, created_at)"
        " SELECT organisation_id, id, 'other', '2026-01-01' FROM accounts_person"
    )
    here.run("backup", str(archive))
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(archive)], env=there.environment, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    for table in ("accounts_token", "accounts_signinlink", "steering_calendaraddress"):
        hashes = there.query(f"SELECT token_hash FROM {table}")  # noqa: S608
        assert hashes
        assert all(one.startswith("closed ") for (one,) in hashes)
    assert there.query("SELECT code_hash FROM accounts_recoverycode") == [("closed 1",)]
    _no_code_serves_twice(there)


SECOND_FACTOR = (
    "INSERT INTO accounts_factor (user_id, kind, name, secret, counter, created_at)"
    " SELECT id, kind, kind, 's', 7, '2026-01-01' FROM accounts_user,"
    " (SELECT 'totp' AS kind UNION SELECT 'passkey') kinds ORDER BY kind"
)
RECOVERY_CODE = (
    "INSERT INTO accounts_recoverycode (user_id, code_hash) SELECT id, 'code' FROM accounts_user"
)


def _no_code_serves_twice(there: Place) -> None:
    """A code of the application that served just before is spent; what a passkey counts stays."""
    counters = dict(there.query("SELECT kind, counter FROM accounts_factor"))
    assert counters["passkey"] == 7
    assert 0 <= counters["totp"] * 30 - time.time() + 600 < 700


def test_recovery_codes_and_links_of_pilots_open_no_more(
    armorique: Place, place_in: Places, tmp_path: Path
) -> None:
    """A code that served since, a link that was given to another since: the archive has both."""
    here, archive = place_in("here", like=armorique), tmp_path / "a.zip"
    here.write(SECOND_FACTOR.replace("ORDER BY kind", "ORDER BY accounts_user.id, kind LIMIT 2"))
    here.write(f"{RECOVERY_CODE} ORDER BY id LIMIT 1")
    here.run("backup", str(archive))
    codes = "SELECT code_hash FROM accounts_recoverycode"
    keys = "SELECT id, key FROM steering_reply"
    for name, options, left in (("there", (), False), ("kept", ("--keep-tokens",), True)):
        there = place_in(name)
        said = there.run("restore", str(archive), *options)
        assert ("1 accounts have no recovery code any more" in said) != left
        assert ("links of pilots" in said) != left
        # As on a machine whose secret key is another.
        assert "1 accounts have an application of codes that the secret key here does not" in said
        assert bool(there.query(codes)) == left
        before, after = dict(here.query(keys)), dict(there.query(keys))
        assert before.keys() == after.keys()
        assert {before[one] == after[one] for one in before} == {left}
        assert len(set(after.values())) == len(after)
        assert not any(key.startswith("closed") for key in after.values())
        told = "SELECT COUNT(*) FROM accounts_securityentry WHERE event = 'recovery closed'"
        assert (there.query(told) > [(0,)]) != left
        if not left:
            _no_code_serves_twice(there)


def test_a_place_with_data_is_replaced_only_when_told(saved: Path, place_in: Places) -> None:
    here = place_in.settled("here")
    before = here.tables()
    assert "--replace" in here.run("restore", str(saved), code=2)
    assert (here.tables(), here.files()) == (before, {})
    said = here.run("restore", str(saved), "--replace")
    assert here.query(FIRST) == [("region-armorique",)]
    if ON_POSTGRESQL:
        (aside,) = here.query(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'portulan_before%'"
        )
        assert aside[0] in said
        assert here.query(f"SELECT slug FROM {aside[0]}.accounts_organisation") == [("bourg",)]  # noqa: S608
        # What is aside is not saved again, and its guards do not stand for those in use.
        here.run("backup", str(saved.with_name("again.zip")))
        assert saved.with_name("again.zip").stat().st_size < 2 * saved.stat().st_size
        here.write("DROP TRIGGER guard_trail_kept ON core_auditentry")
        assert "guard_trail_kept" in here.run("doctor", code=1)
    else:
        (kept,) = here.folder.glob("before-restore-*.sqlite3")
        assert str(kept) in said
        kept.replace(here.folder / "portulan.sqlite3")
        assert here.tables() == before


def test_two_restorations_of_one_second_keep_two_copies(tmp_path: Path) -> None:
    kept = tmp_path / "before-restore-20261124_203000.sqlite3"
    assert sqlite._free(kept) == kept
    kept.touch()
    second = sqlite._free(kept)
    assert second.name == "before-restore-20261124_203000-2.sqlite3"
    second.touch()
    assert sqlite._free(kept).name == "before-restore-20261124_203000-3.sqlite3"


def test_a_place_where_nobody_is_yet_is_filled_without_a_question(
    saved: Path, place_in: Places
) -> None:
    here = place_in.settled("here")
    here.write(
        "TRUNCATE accounts_organisation CASCADE"
        if ON_POSTGRESQL
        else "DELETE FROM accounts_organisation"
    )
    here.run("restore", str(saved))
    assert here.query(FIRST) == [("region-armorique",)]
    assert not list(here.folder.glob("before-restore-*"))
    if ON_POSTGRESQL:
        asides = "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'portulan_before%'"
        assert here.query(asides) == []


def test_an_older_database_is_brought_up_to_date(place_in: Places, tmp_path: Path) -> None:
    here, there, archive = place_in.settled("here"), place_in("there"), tmp_path / "a.zip"
    # A migration that no other needs.
    for table in ("roomvoice", "roomtally", "room"):
        here.write(f"DROP TABLE plans_{table}")
    here.write("DELETE FROM django_migrations WHERE app = 'plans' AND name LIKE '%_rooms'")
    here.run("backup", str(archive))
    there.run("restore", str(archive))
    there.run("doctor")
    assert there.query("SELECT slug FROM accounts_organisation") == [("bourg",)]
    assert there.query("SELECT * FROM plans_roomvoice") == []


def test_the_sums_that_an_older_database_lacks_are_counted(
    armorique: Place, place_in: Places, tmp_path: Path
) -> None:
    here, there, archive = place_in("here"), place_in("there"), tmp_path / "a.zip"
    saved = tmp_path / "b.zip"
    armorique.run("backup", str(saved))
    here.run("restore", str(saved))
    before = here.query("SELECT COUNT(*) FROM budget_stagesums")
    here.write("DELETE FROM budget_stagesums")
    here.write("UPDATE budget_budgetline SET nr_share = NULL, claimed_share = NULL")
    assert "✗ Sums" in here.run("doctor", code=1)
    here.run("backup", str(archive))
    there.run("restore", str(archive))
    here.run("doctor", "--fix")
    shares = "SELECT id, nr_share, claimed_share FROM budget_budgetline ORDER BY id"
    for place in (here, there):
        assert place.query("SELECT COUNT(*) FROM budget_stagesums") == before != [(0,)]
        assert place.query(shares) == armorique.query(shares)


def test_an_archive_is_never_written_over(saved: Path, armorique: Place, tmp_path: Path) -> None:
    before = saved.read_bytes()
    armorique.run("backup", str(saved), code=2)
    assert saved.read_bytes() == before
    said = armorique.run("backup", str(tmp_path / "absent" / "a.zip"), code=2)
    assert said.startswith("What is needed cannot be read or written: ")
    assert not list(armorique.folder.glob(".backup-*"))


def test_nothing_is_saved_of_nothing(place_in: Places, tmp_path: Path) -> None:
    place_in("here").run("backup", str(tmp_path / "a.zip"), code=2)
    assert list(tmp_path.glob("*.zip")) == []


def test_it_saves_one_instant_while_others_write(place_in: Places, tmp_path: Path) -> None:
    here, there, archive = place_in.settled("here"), place_in("there"), tmp_path / "a.zip"
    stop, written = threading.Event(), [0]
    # Two units at once: an instant holds an even number of them.
    pair = (
        "INSERT INTO accounts_unit (organisation_id, name)"
        " SELECT id, name || '%s' FROM accounts_organisation"
        " UNION ALL SELECT id, slug || '%s' FROM accounts_organisation"
    )

    def keep_writing() -> None:
        while not stop.is_set():
            written[0] += 1
            here.write(pair % (written[0], written[0]))

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        here.run("backup", str(archive))
    finally:
        stop.set()
        writer.join(timeout=60)
    there.run("restore", str(archive))
    ((count,),) = there.query("SELECT COUNT(*) FROM accounts_unit")
    assert written[0] > 1
    assert count % 2 == 0
    assert 0 < count <= 2 * written[0]


def test_a_damaged_or_missing_file_is_told(
    armorique: Place, place_in: Places, tmp_path: Path
) -> None:
    here = place_in("here")
    archive = tmp_path / "a.zip"
    armorique.run("backup", str(archive))
    here.run("restore", str(archive))
    damaged, missing, *_rest = sorted((here.folder / "uploads").glob("*/*"))
    damaged.write_bytes(b"abc")
    missing.unlink()
    said = here.run("backup", str(tmp_path / "b.zip"), code=1)
    assert damaged.name in said
    assert missing.name in said
    with zipfile.ZipFile(tmp_path / "b.zip") as opened:
        assert f"uploads/{damaged.name}" not in opened.namelist()


@pytest.mark.skipif(ON_POSTGRESQL, reason="a file of SQLite")
def test_a_database_that_cannot_be_read_any_more_is_replaced(saved: Path, place_in: Places) -> None:
    here = place_in.settled("here")
    base = here.folder / "portulan.sqlite3"
    wreck = os.urandom(9000)
    base.write_bytes(wreck)
    here.run("restore", str(saved), code=2)
    here.run("restore", str(saved), "--replace")
    assert here.query(FIRST) == [("region-armorique",)]
    (kept,) = here.folder.glob("before-restore-*.sqlite3")
    assert kept.read_bytes() == wreck


@pytest.mark.skipif(ON_POSTGRESQL, reason="a file of SQLite")
def test_a_damaged_database_is_not_saved_as_if_it_were_sound(
    place_in: Places, tmp_path: Path
) -> None:
    here = place_in.settled("here")
    here.query("PRAGMA wal_checkpoint(TRUNCATE)")
    base = here.folder / "portulan.sqlite3"
    content = bytearray(base.read_bytes())
    ((page,),) = here.query("SELECT rootpage FROM sqlite_master WHERE name = 'plans_action'")
    content[(page - 1) * 4096 : page * 4096] = os.urandom(4096)
    base.write_bytes(bytes(content))
    here.run("backup", str(tmp_path / "a.zip"), code=2)
    assert list(tmp_path.glob("*.zip")) == []
    here.run("doctor", code=1)


def test_the_other_database_is_refused(saved: Path, place_in: Places, tmp_path: Path) -> None:
    other, here = tmp_path / "other.zip", place_in.settled("here")
    names = {"database.sqlite3": "database.dump", "database.dump": "database.sqlite3"}

    def turn(told: dict[str, object]) -> None:
        database, members = told["database"], told["members"]
        assert isinstance(database, dict)
        assert isinstance(members, dict)
        database["engine"] = "sqlite" if ON_POSTGRESQL else "postgresql"
        told["members"] = {names.get(name, name): member for name, member in members.items()}

    rewrite(saved, other, turn, names)
    said = here.run("restore", str(other), "--replace", code=2)
    assert "SQLite" in said
    assert "PostgreSQL" in said
    assert here.query("SELECT slug FROM accounts_organisation") == [("bourg",)]


def test_a_newer_database_is_refused(saved: Path, place_in: Places, tmp_path: Path) -> None:
    newer, here = tmp_path / "newer.zip", place_in("here")

    def age(told: dict[str, object]) -> None:
        database = told["database"]
        assert isinstance(database, dict)
        database["migrations"] = [*database["migrations"], "budget.0999_tomorrow"]

    rewrite(saved, newer, age)
    assert "budget.0999_tomorrow" in here.run("restore", str(newer), code=2)


def rewrite(
    source: Path,
    to: Path,
    change: Callable[[dict[str, object]], None],
    names: dict[str, str] | None = None,
) -> None:
    """Copy an archive, with its manifest changed, and its members under other names."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                told = json.loads(content)
                change(told)
                content = json.dumps(told).encode()
            new.writestr((names or {}).get(name, name), content)


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so there")
@pytest.mark.parametrize("moment", range(3))
def test_a_killed_restoration_leaves_all_of_one_or_of_the_other(
    armorique: Place, saved: Path, place_in: Places, moment: int
) -> None:
    here = place_in.settled("here")
    before, after = here.tables(), armorique.tables()
    started = here.start("restore", str(saved), "--replace", "--keep-tokens")
    deadline = time.monotonic() + 60
    # Once it has begun to prepare, a little later each time.
    while not list(here.folder.glob(".backup-*/database")) and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(moment * 0.08)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    now = settled(here)
    assert now in (before, after)
    shutil.rmtree(here.folder / "static", ignore_errors=True)
    here.run("restore", str(saved), "--replace", "--keep-tokens")
    assert here.tables() == after
    assert not list(here.folder.glob(".backup-*"))


def settled(place: Place) -> dict[str, object]:
    """The tables, once the server has noticed that who wrote is gone."""
    if ON_POSTGRESQL:
        others = (
            "SELECT COUNT(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        deadline = time.monotonic() + 30
        while place.query(others) != [(0,)] and time.monotonic() < deadline:
            time.sleep(0.05)
    return dict(place.tables())


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so there")
def test_a_killed_backup_leaves_no_archive(armorique: Place, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    started = armorique.start("backup", str(archive))
    deadline = time.monotonic() + 60
    at_work = partial(armorique.folder.glob, ".backup-*/owner")
    while not list(at_work()) and time.monotonic() < deadline:
        time.sleep(0.002)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    assert not archive.exists()
    armorique.run("backup", str(archive))
    said = armorique.run("doctor", "--fix")
    assert not list(armorique.folder.glob(".backup-*")), said


@pytest.mark.skipif(not ON_POSTGRESQL, reason="the tools of PostgreSQL")
def test_the_tools_of_postgresql_are_asked_for(
    armorique: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "pg_dump" in armorique.run("backup", str(tmp_path / "a.zip"), code=2)
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    old.chmod(0o755)
    assert " 9" in armorique.run("backup", str(tmp_path / "a.zip"), code=2)
    assert "pg_dump" in armorique.run("doctor")
    assert not (tmp_path / "a.zip").exists()


def test_a_restoration_closes_every_table_that_opens_something() -> None:
    secrets = {
        (model._meta.db_table, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.name in {"token_hash", "code_hash", "key"}
    }
    # What a message, a task or a calculation is about is called a key too.
    others = {table for table, column in secrets if column == "key"} - {"steering_reply"}
    assert secrets - {(table, "key") for table in others} == set(opening.SECRETS)
