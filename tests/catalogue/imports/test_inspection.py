from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from portulan.catalogue.imports.inspection import inspect
from portulan.cli.app import app
from portulan.core.say.text import UnusableInputError

INDEX = "---\ntitle: Gouvernance\nidThematique: a.\n---\n"
PRACTICE = (
    "---\ntype: bpnr\ntitle: Nommer un référent\nidbp: a.1\npriority: Prioritaire\n"
    "difficulty: Facile\nwho: [Direction générale]\nindicators: ['Référent nommé : oui/non']\n"
    "---\nTexte."
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "v3" / "gouvernance"
    folder.mkdir(parents=True)
    (folder / "index.md").write_text(INDEX)
    (folder / "nommer.md").write_text(PRACTICE)
    return tmp_path / "v3"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["catalogue", "inspect", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_document_is_the_contract(tree: Path) -> None:
    assert inspect(tree).document("fr") == {
        "format": "guide-markdown",
        "catalogue": {"slug": "v3", "title": "v3", "version": "v3"},
        "counts": {"themes": 1, "practices": 1, "indicators": 1},
        "themes": [{"code": "a", "title": "Gouvernance", "practices": 1}],
        "practices": [
            {
                "code": "a.1",
                "slug": "nommer",
                "theme": "a",
                "title": "Nommer un référent",
                "priority": "Prioritaire",
                "difficulty": "Facile",
                "pilots": ["Direction générale"],
                "indicators": [{"text": "Référent nommé : oui/non", "kind": "yes_no", "unit": ""}],
            }
        ],
        "problems": [],
    }


def test_an_error_in_one_page_gives_exit_1_and_a_whole_document(tree: Path) -> None:
    (tree / "gouvernance" / "bad.md").write_text(
        "---\ntype: bpnr\nindicators:\n  - % du budget\n---\n"
    )
    code, out, err = run(str(tree), "--json", "--lang", "en")

    assert (code, err) == (1, "")
    document = json.loads(out)
    assert document["counts"]["practices"] == 1
    assert document["problems"] == [
        {
            "file": "gouvernance/bad.md",
            "line": 4,
            "severity": "error",
            "code": "yaml-percent",
            "message": "A text that starts with “%” must stand between quotes.",
        }
    ]
    assert "guillemets" in run(str(tree), "--json", "--lang", "fr")[1]


def test_a_warning_alone_gives_exit_0(tree: Path) -> None:
    page = tree / "gouvernance" / "nommer.md"
    page.write_text(PRACTICE.replace("difficulty: Facile\n", ""))
    code, out, _ = run(str(tree), "--json")

    document = json.loads(out)
    assert (code, document["practices"][0]["difficulty"]) == (0, None)
    assert [one["severity"] for one in document["problems"]] == ["warning"]


def test_nothing_but_unreadable_pages_gives_their_problems(tree: Path) -> None:
    (tree / "gouvernance" / "nommer.md").write_text(PRACTICE.replace("---\nTexte.", ""))
    code, out, _ = run(str(tree), "--json")

    assert (code, json.loads(out)["counts"]["practices"]) == (1, 0)


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "aucune bonne pratique"), ("nowhere", "n’existe pas"), ("a.txt", "format")],
)
def test_an_unusable_source_gives_exit_2_and_prints_nothing(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "a.txt").write_text("x")
    code, out, err = run(f"{tmp_path}/{name}", "--json", "--lang", "fr")

    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    with pytest.raises(UnusableInputError):
        inspect(Path(f"{tmp_path}/{name}"))


def test_a_person_reads_a_summary_and_the_problems_apart(tree: Path) -> None:
    page = tree / "gouvernance" / "nommer.md"
    page.write_text(PRACTICE.replace("difficulty: Facile\n", ""))
    code, out, err = run(str(tree), "--lang", "fr")

    assert code == 0
    assert "1 thématique, 1 bonne pratique, 1 indicateur" in out
    assert "Priorité\u00a0: Prioritaire 1" in out
    assert "Difficulté" not in out  # no page says any
    assert "gouvernance/nommer.md\u00a0: La bonne pratique a.1 ne dit rien" in err
    assert "1 theme, 1 practice, 1 indicator" in run(str(tree), "--lang", "en")[1]


def test_a_relative_path_takes_the_name_of_its_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree)
    assert inspect(Path()).content.version == "v3"
