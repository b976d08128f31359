"""The real accounts of real towns, to the cent."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from portulan.budget.inspection import inspect
from portulan.budget.readers import open_reading
from portulan.core.problems import UnusableInputError

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
PARIS = {
    "voted": "montant",
    "account": "nature_code",
    "label": "nature_libelle",
    "section": "section",
    "flow": "sens_flux",
    "chapter": "chapitre_code",
    "function": "fonction_code",
}


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


def test_the_detail_of_a_finance_tool_sums_to_its_own_totals(budgets: Path) -> None:
    path = budgets / "astre_montreuil_detail_budget_2019.xlsx"
    mapping = {"sheet": "Lignes_Astre_2019_D", "account": "Nature", "opened": 1, "realised": 3}
    document = inspect(path, mapping=mapping)
    by_section = {
        (total["section"], total["stage"]): total["amount"]
        for total in document["totals"]
        if total["flow"] == "expense"
    }
    assert by_section == {
        ("F", "OPENED"): "0.00",
        ("I", "OPENED"): "13552346.13",
        ("F", "REALISED"): "19227533.42",
        ("I", "REALISED"): "8521609.88",
    }
    strict = {
        x["nature"]: x["amount"] for x in document["it"]["strict"] if x["stage"] == "REALISED"
    }
    assert strict == {"2051": "11854.80", "2183": "158852.75", "6262": "-14073.52"}
    with open_reading(path, mapping=mapping) as reading:
        negative = [line for line in reading if line.realised and line.realised < 0]
    assert len(negative) == 26
    revenue = inspect(path)
    assert sum(
        Decimal(x["amount"])
        for x in revenue["totals"]
        if x["stage"] == "REALISED" and x["flow"] == "revenue"
    ) == Decimal("6802520.75")


@pytest.mark.parametrize(
    ("year", "voted"),
    [
        (2022, ["8601847932.20", "8794818964.57", "2408192563.59", "1997355293.59"]),
        (2025, ["9771277083.00", "9895606707.00", "2390594694.01", "1445353048.41"]),
    ],
)
def test_a_table_whose_columns_are_chosen(budgets: Path, year: int, voted: list[str]) -> None:
    path = budgets / f"paris_budget_vote_{year}.csv"
    with pytest.raises(UnusableInputError, match="realised"):
        inspect(path)
    assert [x["amount"] for x in inspect(path, mapping=PARIS)["totals"]] == voted


@pytest.mark.parametrize(
    "name",
    ["pcg_2026.json", "plan-de-compte-2024-M57_A.xml", "focus-1.0_sample_1000.csv", "README.md"],
)
def test_other_files_are_refused(budgets: Path, name: str) -> None:
    with pytest.raises(UnusableInputError):
        inspect(budgets / name)
