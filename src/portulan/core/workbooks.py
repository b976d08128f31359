"""Workbooks for Excel (XLSX) and LibreOffice (ODS): sheets, their heads first.

They are written row after row: memory does not grow with them. A text is typed as text, so that
no program takes it for a formula; amounts and shares are numbers, with all their digits. A sheet
that somebody is to fill in has a layout (`sheet_layout`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import batched, chain
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape

from portulan.core import sheet_layout
from portulan.core.money import CENT
from portulan.core.sheet_layout import HIDDEN, Area, Layout, Lists
from portulan.core.spreadsheet import Cell, Share, ToFill, digits, letters, looks_like_formula

# What a sheet holds, in Excel as in LibreOffice; and a cell, in Excel.
MOST_ROWS = 1 << 20
MOST_TEXT = 32_767
_AT_ONCE = 500
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read a character there
_SPACES = re.compile("^ | {2,}| $|\t")
_EXCEL_DAY_0 = date(1899, 12, 30)
_EMPTY = "<c/>"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEAD, _AMOUNT, _DATE, _INERT, _SHARE, _FILL = range(1, 7)  # formats, as styles have them


class Sheet(NamedTuple):
    """A sheet: its title, its rows, and how it is laid out if somebody fills it in."""

    title: str
    rows: Iterable[Sequence[Cell]]
    layout: Layout | None = None


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
)
_ODS_MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>{more}'
    "</manifest:manifest>"
)
_ODS_SETTINGS = (
    '<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/>'
)


def write_xlsx(stream: BinaryIO, title: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Write the rows as an XLSX workbook of one sheet, to a stream that can be rewound."""
    write_xlsx_sheets(stream, [Sheet(title, rows)])


def write_xlsx_sheets(stream: BinaryIO, sheets: Sequence[Sheet], *, locked: bool = False) -> None:
    """Write sheets as an XLSX workbook; the same cells give the same bytes.

    Of a `locked` one, nothing can be typed but in cells `ToFill`: no password, against slips alone.
    """
    sheets, lists = _with_lists(sheets)
    areas = [Area(name, one.layout or Layout(), 0, 0) for name, one in _named(sheets)]
    is_laid_out = any(one.layout for one in sheets)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, part in (*_XLSX_PARTS.items(), *_xlsx_parts(len(sheets))):
            archive.writestr(entry(name), _XML + part)
        if not is_laid_out:
            archive.writestr(entry("xl/workbook.xml"), _XML + _xlsx_book(areas))
        for at, sheet in enumerate(sheets):
            written = _xlsx_sheet(sheet, lists, areas, at, locked=locked)
            _write(archive, f"xl/worksheets/sheet{at + 1}.xml", written)
        if is_laid_out:  # how far each goes is known once it is written
            archive.writestr(entry("xl/workbook.xml"), _XML + _xlsx_book(areas))


def _with_lists(sheets: Sequence[Sheet]) -> tuple[list[Sheet], Lists]:
    """Return the sheets, with the hidden one of their lists of values if they have some."""
    layouts = [one.layout for one in sheets if one.layout is not None]
    name = layouts[0].lists if layouts else ""
    while name in {one.title for one in sheets}:
        name += "_"
    lists = Lists(layouts, name)
    return [*sheets, *([Sheet(lists.name, lists.rows(), HIDDEN)] if lists else [])], lists


def _named(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Sheet]]:
    """Yield each sheet with the name that it has in the workbook, escaped."""
    titles = _apart([one.title for one in sheets])
    return ((_name(title), one) for title, one in zip(titles, sheets, strict=True))


_XLSX_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1"'
    ' topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/>'
)
_XLSX_WIDTHS = '<cols><col min="1" max="64" width="16" customWidth="1"/></cols>'
_XLSX_LOCK = '<sheetProtection sheet="1" formatColumns="0" formatRows="0"/>'


