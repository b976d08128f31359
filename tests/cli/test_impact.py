"""`portulan impact estimate`: one document or none, and the exit codes of the contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from portulan.cli.app import app

REQUEST = {
    "format": "portulan-impact/1",
    "country": "FRA",
    "draws": 200,
    "estimates": [
        {
            "id": "laptops",
            "archetype": "device-life",
            "assets": ["fleet"],
            "inputs": {"device": "laptop", "count": 1200, "life_before": 4, "life_after": 6},
        },
        {
            "id": "fewer",
            "archetype": "device-removed",
            "assets": ["fleet"],
            "inputs": {"device": "laptop", "count": 300, "life": 4, "owned": False},
        },
        {"id": "policy", "archetype": "enabling"},
    ],
}


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(REQUEST), encoding="utf-8")
    return file


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["impact", "estimate", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_document_is_that_of_the_contract(request_file: Path) -> None:
    code, out, err = run(str(request_file), "--json", "--lang", "en")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert set(document) == {"results", "overlaps"}
    first, _, policy = document["results"]
    assert {"id", "indicators", "view", "reach", "trace", "factors", "warnings"} <= set(first)
    assert set(first["indicators"]) == {"gwp", "electricity", "adpe", "weee"}
    carbon = first["indicators"]["gwp"]
    assert set(carbon) == {"unit", "central", "p5", "p50", "p95"}
    assert carbon["central"] == 18509
    assert (first["view"], first["reach"]) == ("amortised", "reduction")
    assert set(first["indicators"]["adpe"]) == {"not_estimated"}
    assert {"id", "value", "source", "year"} <= set(first["factors"][0])
    assert all(set(one) == {"not_estimated"} for one in policy["indicators"].values())
    assert document["overlaps"][0]["estimates"] == ["laptops", "fewer"]


def test_the_same_request_gives_the_same_bytes(request_file: Path) -> None:
    assert run(str(request_file), "--json", "--lang", "fr") == run(
        str(request_file), "--json", "--lang", "fr"
    )


def test_the_page_says_it_in_words(request_file: Path) -> None:
    code, out, err = run(str(request_file), "--lang", "fr")
    assert (code, err) == (0, "")
    assert "environ 19\u00a0tCO₂e/an" in out or "environ 18\u00a0tCO₂e/an" in out
    assert "Eau et énergie primaire" in out
    assert "Carbon: about " in run(str(request_file), "--lang", "en")[1]


def test_a_fault_prints_nothing_but_its_sentence(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(REQUEST | {"country": ""}), encoding="utf-8")
    code, out, err = run(str(file), "--json", "--lang", "fr")
    assert (code, out) == (2, "")
    assert "«\u00a0country\u00a0»" in err
    code, out, err = run(str(tmp_path / "none.json"), "--lang", "en")
    assert (code, out) == (2, "")
    assert "cannot be opened" in err


def factors(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["impact", "factors", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_figures_of_reference_tables_go_into_a_request(tmp_path: Path, request_file: Path) -> None:
    file = tmp_path / "types.csv"
    file.write_text("type;dureeVieDefaut;source\nLaptop;6;Parc\n", encoding="utf-8")
    code, out, err = factors(str(file), "--json", "--lang", "en")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["factors"] == {"laptop.life": 6}
    assert set(document["figures"][0]) == {
        "id", "name", "value", "unit", "place", "source", "quality", "factor",
    }  # fmt: skip
    request_file.write_text(
        json.dumps(REQUEST | {"factors": document["factors"]}), encoding="utf-8"
    )
    assert run(str(request_file))[0] == 0
    assert factors(str(file), "--lang", "fr")[1].startswith("laptop.life = 6 years (Laptop")


def test_a_faulty_line_of_a_table_is_1_and_no_figure_at_all_2(tmp_path: Path) -> None:
    file = tmp_path / "types.csv"
    file.write_text("type;dureeVieDefaut\nLaptop;six\nTablet;3\n", encoding="utf-8")
    code, out, err = factors(str(file), "--json", "--lang", "fr")
    assert (code, json.loads(out)["factors"]) == (1, {"tablet.life": 3})
    assert "ligne 2" in err
    file.write_text("type;dureeVieDefaut\nLaptop;six\n", encoding="utf-8")
    assert factors(str(file), "--json")[:2] == (2, "")
    assert factors(str(tmp_path / "none.csv"), "--json")[:2] == (2, "")
