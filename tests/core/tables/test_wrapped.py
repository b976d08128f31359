"""A table that a tool wrapped, in gzip or in a page, is the table that it holds."""

from __future__ import annotations

import gzip
import io
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.text import UnusableInputError
from portulan.core.tables import sources, wrapped
from portulan.core.tables.sources import open_source
from portulan.core.tables.tabular import tables_of

TABLE = "Compte;Libellé;Mandaté\n6156;Maintenance;1 200,50\n2051;Licences;300,00\n"
ROWS = [line.split(";") for line in TABLE.splitlines()]


def page(rows: list[list[str]], before: str = "<html><body>", after: str = "</body></html>") -> str:
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"{before}<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>{after}"


def rows_of(data: bytes, name: str = "export.xls") -> list[list[str]]:
    with open_source(io.BytesIO(data), name) as source:
        (table,) = tables_of(source).by_name.values()
        return [[str(cell) for cell in cells] for _, cells in table.rows() if any(cells)]


def refusal(data: bytes) -> str:
    with pytest.raises(UnusableInputError) as refused, open_source(io.BytesIO(data)):
        pass
    return refused.value.problem.kind.code


def test_an_archive_is_what_it_holds() -> None:
    packed = gzip.compress(TABLE.encode())
    assert rows_of(packed, "export.csv.gz") == ROWS
    assert rows_of(gzip.compress(page(ROWS).encode())) == ROWS
    with open_source(io.BytesIO(packed), "export.csv.gz") as source:
        assert source.name == "export.csv"


def test_an_archive_is_whole_of_a_table_and_small_enough(monkeypatch) -> None:
    packed = gzip.compress(TABLE.encode())
    assert refusal(packed[:-9]) == refusal(b"\x1f\x8b" + bytes(40)) == "damaged-archive"
    assert refusal(gzip.compress(packed)) == "wrong-type"  # else one that holds itself never ends
    assert refusal(gzip.compress(b"%PDF-1.7")) == "wrong-type"
    monkeypatch.setattr(sources, "MAX_BYTES", 10_000)
    assert refusal(gzip.compress(bytes(10_001))) == "file-too-big"


@pytest.mark.parametrize(
    "data",
    [
        page(ROWS).encode(),
        page(ROWS).encode("utf-8-sig"),
        page(ROWS).encode("utf-16"),
        page(ROWS).encode("cp1252"),
        page(ROWS, '<?xml version="1.0"?><!-- x --><!DOCTYPE html PUBLIC "x"><html>').encode(),
        page(ROWS, "\r\n<TABLE><caption>non</caption></TABLE>", "").encode(),
        page(ROWS, "<html><style>td{}</style>").replace("<td>6156", "<td><b>61</b>56").encode(),
        page(ROWS).replace("</td>", "").replace("</tr>", "").encode(),  # their ends may be left out
        page(ROWS).replace("Maintenance", "<script>x</script>Maintenance").encode(),
        page(ROWS).replace("Licences", "&#76;icences&nbsp;").encode(),
    ],
)
def test_a_page_is_its_tables(data: bytes) -> None:
    assert rows_of(data) == ROWS


def test_a_cell_over_several_columns_keeps_the_next_in_theirs() -> None:
    wide = page([["Budget"], ["a", "b", "c"]]).replace("<td>Budget", '<td colspan="3">Budget')
    assert rows_of(wide.encode()) == [["Budget", "", ""], ["a", "b", "c"]]


def test_a_cell_over_several_rows_keeps_those_below_in_their_columns() -> None:
    tall = (
        "<table><tr><td rowspan=2>011<td>6061<td>10<tr><td>6062<td>20"
        "<tr><td>012<td rowspan=3 colspan=2>x<tr><td>013<tr><td>014<tr><td>015<td>1<td>2</table>"
    )
    assert rows_of(tall.encode()) == [
        ["011", "6061", "10"], ["", "6062", "20"],
        ["012", "x", ""], ["013", "", ""], ["014", "", ""], ["015", "1", "2"],
    ]  # fmt: skip


def test_nothing_before_a_page_is_tried_twice_and_no_page_fills_a_disk(monkeypatch) -> None:
    for text in (b"<!---->", b"<?a?>", b"<!-- a --> <?b?>\n"):
        assert not wrapped.is_page(text * 2000 + b"x")
        assert wrapped.is_page(text * 2000 + b"<table>")
    monkeypatch.setattr(sources, "MAX_BYTES", 100_000)
    assert refusal(b"<table>" + b"<tr><td colspan=999>" * 200) == "long-page"


def test_a_page_that_stops_within_its_table_is_a_text_that_was_cut() -> None:
    whole = page(ROWS)
    for text, ended in ((whole, True), (whole[: whole.index("300") + 2], False)):
        with open_source(io.BytesIO(text.encode())) as source:
            (table,) = tables_of(source).by_name.values()
            assert table.text is not None
            assert table.text.is_ended() is ended


def test_a_page_without_a_table_stays_what_it_is() -> None:
    with open_source(io.BytesIO(b"<html><p>Session ended</p></html>")) as source:
        assert source.head.startswith(b"<html>")


@given(st.lists(st.lists(st.text("é<&>;\"'\n \ta1,", min_size=1), min_size=1), min_size=1))
def test_any_cells_come_back(rows: list[list[str]]) -> None:
    kept = [[" ".join(cell.split()) for cell in row] for row in rows]
    assert rows_of(page(rows).encode()) == [row for row in kept if any(row)]
