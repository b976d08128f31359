"""`portulan report`: what it writes, what it refuses, what is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.places import Place, Places

ASKED = ("--org", "bourg")


@pytest.fixture
def place(place_in: Places) -> Place:
    return place_in.settled("bourg-documents")


def test_what_would_not_be_honest_is_not_written(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "board.pdf"
    told = place.run("report", "board", *ASKED, "-o", str(file), "--lang", "fr", code=2)
    assert "n’a pas encore de plan" in told
    assert "give a name in .pdf, .odt" in place.run(
        "report", "board", *ASKED, "-o", str(tmp_path / "board.csv"), code=2
    )
    assert "is not a document" in place.run("report", "poem", *ASKED, "-o", str(file), code=2)
    assert list(tmp_path.iterdir()) == [place.folder]


def test_the_same_facts_give_the_same_bytes_and_one_document(place: Place, tmp_path: Path) -> None:
    text = "Numéro;Action;Pilote\n1;Faire durer les portables;Direction du numérique\n"
    (tmp_path / "plan.csv").write_text(text, "utf-8")
    place.run("plan", "import-table", str(tmp_path / "plan.csv"), *ASKED, "--plan", "plan")
    said = []
    for name in ("one.pdf", "two.pdf"):
        told = place.run("report", "board", *ASKED, "-o", str(tmp_path / name), "--json")
        said.append(json.loads(told[told.index("{") :]))
    assert said[0]["seal"] == said[1]["seal"]
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
