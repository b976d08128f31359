"""Subtotals that no word announces, found by what they add up to."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading, SourceLine

type Row = tuple[str, int, int]  # account, opened, realised

ACCOUNTS: list[Row] = [("6156", 100, 10), ("6262", 50, -4)]
OTHERS: list[Row] = [("6518", 7, 0), ("65811", 3, 3)]


def total(code: str, rows: list[Row]) -> Row:
    return code, sum(row[1] for row in rows), sum(row[2] for row in rows)


def read(rows: list[Row]) -> tuple[list[SourceLine], Reading]:
    text = "Compte;Libellé;Ouvert;Mandaté\n"
    text += "".join(f"{code};Objet {code};{opened};{realised}\n" for code, opened, realised in rows)
    with open_reading(io.BytesIO(text.encode())) as reading:
        return list(reading), reading


@pytest.mark.parametrize(
    "rows",
    [
        [total("011", ACCOUNTS), *ACCOUNTS, total("65", OTHERS), *OTHERS],
        [*ACCOUNTS, total("011", ACCOUNTS), *OTHERS, total("65", OTHERS)],
        [total("011", ACCOUNTS), total("61", ACCOUNTS), *ACCOUNTS, total("65", OTHERS), *OTHERS],
        [*ACCOUNTS, total("61", ACCOUNTS), total("011", ACCOUNTS), *OTHERS, total("65", OTHERS)],
    ],
)
def test_a_chapter_that_is_the_sum_of_its_accounts_is_not_counted(rows: list[Row]) -> None:
    lines, reading = read(rows)
    assert [line.nature for line in lines] == ["6156", "6262", "6518", "65811"]
    assert reading.dropped == {"total": len(rows) - 4}
    assert {problem.kind.code for problem in reading.problems} == {"subtotal"}
    assert reading.read == reading.kept + sum(reading.dropped.values())


@pytest.mark.parametrize(
    "rows",
    [
        [("011", 150, 7), *ACCOUNTS],  # another amount at one stage
        [("65", 100, 10), ("66", 50, -4)],  # a budget voted by chapter
        [("011", 100, 10), ("6156", 100, 10)],  # one account alone
        [("611", 150, 6), *ACCOUNTS],  # an account of its own
        [("011", 0, 0), ("6156", 0, 0), ("6262", 0, 0)],
    ],
)
def test_what_is_no_sum_is_a_line(rows: list[Row]) -> None:
    lines, reading = read(rows)
    assert {line.nature for line in lines} == {code for code, _, _ in rows}
    assert reading.problems == []


# Beyond what rates are: a column of 1 and 2 is asked about.
AMOUNT = st.integers(1_000, 10**6)
CHAPTERS = st.lists(
    st.lists(st.tuples(st.from_regex(r"6[0-9]{3}", fullmatch=True), AMOUNT, AMOUNT), min_size=2),
    min_size=1,
    max_size=4,
)


@given(CHAPTERS, st.booleans())
def test_subtotals_change_no_total(chapters: list[list[Row]], above: bool) -> None:
    rows: list[Row] = []
    for at, accounts in enumerate(chapters):
        head = total(f"{at + 11:03}", accounts)
        rows += [head, *accounts] if above else [*accounts, head]
    lines, _ = read(rows)
    plain = [row for accounts in chapters for row in accounts]
    assert sum(line.opened or 0 for line in lines) == Decimal(sum(row[1] for row in plain))
