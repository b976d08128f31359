"""What a list of tests names is there: a test renamed does not slip from one ring to the other."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import portulan
from tests.conftest import ALIKE, LONG, POSTGRESQL, ROOT, WALKS, has_database
from tests.people import Town

SOURCE = Path(portulan.__file__).parent


def test_every_test_that_is_listed_exists() -> None:
    for line in LONG | POSTGRESQL | ALIKE | WALKS:
        place, _, name = line.partition("::")
        path = ROOT / "tests" / place
        assert path.is_dir() if place.endswith("/") else path.is_file(), line
        for part in filter(None, name.split("::")):
            assert part in path.read_text(encoding="utf-8"), line


@pytest.mark.parametrize("name", ["alike.txt", "long.txt", "postgresql.txt", "walks.txt"])
def test_a_list_is_sorted_and_says_each_once(name: str) -> None:
    lines = (ROOT / "tests" / name).read_text(encoding="utf-8").splitlines()
    functions = [line for line in lines if "::" in line]
    assert functions == sorted(set(functions))


def test_nothing_is_left_out_on_both_sides() -> None:
    assert WALKS <= POSTGRESQL
    assert not WALKS & ALIKE
    assert not {line.partition("::")[0] for line in WALKS} & ALIKE


def test_a_folder_where_services_write_is_played_on_both() -> None:
    writing = {path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("writes.py")}
    assert {f"{one}/" for one in writing} <= POSTGRESQL


def test_a_pure_test_is_not_of_the_ring_of_postgresql(request: pytest.FixtureRequest) -> None:
    assert not has_database(request.node)


def test_what_asks_for_a_town_is(request: pytest.FixtureRequest, town: Town) -> None:
    assert has_database(request.node)


@pytest.mark.django_db
def test_so_is_what_says_that_it_touches_the_database(request: pytest.FixtureRequest) -> None:
    assert has_database(request.node)


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    ("asked", "first"), [([], True), (["LONG=1"], False), (["TESTS=tests/budget"], False)]
)
def test_make_leaves_out_what_is_long_unless_asked(asked: list[str], first: bool) -> None:
    # A make that plays these tests hands its own arguments on: this one starts bare.
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "LONG", "TESTS"}
    }
    said = subprocess.run(
        ["make", "--dry-run", "test", *asked],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert ('-m "not long"' in said) is first
    assert ("tests/budget" if "TESTS=tests/budget" in asked else " tests ") in said
