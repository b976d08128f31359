"""Commitments of the State: movements that are none are told apart, and never added."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.core.say.values import Amount

HEAD = (
    "Exercice comptable;Centre financier;Domaine fonctionnel;Centre de coûts;"
    "N° pièce de référence;Poste;Texte;Montant à contrôler;Fournisseur;Type de montant;Activité;"
    "Compte général\n"
)
ROW = (
    "2026;0129-DNUM;0129-11-02;DNUMC01;{order};10;Maintenance;{amount};Éditeur;{kind};ACT1;"
    "{account}\n"
)


def read(*rows: tuple[str, str, str]) -> tuple[list[SourceLine], Reading]:
    text = "Extraction JP51\n;;\n" + HEAD
    text += "".join(
        ROW.format(order=f"14{at}", amount=amount, kind=kind, account=account)
        for at, (amount, kind, account) in enumerate(rows)
    )
    with open_reading(io.BytesIO(text.encode()), name="jp51.csv") as reading:
        return list(reading), reading


def test_what_the_year_commits_is_read_and_the_rest_is_told() -> None:
    lines, reading = read(
        ("1 000,00", "100 Original", "6156000000"),
        ("200,00", "0150", "6156000000"),
        ("-1 100,00", "200 - Réduction", "6156000000"),
        ("5 000,00", "350", "2183000000"),
        ("-30,00", "600", "6156000000"),
        ("30,00", "650", "6113000000"),
    )
    assert (reading.header.format, reading.header.nomenclature) == ("chorus", "LOLF")
    assert [line.committed for line in lines] == [1000, 200, -30, 30]
    first = lines[0]
    assert (first.service, first.manager, first.function) == ("0129-DNUM", "DNUMC01", "0129-11-02")
    assert (first.nature, first.order, first.supplier) == ("6156000000", "140", "Éditeur")
    assert (first.label, first.section, first.contract) == ("Maintenance", "F", None)
    assert first.realised is None
    told = {problem.kind.code: problem.values for problem in reading.problems}
    assert told == {
        "payments-apart": {"count": 1, "amount": Amount(Decimal(-1100))},
        "carried-commitments": {"count": 1, "amount": Amount(Decimal(5000))},
    }
    assert reading.dropped == {"no-commitment": 2}


def test_a_type_that_nobody_knows_is_an_error_and_not_a_guess() -> None:
    lines, reading = read(("1,00", "100", "611"), ("2,00", "777", "611"), ("3,00", "", "611"))
    assert [line.committed for line in lines] == [1]
    assert [problem.kind.code for problem in reading.problems] == ["unknown-type"] * 2
    assert reading.read == reading.kept + sum(reading.dropped.values())


kinds = st.sampled_from(["100", "150", "200", "350", "500", "600", "650"])
amounts = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(st.tuples(amounts, kinds), min_size=1))
def test_commitments_add_up_to_those_of_the_year_alone(rows: list[tuple[Decimal, str]]) -> None:
    wanted = [amount for amount, kind in rows if kind not in {"200", "350"}]
    if not wanted:
        rows, wanted = [*rows, (Decimal(1), "100")], [Decimal(1)]
    lines, _ = read(*((f"{amount:.2f}".replace(".", ","), kind, "611") for amount, kind in rows))
    assert sum(line.committed or 0 for line in lines) == sum(wanted)


@pytest.mark.parametrize("columns", ["AE consommées;CP consommés", "Montant à contrôler"])
def test_another_table_of_the_state_is_left_to_its_reader(columns: str) -> None:
    text = f"Programme;Sous-action;Titre;{columns}\n129;11;3;1,00;2,00\n"
    with open_reading(io.BytesIO(text.encode()), name="x.csv", mapping={"committed": 3}) as reading:
        assert reading.header.format == "ledger"
