"""A document as ODT, for who finishes it: real headings, heads of tables repeated, its language.

Written by pieces like our workbooks: the same document gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from xml.sax.saxutils import escape

from portulan.core.say.country import settled
from portulan.core.say.text import Language, labelled
from portulan.core.workbooks import entry
from portulan.publication.documents.cell import Chart, Document, Prose, Section, Table, digest
from portulan.publication.documents.pdf import standalone
from portulan.publication.documents.said import (
    SEAL,
    as_of,
    cover_of,
    first_page,
    printed,
    widths_of,
)

_URN = "urn:oasis:names:tc:opendocument:xmlns"
_TYPE = "application/vnd.oasis.opendocument.text"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = " ".join(
    f'xmlns:{name}="{_URN}:{urn}:1.0"'
    for name, urn in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("meta", "meta"),
        ("fo", "xsl-fo-compatible"),
        ("draw", "drawing"),
        ("svg", "svg-compatible"),
    )
)
_LINKS = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def write_odt(document: Document) -> bytes:
    """Return a document as an OpenDocument text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        # First and as it is: this is how the format is recognised.
        archive.writestr(entry("mimetype"), _TYPE, zipfile.ZIP_STORED)
        charts = {_picture(place): chart for place, chart in enumerate(_charts(document), 1)}
        for name, part in (
            ("META-INF/manifest.xml", _manifest(charts)),
            ("meta.xml", _meta(document)),
            ("styles.xml", _styles(document)),
            ("content.xml", "".join(_content(document))),
            *((name, standalone(chart)) for name, chart in charts.items()),
        ):
            archive.writestr(entry(name), _XML + part)
    return stream.getvalue()


def _charts(document: Document) -> Iterator[Chart]:
    for section in document.sections:
        yield from (block for block in section.blocks if isinstance(block, Chart))


def _picture(place: int) -> str:
    return f"Pictures/chart{place}.svg"


def _manifest(pictures: Iterable[str]) -> str:
    """Return the list of the parts, each with its type."""
    parts = [
        ("/", _TYPE),
        *((f"{name}.xml", "text/xml") for name in ("content", "styles", "meta")),
        *((name, "image/svg+xml") for name in pictures),
    ]
    return (
        f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" manifest:version="1.3">'
        + "".join(
            f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
            for name, kind in parts
        )
        + "</manifest:manifest>"
    )


def _meta(document: Document) -> str:
    return (
        f'<office:document-meta {_SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' office:version="1.3"><office:meta><dc:title>{escape(document.title)}</dc:title>'
        f"<dc:language>{_tag(document)}</dc:language><dc:date>{document.on}T00:00:00</dc:date>"
        "</office:meta></office:document-meta>"
    )


def _tag(document: Document) -> str:
    return {"fr": "fr-FR", "en": "en-GB"}[document.language]


def _styles(document: Document) -> str:
    language, country = _tag(document).split("-")
    headings = "".join(
        f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}"'
        f' style:family="paragraph" style:default-outline-level="{level}">'
        '<style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm"'
        ' fo:keep-with-next="always"/>'
        f'<style:text-properties fo:font-size="{size}pt" fo:font-weight="bold"/></style:style>'
        for level, size in ((1, 20), (2, 14))
    )
    return (
        f'<office:document-styles {_SPACES} office:version="1.3"><office:styles>'
        '<style:default-style style:family="paragraph"><style:text-properties'
        f' fo:language="{language}" fo:country="{country}" fo:font-size="10pt"/>'
        "</style:default-style>"
        '<style:style style:name="Standard" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-bottom="0.2cm"/></style:style>'
        '<style:style style:name="Head" style:family="paragraph"><style:text-properties'
        ' fo:font-weight="bold"/></style:style>'
        '<style:style style:name="Number" style:family="paragraph"><style:paragraph-properties'
        ' fo:text-align="end"/></style:style>'
        '<style:style style:name="Caption" style:family="paragraph"><style:paragraph-properties'
        ' fo:margin-top="0.3cm" fo:keep-with-next="always"/><style:text-properties'
        ' fo:font-style="italic"/></style:style>'
        f"{headings}</office:styles></office:document-styles>"
    )


