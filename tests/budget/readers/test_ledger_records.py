"""Records over two rows are read as those on one; a table that only looks so is left as it is."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading
from portulan.core.say.text import UnusableInputError

HEAD = "Compte;Libellé;Ouvert;Mandaté"
MONEY = st.decimals(1, 10**7, places=2)
LINES = st.lists(
    st.tuples(st.sampled_from(["6156", "2051", "60632", "611"]), MONEY, st.none() | MONEY),
    min_size=3,
    max_size=40,
)


def read(rows: list[str]) -> tuple[list[tuple[object, ...]], Reading]:
    text = "\n".join((HEAD, *rows, ""))
    with open_reading(io.BytesIO(text.encode()), name="a.csv") as reading:
        return [(line.nature, line.label, line.opened, line.realised) for line in reading], reading


def outcome(rows: list[str]) -> object:
    """The lines and whether each total holds, or why the file is refused."""
    try:
        found, reading = read(rows)
    except UnusableInputError as refused:
        return refused.problem.kind.code
    return found, [control.holds for control in reading.controls]


def said(amount: object) -> str:
    return "" if amount is None else f"{amount:.2f}".replace(".", ",")


@given(LINES, st.booleans())
def test_two_rows_are_one_record(lines, blank: bool) -> None:
    plain, folded = [], []
    for at, (account, opened, spent) in enumerate(lines):
        plain.append(f"{account};Achat no {at};{said(opened)};{said(spent)}")
        folded += [f"{account};Achat no {at};;", f";;{said(opened)};{said(spent)}"]
        folded += [";;;"] * blank
    total = f"TOTAL;;{said(sum(one[1] for one in lines))};{said(sum(one[2] or 0 for one in lines))}"
    assert outcome([*folded, total]) == outcome([*plain, total])


def test_a_line_is_numbered_as_its_first_row() -> None:
    rows = [row for at in range(4) for row in (f"6156;Achat {at};;", f";;{at + 1}00,10;50,05")]
    with open_reading(io.BytesIO("\n".join((HEAD, *rows)).encode()), name="a.csv") as reading:
        assert [line.row for line in reading] == [2, 4, 6, 8]


@pytest.mark.parametrize(
    "rows",
    [
        ["6156;A;100,00;50,00", ";;200,00;60,00", "2051;B;300,00;70,00"] * 3,  # no record of two
        ["6156;Dépense;100,00;", "7088;Recette;;60,00"] * 4,  # each row has its amounts
    ],
)
def test_other_layouts_are_left_as_they_are(rows: list[str]) -> None:
    found, _ = read(rows)
    assert len(found) == sum(not row.startswith(";") for row in rows)
