"""A document as PDF: tagged (PDF/UA-1) and kept (PDF/A-2a), written by typst.

The words of a document reach the template as data, never as its source: none of them commands it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from portulan.core.say.country import settled
from portulan.core.say.text import Language
from portulan.publication.documents.cell import (
    Block,
    Chart,
    Document,
    Prose,
    Section,
    Table,
    digest,
)
from portulan.publication.documents.said import SEAL, as_of, cover_of, first_page, printed

STANDARDS = ["ua-1", "a-2a"]
# What may hold files: attachments are refused under a-2a.
HOLDING = ["ua-1", "a-3a"]
# The colours of the template, for what a chart calls by the classes of the stylesheet. Letters have
# no halo: typst paints it over them.
_INK, _SOFT, _RULE, _ACCENT, _PAPER = "#1b2a3a", "#51606e", "#c3cbd3", "#a3123f", "#ffffff"
_CHART = f"""text{{font-family:"Libertinus Serif";font-size:13px;fill:{_INK}}}
.tm{{fill:{_SOFT}}}.ta{{fill:{_ACCENT};font-weight:600}}.tb{{font-weight:600}}
.mid{{text-anchor:middle}}.end{{text-anchor:end}}
.h{{stroke:none}}.x{{stroke:{_RULE}}}.i{{stroke:{_INK}}}
.e{{stroke:{_SOFT}}}.a{{stroke:{_ACCENT}}}.w2{{stroke-width:2}}.w3{{stroke-width:3}}
.da{{stroke-dasharray:4 4}}.fi{{fill:{_INK}}}.fp{{fill:{_PAPER}}}.fe{{fill:{_SOFT}}}
.fa{{fill:{_ACCENT}}}"""
# Beyond this many columns and letters a table needs a page on its side; beyond these, it is small.
_MOST_COLUMNS, _MOST_LETTERS, _MANY_COLUMNS = 8, 110, 5
_LONGEST, _UNBROKEN = 42, 16  # letters
# A table of so few rows and letters is not broken: it takes half a page at most.
_MOST_WHOLE, _MOST_LETTERS_WHOLE = 12, 1_600
_MOST_WHOLE_ON_ITS_SIDE = 5
# A last page that ends so high is not worth its sheet, where tighter rows do without it. A document
# of more rows is long enough to have one.
_LONELY, _SHORT = 250, 600  # points from the top of the page; rows
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
# An emoji, a letter of a script that no font of ours has: told by an empty square.
NO_LETTER = "\N{WHITE SQUARE}"
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Sheets that people read around a table.
_SHEETS = frozenset({"council", "deliberation", "minutes"})
# Of a letter in its size, bold ones included, and of the margins of a cell, in letters too.
_LETTER, _MARGINS, _BESIDE = 0.56, 8, 4  # em, points, letters
_PAGE, _PAGE_ON_ITS_SIDE = 487, 734  # points between its margins
_REGIONS = {"FRA": "FR", "BEL": "BE", "CHE": "CH", "CAN": "CA", "LUX": "LU"}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a PDF holds: its name, its media type, what it is."""

    name: str
    kind: str
    description: str
    content: bytes


def write_pdf(document: Document, attached: Attached | None = None) -> bytes:
    """Return a document as a PDF; the same document gives the same bytes.

    It is a PDF/A-3a where it holds a file.
    """
    template = files("portulan.publication.documents").joinpath("document.typ").read_bytes()
    with settled(document.country, document.currency):
        said = _data(document)
    parts = {"main.typ": template}
    if attached is not None:
        said["attached"] = [attached.name, attached.kind, attached.description]
        parts[attached.name] = attached.content
    parts["document.json"] = _as_json(said)
    if _rows_of(document) <= _SHORT and (left := _left_alone(parts)):
        tighter = parts | {"document.json": _as_json(said | {"tight": True})}
        if _left_alone(tighter) < left:
            parts = tighter
    return _shown_or_squared(parts, STANDARDS if attached is None else HOLDING)


def _shown_or_squared(
    parts: dict[str, bytes], standards: list[str], said: Sequence[str] = ("document.json",)
) -> bytes:
    """Compile; in what is `said`, a letter that no font of ours has is shown by a square."""
    import typst

    try:
        return _compiled(parts, standards)
    except typst.TypstError as error:
        if not (unshown := _unshown(error.diagnostic)):
            raise
        squared = dict.fromkeys(unshown, NO_LETTER)
        shown = {one: parts[one].decode().translate(squared).encode() for one in said}
        return _compiled(parts | shown, standards)


def write_together(title: str, documents: Sequence[Document]) -> bytes:
    """Return several documents as one PDF of that title, each on pages of its own."""
    template = files("portulan.publication.documents").joinpath("document.typ").read_text("utf-8")
    parts, main = {}, [f"#set document(title: {json.dumps(title, ensure_ascii=False)})"]
    for number, document in enumerate(documents):
        with settled(document.country, document.currency):
            parts[f"{number}.json"] = _as_json(_data(document) | {"together": True})
        parts[f"{number}.typ"] = template.replace("document.json", f"{number}.json").encode()
        main.append(f'#include "{number}.typ"')
    parts["main.typ"] = "\n".join(main).encode()
    return _shown_or_squared(parts, STANDARDS, [f"{n}.json" for n in range(len(documents))])


def _compiled(parts: dict[str, bytes], standards: list[str]) -> bytes:
    import typst  # it is large: no page of the product but this one loads it

    found: bytes = typst.compile(  # type: ignore[call-overload]  # its stubs know no parts
        parts, format="pdf", pdf_standards=standards, ignore_system_fonts=True
    )
    return found


