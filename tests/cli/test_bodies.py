"""Several organisations of one place: a file split between them, a provider’s share, the sum."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.places import Place, Places

MINE, THEIRS, NOBODY = "219900011", "219900029", "219900037"
FILE = (
    "SIREN;Compte;Libellé;Ouvert\n"
    f"{MINE};2051;Licences;1000,00\n{MINE};6262;Télécoms;500,00\n"
    f"{THEIRS};2051;Badges;70,00\n{NOBODY};2051;Rien;5,00\n"
)
YEAR = ("--year", "2026")
SHARE = {
    "format": "portulan-provider-share/1",
    "provider": {"siren": NOBODY, "name": "Syndicat"},
    "year": 2026,
    "stage": "OPENED",
    "basis": "TTC",
    "value": "5.25",
    "lower": "4.00",
    "upper": "6.00",
    "denominator": "1000.00",
    "published_on": "2026-11-02",
    "members": [{"siren": MINE, "name": "Bourg", "key": "0.25"}],
}


@pytest.fixture
def place(place_in: Places) -> Place:
    found = place_in.settled("bourg-et-ville")
    found.run("init", "--name", "Ville", "--slug", "ville", "--email", "b@ville.example")
    # SIRENs of nobody, MINE and THEIRS, that the command would refuse.
    found.write("UPDATE accounts_organisation SET siren = '219900011' WHERE slug = 'bourg'")
    found.write("UPDATE accounts_organisation SET siren = '219900029' WHERE slug = 'ville'")
    return found


def denominator(place: Place, *asked: str) -> str:
    said = place.run("budget", *asked, *YEAR, "--stage", "opened", "--json")
    found: str = json.loads(said)["denominator"]
    return found


def test_a_file_is_split_and_the_organisations_are_added_up(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "tous.csv"
    file.write_text(FILE, "utf-8")
    both = ("--entity", MINE, "--entity", THEIRS)
    asked = ("budget", "import", str(file), "--org", "bourg", *YEAR, "--split", "--in-euros")
    refused = place.run(*asked, code=2)  # nobody here has the third SIREN
    assert "Choose bodies that are here" in refused
    place.run("budget", "indicator", "--org", "ville", *YEAR, code=2)
    said = place.run(*asked, *both)
    assert "Bourg: 2 lines." in said
    assert "Ville: 1 lines." in said
    assert denominator(place, "indicator", "--org", "bourg") == "1500.00"
    assert denominator(place, "indicator", "--org", "ville") == "70.00"
    assert denominator(place, "consolidation", "--org", "bourg", "--org", "ville") == "1570.00"
    told = place.run("budget", "consolidation", "--org", "bourg", *YEAR, "--stage", "opened")
    assert "2026, opened: " in told
    assert "€0.00 / €1,500.00 TTC" in told


def test_a_providers_share_goes_to_who_it_names(place: Place, tmp_path: Path) -> None:
    file, out = tmp_path / "part.json", tmp_path / "dite.json"
    file.write_text(json.dumps(SHARE), "utf-8")
    receive = ("budget", "provider", "receive", str(file))
    assert json.loads(place.run(*receive, "--org", "bourg", "--json")) == {
        "provider": NOBODY,
        "year": 2026,
        "value": "5.2500",
    }
    assert place.run(*receive, "--org", "ville", code=2)
    file.write_text(json.dumps(SHARE | {"value": "120"}), "utf-8")
    assert "value" in place.run(*receive, "--org", "bourg", code=2)
    file.unlink()
    assert place.run(*receive, "--org", "bourg", code=2)
    said = place.run("budget", "provider", "export", str(out), "--org", "bourg", *YEAR, code=2)
    assert "No share is stated" in said
    assert not out.exists()
