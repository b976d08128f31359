"""Workbooks for Excel (XLSX) and LibreOffice (ODS): sheets, their heads first.

They are written row after row: memory does not grow with them. A text is typed as text, so that
no program takes it for a formula; amounts and shares are numbers, with all their digits.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import batched, chain
from typing import BinaryIO
from xml.sax.saxutils import escape

from portulan.core.money import CENT
from portulan.core.spreadsheet import Cell, Share, ToFill, digits, looks_like_formula

# What a sheet holds, in Excel as in LibreOffice; and a cell, in Excel.
MOST_ROWS = 1 << 20
_MOST_TEXT = 32_767
_AT_ONCE = 500
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read a character there
_SPACES = re.compile("^ | {2,}| $|\t")
_EXCEL_DAY_0 = date(1899, 12, 30)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEAD, _AMOUNT, _DATE, _INERT, _SHARE, _FILL = range(1, 7)  # formats, as styles have them

type Sheet = tuple[str, Iterable[Sequence[Cell]]]  # its title, its rows

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XLSX_PARTS = {
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<fonts count="2"><font/><font><b/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
        '<fgColor rgb="FFF4EFE4"/></patternFill></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="7"><xf/><xf fontId="1" applyFont="1"/>'
        '<xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/>'
        '<xf quotePrefix="1"/><xf numFmtId="10" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fillId="2" applyNumberFormat="1" applyFill="1" applyProtection="1">'
        '<protection locked="0"/></xf></cellXfs></styleSheet>'
    ),
}

_URN = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_START = (
    f'<office:document-content xmlns:office="{_URN}:office:1.0" xmlns:style="{_URN}:style:1.0"'
    f' xmlns:table="{_URN}:table:1.0" xmlns:text="{_URN}:text:1.0"'
    f' xmlns:number="{_URN}:datastyle:1.0" xmlns:fo="{_URN}:xsl-fo-compatible:1.0"'
    ' office:version="1.3"><office:automatic-styles>'
    '<number:number-style style:name="N"><number:number number:decimal-places="2"'
    ' number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/>'
    "</number:number-style>"
    '<number:percentage-style style:name="P"><number:number number:decimal-places="2"'
    ' number:min-decimal-places="2" number:min-integer-digits="1"/><number:text>%</number:text>'
    "</number:percentage-style>"
    '<style:style style:name="h" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="a" style:family="table-cell" style:data-style-name="N"/>'
    '<style:style style:name="p" style:family="table-cell" style:data-style-name="P"/>'
    '<style:style style:name="f" style:family="table-cell"><style:table-cell-properties'
    ' style:cell-protect="none" fo:background-color="#f4efe4"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_ODS_MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_xlsx(stream: BinaryIO, title: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Write the rows as an XLSX workbook of one sheet, to a stream that can be rewound."""
    write_xlsx_sheets(stream, [(title, rows)])


def write_xlsx_sheets(stream: BinaryIO, sheets: Sequence[Sheet], *, locked: bool = False) -> None:
    """Write sheets as an XLSX workbook; the same cells give the same bytes.

    Of a `locked` one, nothing can be typed but in cells `ToFill`: no password, against slips alone.
    """
    start = (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1"'
        ' topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="64" width="16"'
        ' customWidth="1"/></cols><sheetData>'
    )
    lock = '<sheetProtection sheet="1" formatColumns="0" formatRows="0"/>' if locked else ""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, part in (*_XLSX_PARTS.items(), *_xlsx_parts([title for title, _rows in sheets])):
            archive.writestr(entry(name), _XML + part)
        for number, (_title, rows) in enumerate(sheets, 1):
            written = (_xlsx_row(place, row) for place, row in enumerate(rows, 1))
            name = f"xl/worksheets/sheet{number}.xml"
            _write(archive, name, start, written, f"</sheetData>{lock}</worksheet>")


