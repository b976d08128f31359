"""Amounts: every way of writing one reads back exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.tables.amounts import NotAnAmountError, from_float, guess_mark, parse

AMOUNTS = st.decimals(min_value=-(10**13), max_value=10**13, places=2, allow_nan=False)
GROUPINGS = [" ", "\u00a0", "\u202f", "\u2009", "'", "’", ""]


def french(amount: Decimal, space: str) -> str:
    return f"{amount:,.2f}".replace(",", space).replace(".", ",")


@given(AMOUNTS, st.sampled_from(GROUPINGS), st.sampled_from(["", " €", "\u00a0€", " EUR", "€"]))
def test_french_amounts_read_back(amount: Decimal, space: str, unit: str) -> None:
    text = french(amount, space) + unit
    assert parse(text) == parse(text, ",") == amount


@given(AMOUNTS, st.booleans())
def test_english_amounts_read_back(amount: Decimal, grouped: bool) -> None:
    text = f"{amount:,.2f}" if grouped else f"{amount:.2f}"
    assert parse(text) == parse(text, ".") == amount


@given(AMOUNTS)
def test_ledger_styles_read_back(amount: Decimal) -> None:
    size = f"{abs(amount):,.2f}".translate(str.maketrans({",": ".", ".": ","}))
    negative = amount < 0
    assert parse(f"{size}-" if negative else size) == amount
    assert parse(f"({size})" if negative else size) == amount
    assert parse(f"−{size}" if negative else f"+{size}") == amount


@given(AMOUNTS)
def test_scientific_notation_reads_back(amount: Decimal) -> None:
    assert parse(f"{amount:.16E}") == amount
    assert parse(f"{amount:.16e}".replace(".", ",")) == amount


@given(AMOUNTS.filter(lambda amount: abs(amount) < 10**12))
def test_a_spreadsheet_number_is_its_cents(amount: Decimal) -> None:
    assert from_float(float(amount)) == amount


def test_known_writings() -> None:
    assert parse("1.2E8") == 120_000_000
    assert parse("1,5") == Decimal("1.5")
    assert parse("12") == 12
    assert parse(",5", ",") == Decimal("0.5")
    assert parse("5,", ",") == 5
    assert parse("1.234.567") == 1_234_567
    assert parse("1.234", ",") == 1234
    assert parse("1,234", ".") == 1234
    assert parse("- 12,00 €") == -12
    assert parse("-0.00") == 0
    assert from_float(0.1 + 0.2) == Decimal("0.30")


@pytest.mark.parametrize("text", [None, "", "  ", "-", "—", "NULL", "n.c.", "€", "\u00a0"])
def test_nothing_is_not_zero(text: str | None) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text",
    ["abc", "12 %", "1 23", "1.23.456", "12,,5", "(5", "5)", "(-5)-", "--5", "1e999", "1e16",
     "99999999999999999999", "NaN", "Infinity", "1_000", "٣", "12k€",
     "1,23,456.00", "2026-01-02", "=1+1", "1.2.3,4"],
)  # fmt: skip
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmountError):
        parse(text)


@given(st.text())
def test_any_text_is_an_amount_nothing_or_refused(text: str) -> None:
    for mark in (None, ",", "."):
        try:
            value = parse(text, mark)  # type: ignore[arg-type]
        except NotAnAmountError:
            continue
        assert value is None or value.is_finite()


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["12", "1 234,56"], (",", False)),
        (["1,234", "1,234.5"], (".", False)),
        (["1.234", "12.500"], (",", True)),
        (["12,500"], (".", True)),
        (["0,123"], (",", False)),
        (["1234,567"], (",", False)),
        (["1.234.567"], (",", False)),
        (["12", "", None], (None, False)),
        (["1.234", "1,234"], (None, True)),
    ],
)
def test_the_mark_of_a_column(column: list[str | None], expected: object) -> None:
    assert guess_mark(column) == expected
