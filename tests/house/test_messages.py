"""The sentences of the interface, as the source has them."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from tests.conftest import ROOT
from tools.messages import template

# A mark that would begin a line, or a quotation mark that would end one.
_LOOSE = re.compile(r" [:;!?»]|« ")


def test_french_marks_never_stand_alone_on_a_line() -> None:
    sentences = [
        text
        for message in template()
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    ]
    assert len(sentences) > 1_000
    assert [text for text in sentences if _LOOSE.search(text)] == []


# Sentences whose subject would be a relative clause, and those that nobody reads at once.
_OPENINGS = {
    "fr": re.compile(r"(Ce (qui|que|dont) |Ce qu’|(Qui|Quiconque|Ceux qui|Celui qui) ).*[.;]$"),
    "en": re.compile(r"(What|Who|Whoever|Whom) .*[.;]$"),
}
_ASKED = re.compile(r"(?<=[.!?:;])\s+|\n+")
MOST_WORDS = 30


def _said(language: str) -> list[str]:
    if language == "fr":
        ids = [message.id for message in template() if message.id]
    else:
        path = ROOT / "src/portulan/locale/en/LC_MESSAGES/django.po"
        with path.open("rb") as stream:
            ids = [message.string for message in read_po(stream, locale="en") if message.id]
    texts = [text for one in ids for text in (one if isinstance(one, tuple) else (one,))]
    return [
        sentence.strip()
        for text in texts
        for sentence in _ASKED.split(re.sub(r"<[^>]+>", " ", text))
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sentences_are_plain(language: str) -> None:
    sentences = _said(language)
    assert len(sentences) > 5_000
    assert [one for one in sentences if _OPENINGS[language].match(one)] == []
    assert [one for one in sentences if len(one.split()) > MOST_WORDS] == []


_SHORT = re.compile(r"\b(excl|incl|no|No|art|p)\.|…")
_END = re.compile(r"[^\W\d][»”)]?\s?[.!?](?=\s|$)")


def test_a_translation_has_the_sentences_of_its_source_and_no_other() -> None:
    """Two that were glued in a merge once stood on a page that erases."""
    path = ROOT / "src/portulan/locale/en/LC_MESSAGES/django.po"
    with path.open("rb") as stream:
        found = [one for one in read_po(stream, locale="en") if one.id]
    pairs = [
        (one.id, one.string) if isinstance(one.id, str) else (one.id[-1], one.string[-1])
        for one in found
    ]
    assert [(fr, en) for fr, en in pairs if re.search(r"[a-z]\.[A-ZÀ-Ý][a-zà-ÿ’]", en)] == []
    counted = [
        (fr, en, *(len(_END.findall(_SHORT.sub("", text))) for text in (fr, en)))
        for fr, en in pairs
    ]
    assert [(fr, en) for fr, en, here, there in counted if abs(here - there) > 1] == []
    told = re.compile(r"\b(says?|said|tells?|told)\b", re.IGNORECASE)
    bare = [re.sub(r"%\(\w+\)s", "", en) for _, en in pairs]
    assert [en for en in bare if told.search(en)] == []
    assert [en for en in bare if re.match(r"What\b(?!.*[?…])", en)] == ["What"]
