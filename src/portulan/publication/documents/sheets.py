"""The tables of a document as a workbook, one a sheet behind what must be read first; or as CSV."""

from __future__ import annotations

import io
from collections.abc import Iterator

from portulan.core import workbooks
from portulan.core.say.text import Text, labelled
from portulan.core.sheet_layout import Layout
from portulan.core.spreadsheet import Cell, csv_lines
from portulan.publication.documents.cell import Document, Table, digest
from portulan.publication.documents.said import (
    SEAL,
    WIDEST,
    as_of,
    cover_of,
    first_page,
    typed,
    widths_of,
)

TEXTS, TYPED = Text("Textes", "Texts"), (Text("Partie", "Part"), Text("Texte", "Text"))
READ_ME, ABOUT = Text("Lisez-moi", "Read me"), Text("À lire d’abord", "Read this first")


def write_xlsx(document: Document) -> bytes:
    stream = io.BytesIO()
    workbooks.write_xlsx_sheets(stream, list(_sheets(document)))
    return stream.getvalue()


def write_ods(document: Document) -> bytes:
    stream = io.BytesIO()
    workbooks.write_ods_sheets(stream, list(_sheets(document)))
    return stream.getvalue()


def write_csv(document: Document) -> bytes:
    """Return the first table of a document that has a name of its own, for a spreadsheet.

    Without a row to give, it says what must be read first. What a person typed comes last, behind
    an empty row: with nothing typed, the file is the table alone.
    """
    table = next((table for table in document.tables if table.sheet), None)
    rows = _read_me(document) if table is None else _rows(document, table)
    if typed_ := _texts(document):
        rows += [[], *typed_]
    return "".join(csv_lines(rows)).encode()


def _sheets(document: Document) -> Iterator[workbooks.Sheet]:
    yield workbooks.Sheet(READ_ME.say(document.language), _read_me(document))
    if typed_ := _texts(document):
        heads: list[Cell] = [head.say(document.language) for head in TYPED]
        texts = [heads, *typed_]
        yield workbooks.Sheet(TEXTS.say(document.language), texts, Layout([30, WIDEST]))
    for number, table in enumerate(document.tables, 1):
        name = f"{number}. {table.sheet or table.caption}"
        layout = Layout(widths_of(document, table))
        yield workbooks.Sheet(name, _rows(document, table), layout)


def _texts(document: Document) -> list[list[Cell]]:
    return [[title, block.text] for title, block in document.authored]


def _read_me(document: Document) -> list[list[Cell]]:
    language = document.language
    said = [
        *(ABOUT.say(language), document.title, document.organisation),
        *(labelled(name, value, language) for name, value in cover_of(document)),
        as_of(document),
        *first_page(document),
        f"{SEAL.say(language)} {digest(document)}",
    ]
    return [[one] for one in said]


def _rows(document: Document, table: Table) -> list[list[Cell]]:
    rows = [[typed(cell, document.language) for cell in row] for row in table.rows]
    return [list(table.heads), *rows]
