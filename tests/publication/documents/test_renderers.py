"""One renderer for each output: the same cells give the same bytes, and others read them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree, html
from odfdo import Document as Opened
from pypdf import PdfReader

from portulan.core.spreadsheet import Share
from portulan.publication.documents.cell import Prose, Section, Table, Unit, amount, text
from portulan.publication.documents.making import RENDERERS
from portulan.publication.documents.pdf import _shared_widths
from portulan.publication.documents.said import NARROWEST, WIDEST, printed, typed, widths_of
from tests.publication.documents.samples import CHART, whole_document

DOCUMENT = whole_document()


@pytest.mark.parametrize("suffix", sorted(RENDERERS))
def test_the_same_cells_give_the_same_bytes(suffix: str) -> None:
    assert RENDERERS[suffix](DOCUMENT) == RENDERERS[suffix](whole_document())
    assert RENDERERS[suffix](replace(DOCUMENT, title="Autre")) != RENDERERS[suffix](DOCUMENT) or (
        suffix == "csv"  # the table alone
    )


def structure(node: Any) -> Iterator[str]:
    """Yield the roles of a tree of structure, in the order of reading."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from structure(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])
        if "/K" in node:
            yield from structure(node["/K"])


def test_a_pdf_is_tagged_with_its_headings_its_tables_and_its_language() -> None:
    reader = PdfReader(io.BytesIO(RENDERERS["pdf"](DOCUMENT)))
    root: Any = reader.trailer["/Root"]
    roles = list(structure(root["/StructTreeRoot"]))
    assert roles.count("/H1") == 1
    assert roles.count("/H2") == 2
    assert roles.count("/TH") == 5
    assert roles.count("/TD") == 15
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Tout d’un coup"
    assert [one["/Title"] for one in reader.outline[1]] == ["Un", "Deux"]  # type: ignore[index]
    words = reader.pages[0].extract_text()
    assert "#let $x$ [y]" in words  # what is written in a document commands no template
    assert b"pdfuaid:part>1<" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]


