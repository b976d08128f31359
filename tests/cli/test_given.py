"""What any command is given in one way: the organisation, the plan, files, the language, help."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from portulan.cli.app import app
from portulan.cli.help import texts
from tests.conftest import plain_environment
from tests.places import Place, Places

SOUND = "nature;libelle;montant\n6156;Maintenance;1200,00\n"


def test_one_organisation_and_one_plan_need_no_name(place_in: Places, tmp_path: Path) -> None:
    place = place_in.settled("one")
    listed = json.loads(place.run("organisations", "--json"))["organisations"]
    assert [(one["slug"], one["plans"]) for one in listed] == [("bourg", [])]
    folder, table = str(tmp_path / "plan"), tmp_path / "plan.csv"
    assert "This organisation has no plan yet." in place.run("plan", "export", folder, code=2)
    table.write_text("Action;Pilote\nAllonger la durée de vie;DSI\n", encoding="utf-8")
    place.run("plan", "import-table", str(table), "--plan", "notre-plan")
    place.run("plan", "export", folder)
    listed = json.loads(place.run("organisations", "--json"))["organisations"]
    assert listed[0]["plans"] == ["notre-plan"]


def test_several_organisations_are_named(armorique: Place) -> None:
    for command in (("plan", "export", "somewhere"), ("report", "board", "-o", "b.pdf")):
        refused = armorique.run(*command, "--lang", "en", code=2)
        assert "Say which organisation, with --org:" in refused
        assert "kerveur-sur-mer, lanhoarn, region-armorique" in refused


def test_a_file_may_come_on_standard_input() -> None:
    commands = (
        ("budget", "inspect", "-", "--json"),
        ("catalogue", "inspect", "-", "--json"),
        ("source", "inspect", "-", "--json"),
        ("verify", "-", "--json"),
        ("portfolio", "solve", "-", "--json"),
    )
    for command in commands:
        told = subprocess.run(
            [sys.executable, "-m", "portulan", *command, "--lang", "en"],
            input=SOUND,
            env=plain_environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert told.returncode in (0, 1, 2), told.stderr
        assert "Traceback" not in told.stderr
        assert "/tmp" not in told.stdout + told.stderr  # noqa: S108 - where it is kept is nobody's
        if told.stdout:
            json.loads(told.stdout)
        else:
            assert told.returncode == 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_cuts_no_sentence(language: str) -> None:
    def walk(command: object, words: list[str]) -> None:
        told = (
            CliRunner()
            .invoke(app, ["--lang", language, *words, "--help"], env={"COLUMNS": "80"})
            .output
        )
        assert "..." not in re.sub(r"[]}]\.\.\.", "", told), told
        assert all(len(line) <= 86 or "<" in line or "|" in line for line in told.splitlines())
        for name, below in getattr(command, "commands", {}).items():
            walk(below, [*words, name])

    root = typer.main.get_command(app)
    assert sum(1 for _ in texts(root)) > 100
    walk(root, [])


def test_the_language_is_said_anywhere() -> None:
    for words in (
        ["--lang", "en", "portfolio", "solve", "nowhere"],
        ["portfolio", "--lang=en", "solve", "nowhere"],
        ["portfolio", "solve", "nowhere", "--lang", "en"],
    ):
        told = CliRunner().invoke(app, words, env={"LC_ALL": "fr_FR.UTF-8"})
        assert "cannot be opened" in told.stderr, told.stderr
