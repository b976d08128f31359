"""White space that only lays a template out goes once, when the template is loaded.

The rule: **a line break, with the indentation around it, is nothing beside a tag**, of HTML (`<p>`)
or of Django (`{% if %}`, `{{ value }}`), and one space between two words. A space within a line is
a space; `&#32;` is a space that a line break leaves. Between attributes a line break is a space.
Values of attributes, `{% blocktranslate %}` and the elements of `VERBATIM` stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.template import Origin, Template
from django.template.base import TextNode
from django.template.loaders import base, cached

VERBATIM = {"pre", "script", "style", "textarea"}
# No-break spaces are of the words.
_BREAK = r"[ \t\r\f]*\n[ \t\r\n\f]*"
_OPENING = r"</?[a-z!][^\s/>\"']*"
_PIECES = re.compile(rf"({_OPENING}|/?>|[\"']|{_BREAK})", re.IGNORECASE)
_opens_a_tag = re.compile(_OPENING, re.IGNORECASE).match


def close_up(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts of a template, in their order, without the white space that is nothing.

    Between two texts stands a tag of Django; a tag of HTML may begin in one and end in another.
    """
    tag = quote = verbatim = ""
    for text in texts:
        kept = []
        beside = True
        for piece, after in pairwise([*filter(None, _PIECES.split(text)), ""]):
            said = piece
            if quote:
                quote = "" if piece == quote else quote
            elif tag:
                if piece in {'"', "'"}:
                    quote = piece
                elif piece.endswith(">"):
                    verbatim, tag = tag if tag in VERBATIM else "", ""
                elif "\n" in piece:
                    said = "" if after.endswith(">") else " "
                beside = not tag
            elif _opens_a_tag(piece) and verbatim in {"", piece[2:].lower()}:
                tag = piece[1:].lower()
            elif not verbatim:
                said = _outside(piece, beside=beside or not after or bool(_opens_a_tag(after)))
                beside = False
            kept.append(said)
        yield "".join(kept)


def _outside(piece: str, *, beside: bool) -> str:
    if "\n" in piece:
        return "" if beside else " "
    return piece.replace("&#32;", " ")


class _Closing(base.Loader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        found = template.nodelist.get_nodes_by_type(TextNode)
        nodes = [node for node in found if isinstance(node, TextNode)]
        for node, text in zip(nodes, close_up([node.s for node in nodes]), strict=True):
            node.s = text
        return template


class Loader(cached.Loader, _Closing):
    """Load each template once, closed up. Errors still name the lines of the file."""
