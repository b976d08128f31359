"""A command that starts in a process which has loaded the program says what it says by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import commands
from tests.places import Places


def cold(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "portulan", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


IN_FRENCH = {"LANG": "fr_FR.UTF-8"}


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("doctor", "--json"), {}),
        (("budget", "--help"), IN_FRENCH),
        (("nothing",), IN_FRENCH),
        (("link", "nobody@bourg.example"), {"PORTULAN_TIME_ZONE": "Lune"}),
    ],
)
def test_it_says_the_same(
    place_in: Places, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    env = place_in.settled("here").environment | variables
    warm, by_itself = commands.run(*arguments, env=env), cold(*arguments, env=env)
    for one, other in ((warm.stdout, by_itself.stdout), (warm.stderr, by_itself.stderr)):
        assert re.sub(r"\d+( Mo| MB)", "", one) == re.sub(r"\d+( Mo| MB)", "", other)
    assert warm.returncode == by_itself.returncode


def test_each_has_the_settings_and_the_database_of_its_place(place_in: Places) -> None:
    for name in ("one", "two"):
        place = place_in(name)
        place.run("init", "--name", name, "--email", f"a@{name}.example")
        assert place.query("SELECT slug FROM accounts_organisation") == [(name,)]
        place.run("doctor")


def test_what_a_person_types_is_read_and_the_folder_is_theirs(
    place_in: Places, tmp_path: Path
) -> None:
    env = place_in("here").environment
    done = commands.run("init", env=env, typed="Bourg\na@bourg.example\n\n")
    assert done.returncode == 0, done.stderr
    assert commands.run("backup", "saved.zip", env=env, cwd=tmp_path).returncode == 0
    assert (tmp_path / "saved.zip").is_file()
