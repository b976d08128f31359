"""The folder of the data: its owner’s only, and never taken for new when its database is gone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from django.db import connection

from tests.places import ON_POSTGRESQL, Place, Places

on_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="about the file of SQLite")


@on_sqlite
@pytest.mark.parametrize("left", ["absent", "empty"])
def test_a_used_folder_without_its_database_is_refused(
    place_in: Places, tmp_path: Path, left: str
) -> None:
    place, archive = place_in.settled("used"), tmp_path / "all.zip"
    place.run("backup", str(archive))
    base = place.folder / "portulan.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        Path(f"{base}{suffix}").unlink(missing_ok=True)
    if left == "empty":
        base.touch()
    for order in (("serve",), ("init", "--name", "Autre", "--email", "b@autre.example")):
        assert str(place.folder) in place.run(*order, code=2)
    assert not base.exists() or not base.stat().st_size
    place.run("restore", str(archive))
    assert place.query("SELECT name FROM accounts_organisation") == [("Bourg",)]


@on_sqlite
@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_folder_made_is_of_its_owner(tmp_path: Path) -> None:
    place = Place(tmp_path / "new")
    before = os.umask(0o022)
    try:
        place.run("init", "--name", "Bourg", "--email", "a@bourg.example")
    finally:
        os.umask(before)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (place.folder, place.folder / "portulan.sqlite3", place.folder / "secret.key")
    }
    assert modes == {"new": 0o700, "portulan.sqlite3": 0o600, "secret.key": 0o600}


@pytest.mark.parametrize("content", ["", "short"])
def test_a_key_that_is_empty_is_said(place_in: Places, content: str) -> None:
    place = place_in.settled("here")
    (place.folder / "secret.key").write_text(content)
    assert "secret key" in place.run("doctor", code=2)


@on_sqlite
@pytest.mark.django_db
def test_each_commit_waits_for_the_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)  # FULL