def parts(node: Any) -> Iterator[Any]:
    """Yield the elements of a tree of structure."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from parts(one)
    elif isinstance(node, dict):
        yield node
        yield from parts(node.get("/K", []))


def test_a_chart_is_drawn_the_same_and_said_in_words() -> None:
    reader = PdfReader(io.BytesIO(RENDERERS["pdf"](DOCUMENT)))
    tree: Any = reader.trailer["/Root"]
    figures = [one for one in parts(tree["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    assert [one["/Alt"] for one in figures] == [f"Où va l’argent. {CHART.description}"]
    assert "Serveurs" in reader.pages[0].extract_text()  # letters, not a picture of them
    assert CHART.svg in RENDERERS["html"](DOCUMENT).decode()
    with zipfile.ZipFile(io.BytesIO(RENDERERS["odt"](DOCUMENT))) as archive:
        drawn = etree.fromstring(archive.read("Pictures/chart1.svg"))
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
        assert b"image/svg+xml" in archive.read("META-INF/manifest.xml")
        content = etree.fromstring(archive.read("content.xml"))
    assert [one.text for one in content.iter("{*}desc")] == [CHART.description]
    assert CHART.centimetres == (9.33, 1.31)


def test_heads_of_tables_have_their_scope_and_tables_alike_stand_in_line() -> None:
    tree: Any = PdfReader(io.BytesIO(RENDERERS["pdf"](DOCUMENT))).trailer["/Root"]
    heads = [one for one in parts(tree["/StructTreeRoot"]) if one.get("/S") == "/TH"]
    assert {one["/A"][0]["/Scope"] for one in heads} == {"/Column"}
    alike = [
        Table(name, ("Quoi", "Combien"), ((text(name), amount(1)),)) for name in ("a", "b" * 30)
    ]
    widths = [_shared_widths(alike, "fr"), _shared_widths(alike[::-1], "fr")]
    assert widths == [[30, -43], [30, -43]]


def test_a_hundred_pages_are_written() -> None:
    rows = tuple(
        (text(f"Ligne {number}"), *(amount(number) for _ in range(5))) for number in range(5_600)
    )
    table = Table("Longue", tuple("abcdef"), rows)
    long = replace(DOCUMENT, sections=(Section("Longue", (table,)),))
    assert len(PdfReader(io.BytesIO(RENDERERS["pdf"](long))).pages) >= 100


def test_a_page_stands_alone_and_what_it_says_is_no_markup() -> None:
    page = html.document_fromstring(RENDERERS["html"](DOCUMENT).decode())
    assert [one.text for one in page.iter("h1")] == ["Tout d’un coup"]
    assert [one.text for one in page.iter("h2")] == ["Un", "Deux"]
    assert page.xpath("//th[@scope='row']")[1].text == "Écrans <b>"
    assert not page.xpath("//script | //link | //img | //*[@src] | //a")
    assert len(page.xpath("//ul/li")) == 1


def test_a_text_opens_with_its_headings_its_heads_and_its_language() -> None:
    content = RENDERERS["odt"](DOCUMENT)
    opened = Opened(io.BytesIO(content))
    assert [(int(one.level), one.text) for one in opened.body.headers] == [
        *((1, "Tout d’un coup"), (2, "Un"), (2, "Deux"))
    ]
    assert len(opened.body.tables) == 1
    assert "Écrans <b>" in opened.get_formatted_text()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b"table-header-rows" in parts["content.xml"]
    assert b'fo:language="fr" fo:country="FR"' in parts["styles.xml"]


def test_a_workbook_has_a_sheet_for_each_table_behind_what_must_be_read_first() -> None:
    tables = tuple(
        Table(name, ("a",), ((text("x"),),)) for name in ("Un", "Un", "Très long " * 5, "a/b [c]")
    )
    twice = replace(DOCUMENT, sections=(Section("Un", tables),))
    with zipfile.ZipFile(io.BytesIO(RENDERERS["xlsx"](twice))) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        names = [one.get("name") for one in book.iter("{*}sheet")]
        assert [name for name in archive.namelist() if "sheet" in name][-1].endswith("sheet5.xml")
    assert names[:2] == ["Lisez-moi", "1. Un"]
    assert len(names) == len(set(names)) == 5
    assert all(
        name is not None and len(name) <= 31 and not set(name) & set("[]/") for name in names
    )
    opened = Opened(io.BytesIO(RENDERERS["ods"](DOCUMENT)))
    assert [one.name for one in opened.body.tables] == ["Lisez-moi", "1. Comptes"]
    assert opened.body.tables[1].get_values()[1][:3] == ["=1+1", 0, "inconnu"]


def test_a_csv_holds_the_table_that_has_a_name() -> None:
    rows = list(
        csv.reader(io.StringIO(RENDERERS["csv"](DOCUMENT).decode("utf-8-sig")), delimiter=";")
    )
    assert rows[0] == ["Quoi", "€", "Part", "Jour", "k€"]
    assert rows[1][:4] == ["'=1+1", "0", "inconnu", "2026-03-31"]


def test_prose_of_another_language_is_said_in_it() -> None:
    english = replace(DOCUMENT, language="en", sections=(Section("One", (Prose("Said."),)),))
    reader: Any = PdfReader(io.BytesIO(RENDERERS["pdf"](english))).trailer["/Root"]
    assert reader["/Lang"] == "en-GB"


def test_a_wide_table_lays_every_page_on_its_side() -> None:
    heads = tuple(f"Une colonne assez longue {rank}" for rank in range(9))
    cells = tuple(text(f"{head}, dite") for head in heads)
    wide = Section("Large", (Table("Large", heads, (cells,)),))
    short = Section("Court", (Prose("Rien."),))
    for sections, flipped in (([short, wide, short], True), ([short, short], False)):
        made = replace(DOCUMENT, sections=tuple(sections))
        (page,) = PdfReader(io.BytesIO(RENDERERS["pdf"](made))).pages
        assert (page.mediabox.width > page.mediabox.height) is flipped


def test_no_last_page_holds_next_to_nothing_where_tighter_rows_do_without() -> None:
    def pages(rows: int, prose: int) -> list[float]:
        lines = tuple((text(f"Ligne {number}"), amount(number)) for number in range(rows))
        blocks = (Table("Suite", ("Quoi", "Combien"), lines), *[Prose("Une phrase.")] * prose)
        made = replace(DOCUMENT, sections=(Section("Suite", blocks),))
        reader = PdfReader(io.BytesIO(RENDERERS["pdf"](made)))
        return [len(page.extract_text().splitlines()) for page in reader.pages]

    counts = [pages(rows, 2) for rows in range(30, 60, 2)]
    assert {len(one) for one in counts} == {1, 2}
    assert all(one[-1] > 6 for one in counts if len(one) > 1)


def test_a_rate_that_somebody_typed_has_no_decimal_that_it_does_not_have() -> None:
    said = [printed(amount(Decimal(one), Unit.RATE), "en") for one in ("44", "3.65", "0")]
    assert said == ["44%", "3.7%", "0%"]
    assert printed(amount(44, Unit.RATE), "fr") == "44\u00a0%"
    assert typed(amount(44, Unit.RATE), "fr") == Share(Decimal("0.44"))


def test_columns_are_as_wide_as_what_they_hold() -> None:
    table = replace(next(DOCUMENT.tables), heads=("Quoi", "Anticonstitutionnel", "P", "Jour", "k€"))
    document = replace(DOCUMENT, sections=(Section("Seule", (table,)),))
    widths = widths_of(document, table)
    assert all(NARROWEST <= width <= WIDEST for width in widths)
    assert widths[1] >= len("Anticonstitutionnel")
    with zipfile.ZipFile(io.BytesIO(RENDERERS["xlsx"](document))) as archive:
        sheet = etree.fromstring(archive.read("xl/worksheets/sheet2.xml"))
    assert [int(col.attrib["width"]) for col in sheet.iterfind(".//{*}col")] == widths
    with zipfile.ZipFile(io.BytesIO(RENDERERS["odt"](document))) as archive:
        text_ = etree.fromstring(archive.read("content.xml"))
    names: Any = text_.xpath("//*[local-name()='table-column']/@*")
    assert names == [f"W{width}" for width in widths]
    styles: Any = text_.xpath("//*[local-name()='style']/@*[local-name()='name']")
    assert set(names) <= set(styles)
