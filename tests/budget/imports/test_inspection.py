"""`portulan budget inspect`: its document, its page, its exit codes."""

from __future__ import annotations

import json
import shlex
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from portulan.budget.imports.inspection import inspect
from portulan.cli.app import app
from portulan.cli.budget.inspect import money

LEDGER = """Compte;Libellé;Section;Engagé;Mandaté
6262;Téléphonie;F;1 000,00;900,50
21838;Postes;I;;-20,25
6512;Droits d’utilisation, informatique en nuage;F;;5,00
6512;Stagiaires;F;;7,00
7788;Remboursement;F;;3,00
Total;;;1 000,00;895,25
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "grand-livre.txt"
    path.write_text(LEDGER, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["budget", "inspect", *map(str, arguments)])


def test_the_document_of_a_ledger(ledger: Path) -> None:
    result = run(ledger, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document == inspect(ledger)
    assert list(document) == [
        *("format", "encoding", "entity", "nomenclature", "year", "delta", "stages", "rows"),
        *("totals", "it", "problems", "controls", "cells", "proof", "questions"),
    ]
    assert (document["format"], document["encoding"]) == ("ledger", "utf-8")
    assert document["entity"] == {"siret": None, "name": None, "budget": None}
    assert document["stages"] == ["COMMITTED", "REALISED"]
    assert document["rows"] == {"read": 6, "kept": 5, "dropped": {"total": 1}}
    assert document["totals"][4:] == [
        {"section": "F", "flow": "expense", "stage": "REALISED", "amount": "912.50"},
        {"section": "F", "flow": "revenue", "stage": "REALISED", "amount": "3.00"},
        {"section": "I", "flow": "expense", "stage": "REALISED", "amount": "-20.25"},
        {"section": "I", "flow": "revenue", "stage": "REALISED", "amount": "0.00"},
    ]
    assert document["it"]["strict_total"] == {"COMMITTED": "1000.00", "REALISED": "885.25"}
    assert [(x["nature"], x["stage"]) for x in document["it"]["strict"]] == [
        ("21838", "COMMITTED"), ("21838", "REALISED"),
        ("6262", "COMMITTED"), ("6262", "REALISED"),
        ("6512", "COMMITTED"), ("6512", "REALISED"),
    ]  # fmt: skip


def test_errors_in_the_input_exit_1_and_say_where(ledger: Path) -> None:
    ledger.write_text(LEDGER + "6156;Maintenance;F;;douze\n", encoding="utf-8")
    result = run(ledger, "--json", "--lang", "en")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert problem == {
        "file": str(ledger),
        "line": 8,
        "severity": "error",
        "code": "not-an-amount",
        "message": "“douze” is not an amount (Mandaté): the line was not read.",
    }


def test_warnings_alone_exit_0(ledger: Path) -> None:
    ledger.write_text("Libellé;Mandaté\nTéléphone;1,00\n", encoding="utf-8")
    result = run(ledger, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [problem["severity"] for problem in document["problems"]] == ["warning"]
    assert document["totals"][4] == {
        "section": None, "flow": "expense", "stage": "REALISED", "amount": "1.00",
    }  # fmt: skip


@pytest.mark.parametrize("options", [[], ["--json"]])
@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7", b"<a/>", b"a;b\n"])
def test_an_unusable_file_exits_2_with_a_sentence_and_nothing_else(
    tmp_path: Path, content: bytes | None, options: list[str]
) -> None:
    path = tmp_path / "absent"
    if content is not None:
        path.write_bytes(content)
    french, english = run(path, *options, "--lang", "fr"), run(path, *options, "--lang", "en")
    assert (french.exit_code, french.stdout) == (2, "")
    assert str(path) in french.stderr
    assert french.stderr != english.stderr


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "--json").exit_code == 2


def test_several_files_give_one_document_and_the_highest_code(ledger: Path, tmp_path: Path) -> None:
    result = run(ledger, tmp_path / "absent", ledger, "--json")
    assert result.exit_code == 2
    good, bad, again = json.loads(result.stdout)["files"]
    assert good == again == inspect(ledger)
    assert list(bad) == list(good)
    assert (bad["format"], bad["totals"]) == (None, [])
    assert [problem["code"] for problem in bad["problems"]] == ["no-such-file"]


def test_columns_may_be_chosen(ledger: Path) -> None:
    chosen = run(ledger, "--json", "--column", "account=Compte", "--column", "voted=4")
    assert json.loads(chosen.stdout)["stages"] == ["VOTED"]
    assert run(ledger, "--column", "account").exit_code == 2
    assert run(ledger, "--column", "voted=Absente").exit_code == 2


def test_the_page_speaks_the_language(ledger: Path) -> None:
    french, english = run(ledger, "--lang", "fr").stdout, run(ledger, "--lang", "en").stdout
    assert "Fonctionnement, dépenses" in french
    assert "912,50" in french
    assert "Operations, expenses" in english
    assert "912.50" in english


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        ("1234567.80", "1\u202f234\u202f567,80", "1,234,567.80"),
        ("-1234.50", "−1\u202f234,50", "−1,234.50"),
        ("-0.50", "−0,50", "−0.50"),
        ("0.00", "0,00", "0.00"),
    ],
)
def test_money_as_people_read_it(amount: str, french: str, english: str) -> None:
    assert (money(amount, "fr"), money(amount, "en")) == (french, english)


def test_a_file_proves_itself_and_asks_with_what_each_answer_would_give(ledger: Path) -> None:
    rows = "Compte;Objet;Mandaté\n6262;Lignes;1 000,00\n2051;Licences;250,50\n"
    ledger.write_text(rows + "TOTAL;;1 250,50\n", encoding="utf-8")
    told = json.loads(run(ledger, "--json").stdout)
    assert told["controls"] == [
        {"line": 4, "stage": "REALISED", "printed": "1250.50", "read": "1250.50", "holds": True}
    ]
    assert told["questions"] == []

    ledger.write_text(rows + "TOTAL;;1 300,00\n", encoding="utf-8")
    asked = run(ledger, "--json", "--lang", "en")
    assert asked.exit_code == 1
    document = json.loads(asked.stdout)
    assert [control["holds"] for control in document["controls"]] == [False]
    (question,) = document["questions"]
    assert question["code"] == "contradicted-total"
    (answer,) = question["answers"]
    assert answer == {"option": "--column totals=lines", "totals": {"REALISED": "1250.50"}}
    answered = run(ledger, "--json", *answer["option"].split())
    assert answered.exit_code == 0
    assert json.loads(answered.stdout)["questions"] == []
    page = run(ledger, "--lang", "fr").stdout
    assert "le fichier imprime 1\u202f300,00, nous lisons 1\u202f250,50" in page
    assert "--column totals=lines → mandaté 1\u202f250,50" in page


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Compte;Mandaté 2023;Mandaté 2024\n6262;1,00;2,00\n2051;3,00;4,50\n", "several-years"),
        ("Compte;Objet;Mandaté HT;Mandaté TTC\n6262;a;1,00;1,20\n2051;b;3,00;3,60\n", "tax-basis"),
        ("SIREN;Compte;Voté\n219900016;6262;1,00\n219900024;2051;3,00\n", "several-entities"),
        ("Compte;Objet;Budget 2024;Mandaté\n6262;a;1,00;2,00\n2051;b;3,00;4,50\n", "no-stage"),
        ("Compte;Objet;Voté\n6262;a;1,00\n6262;a;1,00\n2051;b;3,00\n", "identical-rows"),
        ("Sens;Compte;Objet;Mandaté\nX;6262;a;1,00\nY;2051;b;3,00\n", "unknown-sign"),
        ("Compte;Objet;Mandaté\n6262;a;1,00\n1641;b;3,00\n", "unsaid-flow"),
        ("Compte;Objet;Engagé;Mandaté\n6262;a;1,00;9,00\n2051;b;3,00;8,00\n", "impossible-order"),
    ],
)
def test_every_question_has_options_that_answer_it(ledger: Path, text: str, code: str) -> None:
    ledger.write_text(text, encoding="utf-8")
    asked = run(ledger, "--json")
    assert asked.exit_code == 1
    question = next(q for q in json.loads(asked.stdout)["questions"] if q["code"] == code)
    assert question["answers"]
    for answer in question["answers"]:
        answered = run(ledger, "--json", *shlex.split(answer["option"]))
        document = json.loads(answered.stdout)
        assert code not in [other["code"] for other in document["questions"]]
        found: dict[str, Decimal] = {}
        for total in document["totals"]:
            if total["flow"] == "expense":
                amount = Decimal(total["amount"])
                found[total["stage"]] = found.get(total["stage"], Decimal(0)) + amount
        told = answer["totals"]
        assert told is None or {k: v for k, v in found.items() if v} == {
            stage: Decimal(amount) for stage, amount in told.items() if Decimal(amount)
        }
