"""The file of accounting entries of private bodies."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.budget.imports.inspection import inspect
from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.core.say.text import UnusableInputError
from tests.fec import YEAR, Entry, fec


def read(data: str | bytes, name: str = "fec.txt") -> tuple[list[SourceLine], Reading]:
    raw = data.encode("iso-8859-15", "replace") if isinstance(data, str) else data
    with open_reading(io.BytesIO(raw), name=name) as reading:
        return list(reading), reading


def codes(reading: Reading) -> list[str]:
    return [problem.kind.code for problem in reading.problems]


@pytest.mark.parametrize("separator", ["\t", "|"])
@pytest.mark.parametrize("sides", [False, True])
def test_what_was_spent_and_earned(separator: str, sides: bool) -> None:
    lines, reading = read(fec(YEAR, separator=separator, sides=sides), "732829320FEC20251231.txt")
    assert [(x.nature, x.section, x.flow, x.real, x.realised) for x in lines] == [
        ("6262", "F", "expense", True, Decimal("1234.56")),
        ("6262", "F", "expense", True, Decimal("-34.56")),
        ("2183", "I", "expense", True, 5000),
        ("641", "F", "expense", True, 2000),
        ("675", "F", "expense", False, 300),
        ("6811", "F", "expense", False, 800),
        ("706", "F", "revenue", True, 12000),
    ]
    assert reading.dropped == {"opening": 2, "balance-sheet": 8, "disposal": 1, "closing": 2}
    assert reading.read == reading.kept + sum(reading.dropped.values()) == len(YEAR)
    assert codes(reading) == []
    header = reading.header
    assert (header.format, header.siren, header.year, header.nomenclature, header.tax_basis) == (
        "fec", "732829320", 2025, "PCG", "HT",
    )  # fmt: skip


def test_who_was_paid_and_never_who_is_paid_a_salary() -> None:
    lines, _ = read(fec(YEAR))
    fibre, credit_note, computers, wages, *_ = lines
    assert (fibre.supplier, fibre.label, fibre.order) == ("Ondes & Cie", 'Fibre "pro', "P2")
    assert (credit_note.supplier, computers.supplier) == ("Ondes & Cie", "Machines SA")
    assert (wages.supplier, wages.label) == (None, "Compte 641")


def test_the_year_is_the_one_of_the_last_entry_and_the_contract_of_inspect_holds() -> None:
    text = fec(YEAR[2:7], day="20240701") + fec(YEAR[7:9], day="20250630").split("\r\n", 1)[1]
    _, reading = read(text)
    assert reading.header.period == (date(2024, 7, 1), date(2025, 6, 30))
    document = inspect(io.BytesIO(text.encode()))
    assert (document["year"], document["stages"]) == (2025, ["REALISED"])
    assert document["it"]["strict_total"] == {"REALISED": "1200.00"}


def test_a_workbook_with_dates_as_numbers() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("FEC")
        rows = [line.split("\t") for line in fec(YEAR[2:5]).splitlines()]
        for number, cells in enumerate(rows):
            typed: list[Any] = [*cells]
            if number:
                typed[3] = 45688  # 31 January 2025
                typed[11:13] = [float(x.replace(",", ".")) for x in cells[11:13]]
            sheet.write_row(number, 0, typed)
    lines, reading = read(data.getvalue())
    assert (lines[0].realised, reading.header.period) == (
        Decimal("1234.56"), (date(2025, 1, 31), date(2025, 1, 31)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (fec(YEAR[2:4]), "unbalanced"),
        (fec(YEAR[2:5]).replace("1234,56", "12a"), "not-an-amount"),
        (fec(YEAR[2:5]).replace("20250131\t6262", "hier\t6262"), "no-date"),
        (fec(YEAR[2:5]).replace("6262\t", "6262\t\t\t"), "ragged-row"),
    ],
)
def test_what_is_missing_or_wrong_is_an_error(text: str, code: str) -> None:
    assert code in codes(read(text)[1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (fec(YEAR).replace("Credit", "Autre"), "fec-columns"),
        (fec(YEAR[2:5]) + fec(YEAR[2:5], day="20200101").split("\r\n", 1)[1], "several-years"),
        (fec(YEAR[:2]), "no-line"),
    ],
)
def test_what_gives_nothing_is_refused(text: str, code: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read(text)
    assert caught.value.problem.kind.code == code


MONEY = st.decimals(0, 10**9, places=2)
PURCHASES = st.lists(st.tuples(st.sampled_from(["6262", "2051", "606"]), MONEY, st.booleans()))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PURCHASES.filter(lambda found: any(amount for _, amount, _ in found)))
def test_spending_is_debits_less_credits(purchases: list[tuple[str, Decimal, bool]]) -> None:
    entries: list[Entry] = []
    spent = dict.fromkeys(["6262", "2051", "606"], Decimal(0))
    for number, (account, amount, is_credit) in enumerate(purchases):
        sides = [f"{amount}".replace(".", ","), "0,00"]
        debit, credit = reversed(sides) if is_credit else sides
        entries += [
            ("AC", f"{number}", account, "", "Achat", debit, credit),
            ("AC", f"{number}", "401", "Tiers", "Achat", credit, debit),
        ]
        spent[account] += -amount if is_credit else amount
    lines, reading = read(fec(entries))
    found = {
        account: sum((x.realised or 0 for x in lines if x.nature == account), Decimal(0))
        for account in spent
    }
    assert found == spent
    assert codes(reading) == []
