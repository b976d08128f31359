"""A document as a page: a file that stands alone, or one section in a page of the product (pure).

It runs no script, asks nothing of anybody and works on paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from portulan.core.say.country import settled
from portulan.core.say.text import Language
from portulan.publication.documents.cell import (
    Chart,
    Counted,
    Document,
    Prose,
    Section,
    Table,
    digest,
)
from portulan.publication.documents.said import SEAL, as_of, cover_of, first_page, printed

_STYLE = """
:root{color-scheme:light dark;--ink:light-dark(#1b2a3a,#e6e9ee);--soft:light-dark(#51606e,#a9b4c0);
--rule:light-dark(#c3cbd3,#46525f);--accent:light-dark(#a3123f,#ff8fb0);--paper:light-dark(#fff,#141b23)}
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;
margin:0 auto;padding:1rem;overflow-wrap:break-word}
h1{font-size:1.8rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem}
.vh{position:absolute;clip-path:inset(50%)}.soft,.small,caption{color:var(--soft)}.small,table{font-size:.875rem}.lede{font-size:1.15rem}
.notice{border-left:3px solid var(--accent);padding-left:.75rem;margin:.5rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:left}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid var(--rule)}
th{font-weight:600}tbody th{font-weight:400}.n{text-align:right;white-space:nowrap}
tr.total>*{font-weight:600}dt{color:var(--soft)}dd{margin:0 0 .4rem}
figure{margin:1rem 0}svg{display:block;width:100%;max-width:44rem;height:auto;overflow:visible}
svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .tm{fill:var(--soft)}
svg .ta{fill:var(--accent);font-weight:600}svg .tb{font-weight:600}
.mid{text-anchor:middle}.end{text-anchor:end}.w2{stroke-width:2}.w3{stroke-width:3}
svg .h{paint-order:stroke;stroke:var(--paper);stroke-width:5px}.da{stroke-dasharray:4 4}
.x{stroke:var(--rule)}.i{stroke:var(--ink)}.e{stroke:var(--soft)}.a{stroke:var(--accent)}
.fi{fill:var(--ink)}.fp{fill:var(--paper)}.fe{fill:var(--soft)}.fa{fill:var(--accent)}
@media print{body{max-width:none;padding:0}thead{display:table-header-group}}
"""


def write_html(document: Document) -> bytes:
    """Return a document as one HTML file."""
    return "".join(_page(document)).encode()


def _page(document: Document) -> Iterator[str]:
    title, seal = escape(document.title), digest(document)
    yield f'<!doctype html>\n<html lang="{document.language}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title} · {escape(document.organisation)}</title><style>{_STYLE}</style></head>"
    yield f'<body><main><p class="soft">{escape(document.organisation)}</p><h1>{title}</h1>'
    yield head(document)
    for number, section in enumerate(document.sections, 1):
        yield f'\n<section aria-labelledby="s{number}">'
        yield f'<h2 id="s{number}">{escape(section.title)}</h2>'
        yield body(document, section, prefix=f"s{number}")
        yield "</section>"
    yield f'</main><footer class="small"><p>{escape(as_of(document))}. '
    yield f"{SEAL.say(document.language)} <code>{seal}</code></p></footer></body></html>\n"


def head(document: Document, counted: Counted | None = None) -> str:
    """Return what stands before the sections: notices, and the facts of the cover.

    `counted` is what is counted of it, where the document given has not all its sections.
    """
    said = first_page(document, counted)
    notices = "".join(f'<p class="notice">{escape(one)}</p>' for one in said)
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in cover_of(document)
    )
    return notices + (f'<dl class="facts">{facts}</dl>' if facts else "")


def body(document: Document, section: Section, *, prefix: str = "s") -> str:
    """Return what a section says, without its title; `prefix` begins its identifiers."""
    with settled(document.country, document.currency):
        return "".join(_blocks(section, document.language, prefix))


def _blocks(section: Section, language: Language, prefix: str) -> Iterator[str]:
    is_list = False
    for number, block in enumerate(section.blocks):
        is_item = isinstance(block, Prose) and block.style == "item"
        if is_item != is_list:
            yield "<ul>" if is_item else "</ul>"
            is_list = is_item
        if isinstance(block, Table):
            css = ' class="vh"' if block.caption == section.title else ""
            yield from _table(block, language, f"{prefix}t{number}", css)
        elif isinstance(block, Chart):
            yield f"<figure><figcaption>{escape(block.caption)}</figcaption>{block.svg}</figure>"
        elif is_item:
            yield f"<li>{escape(block.text)}</li>"
        else:
            css = "" if block.style == "text" else f' class="{block.style}"'
            yield f"<p{css}>{escape(block.text)}</p>"
    if is_list:
        yield "</ul>"


def _table(table: Table, language: Language, name: str, caption: str) -> Iterator[str]:
    numeric = table.numeric or (False,) * len(table.heads)
    css = [' class="n"' if number else "" for number in numeric]
    yield f'<div class="scroll" role="group" tabindex="0" aria-labelledby="{name}">'
    yield f'<table class="dense"><caption id="{name}"{caption}>{escape(table.caption)}</caption>'
    yield "<thead><tr>"
    for head_, of in zip(table.heads, css, strict=True):
        yield f'<th scope="col"{of}>{escape(head_)}</th>'
    yield "</tr></thead><tbody>"
    for number, row in enumerate(table.rows, 1):
        total = table.has_total and number == len(table.rows)
        yield '<tr class="total">' if total else "<tr>"
        for place, cell in enumerate(row):
            said = escape(printed(cell, language))
            tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
            yield f"<{tag}{scope}{css[place]}>{said}</{tag}>"
        yield "</tr>"
    yield "</tbody></table></div>"
