"""White space of templates: what lays out is nothing, what a reader sees is kept."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st

from portulan.web.whitespace import close_up

TAGS = ["<p>", "</p>", '<a href="x">', "</a>", "<br>", "<i class='a > b'>", "<path d='M0'/>"]
WORDS = ["un", "«\u00a0deux\u00a0»", "x > y", "l’a", "3 < 4", "&amp;", '"', "·", "/"]
# A Django tag stands between two texts: None.
pieces = st.lists(st.sampled_from([None, *TAGS, *WORDS, " "]))
breaks = st.from_regex(r"[ \t]*\r?\n[ \t\n]*", fullmatch=True)


def closed(*texts: str) -> str:
    return "".join(close_up(texts))


def rendered(source: str, *, debug: bool = False, **values: object) -> str:
    files = ("django.template.loaders.locmem.Loader", {"page": source})
    loaders = [("portulan.web.whitespace.Loader", [files])]
    engine = Engine(loaders=loaders, builtins=["django.templatetags.i18n"], debug=debug)
    return engine.get_template("page").render(Context(values))


def is_tag(piece: str | None) -> bool:
    return piece is None or piece in TAGS


@given(pieces, st.data())
def test_however_a_template_is_laid_out_it_says_the_same(
    said: list[str | None], data: st.DataObject
) -> None:
    texts = [""]
    for before, piece in zip([None, *said], [*said, None], strict=True):
        if is_tag(before) or is_tag(piece):
            texts[-1] += data.draw(st.one_of(st.just(""), breaks))
        if piece is None:
            texts.append("")
        else:
            texts[-1] += "&#32;" if piece == " " else piece
    assert closed(*texts) == "".join(piece or "" for piece in said)


@given(pieces, breaks)
def test_a_line_break_between_words_is_a_space(said: list[str | None], broken: str) -> None:
    words = [piece for piece in said if piece in WORDS]
    assert closed(broken.join(words)) == " ".join(words)


@given(st.lists(st.text(alphabet="<>/!ap=\"' \n\té\u00a0")))
def test_nothing_but_white_space_goes_and_once_is_enough(texts: list[str]) -> None:
    once = list(close_up(texts))
    assert [re.sub(r"[ \n\t]", "", text) for text in once] == [
        re.sub(r"[ \n\t]", "", text) for text in texts
    ]
    assert list(close_up(once)) == once


@pytest.mark.parametrize(
    ("laid_out", "said"),
    [
        ("<p>\n  a\n  b\n</p>\n", "<p>a b</p>"),
        ("<a>a</a>\n<a>b</a>", "<a>a</a><a>b</a>"),
        ("<a>a</a> <a>b</a>", "<a>a</a> <a>b</a>"),
        ("<a>a</a>\n&#32;<a>b</a>&#32;\n<a>c</a>", "<a>a</a> <a>b</a> <a>c</a>"),
        ("a\n<!-- b -->", "a<!-- b -->"),
        ("a\n\u00a0: b", "a \u00a0: b"),
        # Inside a tag: attributes stay apart, values as they are.
        ('<a\n   class="a\n  b"\n   href="c"\n>d', '<a class="a\n  b" href="c">d'),
        ("<input\n  name='a > \n b'\n/>\n<p>", "<input name='a > \n b'/><p>"),
        # What a browser shows as it is written.
        ("<pre>\n a\n <b>\n b</b>\n</pre>\n<p>", "<pre>\n a\n <b>\n b</b>\n</pre><p>"),
        ("<textarea>\na\n\n</textarea>\nb", "<textarea>\na\n\n</textarea>b"),
    ],
)
def test_the_rule(laid_out: str, said: str) -> None:
    assert closed(laid_out) == said


def test_a_tag_of_html_goes_on_after_a_tag_of_django() -> None:
    source = """
    <a href="{{ address }}"
       {% if here %}aria-current="page"{% endif %}
       class="a
              b">
      {{ name }}
      {% if here %}
        (here)
      {% endif %}
    </a>
    """
    assert rendered(source, address="/a", name="A", here=True) == (
        '<a href="/a" aria-current="page" class="a\n              b">A(here)</a>'
    )


def test_a_sentence_to_translate_is_read_as_it_was_collected() -> None:
    source = (
        "<p>\n  {% blocktranslate trimmed %}\n    a\n    <b>b</b>\n  {% endblocktranslate %}\n</p>"
    )
    assert rendered(source) == "<p>a <b>b</b></p>"
    assert rendered("{% blocktranslate %}\n a\n<b>{% endblocktranslate %}\n") == "\n a\n<b>"


def test_an_error_names_the_line_of_the_file() -> None:
    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError) as raised:  # noqa: PT011
        rendered("<p>\n\n  {{ fail }}\n</p>", debug=True, fail=fail)
    assert raised.value.template_debug["line"] == 3  # type: ignore[attr-defined]
