"""The help of every command is in both languages."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from portulan.cli.app import app
from portulan.cli.commands import PLACES
from portulan.cli.help import FRENCH, first_sentence_in, say_in, texts
from portulan.core.say.text import Language


def test_no_help_is_missing_in_french_and_none_is_left_over() -> None:
    assert {text for _, text in texts(typer.main.get_command(app))} == set(FRENCH)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_says_the_first_sentence_of_each_command(language: Language) -> None:
    root = typer.main.get_command(app)
    for name, (_, sentence) in PLACES.items():
        command = root.commands[name]
        say_in(language, command)
        told = command.get_short_help_str().replace("\n", " ")
        assert told == first_sentence_in(language, sentence), name


def test_the_list_of_commands_loads_none_of_them() -> None:
    """It is what one sees first, and what every completion waits for."""
    code = (
        "import atexit, sys, portulan.cli as cli;"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True
    )
    loaded = done.stderr.split()
    ours = {one.removeprefix("portulan.") for one in loaded if one.startswith("portulan.")}
    shared = {"commands", "django_start", "given", "help", "output"}
    words = {"core", "core.folding", "core.say", "core.say.text"}
    assert ours == {"cli", "cli.app", *words, *(f"cli.{one}" for one in shared)}


def test_help_is_in_the_language_of_the_user() -> None:
    def shown(language: str, *arguments: str) -> str:
        return CliRunner().invoke(app, [*arguments, "--help"], env={"LC_ALL": language}).output

    french, english = shown("fr_FR.UTF-8", "plan", "check"), shown("en_GB.UTF-8", "plan", "check")
    assert "Le dossier du plan." in french
    assert "[obligatoire]" in french
    assert "Show this message" not in french
    assert "The folder of the plan." in english
    assert "Commandes\u00a0:" in shown("fr_FR.UTF-8")
