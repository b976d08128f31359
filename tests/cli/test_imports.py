"""`portulan budget import`: what it would do first, pieces of one account, and bodies apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.places import Place, Places

HEAD = "Section;Compte;Libellé;Ouvert\n"
MAY = HEAD + "I;2051;Licences;1200,00\nF;611;Hébergement;3000,00\n"
JUNE = HEAD + "I;2051;Licences;1500,00\nF;6262;Télécoms;70,00\n"
ASKED = ("--org", "bourg", "--year", "2026", "--in-euros")


@pytest.fixture
def place(place_in: Places) -> Place:
    return place_in.settled("bourg-importe")


def put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def told(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
    return found


def lines_of(place: Place) -> dict[str, Any]:
    return told(place.run("budget", "indicator", *ASKED[:4], "--json"))


def test_a_dry_run_says_what_changes_and_writes_nothing(place: Place, tmp_path: Path) -> None:
    may, june = put(tmp_path, "may.csv", MAY), put(tmp_path, "june.csv", JUNE)
    first = told(place.run("budget", "import", may, *ASKED, "--dry-run", "--json"))
    assert first["differences"] is None
    place.run("budget", "indicator", *ASKED[:4], code=2)  # not even the year is open
    place.run("budget", "import", may, *ASKED)
    before = lines_of(place)
    found = told(place.run("budget", "import", june, *ASKED, "--dry-run", "--json"))["differences"]
    assert found["replaces"] == ["may.csv"]
    assert found["counts"] == {"new": 1, "gone": 1, "changed": 1, "same": 0}
    assert [(one["change"], one["label"], one["amounts"]) for one in found["lines"]] == [
        ("gone", "Hébergement", [{"stage": "OPENED", "before": "3000.00", "after": None}]),
        ("changed", "Licences", [{"stage": "OPENED", "before": "1200.00", "after": "1500.00"}]),
        ("new", "Télécoms", [{"stage": "OPENED", "before": None, "after": "70.00"}]),
    ]
    (stage,) = found["stages"]
    assert (stage["before"], stage["after"], stage["difference"]) == (
        "4200.00", "1570.00", "-2630.00",
    )  # fmt: skip
    assert stage["indicator"]["before"]["denominator"] == before["denominator"]
    assert lines_of(place) == before
    place.run("budget", "import", june, *ASKED, "--replace")
    assert lines_of(place)["denominator"] == stage["indicator"]["after"]["denominator"]
    assert "disparues" in place.run("budget", "import", may, *ASKED, "--dry-run", "--lang", "fr")


ANNEX = "Budget;" + HEAD + "Principal;I;2051;Licences;900,00\nEau;F;6156;Télérelève;100,00\n"


def test_the_figure_of_one_budget(place: Place, tmp_path: Path) -> None:
    both = ("--entity", ":Eau", "--entity", ":Principal")
    place.run("budget", "import", put(tmp_path, "annex.csv", ANNEX), *ASKED, *both)
    asked = ("budget", "indicator", *ASKED[:4], "--json")
    whole, main = told(place.run(*asked)), told(place.run(*asked, "--budget", "principal"))
    assert (whole["denominator"], main["denominator"]) == ("900.00", "900.00")
    assert main["budget"] == "principal"
    assert main["variation"] is None
    assert told(place.run(*asked, "--budget", "Eau"))["denominator"] == "0.00"
    place.run(*asked, "--budget", "Assainissement", code=2)


def test_a_second_piece_is_added_and_an_overlap_refused(place: Place, tmp_path: Path) -> None:
    first = put(tmp_path, "f.csv", HEAD + "F;6262;Télécoms;3000,00\n")
    second = put(tmp_path, "i.csv", HEAD + "I;2051;Licences;1200,00\n")
    place.run("budget", "import", first, *ASKED)
    place.run("budget", "import", second, *ASKED, code=2)  # which of the two is to be said
    place.run("budget", "import", second, *ASKED, "--piece")
    assert lines_of(place)["denominator"] == "4200.00"
    again = put(tmp_path, "again.csv", HEAD + "F;6262;Télécoms;3000,00\nI;2051;Autres;1,00\n")
    place.run("budget", "import", again, *ASKED, "--piece", code=2)
    assert lines_of(place)["denominator"] == "4200.00"
