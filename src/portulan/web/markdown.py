"""Markdown as safe HTML, of guides and of our help: a few tags, no attribute but an address.

markdown-it parses (CommonMark and pipe tables); what it would write beyond our few tags is
dropped here, so that a guide can bring neither markup nor a script into our pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# A guide's longest page is about 10 000 characters; a hostile one costs the square of its length:
# half a second at this one, seven at a hundred thousand.
LONGEST = 30_000
WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
KEPT_BLOCKS = frozenset(
    {
        *("paragraph", "heading", "bullet_list", "ordered_list", "list_item", "blockquote"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
)
KEPT_INLINES = frozenset(
    {"text", "code_inline", "strong_open", "strong_close", "em_open", "em_close"}
)

_parser = MarkdownIt("commonmark", {"html": True}).enable("table")

type Leads = Callable[[str], str]


def to_the_web(address: str) -> str:
    """Return an address of the web as it is, "" for any other."""
    return address if WEB_ADDRESS.fullmatch(address) else ""


def render(
    text: str, *, table: str = "Tableau", top: int = 3, leads: Leads = to_the_web
) -> SafeString:
    """Return the text as HTML: paragraphs, headings from `top` down, lists, quotes and tables.

    Raw HTML and images are dropped, and a link keeps its words only where `leads` gives it no
    address. `table` and a number name the regions in which tables scroll on a narrow screen.
    """
    tokens = _parser.parse(text[:LONGEST])
    for token in tokens:
        if token.children:
            token.children = list(_safe_inlines(token.children, leads))
    safe = list(_safe_blocks(tokens, escape(table), top))
    return mark_safe(str(_parser.renderer.render(safe, _parser.options, {})))  # noqa: S308


def _safe_blocks(tokens: Iterable[Token], table: str, top: int) -> Iterator[Token]:
    count = 0
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            yield token
        elif token.type in {"fence", "code_block"}:
            # It may be wider than a narrow screen: the keyboard scrolls it.
            yield _own(f'<pre tabindex="0"><code>{escape(token.content)}</code></pre>\n')
        elif name in KEPT_BLOCKS:
            token.attrs = {}
            if name == "heading":  # the page has the h1, and those above `top`
                token.tag = f"h{min(max(int(token.tag[1]) + top - 2, top), 6)}"
            if token.type == "table_open":
                count += 1
                label = f'role="region" tabindex="0" aria-label="{table} {count}"'
                yield _own(f'<div class="scroll" {label}>')
            yield token
            if token.type == "table_close":
                yield _own("</div>\n")


def _own(markup: str) -> Token:
    """Return markup of ours, written as it is."""
    return Token("html_block", "", 0, content=markup)


def _safe_inlines(tokens: Iterable[Token], leads: Leads) -> Iterator[Token]:
    shown: list[bool] = []  # whether each link that is open has an address
    for token in tokens:
        if token.type == "link_open":
            address = leads(str(token.attrGet("href") or ""))
            shown.append(bool(address))
            token.attrs = {"href": address}
            if shown[-1]:
                yield token
        elif token.type == "link_close":
            if shown and shown.pop():
                yield token
        elif token.type in {"softbreak", "hardbreak"}:
            token.type = "softbreak"
            yield token
        elif token.type in KEPT_INLINES:
            token.attrs = {}
            yield token
