"""A page asks once: what it needs is read once, and little of it is worked out again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Built, plain_environment

MOST_QUERIES, MOST_CALLS = 15, 8_000
# After news of an action, what stands around it is read again, and nothing that accounts alone say;
# where nothing is kept, the plan and the years are: as many queries whatever there is. One is of
# the texts that people typed.
MOST_MOVED, MOST_MOVED_OF_YEARS, MOST_ANEW = 51, 16, 62
OF_YEARS = ("budget/", "budget/2026/", "budget/2026/lines/", "budget/2026/queue/")
# A preview built all its sections: 22,040 calls, for any of them. It builds the one that it shows.
PREVIEWED_ALL = 22_040


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, built: Built) -> dict[str, Any]:
    """What the pages of the demonstration ask, outside a transaction, where nothing is kept."""
    folder = shutil.copytree(built.folder, tmp_path_factory.mktemp("asking") / "data")
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.asking", "--json", str(Path(folder))],
        cwd=ROOT,
        env=plain_environment(LANG="fr_FR.UTF-8"),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_page_asks_the_same_twice(told: dict[str, Any]) -> None:
    assert {
        (page, when): its[when]["twice"]
        for page, its in told.items()
        for when in ("kept", "moved", "anew")
        if its[when]["twice"]
    } == {}


def test_main_pages_ask_little(told: dict[str, Any]) -> None:
    kept = {page: its["kept"] for page, its in told.items()}
    assert {page: its for page, its in kept.items() if its["queries"] > MOST_QUERIES} == {}
    assert {page: its for page, its in kept.items() if its["calls"] > MOST_CALLS} == {}


def test_after_a_change_pages_ask_what_changed_may_say(told: dict[str, Any]) -> None:
    for when, most in (("moved", MOST_MOVED), ("anew", MOST_ANEW)):
        asked = {page: its[when]["queries"] for page, its in told.items()}
        assert {page: count for page, count in asked.items() if count > most} == {}
    moved = {page: told[page]["moved"]["queries"] for page in OF_YEARS}
    assert {page: count for page, count in moved.items() if count > MOST_MOVED_OF_YEARS} == {}


def test_a_preview_builds_what_it_shows(told: dict[str, Any]) -> None:
    calls = {page: its["kept"]["calls"] for page, its in told.items() if "/yearly/" in page}
    assert len(calls) == 10
    assert {page: count for page, count in calls.items() if count > PREVIEWED_ALL / 5} == {}
