"""An upgrade is copied and undone, a backup is tried elsewhere, one organisation comes back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.places import ON_POSTGRESQL, Place, Places


def age(place: Place) -> None:
    """Make a database of before: without what the last step of its journals made."""
    for name in ("trail", "security"):
        drop = "DROP TRIGGER {}" if not ON_POSTGRESQL else "DROP FUNCTION {} CASCADE"
        place.write(drop.format(f"guard_{name}_linked"))
    place.write("DELETE FROM django_migrations WHERE name = '0002_active_content'")
    place.write("ALTER TABLE evidence_revision DROP COLUMN active")


def test_an_upgrade_is_copied_first_and_undone(place_in: Places) -> None:
    place = place_in.settled("old")
    age(place)
    asked = json.loads(place.run("upgrade", "--check", "--json"))
    assert (asked["names"], asked["enough"]) == (["evidence.0002_active_content"], True)
    before = place.query("SELECT count(*) FROM django_migrations")
    assert "goes back to it" in place.run("upgrade")
    copies = list((place.folder / "before-upgrade").glob("*.zip"))
    assert len(copies) == 1
    assert place.query("SELECT count(*) FROM django_migrations") != before
    assert "--replace" not in place.run("upgrade", "--undo")
    assert place.query("SELECT count(*) FROM django_migrations") == before
    assert "no upgrade to undo" in place.run("upgrade", "--undo", code=2)


def test_what_was_changed_since_an_upgrade_is_not_lost_unasked(place_in: Places) -> None:
    place = place_in.settled("old")
    age(place)
    place.run("upgrade")
    place.run("init", "--name", "Voisine", "--email", "a@voisine.example")
    assert "changes made since" in place.run("upgrade", "--undo", code=2)
    place.run("upgrade", "--undo", "--replace")


def test_a_database_up_to_date_asks_nothing_and_its_files_are_private(place_in: Places) -> None:
    place = place_in.settled("new")
    (place.folder / "secret.key").chmod(0o644)
    said = place.run("upgrade")
    assert "up to date" in said
    assert "Access tightened on 1 files" in said or ON_POSTGRESQL
    assert (place.folder / "secret.key").stat().st_mode & 0o077 == 0


def test_the_first_purge_after_an_upgrade_says_what_it_will_take(place_in: Places) -> None:
    place = place_in.settled("old")
    age(place)
    place.run("upgrade")
    assert "purge" in place.run("duties", "--run", "--name", "purge")
    counts = place.query("SELECT counts FROM core_dutyrun WHERE name = 'purge'")[0][0]
    told = counts if isinstance(counts, dict) else json.loads(counts)
    assert all(name.startswith("will_take_") for name in told)


@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL asks for a database of its own")
def test_a_backup_is_tried_elsewhere(place_in: Places, tmp_path: Path) -> None:
    place = place_in.settled("home")
    archive, page = tmp_path / "home.zip", tmp_path / "drill.md"
    place.run("backup", str(archive))
    before = place.tables()
    said = place.run("drill", str(archive), "--json", "-o", str(page))
    found = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert (found["organisations"], found["problems"]) == (1, [])
    assert found["pages"] > 5
    assert "RPO" in page.read_text("utf-8")
    assert place.tables() == before
    archive.write_bytes(archive.read_bytes()[:-400])
    place.run("drill", str(archive), code=2)


def test_backups_turn_and_a_command_takes_them_away(place_in: Places, tmp_path: Path) -> None:
    place, folder, away = place_in.settled("home"), tmp_path / "kept", tmp_path / "away.zip"
    folder.mkdir()
    (folder / "mine.zip").write_text("mine")
    for day in ("20200101T000000", "20200102T000000"):
        (folder / f"portulan-{day}.zip").write_text("old")
    place.variables |= {
        "PORTULAN_BACKUP_KEEP": "2",
        "PORTULAN_BACKUP_COMMAND": f"{shutil.which('cp')} {{}} {away}",
        "PORTULAN_BACKUP_FOLDER": str(folder),
    }
    place.run("backup", str(folder))
    names = sorted(one.name for one in folder.iterdir())
    assert names[0] == "mine.zip"
    assert names[1] == "portulan-20200102T000000.zip"
    assert len(names) == 3
    assert away.is_file()
    place.variables["PORTULAN_BACKUP_COMMAND"] = str(shutil.which("false"))
    assert "takes it away failed" in place.run("duties", "--run", "--name", "backups", code=1)


@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL asks for a database of its own")
@pytest.mark.parametrize("copy", ["backup", "export"])
def test_one_organisation_comes_back_and_nothing_of_others_moves(
    place_in: Places, tmp_path: Path, copy: str
) -> None:
    place, kept = place_in.settled("home"), tmp_path / "kept"
    place.run("init", "--name", "Voisine", "--email", "a@voisine.example")
    place.run(copy, str(kept), *(["--org", "bourg"] if copy == "export" else []))
    before = place.tables()
    place.write("UPDATE accounts_person SET name = 'Lost' WHERE organisation_id = 1")
    place.write("UPDATE accounts_organisation SET name = 'Changed' WHERE id = 2")
    assert "holds data already" in place.run("restore", str(kept), "--org", "bourg", code=2)
    place.run("restore", str(kept), "--org", "bourg", "--replace")
    after = place.tables()
    assert after["accounts_person"] == before["accounts_person"]
    assert place.query("SELECT name FROM accounts_organisation ORDER BY id") == [
        ("Bourg",),
        ("Changed",),
    ]
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"accounts_organisation", "core_auditentry", "core_chainlink"}
    assert "Nothing was touched" in place.run("verify", "--journal")
    assert "No organisation has" in place.run("restore", str(kept), "--org", "x", code=2)


def test_an_export_that_was_changed_is_not_taken(place_in: Places, tmp_path: Path) -> None:
    place, kept = place_in.settled("home"), tmp_path / "kept"
    place.run("export", str(kept), "--org", "bourg")
    people = kept / "tables" / "accounts.person.csv"
    people.write_text(people.read_text("utf-8").replace("a@bourg", "b@bourg"), "utf-8")
    said = place.run("restore", str(kept), "--org", "bourg", "--replace", code=2)
    assert "was changed" in said
