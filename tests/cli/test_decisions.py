"""Decisions leave in a sheet and come back by the command line, all or none."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.budget.decisions.stranger import rows_of, share
from tests.places import Place, Places

LEDGER = (
    "Gestionnaire;Compte;Section;Libellé;Fournisseur;Ouvert\n"
    "DSI;2051;I;Licences;Éditeur SA;1200,00\n"
    "DSI;611;F;Hébergement;Nuage SARL;3000,00\n"
)
ASKED = ("--org", "bourg", "--year", "2026")


@pytest.fixture
def place(place_in: Places, tmp_path: Path) -> Place:
    place = place_in.settled("bourg-decide")
    ledger = tmp_path / "gl.csv"
    ledger.write_text(LEDGER, "utf-8")
    place.run("budget", "import", str(ledger), *ASKED, "--in-euros")
    return place


def told(place: Place, *arguments: str, code: int = 0) -> dict[str, Any]:
    said = place.run("budget", *arguments, *ASKED, "--json", code=code)
    found: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
    return found


def put(sheet: Path, rows: list[list[str]]) -> None:
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)


def test_out_filled_in_and_back(place: Place, tmp_path: Path) -> None:
    sheet = tmp_path / "register.csv"
    said = told(place, "decisions", "export", str(sheet), "--lang", "fr")
    assert (said["rows"], said["stage"]) == (2, "OPENED")
    titles, *cells = list(csv.reader(sheet.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    filled = {"Part dédiée au NR": "50 %", "Motif": "clé"}
    for title, value in filled.items():
        cells[0][titles.index(title)] = value
    cells[1][titles.index("Périmètre")] = "peut-être"
    put(sheet, [titles, *cells])

    refused = told(place, "decisions", "import", str(sheet), code=1)
    assert (refused["rows"]["refused"], refused["written"]) == (1, False)
    (problem,) = refused["problems"]
    assert (problem["code"], problem["line"]) == ("not-a-choice", 3)
    cells[1][titles.index("Périmètre")] = "Mixte"
    put(sheet, [titles, *cells])
    foreseen = told(place, "decisions", "import", str(sheet), "--dry-run")
    assert (foreseen["rows"]["new"], foreseen["written"]) == (1, False)
    assert foreseen["changes"][0]["cells"]["share"] == [None, "0.5"]
    assert told(place, "indicator")["numerator"] == "0.00"
    assert told(place, "decisions", "import", str(sheet))["written"]
    assert told(place, "indicator")["numerator"] == "600.00"
    # A second time, there is nothing to write.
    assert told(place, "decisions", "import", str(sheet)) | {"rows": {}, "changes": []} == {
        "file": "register.csv", "year": 2026, "rows": {}, "ignored": [], "changes": [],
        "problems": [], "conflicts": [], "questions": [], "written": False,
    }  # fmt: skip
    for kind in ("xlsx", "ods"):
        other = tmp_path / f"register.{kind}"
        told(place, "decisions", "export", str(other), "--lang", "fr")
        figure = told(place, "indicator")
        assert share(rows_of(other.read_bytes(), kind)) == {
            name: figure[name] for name in ("value", "lower", "upper")
        }


def test_what_cannot_be_read_writes_nothing(place: Place, tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("a;b\n1;2\n", "utf-8")
    assert "Line key" in place.run("budget", "decisions", "import", str(odd), *ASKED, code=2)
    place.run("budget", "decisions", "export", str(tmp_path / "x.pdf"), *ASKED, code=2)
    place.run("budget", "decisions", "import", str(tmp_path / "absent.csv"), *ASKED, code=2)
    nowhere = ("--org", "bourg", "--year", "2019")
    place.run("budget", "decisions", "export", str(tmp_path / "x.csv"), *nowhere, code=2)
    assert [file.name for file in tmp_path.glob("x*")] == []