def _xlsx_parts(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of an XLSX workbook that name its sheets, under names that differ."""
    named = list(enumerate(_apart(titles), 1))
    yield (
        "[Content_Types].xml",
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_EXCEL}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_EXCEL}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml"'
            f' ContentType="{_EXCEL}.worksheet+xml"/>'
            for number, _title in named
        )
        + "</Types>",
    )
    relations = [f"worksheet worksheets/sheet{number}.xml" for number, _title in named]
    yield (
        "xl/_rels/workbook.xml.rels",
        f'<Relationships xmlns="{_RELATIONS}">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(
                (one.split(" ") for one in [*relations, "styles styles.xml"]), 1
            )
        )
        + "</Relationships>",
    )
    sheets = "".join(
        f'<sheet name="{_name(title)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in named
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
    )


def write_ods(stream: BinaryIO, title: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Write the rows as an ODS workbook of one sheet, to a stream that can be rewound."""
    write_ods_sheets(stream, [(title, rows)])


def write_ods_sheets(stream: BinaryIO, sheets: Sequence[Sheet], *, locked: bool = False) -> None:
    """Write sheets as an ODS workbook; the same cells give the same bytes. `locked` as for XLSX."""
    titles = _apart([title for title, _rows in sheets])
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        # First and as it is: this is how the format is recognised.
        archive.writestr(entry("mimetype"), _ODS, zipfile.ZIP_STORED)
        archive.writestr(entry("META-INF/manifest.xml"), _XML + _ODS_MANIFEST)
        written = (
            piece
            for title, (_title, rows) in zip(titles, sheets, strict=True)
            for piece in _ods_table(title, rows, locked=locked)
        )
        end = "</office:spreadsheet></office:body></office:document-content>"
        _write(archive, "content.xml", _ODS_START, written, end)


def _ods_table(
    title: str, rows: Iterable[Sequence[Cell]], *, locked: bool = False
) -> Iterator[str]:
    lock = ' table:protected="true"' if locked else ""
    yield f'<table:table table:name="{_name(title)}"{lock}>'
    for number, row in enumerate(rows):
        yield _ods_row(row, is_head=not number)
    yield "</table:table>"


def entry(name: str) -> zipfile.ZipInfo:
    """Return a part of an archive that bears no hour: the same contents are the same bytes."""
    found = zipfile.ZipInfo(name)
    found.compress_type = zipfile.ZIP_DEFLATED
    found._compresslevel = 3  # type: ignore[attr-defined]  # no public name before Python 3.13
    return found


def _write(archive: zipfile.ZipFile, name: str, start: str, rows: Iterable[str], end: str) -> None:
    with archive.open(entry(name), "w") as part:
        for some in batched(chain([_XML + start], rows, [end]), _AT_ONCE):
            part.write("".join(some).encode())


def _apart(titles: Sequence[str]) -> list[str]:
    """Return the titles of sheets, each cut to what a sheet allows, none twice."""
    found: list[str] = []
    for number, title in enumerate(titles, 1):
        short = title[:31]
        twice = short.casefold() in {one.casefold() for one in found}
        found.append(f"{title[:26]} ({number})" if twice else short)
    return found


def _name(title: str) -> str:
    """Return a title as the name of a sheet, which Excel wants short and without some marks."""
    return escape(re.sub(r"[\[\]:*?/\\]", " ", title)[:31], {'"': "&quot;"})


def _text(cell: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", cell))


def _xlsx_row(number: int, row: Sequence[Cell]) -> str:
    cells = [_xlsx_cell(cell, _HEAD if number == 1 else 0) for cell in row]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _xlsx_cell(cell: Cell, style: int) -> str:
    if isinstance(cell, ToFill) and not cell:
        return f'<c s="{_FILL}"/>'
    # Without their references cells are one after the other: an empty one keeps its place.
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, str):
        text = _text(_CODED.sub("_x005F_", cell[:_MOST_TEXT]))
        fill = _FILL if isinstance(cell, ToFill) else 0
        style = style or fill or (_INERT if looks_like_formula(cell) else 0)
        return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(cell, date):
        return f'<c s="{_DATE}"><v>{(cell - _EXCEL_DAY_0).days}</v></c>'
    if isinstance(cell, Decimal):
        style = _SHARE if isinstance(cell, Share) else _AMOUNT if _has_cents(cell) else 0
        return f'<c s="{style}"><v>{digits(cell)}</v></c>'
    return f"<c><v>{cell}</v></c>"


def _ods_row(row: Sequence[Cell], *, is_head: bool) -> str:
    cells = [_ods_cell(cell, ' table:style-name="h"' if is_head else "") for cell in row]
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _ods_cell(cell: Cell, style: str) -> str:
    if isinstance(cell, ToFill):
        style = ' table:style-name="f"'
        if not cell:
            return f"<table:table-cell{style}/>"
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, str):
        texts = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in cell.splitlines())
        return f'<table:table-cell{style} office:value-type="string">{texts}</table:table-cell>'
    if isinstance(cell, date):
        given = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        return f"<table:table-cell {given}><text:p>{cell.isoformat()}</text:p></table:table-cell>"
    number = digits(cell) if isinstance(cell, Decimal) else str(cell)
    kind, style = "float", ""
    if isinstance(cell, Share):
        kind, style = "percentage", ' table:style-name="p"'
    elif isinstance(cell, Decimal) and _has_cents(cell):
        style = ' table:style-name="a"'
    given = f'office:value-type="{kind}" office:value="{number}"'
    return f"<table:table-cell{style} {given}><text:p>{number}</text:p></table:table-cell>"


def _ods_text(line: str) -> str:
    """Return a line with its spaces, which the format would make one."""
    return _SPACES.sub(_spaces, _text(line))


def _spaces(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'


def _has_cents(amount: Decimal) -> bool:
    return amount.same_quantum(CENT)


LOCKED: dict[str, Callable[[BinaryIO, str, Iterable[Sequence[Cell]]], None]] = {
    "xlsx": lambda stream, title, rows: write_xlsx_sheets(stream, [(title, rows)], locked=True),
    "ods": lambda stream, title, rows: write_ods_sheets(stream, [(title, rows)], locked=True),
}
WRITERS: dict[str, Callable[[BinaryIO, str, Iterable[Sequence[Cell]]], None]] = {
    "xlsx": write_xlsx,
    "ods": write_ods,
}
