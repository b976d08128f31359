"""Records over two rows are read as those on one; a table that only looks so is left as it is."""

from __future__ import annotations

import io
from decimal import Decimal
from itertools import zip_longest

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import AskedError, Reading
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


def beside(*tables: list[str], gap: int = 1) -> io.BytesIO:
    """The tables beside one another, as one sheet has them."""
    width = tables[0][0].count(";")
    rows = zip_longest(*tables, fillvalue=";" * width)
    return io.BytesIO("\n".join((";" * (gap + 1)).join(row) for row in rows).encode())


def spent(stream: io.BytesIO, mapping: dict[str, str] | None = None) -> dict[str, Decimal]:
    with open_reading(stream, name="a.csv", mapping=mapping) as reading:
        found: dict[str, Decimal] = {}
        for line in reading:
            found[line.flow] = found.get(line.flow, Decimal(0)) + (line.realised or 0)
        assert not [problem for problem in reading.problems if problem.is_error]
    return found


LEFT = ["DÉPENSES;;;", HEAD, "6156;Maintenance;900;800,50", "2051;Licences;70;50,25"]
RIGHT = ["RECETTES;;;", HEAD, "70878;Refacturation;10;9,75", "1311;Subvention;7;5,00"]


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_tables_beside_one_another_are_read_as_sheets_are(gap: int) -> None:
    both = {"expense": Decimal("850.75"), "revenue": Decimal("14.75")}
    assert spent(beside(LEFT, RIGHT, gap=gap)) == both
    assert spent(beside(LEFT, RIGHT[:3], gap=gap))["revenue"] == Decimal("9.75")
    longer = [*RIGHT, "7588;Divers;3;2,00"]
    assert spent(beside(LEFT, longer, gap=gap))["revenue"] == Decimal("16.75")


def test_the_same_lines_beside_are_asked_about_and_either_table_may_be_chosen() -> None:
    with pytest.raises(AskedError) as asked:
        spent(beside(LEFT, LEFT))
    [question] = asked.value.questions
    names = [answer.mapping["sheet"] for answer in question.answers if "sheet" in answer.mapping]
    assert names == ["DÉPENSES (A:D)", "DÉPENSES (F:I)"]
    for name in names:
        assert spent(beside(LEFT, LEFT), {"sheet": str(name)}) == {"expense": Decimal("850.75")}
    with pytest.raises(UnusableInputError, match="Z:Z"):
        spent(beside(LEFT, LEFT), {"sheet": "Z:Z"})


def test_a_day_where_an_amount_was_is_refused_with_what_it_hides() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([*LEFT[1:], "611;Infogérance;100;"]):
        sheet.write_row(at, 0, row.split(";"))
    shown = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_number(3, 3, 45292, shown)
    sheet.write_number(2, 3, 68682.75, shown)
    book.close()
    with open_reading(stream, name="a.xlsx") as reading:
        assert len(list(reading)) == 1
    said = [problem.message("fr") for problem in reading.problems if problem.is_error]
    assert "D3" in said[0]
    assert "68\u202f682,75" in said[0]
    assert "45\u202f292,00" in said[1]
    assert "format d’un nombre" in said[1]
