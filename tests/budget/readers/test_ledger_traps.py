"""What a ledger hides is read by its mechanism, or asked with the answer that is true."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest

from portulan.budget.imports import inspection
from portulan.budget.readers.ledger_mapping import answered
from portulan.core.say.text import UnusableInputError

HEAD = "Compte;Libellé;Mandaté\n"
LINES = "6156;Maintenance;1200,50\n2051;Logiciels;800,25\n6262;Fibre;310,40\n617;Étude;95,10\n"
ALL = Decimal("2406.25")


def read(text: str, *options: str) -> dict[str, Any]:
    mapping = answered({}, options) or None
    return inspection.inspect(io.BytesIO(text.encode()), "fr", name="essai.csv", mapping=mapping)


def realised(document: dict[str, Any]) -> Decimal:
    totals = (t for t in document["totals"] if t["stage"] == "REALISED" and t["flow"] == "expense")
    return sum((Decimal(total["amount"]) for total in totals), Decimal(0))


def asked(document: dict[str, Any]) -> list[str]:
    return [p["code"] for p in document["problems"] if p["severity"] == "error"]


@pytest.mark.parametrize(
    ("text", "code", "option", "total"),
    [
        (HEAD + ";À nouveau;500,00\n" + LINES, "unexplained-amount", "worded=out", ALL),
        (
            HEAD + "61;Services;1300,00\n6156;Maintenance;1200,50\n20;Biens;900,00\n"
            "2051;Logiciels;800,25\n",
            "parent-account",
            "parents=alone",
            Decimal("2200.00"),
        ),
        (
            HEAD.replace("Mandaté", "Cumul mandaté")
            + "6156;A;100,50\n617;B;300,75\n2051;C;700,00\n6262;D;900,25\n",
            "running-sums",
            "running=Cumul mandaté",
            Decimal("900.25"),
        ),
        (
            HEAD.replace(";M", ";État;M")
            + "6156;A;Payé;100,50\n617;B;Suspendu;30,00\n2051;C;Payé;70,00\n",
            "unknown-sign",
            "sign=-;void=suspendu",
            Decimal("170.50"),
        ),
        (
            HEAD.replace("Mandaté", "Mandaté ville;Mandaté CCAS")
            + "6156;A;100,50;0\n617;B;0;30,00\n2051;C;20,00;50,00\n",
            "ambiguous-columns",
            "added=realised",
            Decimal("200.50"),
        ),
        (
            HEAD.replace("Mandaté", "Réalisé 2023;Réalisé de l’année;Réalisé cumulé")
            + "6156;A;10,00;100,50;110,50\n617;B;5,00;30,00;35,00\n2051;C;1,00;70,00;71,00\n",
            "ambiguous-columns",
            "realised=Réalisé de l’année",
            Decimal("200.50"),
        ),
        (
            HEAD.replace("Compte", "Journal;Compte").replace("Mandaté", "Débit;Crédit")
            + "AN;2051;Solde;999,00;\nAC;6156;A;100,50;\nAC;617;B;30,00;\n",
            "unknown-sign",
            "sign=-;void=an",
            Decimal("130.50"),
        ),
        (
            ";;2023;;2024;\n"
            + HEAD.replace("Mandaté", "Ouvert;Mandaté;Ouvert;Mandaté")
            + "6156;A;9;1,00;2000;1200,50\n2051;B;9;2,00;2000;1205,75\n",
            "several-years",
            "year=2024",
            ALL,
        ),
        (
            HEAD + LINES + ";;\nTiers;Mandaté;Service\nNUAGE;50,00;DSI\n",
            "other-titles",
            "table=first",
            ALL,
        ),
    ],
)
def test_what_no_arithmetic_tells_is_asked_with_the_true_answer(
    text: str, code: str, option: str, total: Decimal
) -> None:
    assert code in asked(read(text))
    document = read(text, *(f"--column '{one}'" for one in option.split(";")))
    assert asked(document) == []
    assert realised(document) == total


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("Compte", "Engagement;Compte").replace("Mandaté", "Mandaté")
        + "".join(f"20240{n}917;{row}\n" for n, row in enumerate(LINES.splitlines())),
        "Montants exprimés en KEUROS\n" + HEAD + "6156;A;2,40625\n617;B;0\n",
        HEAD.replace("Mandaté", "Mandaté (000 €)") + "6156;A;2,40625\n617;B;0\n",
    ],
)
def test_what_the_file_tells_is_read(text: str) -> None:
    document = read(text)
    assert asked(document) == []
    assert realised(document) == ALL


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Montants en dollars\n" + HEAD + LINES, "other-currency-above"),
        (HEAD + LINES * 4 + LINES.replace("Fibre", '"Fibre') + LINES, "broken-table"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(UnusableInputError) as refused:
        read(text)
    assert refused.value.problem.kind.code == code


def test_units_beside_amounts_count() -> None:
    text = HEAD + "".join(f"6156;Ligne {n};{n},5 k€\n" for n in range(1, 5))
    document = read(text, "--column bare=Mandaté", "--column realised=Mandaté")
    assert realised(document) == Decimal("12000.00")
