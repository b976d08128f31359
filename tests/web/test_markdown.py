from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.catalogue.readers.registry import read_catalogue
from portulan.web.markdown import render

TAGS = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td", "pre", "code"),
}
ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
REGION = {"class": "scroll", "role": "region", "tabindex": "0"}
PIECES = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "-->", "<b>", "</p>"),
    *("[x](javascript:alert(1))", "[x](JaVaScRiPt&#58;alert(1))", "[x](data:text/html,<b>)"),
    *("[x](http://a.fr \"t\" onclick='a')", "[x](//a.fr)", "[x](/a)", "![i](http://a.fr/i.png)"),
    *('[x](https://a.fr/"onmouseover=alert(1))', "<https://a.fr>", "<javascript:alert(1)>"),
    *("[x]: javascript:alert(1)\n\n[x]", "# ", "\n\n", "\n", "- ", "1. ", "    ", "```html\n"),
    *("| a | b |\n|:--|--:|\n| <i> | c |\n", "> ", "**", "_", "`", "&lt;", "&#x3c;script&#x3e;"),
    *("\\", "\x00", "<", ">", '"', "'", "]", "(", ")", "<svg/onload=alert(1)>", "\u2028"),
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=14).map("".join)


class Seen(HTMLParser):
    """Reads a page as a browser does, and keeps each tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.depth = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@given(texts)
def test_nothing_comes_out_but_a_few_tags_and_web_addresses(text: str) -> None:
    page = render(text)
    seen = Seen(page)
    assert not seen.others
    assert seen.depth == 0
    for tag, attributes in seen.tags:
        if tag == "div":
            assert re.fullmatch(r"Tableau \d+", attributes.pop("aria-label") or "")
            assert attributes == REGION
            continue
        assert tag in TAGS
        assert set(attributes) == {"a": {"href"}, "pre": {"tabindex"}}.get(tag, set())
        assert ADDRESS.fullmatch(attributes.get("href") or "https://none")
    # Each “<” opens one of those tags: everything else is escaped.
    ours = re.findall(
        r"</?[a-z]+[1-6]?(?: href=\"[^\"<>]*\")?>|<div [^<>]*>|<pre tabindex=\"0\">", page
    )
    assert page.count("<") == len(ours)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Un **mot** *fort*", "<p>Un <strong>mot</strong> <em>fort</em></p>"),
        ("# A\n\n## B\n\n### C", "<h3>A</h3>\n<h3>B</h3>\n<h4>C</h4>"),
        ("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        (
            "[Site](https://a.fr/?x=1&y=2)",
            '<p><a href="https://a.fr/?x=1&amp;y=2">Site</a></p>',
        ),
        ("[Site](javascript:alert(1))", "<p>[Site](javascript:alert(1))</p>"),
        ("[Page](/a/b)", "<p>Page</p>"),
        ("a <b>gras</b> & c", "<p>a gras &amp; c</p>"),
        ('<div class="t">\n\nmot\n\n</div>', "<p>mot</p>"),
        ("![image](https://a.fr/i.png)", "<p></p>"),
    ],
)
def test_the_subset(text: str, page: str) -> None:
    assert render(text).strip() == page


@pytest.mark.real
def test_the_real_guide_reads_well(real_data) -> None:
    content = read_catalogue(real_data / "guide" / "v1").content
    pages = {one.code: render(one.body) for one in content.practices}
    written = sum(one.body.count("](http") for one in content.practices)
    assert sum(page.count("<a ") for page in pages.values()) == written > 40
    assert pages["c.3"].count("<table>") == 2
    assert "<th>En kg eq. Sb évités</th>" in pages["c.3"]
    assert not [code for code, page in pages.items() if "**" in page or "](" in page]
