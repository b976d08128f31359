"""The real accounts of real towns, to the cent."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portulan.budget.imports.inspection import inspect
from portulan.budget.readers import open_reading
from portulan.budget.words import Act
from portulan.core.say.text import UnusableInputError

pytestmark = pytest.mark.real

NAMES = [
    "totem_crach_BP_2022.xml",
    "totem_crach_CA_2021.xml",
    "totem_crach_DM2_2021.xml",
    "totem_crach_DM3_2021.xml",
    "totem_mohon_CFU_2023_M57A.xml",
    "totem_montpellier_CA_2018_M57.xml",
    "totem_montreuil_CA_2016_M14.xml",
    "totem_montreuil_CA_2018_M14.xml",
    "totem_saintmaloagglo_transport_BP_2022.xml",
    "scdl_crach_BP_2022.csv",
    "scdl_crach_CA_2021.csv",
    "scdl_mohon_CFU_2023.csv",
    "scdl_saintmaloagglo_transport_BP_2022.csv",
]
PROXIES = {"205", "2051", "21831", "21838", "2185", "626"}


@pytest.fixture
def budgets(real_data: Path) -> Path:
    return real_data / "budgets"


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_exactly_the_expected_one(budgets: Path, name: str) -> None:
    expected = (budgets / "expected" / name).with_suffix(".json").read_text(encoding="utf-8")
    assert json.dumps(inspect(budgets / name)) == json.dumps(json.loads(expected))  # keys in order


def test_no_expected_document_is_forgotten(budgets: Path) -> None:
    assert {path.stem for path in (budgets / "expected").iterdir()} == {
        Path(name).stem for name in NAMES
    }


def test_the_invalid_document_is_refused_with_a_sentence(budgets: Path) -> None:
    with pytest.raises(UnusableInputError) as caught:
        inspect(budgets / "totem_invalide.xml")
    assert caught.value.problem.kind.code == "no-budget"


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("totem_crach_CA")])
def test_the_same_document_in_two_formats_gives_the_same_lines(budgets: Path, name: str) -> None:
    def lines(path: Path) -> Counter[tuple[object, ...]]:
        with open_reading(path) as reading:
            return Counter(
                (x.section, x.flow, x.real, x.nature, *x.amounts.items()) for x in reading
            )

    scdl = budgets / name.replace("totem", "scdl").replace(".xml", ".csv")
    assert lines(budgets / name) == lines(scdl)


def amounts(document: dict[str, Any], stage: str) -> dict[tuple[str, str], str]:
    return {
        (total["section"], total["flow"]): total["amount"]
        for total in document["totals"]
        if total["stage"] == stage
    }


def strict(document: dict[str, Any], stage: str) -> dict[str, str]:
    return {x["nature"]: x["amount"] for x in document["it"]["strict"] if x["stage"] == stage}


def test_the_workbook_of_astre_sums_to_its_own_totals(budgets: Path) -> None:
    path = budgets / "astre_montreuil_detail_budget_2019.xlsx"
    document = inspect(path)
    assert (document["format"], document["year"]) == ("astre", 2019)
    assert document["entity"] == {
        "siret": None, "name": "VILLE DE MONTREUIL", "budget": "BUDGET PRINCIPAL",
    }  # fmt: skip
    assert document["rows"]["read"] == 400 + 328
    assert document["rows"]["kept"] == 210 + 139
    assert amounts(document, "OPENED") == {
        ("F", "expense"): "0.00",
        ("F", "revenue"): "0.00",
        ("I", "expense"): "13552346.13",
        ("I", "revenue"): "6572990.70",
    }
    assert amounts(document, "REALISED") == {
        ("F", "expense"): "19227533.42",
        ("F", "revenue"): "6632975.72",
        ("I", "expense"): "8521609.88",
        ("I", "revenue"): "169545.03",
    }
    assert strict(document, "OPENED") == {"2051": "252493.22", "2183": "270383.33", "6262": "0.00"}
    assert strict(document, "REALISED") == {
        "2051": "11854.80", "2183": "158852.75", "6262": "-14073.52",
    }  # fmt: skip
    told = [p["message"] for p in document["problems"]]
    assert len(told) == 2, "the column of no stage, for expenses and for revenue"
    assert "22\u202f402\u202f607,49" in told[0]
    assert "10\u202f959\u202f926,28" in told[1]
    with open_reading(path) as reading:
        lines = [line for line in reading if line.flow == "expense"]
    assert sum(1 for line in lines if line.realised and line.realised < 0) == 26
    assert [line.realised for line in lines if line.nature == "6156"] == [Decimal("-371372.84")]
    assert {line.chapter for line in lines if line.nature == "2031"} == {"20", "21"}


@pytest.mark.parametrize(
    ("year", "voted", "proxies"),
    [
        (
            2022,
            ["8601847932.20", "8794818964.57", "2408192563.59", "1997355293.59"],
            {"205": "4359310.0", "626": "9118445.0"},
        ),
        (
            2023,
            ["8828268323.00", "9414052004.00", "2490734412.00", "1395239937.00"],
            {"205": "4021057", "2051": "261418", "21838": "697748", "2185": "368299",
             "626": "8479415"},
        ),
        (
            2024,
            ["9351396375.00", "9627299131.00", "2409911953.84", "1504930533.00"],
            {"205": "8902200", "2051": "261149.27", "21831": "100529.18", "21838": "1057296.33",
             "2185": "522403.88", "626": "8944195"},
        ),
        (
            2025,
            ["9771277083.00", "9895606707.00", "2390594694.01", "1445353048.41"],
            {"205": "9365000", "2051": "257096.56", "21831": "92796.17", "21838": "1045445.43",
             "2185": "520142.80", "626": "12931300"},
        ),
    ],
)  # fmt: skip
def test_the_budgets_that_paris_publishes(
    budgets: Path, year: int, voted: list[str], proxies: dict[str, str]
) -> None:
    path = budgets / f"paris_budget_vote_{year}.csv"
    document = inspect(path)
    assert (document["format"], document["year"], document["stages"]) == (
        "opendata", year, ["VOTED"],
    )  # fmt: skip
    assert [x["amount"] for x in document["totals"]] == voted
    assert document["rows"]["dropped"] == {}
    found: Counter[str] = Counter()
    with open_reading(path) as reading:
        for line in reading:
            if line.flow == "expense" and line.nature in PROXIES:
                found[line.nature] += line.voted or 0  # type: ignore[assignment]
    assert found == {nature: Decimal(amount) for nature, amount in proxies.items()}


@pytest.mark.parametrize(
    "name",
    ["pcg_2026.json", "plan-de-compte-2024-M57_A.xml", "focus-1.0_sample_1000.csv", "README.md"],
)
def test_other_files_are_refused(budgets: Path, name: str) -> None:
    with pytest.raises(UnusableInputError):
        inspect(budgets / name)


def test_the_amending_decisions_of_crach_open_what_its_accounts_say(budgets: Path) -> None:
    """MtBudgPrec + what DM3 votes = the opened credits of the CA 2021, by section, to the cent."""
    opened = {"F": Decimal("2612060.89"), "I": Decimal("2413419.17")}
    for name, number in (("DM2", "2"), ("DM3", "3")):
        with open_reading(budgets / f"totem_crach_{name}_2021.xml") as reading:
            assert (reading.header.act, reading.header.number) == (Act.AMENDING, number)
            after = dict.fromkeys(opened, Decimal(0))
            for line in reading:
                if line.counts and line.flow == "expense" and line.section:
                    after[line.section] += line.voted or 0
            for section, before in reading.before.items():
                after[section] += before
        assert after == opened
    with open_reading(budgets / "totem_crach_CA_2021.xml") as reading:
        said = dict.fromkeys(opened, Decimal(0))
        for line in reading:
            if line.counts and line.flow == "expense" and line.section:
                said[line.section] += line.opened or 0
    assert said == opened
