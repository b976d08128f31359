"""What the doctor sees, what it mends, and what it answers by its exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.places import ON_POSTGRESQL, Place, Places
from tests.totem import totem


@pytest.fixture
def place(place_in: Places) -> Place:
    return place_in.settled("here")


def states(place: Place, *options: str, code: int = 0) -> dict[str, str]:
    """The state of each check, by its code."""
    said = place.run("doctor", "--json", *options, code=code)
    found = json.loads(said[said.index("{") : said.rindex("}") + 1])["checks"]
    assert all(check["ok"] == (check["state"] != "error") for check in found)
    return {check["code"]: check["state"] for check in found}


def test_a_sound_place_is_said_to_be(place: Place) -> None:
    # Nobody serves it: its links open nothing, and that alone is said.
    assert {code for code, state in states(place).items() if state != "ok"} == {"address"}
    said = place.run("doctor", "--lang", "fr")
    assert said.count("✓") == len(states(place)) - 1 == 18
    assert "personne n’y répond" in said
    assert ("PostgreSQL" if ON_POSTGRESQL else "WAL") in said


def test_a_guard_that_is_gone_is_missed_and_laid_again(place: Place) -> None:
    for name in ("guard_trail_kept", "guard_attribution_fits"):
        place.write(f"DROP FUNCTION {name} CASCADE" if ON_POSTGRESQL else f"DROP TRIGGER {name}")
    assert states(place, code=1)["guards"] == "error"
    assert "guard_trail_kept" in place.run("doctor", code=1)
    assert states(place, "--fix")["guards"] == "ok"
    with pytest.raises(Exception, match="guard_trail_kept"):
        place.write("DELETE FROM core_auditentry")


def test_a_guard_that_says_something_else_is_laid_again(place: Place) -> None:
    if ON_POSTGRESQL:
        place.write(
            "CREATE OR REPLACE FUNCTION guard_trail_kept() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN OLD; END'"
        )
    else:
        place.write("DROP TRIGGER guard_trail_kept")
        place.write(
            "CREATE TRIGGER guard_trail_kept BEFORE DELETE ON core_auditentry"
            " BEGIN SELECT RAISE(IGNORE); END"
        )
    assert states(place, code=1)["guards"] == "error"
    assert states(place, "--fix")["guards"] == "ok"


def test_a_trigger_that_nobody_declares_is_told(place: Place) -> None:
    if ON_POSTGRESQL:
        place.write(
            "CREATE TRIGGER spy BEFORE UPDATE ON core_task FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )
    else:
        place.write("CREATE TRIGGER spy BEFORE UPDATE ON core_task BEGIN SELECT 1; END")
    assert states(place)["guards"] == "warning"
    assert "spy" in place.run("doctor")


def test_a_database_behind_or_ahead_is_an_error(place: Place) -> None:
    place.write(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('budget', '0999_x', '2026-01-01')"
    )
    assert states(place, code=1)["migrations"] == "error"
    place.write("DELETE FROM django_migrations WHERE app = 'budget'")
    assert states(place, code=1)["migrations"] == "error"


def test_nothing_there_yet_is_told_without_a_traceback(place_in: Places) -> None:
    found = states(place_in("nowhere"), code=1)
    assert (found["migrations"], found["guards"], found["files"]) == ("error", "warning", "warning")


def test_leftovers_are_told_and_removed(place: Place) -> None:
    uploads = place.folder / "uploads"
    uploads.mkdir()
    half, staged = uploads / "incoming-x", place.folder / ".backup-x"
    half.write_bytes(b"...")
    staged.mkdir()
    for old in (half, staged):
        os.utime(old, (0, 0))
    assert states(place)["files"] == "warning"
    assert states(place, "--fix")["files"] == "ok"
    assert not half.exists()
    assert not staged.exists()


def test_a_file_that_an_import_needs_and_is_gone_is_an_error(armorique: Place) -> None:
    path = next(armorique.folder.glob("uploads/*/*"))
    content = path.read_bytes()
    path.unlink()
    assert states(armorique, code=1)["files"] == "error"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert states(armorique)["files"] == "ok"


@pytest.mark.skipif(os.name != "posix", reason="rights are otherwise there")
def test_a_key_that_others_may_read_is_a_doubt(place: Place) -> None:
    (place.folder / "secret.key").chmod(0o644)
    assert states(place)["folder"] == "warning"


@pytest.mark.parametrize(
    ("name", "value"), [("PORTULAN_DEBUG", "yes"), ("PORTULAN_HOSTS", "nr.example.org")]
)
def test_dangerous_settings_are_a_doubt(place: Place, name: str, value: str) -> None:
    place.variables[name] = value
    assert states(place)["settings"] == "warning"


def test_a_file_received_that_changed_is_told(place: Place, tmp_path: Path) -> None:
    accounts = tmp_path / "ca.xml"
    accounts.write_bytes(totem(("2051", "1", "1")))
    place.run("budget", "import", str(accounts), "--org", "bourg", "--year", "2026")
    assert states(place)["files"] == "ok"
    [received] = [path for path in (place.folder / "uploads").glob("??/*") if len(path.name) == 64]
    received.write_bytes(received.read_bytes()[:-1] + b" ")
    assert states(place, code=1)["files"] == "error"


@pytest.mark.skipif(ON_POSTGRESQL, reason="about the file of SQLite")
def test_a_database_that_others_may_read_is_told(place: Place) -> None:
    (place.folder / "portulan.sqlite3").chmod(0o644)
    assert states(place)["folder"] == "warning"
