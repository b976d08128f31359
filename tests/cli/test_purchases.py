"""Purchases leave in a sheet and come back by the command line, all or none."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.places import Place, Places

LEDGER = (
    "Gestionnaire;Compte;Section;Libellé;Mandaté\n"
    "DSI;21838;I;Portables;1200,00\nDSI;6064;F;Cartouches;600,00\nDSI;611;F;Hébergement;500,00\n"
)
ASKED = ("--org", "bourg", "--year", "2025")
HEADS = ["Numéro de ligne", "Type de produit", "Origine", "Montant de la part", "Taux de TVA"]


@pytest.fixture
def place(place_in: Places, tmp_path: Path) -> Place:
    place = place_in.settled("bourg-achats")
    (tmp_path / "gl.csv").write_text(LEDGER, "utf-8")
    place.run("budget", "import", str(tmp_path / "gl.csv"), *ASKED, "--in-euros")
    return place


def told(place: Place, *arguments: str, code: int = 0) -> dict[str, Any]:
    said = place.run("budget", *arguments, "--json", code=code)
    found: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
    return found


def sheet(folder: Path, *rows: list[str]) -> str:
    with (folder / "achats.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([HEADS, *rows])
    return str(folder / "achats.csv")


def test_a_sheet_is_said_whole_or_not_at_all(place: Place, tmp_path: Path) -> None:
    laptops = ["1", "Matériel informatique et téléphonie", "Réemploi", "", "20 %"]
    refused = told(
        place,
        *("qualify", sheet(tmp_path, laptops, ["2", "Encre", "", "", "20"]), *ASKED),
        code=1,
    )
    assert (refused["written"], refused["refused"]) == (False, 1)
    assert [one["code"] for one in refused["problems"]] == ["no-such-category"]
    over = ["2", "Papier", "Neuf", "601", "20"]
    refused = told(place, "qualify", sheet(tmp_path, laptops, over), *ASKED, code=1)
    assert "601" in refused["problems"][0]["message"]
    unsaid = ["3", "", "", "", ""]  # a line of which nothing is said stays as it is
    parts = [["2", "Papier", "Neuf", "200", "20"], ["2", "not a product", "", "", ""]]
    file = sheet(tmp_path, laptops, *parts, unsaid)
    foreseen = told(place, "qualify", file, *ASKED, "--dry-run")
    assert (foreseen["lines"], foreseen["written"]) == (2, False)
    done = told(place, "qualify", file, *ASKED)
    assert done["waiting"] == {"lines": 0, "amount": "0.00"}
    assert done["written"]
    again = told(place, "qualify", file, *ASKED)
    assert (again["lines"], again["unchanged"], again["written"]) == (0, 2, False)


def test_a_declaration_that_leaves_out_something_is_asked_for(place: Place, tmp_path: Path) -> None:
    laptops = ["1", "Matériel informatique et téléphonie", "Réemploi", "", "20 %"]
    told(place, "qualify", sheet(tmp_path, laptops), *ASKED)
    place.write("UPDATE accounts_organisation SET siret = '21990001600011', siren = '219900016'")
    file = tmp_path / "agec.csv"
    report = ("report", "agec", *ASKED, "-o", str(file))
    said = place.run(*report, code=1)
    assert "1\u00a0line, €600.00, not in it" in said
    assert "--partial" in said
    assert not file.exists()
    said = place.run(*report, "--partial", "--json")
    assert '"code": "left-out"' in said
    [row] = csv.DictReader(file.open(encoding="utf-8"))
    assert "1\u00a0ligne d’achats à qualifier, soit 600,00\u00a0€ TTC" in row["commentaires"]
    place.run("budget", "declaration", str(file))
    told(place, "qualify", sheet(tmp_path, ["2", "Papier", "Neuf", "", "20"]), *ASKED)
    place.run(*report)
    assert "à qualifier" not in file.read_text("utf-8")


def test_what_is_no_sheet_is_a_sentence(place: Place, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a;b\n1;2\n", "utf-8")
    said = place.run("budget", "qualify", str(tmp_path / "other.csv"), *ASKED, code=2)
    assert "“Line number”" in said


def test_a_declaration_is_judged_without_a_database(place: Place) -> None:
    files = Path(__file__).parents[1] / "budget" / "purchases" / "files"
    sound = told(place, "declaration", str(files / "valide.csv"))
    assert sound["totals"]["montant_total"] == "113400.90"
    assert (sound["schema"], sound["coherence"]) == ([], [])
    wrong = told(place, "declaration", str(files / "invalide-2-siret.csv"), code=1)
    assert [one["line"] for one in wrong["schema"]] == [2, 3, 4]
