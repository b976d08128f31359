"""The national file of local accounts: the spending of one budget, in any of its editions."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest

from portulan.budget.imports.inspection import inspect
from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import AskedError

TITLES = (
    "exer;ident;ndept;lbudg;insee;cbudg;ctype;cstyp;nomen;siren;categ;compte;bedeb;becre;"
    "obnetdeb;obnetcre;onbdeb;onbcre;oobdeb;oobcre;sd;sc"
)
ROWS = (  # account, debit, credit, debit and credit of order
    ("6262", 100, 30, 0, 0),  # 70
    ("6811", 50, 0, 50, 0),  # of order
    ("6817", 8, 0, 0, 0),  # real, but a provision
    ("21838", 500, 200, 60, 0),  # 440: what is refunded is revenue
    ("238", 90, 25, 0, 0),  # 65: an advance given back
    ("2804", 0, 40, 0, 40),
    ("1641", 70, 0, 0, 0),
    ("4011", 900, 900, 0, 0),
    ("7478", 0, 33, 0, 0),
    ("2051", 0, 0, 0, 0),
)


def balance(*bodies: tuple[str, str, str], mark: str = ".") -> str:
    rows = [TITLES]
    for year, siren, budget in bodies:
        for account, debit, credit, order_debit, order_credit in ROWS:
            told = (f"{x}{mark}00" for x in (debit, credit, 0, 0, order_debit, order_credit))
            start = f"{year};{siren}00011;099;FICTIVE;001;{budget};101;00;M57;{siren};Commune"
            rows.append(f"{start};{account} ;0{mark}0;0{mark}0;{';'.join(told)};0;0")
    return "\n".join(rows)


ONE = ("2024", "219900016", "1")


@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_what_was_spent_is_really_debited(mark: str, case: type[str]) -> None:
    text = balance(ONE, mark=mark)
    titles, rest = text.split("\n", 1)
    document = inspect(io.BytesIO(f"{case(titles)}\n{rest}".encode()))
    assert (document["format"], document["year"], document["nomenclature"]) == (
        "balances", 2024, "M57",
    )  # fmt: skip
    assert [total["amount"] for total in document["totals"]] == [
        "70.00", "33.00", "505.00", "0.00",
    ]  # fmt: skip
    assert document["it"]["strict_total"] == {"REALISED": "510.00"}
    assert document["rows"]["dropped"] == {"balance-sheet": 3, "no-amount": 2}


def test_several_budgets_are_asked_about_and_one_is_read() -> None:
    text = balance(ONE, ("2024", "219900016", "3"), ("2024", "219900024", "1")).encode()
    with pytest.raises(AskedError) as caught, open_reading(io.BytesIO(text)):
        pass
    (question,) = caught.value.questions
    assert [answer.option for answer in question.answers] == [
        "--entity 219900016:1", "--entity 219900016:3", "--entity 219900024:1",
    ]  # fmt: skip
    assert {dict(answer.totals or {})["REALISED"] for answer in question.answers} == {Decimal(575)}
    with open_reading(io.BytesIO(text), mapping={"entity": "219900016:3"}) as reading:
        assert reading.header.annex
        assert reading.header.siren == "219900016"
        assert len(list(reading)) == 5


def test_a_year_of_several_is_asked_about() -> None:
    text = balance(ONE, ("2023", "219900016", "1")).encode()
    assert [q["code"] for q in inspect(io.BytesIO(text))["questions"]] == ["several-years"]
    assert inspect(io.BytesIO(text), year=2023)["year"] == 2023


def test_amounts_that_are_none_are_told(tmp_path: Path) -> None:
    path = tmp_path / "balance.csv"
    path.write_text(balance(ONE).replace("100.00", "cent"))
    assert [p["code"] for p in inspect(path)["problems"]] == ["not-an-amount"]
