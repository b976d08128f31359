"""A ledger of debits and credits is spending, and says how it was read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers.ledger_columns import guess_fields
from tests.budget.readers.test_ledger import read, refusal

LEDGER = """Compte;Libellé;Débit;Crédit
6262;Téléphonie;1 200,50;
6262;Avoir;;200,50
2183;Postes;900,00;0,00
7788;Vente de matériel;10,00;60,00
;Sans compte;5,00;1,00
40411;Fournisseur;100,00;2 000,00
2805;Amortissement;;300,00
6156;Rien;;
"""
amounts = st.none() | st.decimals(0, 10**9, places=2)


def test_debit_less_credit_is_realised_and_the_reverse_for_revenue() -> None:
    lines, reading = read(LEDGER)
    assert [(line.nature, line.flow, line.realised) for line in lines] == [
        ("6262", "expense", Decimal("1200.50")),
        ("6262", "expense", Decimal("-200.50")),
        ("2183", "expense", 900),
        ("7788", "revenue", 50),
        (None, "expense", 4),
    ]
    assert all(line.voted is line.opened is line.committed is None for line in lines)
    assert reading.dropped == {"balance-sheet": 2, "no-amount": 1}
    first, apart = reading.problems
    assert (first.kind.code, apart.kind.code) == ("debit-and-credit", "no-section")
    assert "débit − crédit" in first.message("fr")
    assert reading.header.format == "ledger"


@given(st.lists(st.tuples(st.sampled_from(["6262", "2051", "7788"]), amounts, amounts), min_size=1))
def test_what_a_ledger_says_was_spent_is_its_debits_less_its_credits(
    rows: list[tuple[str, Decimal | None, Decimal | None]],
) -> None:
    text = "".join(
        f"{account};x;{'' if debit is None else debit};{'' if credit is None else credit}\n"
        for account, debit, credit in [*rows, ("6262", Decimal("1.50"), None)]
    )
    lines, reading = read("Compte;Libellé;Débit (€);Crédit (€)\n" + text)
    net = sum((line.realised or 0) * (-1 if line.flow == "revenue" else 1) for line in lines)
    debits = sum(debit or 0 for _, debit, _ in rows) + Decimal("1.50")
    assert net == debits - sum(credit or 0 for _, _, credit in rows)
    assert reading.read == reading.kept + sum(reading.dropped.values())


@pytest.mark.parametrize(
    ("titles", "fields"),
    [
        (("Compte", "Montant débit", "Montant crédit"), {"account": 0, "debit": 1, "credit": 2}),
        (("Compte", "Solde débiteur 2025", "Solde créditeur 2025"),
         {"account": 0, "debit": 1, "credit": 2}),
        (("Compte", "CRÉDIT", "DÉBIT"), {"account": 0, "debit": 2, "credit": 1}),
        (("Compte", "Crédits ouverts", "Débit"), {"account": 0, "opened": 1}),
        (("Compte", "Crédits ouverts", "Débit", "Crédit"),
         {"account": 0, "opened": 1, "debit": 2, "credit": 3}),
        (("Compte", "Débit", "Crédit", "Mandaté"), {"account": 0, "realised": 3}),
        (("Compte", "Crédits", "Débit"), {"account": 0}),
        (("Débit en Mb/s", "Crédit en Mb/s", "Engagé"), {"committed": 2}),
        (("Compte", "Mouvement débit", "Mouvement crédit", "Solde débit", "Solde crédit"),
         {"account": 0}),
    ],
)  # fmt: skip
def test_the_sides_are_known_as_a_pair(titles: tuple[str, ...], fields: dict[str, int]) -> None:
    assert guess_fields(titles).fields == fields


def test_titles_over_two_rows_say_the_sides_too() -> None:
    lines, _ = read("Compte;Libellé;Mouvements;\n;;Débit;Crédit\n6262;Lignes;12,00;2,00\n")
    assert [line.realised for line in lines] == [10]


def test_the_sides_may_be_chosen_together_in_any_unit() -> None:
    text = "Quoi;Combien;Repris\n6262;3,00;1,00\n"
    lines, _ = read(text, account=0, debit=1, credit=2, unit=1000)
    assert [line.realised for line in lines] == [2000]
    assert refusal(text, account=0, debit=1) == "one-side"
    assert refusal(text, account=0, debit=1, credit=2, realised=1) == "one-side"


def test_a_side_that_is_no_amount_is_told_with_its_title() -> None:
    _, reading = read("Compte;Débit;Crédit\n6262;1,00;\n6262;1,00;deux\n")
    (_, problem) = reading.problems
    assert (problem.kind.code, problem.line) == ("not-an-amount", 3)
    assert "Crédit" in problem.message("fr")


def test_lines_without_section_nor_account_are_told_once() -> None:
    _, reading = read("Libellé;Mandaté\n" + "".join(f"Serveur n° {n};1,00\n" for n in range(250)))
    (problem,) = reading.problems
    assert (problem.kind.code, problem.line) == ("no-section", 2)
    assert "250" in problem.message("fr")
    assert "250" in problem.message("en")
