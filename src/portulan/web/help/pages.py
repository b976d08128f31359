"""The pages of help, as `tools/help_pages.py` compiles them, and which one a screen has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portulan.core.folding import sought
from portulan.core.say.text import Language

_COMPILED = Path(__file__).with_name("pages.json")
# Words beside which « relevé » is the minutes of a committee, and “reading” that of a source.
_OTHERWISE = re.compile(
    "night|under way|arrêt|séance|comité|relevé de décisions|signé|retouch|motif|le cite|le dit"
    "|s’écrit",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]+>")

# The page of the screens of each entry (`web.places`); a test holds that none lacks.
_OF_ENTRY: Mapping[str, str] = {
    entry: page
    for page, entries in {
        "first-hour-officer": "home actions all-plans catalogue services changes",
        "views-of-the-plan": "files",
        "connecting-a-source": "indicators sources",
        "estimating-an-action": "footprint",
        "asking-pilots": "campaigns mail",
        "backing-up": "away",
        "sealing-and-deciding": "todo committees sealed",
        "evidence": "evidence",
        "where-this-figure-comes-from": "share",
        "first-hour-finance": "years accounting perimeter",
        "writing-clauses": "contracts obligations",
        "choosing-under-a-budget": "arbitration",
        "public-accounts": "comparison",
        "producing-a-document": "documents",
        "public-page": "public",
        "small-town": "organisation",
        "protecting-your-account": "people security",
        "groups": "group",
        "connecting-a-program": "access",
    }.items()
    for entry in entries.split()
}
# A screen whose gesture has a page of its own.
_OF_ROUTE: Mapping[str, str] = {
    "plans:grid": "views-of-the-plan",
    "plans:board": "views-of-the-plan",
    "plans:timeline": "views-of-the-plan",
    "plans:by-unit": "views-of-the-plan",
    "budget:upload": "which-file-to-export",
    "budget:provided": "shared-accounts",
    "budget:take-share": "shared-accounts",
    "catalogue:import": "house-catalogue",
}


@dataclass(frozen=True, slots=True)
class Help:
    """A page in one language; `body` is HTML of ours, `words` all of its words, folded."""

    name: str
    title: str
    body: str
    words: str


@cache
def pages(language: Language) -> Mapping[str, Help]:
    """Return all pages by their name, in the order of the documentation."""
    found = _compiled(language)
    return {
        name: Help(name, page["title"], page["body"], _folded(f"{page['title']} {page['body']}"))
        for name, page in found.items()
    }


@cache
def _compiled(language: Language) -> Mapping[str, Mapping[str, Any]]:
    compiled = json.loads(_COMPILED.read_text(encoding="utf-8"))
    return {name: page[language] for name, page in compiled.items()}


def meanings(language: Language) -> Mapping[str, str]:
    """Return what each word of the trade means, as docs/words.md says."""
    terms: Mapping[str, str] = _compiled(language)["words"]["terms"]
    return terms


@cache
def _everyday(language: Language) -> tuple[re.Pattern[str], Mapping[str, str]]:
    words: Mapping[str, str] = _compiled(language)["words"]["everyday"]
    longest = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!%\()(?<!\{{)\b({longest})\b", re.IGNORECASE), words


@lru_cache(maxsize=20_000)
def everyday(text: str, language: Language) -> str:
    """Return a sentence of ours with everyday words for those of the trade (docs/words.md).

    A sentence about the other « relevé », the minutes of a committee, stays whole.
    """
    pattern, words = _everyday(language)  # a placeholder, as %(stage)s, keeps its name

    def plain(found: re.Match[str]) -> str:
        word = found[0]
        if word.casefold().startswith(("relevé", "reading")) and _OTHERWISE.search(text):
            return word
        said = words[word.casefold()]
        return said.capitalize() if word[:1].isupper() else said

    return pattern.sub(plain, text)


@cache
def _terms(language: Language) -> tuple[re.Pattern[str], Mapping[str, str]]:
    terms = {word.casefold(): means for word, means in meanings(language).items()}
    longest = "|".join(sorted(terms, key=len, reverse=True))
    return re.compile(rf"\b({longest})(?:es?|s|x)?\b", re.IGNORECASE), terms


def explained(text: str, language: Language) -> SafeString:
    """Return a text, escaped, whose words of the trade are `dfn`s: each says what it means."""
    pattern, terms = _terms(language)

    def dfn(found: re.Match[str]) -> str:
        return format_html('<dfn title="{}">{}</dfn>', terms[found[1].casefold()], found[0])

    return mark_safe(pattern.sub(dfn, escape(text)))  # noqa: S308 - escaped


def page_of(entry: str, route: str = "") -> str:
    """Return the name of the page that helps on a screen, "" for a screen that has none."""
    return _OF_ROUTE.get(route) or _OF_ENTRY.get(entry, "")


def about(words: Sequence[Sequence[str]], language: Language, most: int) -> list[Help]:
    """Return the pages that hold each word sought or one like it, those whose title does first."""
    found = [
        one
        for one in pages(language).values()
        if all(any(f" {like}" in one.words for like in alike) for alike in words)
    ]
    found.sort(key=lambda one: -_in_title(one, words))
    return found[:most]


def _in_title(one: Help, words: Sequence[Sequence[str]]) -> int:
    title = _folded(one.title)
    return sum(any(f" {like}" in title for like in alike) for alike in words)


def _folded(markup: str) -> str:
    text = sought(unescape(_TAG.sub(" ", markup))).replace("'", " ").replace("-", " ")
    return " " + re.sub(r"[^\w ]+", " ", text)
