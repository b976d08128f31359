"""The pages of help, as `tools/help_pages.py` compiles them, and which one a screen has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portulan.core.folding import sought
from portulan.core.say.text import Language

_COMPILED = Path(__file__).with_name("pages.json")
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