def _content(document: Document) -> Iterator[str]:
    yield (
        f'<office:document-content {_SPACES} {_LINKS} office:version="1.3">'
        "<office:automatic-styles>"
        '<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties'
        ' fo:padding="0.1cm" fo:border-bottom="0.5pt solid #808080"/></style:style>'
    )
    yield from map(_column, sorted(_widths(document)))
    yield "</office:automatic-styles><office:body><office:text>"
    yield _line(document.organisation)
    yield _heading(document.title, 1)
    yield from map(_line, first_page(document))
    for name, said in cover_of(document):
        yield _line(labelled(name, said, document.language))
    with settled(document.country, document.currency):
        drawn = count(1)
        for section in document.sections:
            yield from _section(document, section, drawn)
    yield _line(f"{as_of(document)}. {SEAL.say(document.language)} {digest(document)}")
    yield "</office:text></office:body></office:document-content>"


def _section(document: Document, section: Section, drawn: Iterator[int]) -> Iterator[str]:
    language = document.language
    yield _heading(section.title, 2)
    for number, block in enumerate(section.blocks, 1):
        if isinstance(block, Prose):
            item = block.style == "item"
            yield _line(f"– {block.text}" if item else block.text)
        elif isinstance(block, Chart):
            yield _line(block.caption, "Caption")
            yield _drawing(block, next(drawn))
        else:
            if block.caption != section.title:
                yield _line(block.caption, "Caption")
            name = f"{section.title} {number}"
            yield from _table(block, language, name, widths_of(document, block))


def _drawing(chart: Chart, place: int) -> str:
    """Return the frame of a chart, with the words that stand for it."""
    width, height = chart.centimetres
    return (
        f'<text:p text:style-name="Standard"><draw:frame draw:name="chart{place}"'
        f' text:anchor-type="as-char" svg:width="{width}cm" svg:height="{height}cm">'
        f'<draw:image xlink:href="{_picture(place)}" xlink:type="simple"/>'
        f"<svg:title>{escape(chart.caption)}</svg:title>"
        f"<svg:desc>{escape(chart.description)}</svg:desc></draw:frame></text:p>"
    )


def _table(table: Table, language: Language, name: str, widths: Sequence[int]) -> Iterator[str]:
    yield f'<table:table table:name="{escape(name, {chr(34): "&quot;"})}">'
    for width in widths:
        yield f'<table:table-column table:style-name="W{width}"/>'
    yield "<table:table-header-rows>"
    yield _row(table.heads, ["Head"] * len(table.heads))
    yield "</table:table-header-rows>"
    styles = ["Number" if number else "Standard" for number in table.numeric]
    for row in table.rows:
        yield _row([printed(cell, language) for cell in row], styles)
    yield "</table:table>"


def _widths(document: Document) -> set[int]:
    every = (widths_of(document, table) for table in document.tables)
    return set(chain.from_iterable(every))


def _column(width: int) -> str:
    """Return the style of the columns of a width, beside those of the others of its table."""
    return (
        f'<style:style style:name="W{width}" style:family="table-column">'
        f'<style:table-column-properties style:rel-column-width="{width}*"/></style:style>'
    )


def _row(texts: tuple[str, ...] | list[str], styles: list[str]) -> str:
    cells = "".join(
        f'<table:table-cell table:style-name="Cell" office:value-type="string">'
        f"{_line(text, style)}</table:table-cell>"
        for text, style in zip(texts, styles, strict=True)
    )
    return f"<table:table-row>{cells}</table:table-row>"


def _heading(text: str, level: int) -> str:
    return (
        f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">'
        f"{escape(text)}</text:h>"
    )


def _line(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'
