"""A sheet that is to be filled in: lists of values, widths, a filter, a head that stays."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree
from odfdo import Document

from portulan.core.sheet_layout import HIDDEN, Choices, Layout
from portulan.core.tables.tabular import all_sheets
from portulan.core.workbooks import SHEETS, Sheet

LEVELS = ["Réflexion", "Réalisation <2>", 'dite "une"']
ROWS = [["N°", "Niveau", "Qui & quoi"], ["1", "Réflexion", "Ana"], ["2", "", "Bob"]]


def book(kind: str) -> io.BytesIO:
    stream = io.BytesIO()
    layout = Layout((8, 20, 30), {1: Choices(LEVELS, closed=True), 2: Choices(["Ana", "Bob"])})
    shown = Sheet("L’an & l'autre <1>", ROWS, layout)
    SHEETS[kind](stream, [shown, Sheet("Caché", [["a"]], HIDDEN)])
    stream.seek(0)
    return stream


@pytest.mark.parametrize("kind", SHEETS)
def test_only_what_is_to_be_seen_is_shown(kind: str) -> None:
    sheets = all_sheets(book(kind))
    assert [(one.name, one.hidden) for one in sheets] == [
        ("L’an & l'autre <1>", False),
        ("Caché", True),
        ("Listes", True),
    ]
    columns = list(zip(*(cells for _row, cells in sheets[2].rows()), strict=False))
    assert list(columns[0]) == LEVELS
    # Rows that wait to be filled in are no rows.
    assert [list(cells) for _row, cells in sheets[0].rows()] == ROWS


def test_an_xlsx_is_filtered_and_has_its_lists() -> None:
    with zipfile.ZipFile(book("xlsx")) as archive:
        sheet = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        names = etree.fromstring(archive.read("xl/workbook.xml"))
    assert sheet.xpath("//*[local-name()='col']/@width") == ["8", "20", "30"]
    assert sheet.xpath("//*[local-name()='autoFilter']/@ref") == ["A1:C3"]
    # The order of the schema (CT_Worksheet): Excel repairs another one.
    assert [one.tag.rpartition("}")[2] for one in sheet] == [
        *("sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter", "dataValidations"),
    ]
    rules = sheet.xpath("//*[local-name()='dataValidation']")
    assert [(one.get("sqref"), one.get("errorStyle"), one[0].text) for one in rules] == [
        ("B2:B1048576", None, "'Listes'!$A$1:$A$3"),
        ("C2:C1048576", "warning", "'Listes'!$B$1:$B$2"),
    ]
    filtered = names.xpath("//*[local-name()='definedName']/text()")
    assert filtered == ["'L’an & l''autre <1>'!$A$1:$C$3"]


def test_an_ods_is_filtered_frozen_and_has_its_lists() -> None:
    document = Document(book("ods"))
    body = document.body
    rules = body.get_elements("//table:content-validation")
    assert [rule.get_attribute("table:condition") for rule in rules] == [
        "of:cell-content-is-in-list([$'Listes'.$A$1:.$A$3])",
        "of:cell-content-is-in-list([$'Listes'.$B$1:.$B$2])",
    ]
    [filtered] = body.get_elements("//table:database-range")
    name = "'L’an & l''autre <1>'"
    assert filtered.get_attribute("table:target-range-address") == f"{name}.A1:{name}.C3"
    filled = body.get_elements("//table:table-cell[@table:content-validation-name='v0.1']")
    assert len(filled) == 3  # two rows, and those that wait
    with zipfile.ZipFile(book("ods")) as archive:
        settings = etree.fromstring(archive.read("settings.xml"))
    assert settings.xpath("//*[@*='VerticalSplitPosition']/text()") == ["1"]
