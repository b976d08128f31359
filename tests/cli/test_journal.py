"""`portulan verify --journal` and `doctor` name what somebody did beneath the program."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.places import ON_POSTGRESQL, Place, Places


def taken_apart(place: Place, *statements: str) -> None:
    """Take the guards of the trail away, write, and lay them again as they were."""
    if ON_POSTGRESQL:
        laid = ["ALTER TABLE core_auditentry ENABLE TRIGGER USER"]
        place.write("ALTER TABLE core_auditentry DISABLE TRIGGER USER")
    else:
        rows = place.query(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name = 'core_auditentry'"
        )
        laid = [sql for _name, sql in rows]
        for name, _sql in rows:
            place.write(f"DROP TRIGGER {name}")
    for one in (*statements, *laid):
        place.write(one)


def problems(place: Place, *options: str) -> set[str]:
    said = place.run("verify", "--journal", "--json", *options, code=1)
    return {one["code"] for one in json.loads(said)["problems"]}


def test_an_edited_journal_is_named(place_in: Places) -> None:
    place = place_in.settled("home")
    assert "Nothing was touched" in place.run("verify", "--journal")
    taken_apart(place, "UPDATE core_auditentry SET verb = 'x' WHERE id = 1")
    assert problems(place) == {"entry-rewritten", "guards-laid-again"}
    said = place.run("doctor", code=1)
    assert "entry 1 of" in said
    assert "laid again without Portulan" in said


def test_guards_laid_again_are_a_warning_until_seen(place_in: Places) -> None:
    place = place_in.settled("home")
    taken_apart(place)
    assert problems(place) == {"guards-laid-again"}
    place.run("doctor", "--fix")
    assert problems(place) == {"guards-were-missing"}
    place.run("verify", "--journal", "--seen", code=1)
    place.run("verify", "--journal")


def test_a_backup_keeps_a_head_that_a_journal_made_anew_does_not_hold(
    place_in: Places, tmp_path: Path
) -> None:
    place, archive = place_in.settled("home"), tmp_path / "home.zip"
    place.run("backup", str(archive))
    assert "Nothing was touched" in place.run("verify", "--journal", "--against", str(archive))
    last = "(SELECT MAX(entry_id) FROM core_chainlink WHERE journal = 'trail')"
    if ON_POSTGRESQL:
        place.write("ALTER TABLE core_chainlink DISABLE TRIGGER USER")
    else:
        place.write("DROP TRIGGER guard_chain_kept")
    taken_apart(
        place,
        f"DELETE FROM core_auditentry WHERE id = {last}",  # noqa: S608
        f"DELETE FROM core_chainlink WHERE journal = 'trail' AND entry_id = {last}",  # noqa: S608
    )
    assert "head-lost" in problems(place, "--against", str(archive))
    place.run("verify", "--journal", "--against", str(tmp_path), code=2)


def test_there_is_nothing_to_verify_where_nothing_was_made(
    place_in: Places, tmp_path: Path
) -> None:
    assert "no journal here yet" in place_in("empty").run("verify", "--journal", code=2)
    assert "is missing" in place_in("other").run("verify", code=2)


@pytest.mark.parametrize("content", ["{}", "[]", "nothing", '{"head": {"format": "x"}}'])
def test_what_is_no_head_is_refused(place_in: Places, tmp_path: Path, content: str) -> None:
    file = tmp_path / "head.json"
    file.write_text(content)
    place = place_in.settled("home")
    said = place.run("verify", "--journal", "--against", str(file), code=2)
    assert "neither a head" in said


@pytest.mark.skipif(ON_POSTGRESQL, reason="it is SQLite that rebuilds its file")
def test_a_file_that_was_compacted_is_the_one_that_was_guarded(place_in: Places) -> None:
    place = place_in.settled("home")
    place.write("CREATE TABLE other (id INTEGER)")
    place.write("DROP TABLE other")
    for statement in ("VACUUM", "VACUUM", "ANALYZE", "VACUUM"):
        with closing(sqlite3.connect(place.folder / "portulan.sqlite3")) as database:
            database.execute(statement)
        assert "Nothing was touched" in place.run("verify", "--journal")
    place.run("doctor", "--fix")
    place.run("verify", "--journal")
    # What was done beneath is not hidden by compacting the file afterwards.
    for name in ("guard_trail_kept", "guard_seal_kept"):
        row = f"SELECT sql FROM sqlite_master WHERE name = '{name}'"  # noqa: S608
        ((sql,),) = place.query(row)
        place.write(f"DROP TRIGGER {name}")
        place.write(sql)
        with closing(sqlite3.connect(place.folder / "portulan.sqlite3")) as database:
            database.execute("VACUUM")
        assert problems(place) == {"guards-laid-again"}
        place.run("doctor", "--fix")
        place.run("verify", "--journal", "--seen", code=1)
        place.run("verify", "--journal")
