"""The observatory on an empty data folder: files in, a place out, or a sentence."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.observatory.world import balances_of, population_of, siren_of, towns
from tests.places import Place, Places

TOWNS = towns(21, seed=5)


@pytest.fixture
def empty(place_in: Places) -> Place:
    return place_in("empty")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    balances, population = tmp_path / "balances.csv.gz", tmp_path / "population.csv"
    balances.write_bytes(gzip.compress(balances_of(TOWNS).encode("latin-1")))
    population.write_text(population_of(TOWNS), "utf-8")
    return [str(population), str(balances)]


def asked(place: Place, *options: str) -> Any:
    said = place.run("observatory", "compare", *options, "--json")
    return json.loads(said[said.index("{") :])


def test_one_command_from_files_to_a_place(empty: Place, files: list[str], tmp_path: Path) -> None:
    done = json.loads(empty.run("observatory", "import", *files, "--json"))
    assert [one["bodies"] for one in done["files"]] == [21, 21]
    own = TOWNS[6]
    assert own.people is not None
    document = asked(empty, "--siren", own.siren, "--year", "2024")
    assert {"siren", "name", "year", "stratum", "lines", "certain", "mixed", "peers"} < set(
        document
    )
    spent = {code: own.accounts[code][0] for code in ("2051", "21838", "6262", "65811")}
    assert {one["account"]: one["amount"] for one in document["lines"]} == {
        code: f"{cents / 100:.2f}" for code, cents in spent.items()
    }
    each = [sum(one.accounts[code][0] for code in spent) / (one.people or 1) for one in TOWNS]
    assert document["certain"] == {
        "amount": f"{sum(spent.values()) / 100:.2f}",
        "per_inhabitant": f"{each[6] / 100 + 1e-9:.2f}",
        "without_telecom": f"{(sum(spent.values()) - spent['6262']) / 100:.2f}",
    }
    assert document["peers"]["count"] == document["stratum"]["members"] == 21
    assert document["peers"]["rank"] == 1 + sum(value < each[6] for value in each)
    assert document["peers"]["median"] == f"{sorted(each)[10] / 100 + 1e-9:.2f}"
    assert [one["file"] for one in document["sources"]] == ["balances.csv.gz", "population.csv"]
    assert document == asked(
        *(empty, "--siren", f" {own.siren[:3]} {own.siren[3:6]} {own.siren[6:]}"),
        *("--year", "2024", "--within", "99", "--lang", "en"),
    )
    again = json.loads(empty.run("observatory", "import", files[0], "--json"))
    assert again["already"]
    both = tmp_path / "both.zip"
    with zipfile.ZipFile(both, "w") as archive:
        archive.writestr("b.csv", balances_of(TOWNS))
        archive.writestr("p.csv", population_of(TOWNS))
    assert json.loads(empty.run("observatory", "import", str(both), "--json"))["bodies"] == 21
    assert "both.zip" in empty.run("observatory", "compare", "--siren", own.siren, "--year", "2024")


def test_what_is_not_known_exits_2_in_a_sentence(empty: Place, files: list[str]) -> None:
    empty.run("observatory", "import", *files)
    for options in (
        ("--siren", siren_of(99), "--year", "2024"),
        ("--siren", siren_of(1), "--year", "2023"),
        ("--siren", siren_of(1), "--year", "2024", "--within", "Bretagne"),
    ):
        said = empty.run("observatory", "compare", *options, "--json", code=2)
        assert "{" not in said
        assert said.strip()


def test_a_file_is_taken_whole_or_not_at_all(empty: Place, tmp_path: Path) -> None:
    text = balances_of(TOWNS)
    cut, lost, odd = tmp_path / "cut.csv", tmp_path / "lost.csv", tmp_path / "odd.csv"
    cut.write_text(text[: len(text) // 2].rpartition("\n")[0] + "\n2024;", "utf-8")
    lost.write_text(text.rpartition("2024;")[0], "utf-8")
    odd.write_text("a;b\n1;2\n", "utf-8")
    assert "cut short (rows read: " in empty.run("observatory", "import", str(cut), code=2)
    assert empty.query("SELECT COUNT(*) FROM observatory_publicaccounts") == [(0,)]
    assert "differ by €" in empty.run("observatory", "import", str(lost), code=1)
    document = asked(empty, "--siren", TOWNS[-1].siren, "--year", "2024")
    assert "not whole" in document["limits"][0]
    said = empty.run("observatory", "import", str(odd), str(lost), "--json", code=2)
    assert "unknown-layout" in said
    assert '"already": true' in said