def _unshown(said: str) -> set[int]:
    """Return the letters that no font of ours has: the standards refuse a PDF that holds one."""
    texts = (
        _ESCAPED.sub(lambda one: chr(int(one[1], 16)), text) for text in _UNSHOWN.findall(said)
    )
    return {ord(letter) for text in texts for letter in text if not letter.isascii()}


def _as_json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def _rows_of(document: Document) -> int:
    return sum(len(table.rows) for table in document.tables)


def _left_alone(parts: dict[str, bytes]) -> int:
    """Return how often next to nothing stands on a page: a last row, the end of the document."""
    import typst

    found = typst.query(  # type: ignore[type-var]  # as above
        parts, "<end>", field="value", one=True, ignore_system_fonts=True
    )
    end = json.loads(found)
    return int(end["alone"]) + int(end["page"] > 1 and end["down"] < _LONELY)


def _data(document: Document) -> dict[str, Any]:
    language = document.language
    region = _REGIONS.get(document.country, "FR") if language == "fr" else "GB"
    seal = digest(document)
    return {
        "title": document.title,
        "organisation": document.organisation,
        "language": language,
        "region": region,
        "on": [document.on.year, document.on.month, document.on.day],
        "notices": list(first_page(document)),
        "cover": cover_of(document),
        "foot": f"{as_of(document)} · {SEAL.say(language)} {seal[:4]} {seal[4:8]} … {seal[-4:]}",
        "tight": document.kind == "council",
        "large": document.kind in _SHEETS,
        "flipped": any(_is_wide(table, language) for table in document.tables),
        "sections": _sections(document),
    }


def _sections(document: Document) -> list[dict[str, Any]]:
    """Return the sections; no letter of a sheet for members is under 9.5 points."""
    found = [_section(section, document.language) for section in document.sections]
    if document.kind in _SHEETS:
        for block in (one for section in found for one in section["blocks"]):
            if block["type"] == "table":
                block["size"] = 9.6
    return found


def _section(section: Section, language: Language) -> dict[str, Any]:
    return {
        "title": section.title,
        "blocks": [
            _block(block, section, language, _alike(block, section)) for block in section.blocks
        ],
    }


def _is_wide(table: Table, language: Language) -> bool:
    letters = sum(min(size, _LONGEST) for size in _longest(table, _said(table, language)))
    return len(table.heads) > _MOST_COLUMNS and letters > _MOST_LETTERS


def standalone(chart: Chart) -> str:
    """Return the SVG of a chart as a file of its own, in the colours of paper."""
    head, _end, rest = chart.svg.partition(">")
    named = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f"{named}><style>{_CHART}</style>{rest}"


def _alike(block: Block, section: Section) -> list[Table]:
    """Return the tables of a section with the heads of one: their columns stand in line."""
    if not isinstance(block, Table):
        return []
    return [one for one in section.tables if one.heads == block.heads and one.rows]


def _block(
    block: Block, section: Section, language: Language, alike: list[Table]
) -> dict[str, Any]:
    if isinstance(block, Chart):
        alt = f"{block.caption}. {block.description}"
        return {
            "type": "chart",
            "svg": standalone(block),
            "alt": alt,
            "caption": block.caption,
            "width": block.centimetres[0],
        }
    if isinstance(block, Prose):
        return {"type": "prose", "style": block.style, "text": block.text}
    rows = _said(block, language)
    most = _MOST_WHOLE_ON_ITS_SIDE if _is_wide(block, language) else _MOST_WHOLE
    return {
        "type": "table",
        "caption": "" if block.caption == section.title else block.caption,
        "heads": list(block.heads),
        "rows": rows,
        "total": block.has_total,
        "numeric": list(block.numeric),
        "widths": _widths(block, rows) if len(alike) < 2 else _shared_widths(alike, language),
        "size": _size(block),
        "whole": len(rows) <= most and _letters(rows) <= _MOST_LETTERS_WHOLE,
    }


def _said(table: Table, language: Language) -> list[list[str]]:
    return [[_breaking(printed(cell, language)) for cell in row] for row in table.rows]


def _breaking(said: str) -> str:
    """Return a text whose seals may go to the next line: nothing else of it is that long."""
    return _HASH.sub(lambda found: " ".join(re.findall(".{16}", found[0])), said)


def _letters(rows: list[list[str]]) -> int:
    return sum(len(cell) for row in rows for cell in row)


def _longest(table: Table, rows: list[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(table.heads, *rows, strict=True)]


def _widths(table: Table, rows: list[list[str]]) -> list[int]:
    """Return the shares of columns of words, by their longest cell; 0 for what never breaks."""
    numeric = table.numeric or (False,) * len(table.heads)
    return [
        0 if number or size <= _UNBROKEN else min(size, _LONGEST)
        for number, size in zip(numeric, _longest(table, rows), strict=True)
    ]


def _shared_widths(tables: list[Table], language: Language) -> list[int]:
    """Return the widths of columns of tables alike, by the longest cell of all of them.

    What never breaks has its own width in points, less than 0; words share the rest.
    """
    rows = [row for table in tables for row in _said(table, language)]
    longest = _longest(tables[0], rows)
    letter = _LETTER * _size(tables[0])
    fixed = [
        -round(size * letter + _MARGINS) if size <= _UNBROKEN else min(size, _LONGEST)
        for size in longest
    ]
    page = _PAGE_ON_ITS_SIDE if any(_is_wide(table, language) for table in tables) else _PAGE
    if -sum(width for width in fixed if width < 0) > page * 2 // 3:
        return [min(size, _LONGEST) + _BESIDE for size in longest]
    return fixed


def _size(table: Table) -> int:
    return 8 if len(table.heads) > _MANY_COLUMNS else 9
