"""The help of every command is in both languages."""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from portulan.cli.app import app
from portulan.cli.help import FRENCH, texts


def test_no_help_is_missing_in_french_and_none_is_left_over() -> None:
    assert {text for _, text in texts(typer.main.get_command(app))} == set(FRENCH)


def test_help_is_in_the_language_of_the_user() -> None:
    def shown(language: str, *arguments: str) -> str:
        return CliRunner().invoke(app, [*arguments, "--help"], env={"LC_ALL": language}).output

    french, english = shown("fr_FR.UTF-8", "plan", "check"), shown("en_GB.UTF-8", "plan", "check")
    assert "Le dossier du plan." in french
    assert "[obligatoire]" in french
    assert "Show this message" not in french
    assert "The folder of the plan." in english
    assert "Commandes\u00a0:" in shown("fr_FR.UTF-8")
