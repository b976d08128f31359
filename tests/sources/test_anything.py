"""Any table: a figure where one column alone can answer, else a refusal that says which ones."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.sources.figure import Figure, Verdict
from portulan.sources.meanings import Meanings
from portulan.sources.snapshot import Snapshot, take


def read(text: str, name: str = "table.csv", kind: str | None = "table") -> Snapshot:
    stream = io.BytesIO(text.encode())
    return take([(name, stream)], kind=kind, meanings=Meanings(), on=date(2026, 9, 30),
                flow_year=2025, scope=None)  # fmt: skip


def figures(text: str, name: str = "table.csv") -> dict[str, Figure]:
    return {one.id: one for one in read(text, name).figures}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nom;Retirée\nA;oui\nB;non\nC;oui\n", {"table-yes": "2", "table-share": "0.6667"}),
        ("Nom;Retirée\nA;oui\nB;non\nTotal;12\n", {"table-yes": "1", "table-share": "0.5000"}),
        ("Nom;Score (%)\nA;64\nB;58\nC;\n", {"table-mean-percent": "0.6100"}),
        ("Nom;Score\nA;64 %\nB;58 %\n", {"table-mean-percent": "0.6100"}),
        ("Nom;Volume\nA;6\nB;5,5\nTotal;11,5\n", {"table-sum": "11.5", "table-mean": "5.7500"}),
        ("Nom;Effectif;Formés\nA;100;30\nB;50;\nC;20;6\n", {"table-ratio": "0.3000"}),
        ("Nom;N;Retirée\nA;1;oui\nB;2;non\nC;3;non\n", {"table-yes": "1", "table-sum": None}),
        ("Export du 3\nNom;Note\nA;1\nB;1\nC;4\n", {"table-sum": "6", "table-rows": "3"}),
    ],
)
def test_what_one_column_alone_answers(text: str, expected: dict[str, str | None]) -> None:
    found = figures(text)
    for name, value in expected.items():
        said = found[name].value if name in found else None
        assert (None if said is None else f"{said:f}") == value, name


def test_several_columns_that_could_answer_are_named() -> None:
    found = figures("Nom;Effectif;Formés;Notes\nA;100;30;4\nB;50;10;90\n")["table-sum"]
    assert (found.verdict, found.value) == (Verdict.REFUSED, None)
    assert found.reason is not None
    assert "Effectif, Formés, Notes" in found.reason.fr


def test_unknown_is_never_a_no() -> None:
    found = figures("Nom;Critère\nA;oui\nB;non\nC;\n")["table-share"]
    assert (found.value, found.coverage, found.verdict) == (
        Decimal("0.5"), Decimal("0.6667"), Verdict.WARN,
    )  # fmt: skip
    refused = figures("Nom;Critère\nA;oui\nB;\nC;\nD;\n")["table-share"]
    assert (refused.verdict, refused.value) == (Verdict.REFUSED, None)
    assert refused.reason is not None
    assert "3 sur 4" in refused.reason.fr


def test_the_records_of_an_api_are_a_table() -> None:
    rows = [{"fields": {"Nom": "A", "Retirée": True}}, {"fields": {"Nom": "B", "Retirée": False}}]
    found = figures(json.dumps({"records": rows}), "records.json")
    assert found["table-share"].value == Decimal("0.5")


@pytest.mark.parametrize("text", ["", "Nom;Retirée\n", "un texte\nquelconque\n"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(UnusableInputError):
        read(text)


def test_nothing_is_a_table_unless_somebody_said_so() -> None:
    with pytest.raises(UnusableInputError):
        read("Nom;Retirée\nA;oui\nB;non\n", kind=None)
