"""State credits: commitment authorisations and payment credits, never added."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.imports.inspection import inspect
from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.core.say.text import UnusableInputError

EXECUTED = """Suivi des crédits;;;;;;;;
;;;;;;;;
Programme;Sous-action;Libellé sous-action;Titre;AE LFI;CP LFI;CP ouverts;AE consommées;CP consommés
129;11-02;Numérique de l’État;3;1 000,00;900,00;950,00;800,00;700,50
129;11-02;Numérique de l’État;5;500,00;400,00;400,00;100,00;-50,00
Total programme 129;;;;1 500,00;1 300,00;1 350,00;900,00;650,50
"""


def read(text: str, name: str = "credits.csv") -> tuple[list[SourceLine], Reading]:
    with open_reading(io.BytesIO(text.encode()), name=name) as reading:
        return list(reading), reading


def codes(reading: Reading) -> list[str]:
    return [problem.kind.code for problem in reading.problems]


def test_each_credit_is_a_stage_of_its_own() -> None:
    lines, reading = read(EXECUTED)
    assert (reading.header.format, reading.header.nomenclature) == ("state", "LOLF")
    running, equipment = lines
    assert (running.chapter, running.function, running.label, running.nature) == (
        "129", "11-02", "Numérique de l’État", None,
    )  # fmt: skip
    assert (running.voted, running.opened, running.committed, running.realised) == (
        900, 950, 800, Decimal("700.50"),
    )  # fmt: skip
    assert [line.section for line in lines] == ["F", "I"]
    assert equipment.realised == -50
    assert codes(reading) == ["right-to-commit"]
    assert reading.dropped == {"total": 1}


def test_totals_of_two_measures_are_never_one() -> None:
    document = inspect(io.BytesIO(EXECUTED.encode()))
    spent = {x["stage"]: x["amount"] for x in document["totals"] if x["section"] == "F"
             and x["flow"] == "expense"}  # fmt: skip
    assert spent == {
        "VOTED": "900.00", "OPENED": "950.00", "COMMITTED": "800.00", "REALISED": "700.50",
    }  # fmt: skip


BARE = "Mission;Programme;Action;Autorisations d’engagement;Crédits de paiement\nM;129;11;100;90\n"


@pytest.mark.parametrize(
    ("text", "name", "stages", "told"),
    [
        (BARE, "credits.csv", ["COMMITTED", "REALISED"], ["consumed-assumed"]),
        (f"PLF 2026;;;;\n{BARE}", "credits.csv", ["VOTED"], ["right-to-commit"]),
        (f"Exécution 2025;;;;\n{BARE}", "credits.csv", ["COMMITTED", "REALISED"], []),
        (BARE, "plf_2026.csv", ["VOTED"], ["right-to-commit"]),
        (BARE, "credits-ouverts.csv", ["OPENED"], ["right-to-commit"]),
    ],
)
def test_bare_titles_are_what_the_document_says(
    text: str, name: str, stages: list[str], told: list[str]
) -> None:
    lines, reading = read(text, name)
    assert [stage.value for stage in lines[0].amounts] == stages
    assert codes(reading) == told


def test_chorus_says_who_was_paid_and_for_what() -> None:
    lines, _ = read(
        "Centre financier;Domaine fonctionnel;Compte général;Fournisseur;N° EJ;AE engagées;"
        "CP payés;CP disponibles\n0129-NUM;0129-11-02;6113;Nuages SA;1400;120,00;60,00;999,00\n"
    )
    line = lines[0]
    assert (line.service, line.function, line.nature, line.supplier, line.order) == (
        "0129-NUM", "0129-11-02", "6113", "Nuages SA", "1400",
    )  # fmt: skip
    assert (line.committed, line.realised, line.opened, line.section) == (120, 60, None, "F")


def test_two_years_of_one_credit_are_not_chosen_between() -> None:
    with pytest.raises(UnusableInputError) as caught:
        read("Programme;AE;CP LFI 2024;CP PLF 2025\n129;1;2;3\n")
    assert caught.value.problem.kind.code == "two-columns"


MONEY = st.decimals(-(10**9), 10**9, places=2)


@given(st.lists(st.tuples(MONEY, MONEY), min_size=1))
def test_amounts_are_read_to_the_cent(amounts: list[tuple[Decimal, Decimal]]) -> None:
    rows = "".join(f"129;{at};{ae};{cp}\n" for at, (ae, cp) in enumerate(amounts))
    lines, _ = read(f"Programme;Action;AE engagées;CP payés\n{rows}")
    assert [(line.committed, line.realised) for line in lines] == amounts


def test_beside_what_is_consumed_a_bare_credit_is_what_it_is_consumed_from() -> None:
    lines, reading = read(
        "Centre financier;Libellé;Budget AE;Consommé AE;Disponible AE;Budget CP;Consommé CP\n"
        "UBDSI;Réseau;130,00;76,00;54,00;125,00;74,50\n",
        "execution_2025.csv",
    )
    (line,) = lines
    assert (line.voted, line.opened, line.committed, line.realised) == (
        None, 125, 76, Decimal("74.50"),
    )  # fmt: skip
    assert codes(reading) == ["right-to-commit"]
