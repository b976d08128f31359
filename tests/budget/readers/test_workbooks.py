"""Workbooks: the hostile and the broken are refused before they can cost anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from odfdo import Cell, Document, Row, Table

from portulan.budget.readers import open_reading, workbooks
from portulan.core.problems import UnusableInputError


def xlsx(*cells: tuple[int, int, object]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("DSI")
        sheet.write_row(0, 0, ["Compte", "Mandaté"])
        sheet.write_row(1, 0, ["6262", 12.5])
        for row, column, value in cells:
            sheet.write(row, column, value)
    return data.getvalue()


def ods(repeats: int = 1) -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    table = Table("DSI")
    for values in (["Compte", "Mandaté"], ["020", "1 234,56"], ["6262", 12.5]):
        row = Row()
        for value in values:
            row.append_cell(Cell(value))
        table.append_row(row)
    filler = Row()
    filler.append_cell(Cell("x", repeated=repeats))
    table.append_row(filler)
    document.body.append(table)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def archive(**members: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return data.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UnusableInputError) as caught, open_reading(io.BytesIO(data)) as reading:
        list(reading)
    return caught.value.problem.kind.code


def test_xlsx_and_ods_are_read() -> None:
    with open_reading(io.BytesIO(xlsx())) as reading:
        assert [(line.nature, line.realised) for line in reading] == [("6262", 12.5)]
    with open_reading(io.BytesIO(ods())) as reading:
        assert [line.nature for line in reading] == ["020", "6262"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: xlsx((1_048_575, 16_383, 1)), "too-large"),
        (lambda: xlsx((0, 1000, "x")), "too-large"),
        (lambda: xlsx((1_048_575, 99, 1)), "too-large"),
        (lambda: ods(100_000_000), "too-large"),
        (lambda: xlsx()[:-200], "broken-workbook"),
        (lambda: xlsx()[:1000], "broken-workbook"),
        (lambda: archive(word__document_xml="<a/>"), "wrong-type"),
        (lambda: archive(content_xml="<a/>", mimetype="application/vnd.oasis.opendocument.text"),
         "wrong-type"),
        (lambda: archive(xl__workbook_xml="<a/>"), "broken-workbook"),
        (lambda: archive(content_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
         "broken-workbook"),
    ],
)  # fmt: skip
def test_the_hostile_and_the_broken_are_refused(data: Callable[[], bytes], code: str) -> None:
    assert refusal(data()) == code


def test_a_bomb_is_refused_by_what_it_declares_and_by_what_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = archive(xl__workbook_xml="<a/>", big_xml=" " * 10_000_000)
    assert len(bomb) < 20_000
    monkeypatch.setattr(workbooks, "MAX_BYTES", 1_000_000)
    assert refusal(bomb) == "too-large"
    size = (10_000_000).to_bytes(4, "little")
    assert refusal(bomb.replace(size, (1000).to_bytes(4, "little"))) == "broken-workbook"


def test_a_sheet_of_empty_styled_rows_is_no_bomb() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Compte", "Mandaté"])
        sheet.write_row(1, 0, ["6262", 1])
        sheet.write_blank(1_048_575, 1, None, book.add_format({"bold": True}))
    with open_reading(io.BytesIO(data.getvalue())) as reading:
        assert len(list(reading)) == 1
