"""Order books: what details lines, and is never added to them."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.ledger import columns
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.core.say.text import UnusableInputError

HOSPITAL = """EXTRACTION COMMANDES;;;;;;;;;;
Code Gestionnaire;UF;N° commande/ligne;Désignation;N° marché;Compte ordonnateur;Fournisseur;Etat;\
Montant engagé;Engagé non reçu;Mandaté net
IT;0450;2025-17/1;Maintenance des serveurs;M-020;H61561;Machines SA;Soldée;12 000,00;0,00;12 000,00
IT;0450;2025-18/1;Postes;M-021;H2183;Ondes & Cie;En cours;-500,50;10,00;-
Total;;;;;;;;11 499,50;10,00;12 000,00
"""


def read(text: str, **mapping: int | str) -> tuple[list[SourceLine], Reading]:
    with open_reading(io.BytesIO(text.encode()), mapping=mapping or None) as reading:
        return list(reading), reading


def test_the_orders_of_a_hospital() -> None:
    lines, reading = read(HOSPITAL)
    assert reading.header.format == "orders"
    servers, computers = lines
    assert (servers.manager, servers.service, servers.order, servers.contract) == (
        "IT", "0450", "2025-17/1", "M-020",
    )  # fmt: skip
    assert (servers.nature, servers.supplier, servers.label) == (
        "61561", "Machines SA", "Maintenance des serveurs",
    )  # fmt: skip
    assert (servers.committed, servers.realised) == (12000, 12000)
    assert (computers.nature, computers.committed, computers.realised) == (
        "2183", Decimal("-500.5"), None,
    )  # fmt: skip
    assert reading.dropped == {"total": 1}
    assert [problem.kind.code for problem in reading.problems] == ["column-left"]
    assert columns(io.BytesIO(HOSPITAL.encode())).is_of_orders


@pytest.mark.parametrize(
    ("titles", "format_"),
    [
        ("Compte;Fournisseur;N° commande;Engagé", "orders"),
        ("Compte;Fournisseur;N° commande;Mandaté", "orders"),
        ("Compte;Fournisseur;N° commande;Ouvert", "ledger"),
        ("Compte;Fournisseur;Marché;Mandaté", "ledger"),
        ("Compte;Objet;N° commande;Mandaté", "ledger"),
    ],
)
def test_orders_are_told_from_a_ledger(titles: str, format_: str) -> None:
    _, reading = read(f"{titles}\n6156;Machines;12;5,00\n")
    assert reading.header.format == format_


def test_a_person_says_what_a_table_is() -> None:
    said: dict[str, int | str] = {"account": 5, "committed": 8, "order": 2}
    assert read(HOSPITAL, **said)[1].header.format == "ledger"
    assert read(HOSPITAL, **said, **{"as": "orders"})[1].header.format == "orders"
    assert read(HOSPITAL, **{"as": "ledger"})[1].header.format == "ledger"
    with pytest.raises(UnusableInputError) as caught:
        read(HOSPITAL, **{"as": "budget"})
    assert caught.value.problem.kind.code == "bad-kind"


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_amounts_are_read_to_the_cent(amounts: list[Decimal]) -> None:
    rows = "".join(f"6156;Machines;{at};{amount}\n" for at, amount in enumerate(amounts))
    lines, _ = read(f"Compte;Fournisseur;N° commande;Engagé\n{rows}", negative="kept")
    assert [line.committed for line in lines] == amounts
