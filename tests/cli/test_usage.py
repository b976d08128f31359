"""What is asked for wrongly is said in the user's language, without the words of a library."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from portulan.cli.app import app


@pytest.mark.parametrize(
    ("asked", "fr", "en"),
    [
        ("portfolio solve x --pareto 0", "--pareto : il faut au moins 1.", "at least 1 is needed"),
        ("portfolio solve x --pareto 101", "il faut au plus 100.", "at most 100 is allowed"),
        ("portfolio solve x --pareto a", "il faut un nombre entier.", "a whole number is needed"),
        ("portfolio solve x --time-limit a", "il faut un nombre.", "a number is needed"),
        ("portfolio solve x --zz", "L’option --zz n’existe pas.", "There is no option --zz."),
        ("portfolio solve x --prices --why a", "une seule à la fois", "one at a time"),
        ("impact estimate", "Il manque file.", "file is missing."),
        ("impact zz", "La commande zz n’existe pas.", "There is no command zz."),
        ("zz", "La commande zz n’existe pas.", "There is no command zz."),
        ("--zz", "L’option --zz n’existe pas.", "There is no option --zz."),
        ("--version=3", "--version ne prend pas de valeur.", "--version takes no value."),
        ("doctor --json=3", "--json ne prend pas de valeur.", "--json takes no value."),
        ("impact estimate --lang", "Il manque la valeur de --lang.", "The value of --lang"),
        ("portfolio solve x y", "Il y a des mots de trop : y.", "There are words too many: y."),
    ],
)
def test_a_command_asked_for_wrongly(asked: str, fr: str, en: str) -> None:
    for language, sentence in (("fr", fr), ("en", en)):
        told = CliRunner().invoke(app, asked.split(), env={"LC_ALL": language})
        assert told.exit_code == 2
        assert sentence in told.stderr.replace("\u00a0", " ")
        assert "Input should" not in told.stderr
        assert "Usage" not in told.stderr


def test_the_language_asked_for_is_that_of_the_refusal() -> None:
    asked = ["portfolio", "solve", "x", "--lang", "en", "--zz"]
    told = CliRunner().invoke(app, asked, env={"LC_ALL": "fr"})
    assert "There is no option --zz." in told.stderr
    told = CliRunner().invoke(
        app, ["impact", "estimate", "x", "--lang", "de"], env={"LC_ALL": "fr"}
    )
    assert "l’un de 'fr', 'en'" in told.stderr
