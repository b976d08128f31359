"""The first organisation of a place: asked for, judged at once, never beside the demonstration."""

from __future__ import annotations

import subprocess

import pytest

from portulan.accounts.words import LegalForm
from tests import commands
from tests.places import Place, Places


def answer(place: Place, *arguments: str, typed: str) -> subprocess.CompletedProcess[str]:
    return commands.run(*arguments, env=place.environment, typed=typed)


def organisations(place: Place) -> list[tuple[object, ...]]:
    return place.query("SELECT slug, legal_form FROM accounts_organisation ORDER BY slug")


def test_what_is_needed_is_asked_for_in_the_language(place_in: Places) -> None:
    here = place_in("here")
    done = answer(here, "init", "--lang", "fr", typed="Bourg\na@bourg.example\nregion\n")
    assert done.returncode == 0, done.stderr
    assert organisations(here) == [("bourg", "region")]
    assert "Nom de l’organisation\u00a0:" in done.stderr
    assert all(form in done.stderr for form in LegalForm)
    assert "«\u00a0bourg\u00a0»" in done.stderr
    assert done.stdout.startswith("http://127.0.0.1:8000/sign-in/")
    done = answer(here, "init", "--lang", "en", typed="Ville\nb@ville.example\n\n")
    assert done.returncode == 0, done.stderr
    assert organisations(here) == [("bourg", "region"), ("ville", "town")]
    assert "Name of the organisation:" in done.stderr
    assert "Nom" not in done.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "--name"),
        ("\n", "--name"),
        ("Bourg\nno address\n", "--email"),
        ("Bourg\na@bourg.example\nkingdom\n", "--form"),
    ],
)
def test_a_value_is_judged_where_it_is_typed(place_in: Places, typed: str, said: str) -> None:
    here = place_in("here")
    done = answer(here, "init", typed=typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Give {said}.\n")
    assert organisations(here) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--email", "no address"),
        ("--siren", "12"),
        ("--siren", "123456789"),
        ("--slug", "a b"),
        ("--slug", "sign-in"),
        ("--form", "kingdom"),
        ("--name", "x" * 300),
    ],
)
def test_an_option_that_cannot_be_is_refused_first(
    place_in: Places, option: str, value: str
) -> None:
    here = place_in("here")
    said = here.run("init", option, value, code=2)
    assert "Name of the organisation" not in said
    assert not (here.folder / "portulan.sqlite3").exists()


def test_a_short_name_is_taken_once(place_in: Places) -> None:
    here = place_in.settled("here")
    assert "--slug" in here.run("init", "--name", "Bourg", "--email", "b@b.example", code=2)
    here.run("init", "--name", "Bourg", "--email", "b@b.example", "--slug", "bourg-2")
    assert len(organisations(here)) == 2


def test_a_name_without_latin_letters_needs_a_short_one(place_in: Places) -> None:
    here = place_in.settled("here")
    assert "--slug" in here.run("init", "--name", "東京", "--email", "b@b.example", code=2)
    here.run("init", "--name", "東京", "--email", "b@b.example", "--slug", "tokyo")


def test_nothing_is_served_to_nobody(place_in: Places) -> None:
    said = place_in("here").run("serve", "--port", "1024", code=2)
    assert "portulan init" in said


def test_the_demonstration_never_mixes_with_somebody_s_data(
    place_in: Places, armorique: Place
) -> None:
    here = place_in.settled("here")
    said = here.run("demo", "--no-serve", code=2)
    assert "bourg" in said
    assert "--data" in said
    assert organisations(here) == [("bourg", "town")]
    before = organisations(armorique)
    assert ("region-armorique", "region") in before
    said = armorique.run("init", "--name", "Ville", "--email", "a@ville.example", code=2)
    assert "PORTULAN_DATA" in said
    assert organisations(armorique) == before
