"""Workbooks that leave: every cell comes back, typed, and none is a formula."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from portulan.core.spreadsheet import Cell, Share
from portulan.core.tables.tabular import open_workbook
from portulan.core.workbooks import WRITERS

HEADS: list[Cell] = ["Libellé", "Montant", "Jour"]
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)
cells = st.one_of(
    st.none(),
    words.map(str.strip),
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**12), 10**12, places=2),
)
both = pytest.mark.parametrize("kind", WRITERS)


def written(kind: str, rows: list[list[Cell]]) -> io.BytesIO:
    stream = io.BytesIO()
    WRITERS[kind](stream, "Lignes 2026 [ouvert]", rows)
    stream.seek(0)
    return stream


@both
@given(rows=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5))
def test_what_is_written_is_read_back(kind: str, rows: list[list[Cell]]) -> None:
    (sheet,) = open_workbook(written(kind, [HEADS, *rows]))
    assert sheet.name == "Lignes 2026  ouvert "
    back = [row for _number, row in sheet.rows() if any(cell != "" for cell in row)]
    assert list(back[0]) == HEADS
    told = [row for row in rows if any(cell not in (None, "") for cell in row)]
    for found, row in zip(back[1:], told, strict=True):
        for cell, value in zip([*found, "", "", ""], row, strict=False):
            if isinstance(value, int | Decimal):
                assert float(str(cell)) == pytest.approx(float(value))
            else:
                assert str(cell).split() == str(value or "").split()


def part(kind: str, rows: list[list[Cell]]) -> etree._Element:
    """Return the sheet, all the parts of the workbook being well formed."""
    with zipfile.ZipFile(written(kind, rows)) as archive:
        assert archive.testzip() is None
        parts = {
            name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name != "mimetype"
        }
    return parts[{"xlsx": "xl/worksheets/sheet1.xml", "ods": "content.xml"}[kind]]


@both
def test_texts_are_texts_and_amounts_are_numbers(kind: str) -> None:
    dangerous = ["=HYPERLINK(1)", "  +1", "@a", "-2", "a\tb", "<&\x00>", "_x0041_"]
    sheet = part(kind, [HEADS, [*dangerous, Decimal("-1234.50"), Decimal("0.6"), 7, None]])
    assert "formula" not in etree.tostring(sheet, encoding="unicode")
    assert not sheet.xpath("//*[local-name()='f']")
    found = sheet.xpath("//*[local-name()='t' or local-name()='p']")
    texts = ["".join(cell.itertext()) for cell in found]
    assert {"=HYPERLINK(1)", "<&\ufffd>", "-2"} <= set(texts)
    numbers = {"xlsx": "//*[local-name()='v']/text()", "ods": "//@*[local-name()='value']"}
    assert sheet.xpath(numbers[kind]) == ["-1234.50", "0.6", "7"]


@both
def test_shares_keep_their_digits_and_nothing_is_below_zero_by_nothing(kind: str) -> None:
    row = [Share("0.3333333333"), Decimal("-0.00"), Decimal("12.345678901234")]
    sheet = part(kind, [HEADS, row])
    numbers = {"xlsx": "//*[local-name()='v']/text()", "ods": "//@*[local-name()='value']"}
    assert sheet.xpath(numbers[kind]) == ["0.3333333333", "0.00", "12.345678901234"]
    percent = {"xlsx": "//*[@s='5']", "ods": "//*[@*[local-name()='value-type']='percentage']"}
    assert len(sheet.xpath(percent[kind])) == 1
    (read,) = open_workbook(written(kind, [HEADS, row]))
    assert [number for _row, number in read.rows()][1] == [0.3333333333, 0, 12.345678901234]


def test_what_excel_would_compute_when_edited_is_quoted() -> None:
    sheet = part("xlsx", [HEADS, ["=A1", "Licences", date(2026, 11, 24)]])
    assert sheet.xpath("//*[local-name()='row'][2]/*/@s") == ["4", "0", "3"]
    assert sheet.xpath("//*[local-name()='v']/text()") == ["46350"]


@both
def test_a_long_table_is_written_as_it_comes(kind: str) -> None:
    stream = io.BytesIO()
    WRITERS[kind](stream, "Lignes", ([f"Ligne {n}", Decimal(n)] for n in range(5_000)))
    (sheet,) = open_workbook(stream)
    assert sum(1 for _row in sheet.rows()) == 5_000


def test_an_ods_says_its_type_first() -> None:
    start = written("ods", [HEADS]).getvalue()[30:]
    assert start.startswith(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")


def test_a_cell_after_an_empty_one_says_where_it_is() -> None:
    """Some readers skip an empty cell, and take the next one for it."""
    with zipfile.ZipFile(written("xlsx", [HEADS, ["", "x", "y"], ["", "", 1], []])) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    places = [
        [cell.get("r") for cell in row] for row in sheet.iter("{*}row") if row.get("r") != "1"
    ]
    assert places == [["B2", None], ["C3"], []]