def _xlsx_sheet(
    sheet: Sheet, lists: Lists, areas: list[Area], at: int, *, locked: bool
) -> Iterator[str]:
    """Yield a sheet; once it is written, how far it goes stands in `areas`."""
    layout = sheet.layout or Layout()
    widths = sheet_layout.xlsx_columns(layout) or _XLSX_WIDTHS
    yield f'<worksheet xmlns="{_MAIN}">{_XLSX_FROZEN}{widths}<sheetData>'
    rows = columns = 0
    for rows, row in enumerate(sheet.rows, 1):
        columns = max(columns, len(row))
        yield _xlsx_row(rows, row)
    yield f"</sheetData>{_XLSX_LOCK if locked else ''}"
    if sheet.layout is not None:
        areas[at] = Area(areas[at].name, layout, rows, columns)
        yield sheet_layout.xlsx_after_rows(areas[at], lists)
    yield "</worksheet>"


def _xlsx_parts(count: int) -> Iterator[tuple[str, str]]:
    """Yield the parts of an XLSX workbook that say where its sheets are, so many of them."""
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
            for number in range(1, count + 1)
        )
        + "</Types>",
    )
    relations = [f"worksheet worksheets/sheet{number}.xml" for number in range(1, count + 1)]
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


def _xlsx_book(areas: Sequence[Area]) -> str:
    """Return the part of an XLSX workbook that names its sheets."""
    sheets = "".join(
        f'<sheet name="{area.name}" sheetId="{number}"'
        f'{' state="hidden"' if area.layout.hidden else ""} r:id="rId{number}"/>'
        for number, area in enumerate(areas, 1)
    )
    names = sheet_layout.xlsx_names(areas)
    start = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    return f"{start}<sheets>{sheets}</sheets>{names}</workbook>"


