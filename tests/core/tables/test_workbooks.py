"""Workbooks: the hostile and the broken are refused before they can cost anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
import xlsxwriter
from odfdo import Cell, Document, Row, Table

from portulan.budget.readers import open_reading
from portulan.core.say.text import UnusableInputError
from portulan.core.tables import workbooks
from portulan.core.tables.tabular import open_workbook


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


def repacked(data: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The same archive, each member renamed and rewritten."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return made.getvalue()


def test_a_workbook_is_where_its_package_says() -> None:
    def moved(name: str, data: bytes) -> tuple[str, bytes]:
        return (
            name.replace("workbook.xml", "workbook22.xml"),
            data.replace(b"xl/workbook.xml", b"xl/workbook22.xml"),
        )

    with open_reading(io.BytesIO(repacked(xlsx(), moved))) as reading:
        assert [(line.nature, line.realised) for line in reading] == [("6262", 12.5)]


def test_backslashes_between_folders_are_forgiven() -> None:
    def windows(name: str, data: bytes) -> tuple[str, bytes]:
        return name.replace("/", "\\"), data.replace(b"worksheets/sheet", b"worksheets\\sheet")

    for changed in (windows, lambda name, data: (name.replace("/", "\\"), data)):
        with open_reading(io.BytesIO(repacked(xlsx(), changed))) as reading:
            assert [(line.nature, line.realised) for line in reading] == [("6262", 12.5)]
    twice = archive(**{"xl/workbook.xml": "<workbook/>", "xl\\workbook.xml": "<workbook/>"})
    assert refusal(twice) == "broken-workbook"


def test_an_error_of_a_sheet_is_no_empty_cell() -> None:
    stated = b'office:string-value=""><text:p>#DIV/0!<'

    def broken(name: str, data: bytes) -> tuple[str, bytes]:
        said = b'office:string-value="1 234,56"><text:p>1 234,56<'
        return name, data.replace(said, stated)

    data = repacked(ods(), broken)
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        assert stated in made.read("content.xml")
    with open_reading(io.BytesIO(data)) as reading:
        assert {line.nature for line in reading} == {"6262"}
    assert [problem.kind.code for problem in reading.problems] == ["bad-cell"]


def test_xlsx_and_ods_are_read() -> None:
    with open_reading(io.BytesIO(xlsx())) as reading:
        assert [(line.nature, line.realised) for line in reading] == [("6262", 12.5)]
    with open_reading(io.BytesIO(ods())) as reading:
        assert {line.nature for line in reading} == {"020", "6262"}


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


def package(sheet: str, place: str = "xl/worksheets/sheet1.xml", target: str = "") -> bytes:
    """An XLSX of one sheet, written by hand."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="DSI" r:id="rId1"/></sheets></workbook>',
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="rId1" Type="{office}/worksheet"'
            f' Target="{target or "worksheets/sheet1.xml"}"/></Relationships>',
        )
        titles = "".join(
            f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in ("Compte", "Mandaté")
        )
        made.writestr(place, f"<worksheet><row>{titles}</row>{sheet}</worksheet>")
    return data.getvalue()


DAY = datetime(2026, 3, 1)  # noqa: DTZ001 - a sheet knows no time zone
NOON = DAY.replace(hour=12, minute=30)
FAR = '<row r="30000"><c r="XFD30000"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        # Each of these ended the process when sheets were laid out as rectangles.
        (lambda: package(FAR), "too-large"),
        (lambda: package(FAR, "xl/evil.xml", "evil.xml"), "too-large"),
        (lambda: package(FAR, "evil.xml", "/evil.xml"), "too-large"),
        (lambda: package(FAR, "XL/Worksheets/Sheet1.xml"), "too-large"),
        (lambda: package("<row>" + "<c><v>1</v></c>" * 30_000 + "</row>"), "too-large"),
        (lambda: package('<row r="4000000000"><c r="A4000000000"><v>1</v></c></row>'),
         "broken-workbook"),
        (lambda: package('<row r="9"/><row r="3"><c><v>1</v></c></row><row r="2"><c><v>1</v></c>'
                         "</row>"), "broken-workbook"),
        (lambda: package("<a>" * 300), "broken-workbook"),
        (lambda: package(f"<row><c><v>{'1' * 70_000}</v></c></row>"), "broken-workbook"),
        (lambda: package("".join(f"<a{number}/>" for number in range(20_000))), "broken-workbook"),
        (lambda: package("<!--" + "x" * 3_000_000 + "-->"), "broken-workbook"),
    ],
)  # fmt: skip
def test_a_sheet_claims_what_it_likes(data: Callable[[], bytes], code: str) -> None:
    assert refusal(data()) == code


