"""The Markdown of imported guides as safe HTML: a few tags, no attribute but an http(s) address.

markdown-it parses (CommonMark and pipe tables); what it would write beyond our few tags is
dropped here, so that a guide can bring neither markup nor a script into our pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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


def render(text: str, *, table: str = "Tableau") -> SafeString:
    """Return the text as HTML: paragraphs, headings from h3 down, lists, quotes and tables.

    Raw HTML and images are dropped, and a link to anything but the web keeps its words only.
    `table` and a number name the regions in which tables scroll on a narrow screen.
    """
    tokens = _parser.parse(text[:LONGEST])
    for token in tokens:
        if token.children:
            token.children = list(_safe_inlines(token.children))
    safe = list(_safe_blocks(tokens, escape(table)))
    return mark_safe(str(_parser.renderer.render(safe, _parser.options, {})))  # noqa: S308


def _safe_blocks(tokens: Iterable[Token], table: str) -> Iterator[Token]:
    count = 0
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            yield token
        elif token.type in {"fence", "code_block"}:
            token.type, token.info = "code_block", ""
            token.attrs = {}
            yield token
        elif name in KEPT_BLOCKS:
            token.attrs = {}
            if name == "heading":  # the page has the h1 and its own h2
                token.tag = f"h{min(max(int(token.tag[1]) + 1, 3), 6)}"
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


def _safe_inlines(tokens: Iterable[Token]) -> Iterator[Token]:
    shown: list[bool] = []  # whether each link that is open has an address
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrGet("href") or "")
            shown.append(WEB_ADDRESS.fullmatch(address) is not None)
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
