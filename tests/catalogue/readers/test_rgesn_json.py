from __future__ import annotations

import json
from pathlib import Path

import pytest

from portulan.catalogue.readers.registry import read_catalogue
from portulan.core.say.text import UnusableInputError

CRITERION = {
    "numero": "1.10",
    "thematique": "Stratégie",
    "critere": " Le service est-il utile ? ",
    "difficulte": "Fort ",
    "priorite": "Recommandé",
    "cible": "Tous",
    "metiers": "Porteur de projet,  Développeur , Porteur de projet",
    "objectif": "Être utile.\nVraiment.",
    "miseEnOeuvre": "- a\n- b",
    "controle": None,
}


def write(folder: Path, content: object, name: str = "referentiel-v2.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_criterion_is_a_practice_of_its_theme(tmp_path: Path) -> None:
    nine = CRITERION | {"numero": "1.9.", "priorite": "Prioritaire", "difficulte": "Faible"}
    reading = read_catalogue(write(tmp_path, [CRITERION, nine]))
    content = reading.content

    assert (reading.format, reading.problems) == ("rgesn-json", ())
    assert (content.slug, content.version) == ("rgesn", "v2")
    assert [(one.code, one.title) for one in content.themes] == [("1", "Stratégie")]
    assert [one.code for one in content.practices] == ["1.9", "1.10"]
    practice = content.practices[1]
    assert (practice.theme, practice.slug) == ("1", "critere-1-10")
    assert (practice.title, practice.difficulty) == ("Le service est-il utile ?", "Fort")
    assert practice.pilots == ("Porteur de projet", "Développeur")
    assert practice.summary == "Être utile. Vraiment."
    assert "## Mise en œuvre\n\n- a\n- b" in practice.body
    assert "contrôle" not in practice.body
    assert [term.key for term in content.scales.priority] == ["Prioritaire", "Recommandé"]
    assert [term.key for term in content.scales.difficulty] == ["Faible", "Fort"]


def test_without_version_in_its_name_the_folder_s_name_is_the_version(tmp_path: Path) -> None:
    (tmp_path / "beta").mkdir()
    path = write(tmp_path / "beta", [CRITERION], "referentiel.json")
    assert read_catalogue(path).content.version == "beta"


def test_numbers_stay_as_written(tmp_path: Path) -> None:
    text = json.dumps([CRITERION]).replace('"1.10"', "1.10")
    assert read_catalogue(write(tmp_path, text)).content.practices[0].code == "1.10"


def test_what_cannot_be_kept_is_told_with_its_rank(tmp_path: Path) -> None:
    items = [
        CRITERION,
        CRITERION,
        CRITERION | {"numero": "1/3"},
        CRITERION | {"numero": "1.4", "critere": ""},
        CRITERION | {"numero": "1.5", "thematique": ["x"]},
        "un texte",
        CRITERION | {"numero": "1.6", "critere": "\ud800" + "x" * 400, "controle": {"a": 1}},
    ]
    reading = read_catalogue(write(tmp_path, items))

    assert [(one.kind.code, one.is_error) for one in reading.problems] == [
        ("duplicate-code", True),
        ("item-incomplete", True),
        ("item-incomplete", True),
        ("item-incomplete", True),
        ("json-shape", True),
    ]
    assert reading.problems[1].message("en").startswith("Item 3 has no valid “numero”")
    assert [one.code for one in reading.content.practices] == ["1.6", "1.10"]
    assert len(reading.content.practices[0].title) == 250


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", "", '[{"numero": 1', '[{"numero": "x y"}]', '[{"numero":' + "[" * 100_000, "\0"],
)
def test_what_holds_no_criterion_is_unusable(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_catalogue(write(tmp_path, text))
    assert caught.value.problem.message("en")
