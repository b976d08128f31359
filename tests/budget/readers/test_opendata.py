"""Budgets that cities publish in a layout of their own."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading, SourceLine

TITLES = "annee,section,sens_flux,chapitre_code,nature_code,nature_libelle,fonction_code,montant"
ROWS = (
    '2025,Investissement,Dépense,900,205,"Concessions, droits",020,8898000.0,{doc}\n'
    "2025,Fonctionnement,Dépense,930,626,Télécoms,024,-12.5,{doc}\n"
    "2025,Fonctionnement,Recette,943,7311,Impôts,01,1000.00,{doc}\n"
)


def read(text: str, name: str = "budget.csv") -> tuple[list[SourceLine], Reading]:
    with open_reading(io.BytesIO(text.encode()), name=name) as reading:
        return list(reading), reading


def table(document: str = "", title: str = "source_pdf") -> str:
    return f"{TITLES},{title}\n{ROWS.format(doc=document)}"


def test_accounts_functions_and_one_amount() -> None:
    lines, reading = read(table())
    assert (reading.header.format, reading.header.year) == ("opendata", 2025)
    licences, telecom, taxes = lines
    assert (licences.section, licences.flow, licences.chapter, licences.nature) == (
        "I", "expense", "900", "205",
    )  # fmt: skip
    assert (licences.label, licences.function, licences.voted) == (
        "Concessions, droits", "020", 8898000,
    )  # fmt: skip
    assert telecom.voted == Decimal("-12.5")
    assert (taxes.flow, taxes.voted) == ("revenue", 1000)


@pytest.mark.parametrize(
    ("name", "document", "stage", "code"),
    [
        ("budget.csv", "", "VOTED", "stage-assumed"),
        ("paris_budget_vote_2025.csv", "", "VOTED", "stage-said"),
        ("C:\\exports\\CA-2025.csv", "", "REALISED", "stage-said"),
        ("budget.csv", "1-bp-2025-editique.pdf", "VOTED", "stage-said"),
        ("budget.csv", "Compte administratif", "REALISED", "stage-said"),
        ("budget.csv", "carte-bpost.pdf", "VOTED", "stage-assumed"),
    ],
)
def test_the_stage_is_what_the_document_says_of_itself(
    name: str, document: str, stage: str, code: str
) -> None:
    lines, reading = read(table(document), name)
    assert [[stage.value for stage in line.amounts] for line in lines] == [[stage]] * 3
    assert [problem.kind.code for problem in reading.problems] == [code]


def test_a_title_that_says_its_stage_is_a_ledger_like_any_other() -> None:
    lines, reading = read(table().replace("montant", "montant_mandate"))
    assert (reading.header.format, lines[0].realised) == ("ledger", 8898000)


@given(st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=1))
def test_amounts_are_read_to_the_cent(amounts: list[Decimal]) -> None:
    rows = "".join(
        f"2024,Fonctionnement,Dépense,930,6{at:05},x,020,{amount}\n"
        for at, amount in enumerate(amounts)
    )
    lines, _ = read(f"{TITLES}\n{rows}")
    assert [line.voted for line in lines] == amounts
