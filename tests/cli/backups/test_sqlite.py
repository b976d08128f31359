"""A SQLite database replaced while others write: nothing that was acknowledged is lost."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from portulan.cli.backups import sqlite
from portulan.core.say.text import UnusableInputError

STAMP = "20261124_203000"


def make(path: Path, *, padding: int = 0) -> Path:
    """A database in which people write numbers."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE written (number INTEGER)")
        database.execute("CREATE TABLE padding (content BLOB)")
        database.execute("INSERT INTO padding VALUES (zeroblob(?))", [padding])
        database.commit()
    return path


def numbers(path: Path | str) -> set[int]:
    with closing(sqlite3.connect(path)) as database:
        return {number for (number,) in database.execute("SELECT number FROM written")}


@pytest.fixture
def live(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return make(sqlite.database_path(), padding=20_000_000)


def test_what_is_written_meanwhile_is_set_aside_or_stays(live: Path, tmp_path: Path) -> None:
    staged = make(tmp_path / "staged", padding=2_000_000)
    acknowledged: set[int] = set()
    begun, stop = threading.Event(), threading.Event()

    def keep_writing() -> None:
        with closing(sqlite3.connect(live, timeout=20, isolation_level=None)) as database:
            number = 0
            while not stop.is_set():
                number += 1
                database.execute("INSERT INTO written VALUES (?)", [number])
                acknowledged.add(number)
                begun.set()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        begun.wait(timeout=20)
        aside = sqlite.load(staged, aside=STAMP)
    finally:
        stop.set()
        writer.join(timeout=60)
    assert numbers(aside)
    assert numbers(aside) | numbers(live) >= acknowledged


def test_what_cannot_be_set_aside_is_not_replaced(live: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(live)) as database:
        database.execute("INSERT INTO written VALUES (1)")
        database.commit()
    with pytest.raises(sqlite3.OperationalError):
        sqlite.load(make(tmp_path / "staged"), aside="absent/x")
    assert numbers(live) == {1}


def test_a_database_that_somebody_holds_is_busy(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_WAIT", 0.1)
    with closing(sqlite3.connect(live, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnusableInputError):
            sqlite.load(make(tmp_path / "staged"), aside=STAMP)
    assert not list(tmp_path.glob("before-restore-*"))