def write_ods(stream: BinaryIO, title: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Write the rows as an ODS workbook of one sheet, to a stream that can be rewound."""
    write_ods_sheets(stream, [Sheet(title, rows)])


def write_ods_sheets(stream: BinaryIO, sheets: Sequence[Sheet], *, locked: bool = False) -> None:
    """Write sheets as an ODS workbook; the same cells give the same bytes. `locked` as for XLSX."""
    sheets, lists = _with_lists(sheets)
    named = list(_named(sheets))
    laid_out = [(name, sheet.layout) for name, sheet in named if sheet.layout is not None]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        # First and as it is: this is how the format is recognised.
        archive.writestr(entry("mimetype"), _ODS, zipfile.ZIP_STORED)
        more = _ODS_SETTINGS if laid_out else ""
        archive.writestr(entry("META-INF/manifest.xml"), _XML + _ODS_MANIFEST.format(more=more))
        _write(archive, "content.xml", _ods_content(named, lists, locked=locked))
        if laid_out:
            shown = (name for name, layout in laid_out if not layout.hidden)
            archive.writestr(entry("settings.xml"), _XML + sheet_layout.ods_settings(shown))


def _ods_content(
    named: Sequence[tuple[str, Sheet]], lists: Lists, *, locked: bool
) -> Iterator[str]:
    layouts = [(name, sheet.layout or Layout()) for name, sheet in named]
    is_laid_out = any(sheet.layout for _name, sheet in named)
    yield _ODS_START
    if is_laid_out:
        yield sheet_layout.ods_styles([layout for _name, layout in layouts])
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    yield sheet_layout.ods_rules(layouts, lists)
    areas: list[Area] = []
    for at in range(len(named)):
        yield from _ods_table(at, *named[at], areas, locked=locked)
    if is_laid_out:
        yield sheet_layout.ods_filters(areas)
    yield "</office:spreadsheet></office:body></office:document-content>"


def _ods_table(
    at: int, name: str, sheet: Sheet, areas: list[Area], *, locked: bool = False
) -> Iterator[str]:
    """Yield a table; once it is written, `areas` has how far it goes."""
    layout = sheet.layout or Layout()
    rules = sheet_layout.ods_rules_by_column(at, layout)
    lock = ' table:protected="true"' if locked else ""
    style = ' table:style-name="hidden"' if layout.hidden else ""
    yield f'<table:table table:name="{name}"{style}{lock}>{sheet_layout.ods_columns(layout)}'
    rows = columns = 0
    for rows, row in enumerate(sheet.rows, 1):
        columns = max(columns, len(row))
        yield _ods_row(row, is_head=rows == 1, rules=rules)
    areas.append(Area(name, layout, rows, columns))
    yield f"{sheet_layout.ods_room(rules)}</table:table>"


def entry(name: str) -> zipfile.ZipInfo:
    """Return a part of an archive that bears no hour: the same contents are the same bytes."""
    found = zipfile.ZipInfo(name)
    found.compress_type = zipfile.ZIP_DEFLATED
    found._compresslevel = 3  # type: ignore[attr-defined]  # no public name before Python 3.13
    return found


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    with archive.open(entry(name), "w") as part:
        for some in batched(chain([_XML], pieces), _AT_ONCE):
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


def as_written(text: str) -> str:
    """Return what of a text a cell holds, in every format."""
    return _NOT_XML.sub("\ufffd", text)[:MOST_TEXT]


def _text(cell: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", cell))


def _xlsx_row(number: int, row: Sequence[Cell]) -> str:
    """Return a row without its empty cells: what follows one says where it is.

    Cells one after the other need no reference, but readers there are that skip an empty one.
    """
    style = _HEAD if number == 1 else 0
    written, is_after_gap = [], True
    for at, cell in enumerate(row):
        text = _xlsx_cell(cell, style)
        if text == _EMPTY:
            is_after_gap = True
            continue
        written.append(f'<c r="{letters(at)}{number}"{text[2:]}' if is_after_gap else text)
        is_after_gap = False
    return f'<row r="{number}">{"".join(written)}</row>'


def _xlsx_cell(cell: Cell, style: int) -> str:
    if isinstance(cell, ToFill) and not cell:
        return f'<c s="{_FILL}"/>'
    if cell is None or cell == "":
        return _EMPTY
    if isinstance(cell, str):
        text = _text(_CODED.sub("_x005F_", cell[:MOST_TEXT]))
        fill = _FILL if isinstance(cell, ToFill) else 0
        style = style or fill or (_INERT if looks_like_formula(cell) else 0)
        return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(cell, date):
        return f'<c s="{_DATE}"><v>{(cell - _EXCEL_DAY_0).days}</v></c>'
    if isinstance(cell, Decimal):
        style = _SHARE if isinstance(cell, Share) else _AMOUNT if _has_cents(cell) else 0
        return f'<c s="{style}"><v>{digits(cell)}</v></c>'
    return f"<c><v>{cell}</v></c>"


def _ods_row(row: Sequence[Cell], *, is_head: bool, rules: Mapping[int, str]) -> str:
    if is_head or not rules:
        cells = [_ods_cell(cell, ' table:style-name="h"' if is_head else "") for cell in row]
    else:
        cells = [_ods_cell(cell, "", rules.get(at, "")) for at, cell in enumerate(row)]
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _ods_cell(cell: Cell, style: str, rule: str = "") -> str:
    if isinstance(cell, ToFill):
        style = ' table:style-name="f"'
        if not cell:
            return f"<table:table-cell{style}/>"
    if cell is None or cell == "":
        return f"<table:table-cell{rule}/>"
    if isinstance(cell, str):
        texts = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in cell.splitlines())
        given = f'{style}{rule} office:value-type="string"'
        return f"<table:table-cell{given}>{texts}</table:table-cell>"
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
    "xlsx": lambda stream, title, rows: write_xlsx_sheets(
        stream, [Sheet(title, rows)], locked=True
    ),
    "ods": lambda stream, title, rows: write_ods_sheets(stream, [Sheet(title, rows)], locked=True),
}
WRITERS: dict[str, Callable[[BinaryIO, str, Iterable[Sequence[Cell]]], None]] = {
    "xlsx": write_xlsx,
    "ods": write_ods,
}
SHEETS: dict[str, Callable[[BinaryIO, Sequence[Sheet]], None]] = {
    "xlsx": write_xlsx_sheets,
    "ods": write_ods_sheets,
}