def test_values_of_every_kind() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("DSI")
        day, hour = (book.add_format({"num_format": f}) for f in ("dd/mm/yyyy", "hh:mm"))
        runs = book.add_format({"bold": True}), "gras", " et maigre"
        sheet.write_row(0, 0, [1.5, True, "texte", "a\x0bb"])
        sheet.write_datetime(1, 0, DAY, day)
        sheet.write_datetime(1, 1, NOON, day)
        sheet.write_number(1, 2, 0.5, hour)
        sheet.write_formula(3, 0, "=1+1", None, 2)
        sheet.write_rich_string(3, 1, *runs)
        sheet.write_number(3, 2, 1e300, day)
    rows = list(open_workbook(io.BytesIO(data.getvalue()))[0].rows())
    assert rows == [
        (1, [1.5, True, "texte", "a b"]),
        (2, [date(2026, 3, 1), NOON, time(12), ""]),
        (3, ["", "", "", ""]),
        (4, [2.0, "gras et maigre", 1e300, ""]),
    ]


def test_values_of_every_kind_of_an_open_document() -> None:
    def cell(attributes: str, inside: str = "") -> str:
        return f"<table:table-cell {attributes}>{inside}</table:table-cell>"

    note = "<office:annotation><text:p>remarque</text:p></office:annotation>"
    cells = [
        cell('office:value-type="float" office:value="1.5"', "<text:p>1,50</text:p>"),
        cell('office:value-type="currency" office:currency="EUR" office:value="2.5"'),
        cell('office:value-type="currency" office:currency="USD" office:value="2.5"'),
        cell('office:value-type="date" office:date-value="2026-03-01"', "<text:p>1/3</text:p>"),
        cell('office:value-type="date" office:date-value="9999999-03-01"', "<text:p>?</text:p>"),
        cell('office:value-type="boolean" office:boolean-value="true"'),
        cell('office:value-type="time" office:time-value="PT12H30M00S"'),
        cell('office:value-type="string"', f"{note}<text:p>a<text:s text:c='2'/>b</text:p>"
             "<text:p>c</text:p>"),
        cell('table:number-columns-repeated="2" office:value-type="float" office:value="1"'),
        cell('table:number-columns-repeated="16000"'),
    ]  # fmt: skip
    hidden = (
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    )
    row = "<table:table-row>" + "".join(cells) + "</table:table-row>"
    blank = '<table:table-row table:number-rows-repeated="2"/>'
    end = '<table:table-row table:number-rows-repeated="1048000"/>'
    text = (
        '<o xmlns:table="t" xmlns:office="f" xmlns:text="x" xmlns:style="s">'
        f'{hidden}<table:table table:name="A" table:style-name="h"/>'
        f'<table:table table:name="B">{blank}{row}{end}</table:table></o>'
    )
    (sheet,) = open_workbook(io.BytesIO(archive(content_xml=text)))
    told = [1.5, 2.5, "2.5 USD", date(2026, 3, 1), "?", True, time(12, 30), "a  b\nc", 1.0, 1.0]
    assert sheet.name == "B"
    assert list(sheet.rows()) == [(1, []), (2, []), (3, told)]


def test_a_sheet_of_empty_styled_rows_is_no_bomb() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Compte", "Mandaté"])
        sheet.write_row(1, 0, ["6262", 1])
        sheet.write_blank(1_048_575, 1, None, book.add_format({"bold": True}))
    with open_reading(io.BytesIO(data.getvalue())) as reading:
        assert len(list(reading)) == 1


@pytest.mark.parametrize("large", [False, True])
def test_an_archive_of_too_many_parts_is_refused_before_its_list_is_read(
    monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:  # the form for more than 65,535 parts
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 10)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "")
    monkeypatch.setattr(zipfile, "ZipFile", None)  # it would be read
    with pytest.raises(UnusableInputError):
        open_workbook(content)
