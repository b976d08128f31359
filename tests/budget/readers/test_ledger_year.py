"""The year that a ledger says in a column."""

from __future__ import annotations

import io

import pytest

from portulan.budget.readers import open_reading


def ledger(*years: object, title: str = "Exercice") -> bytes:
    rows = "".join(f"{year};2051;Lot {lot};10,00\n" for lot, year in enumerate(years))
    return f"{title};Compte;Libellé;Mandaté\n{rows}".encode()


@pytest.mark.parametrize("title", ["Exercice", "ANNÉE", "Exercice budgétaire", "Year"])
def test_a_column_gives_the_year(title: str) -> None:
    with open_reading(io.BytesIO(ledger(2025, 2025, title=title))) as reading:
        assert reading.header.year == 2025
        assert len(list(reading)) == 2
        assert reading.problems == []


def test_a_line_of_another_year_is_told_and_left_out() -> None:
    with open_reading(io.BytesIO(ledger(2025, 2024, 2025))) as reading:
        assert [line.row for line in reading] == [2, 4]
    assert reading.read == reading.kept + sum(reading.dropped.values()) == 3
    (problem,) = reading.problems
    assert (problem.is_error, problem.line) == (True, 3)
    assert "2024" in problem.message()


@pytest.mark.parametrize("odd", ["", "25", "deux mille", "20255"])
def test_what_is_not_a_year_is_no_year(odd: str) -> None:
    with open_reading(io.BytesIO(ledger(odd))) as reading:
        assert reading.header.year is None
        assert len(list(reading)) == 1
