"""One practice of the guide, from its Markdown page: 2021, 2022 and version 1 dialects."""

from __future__ import annotations

import re

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import (
    SLUG_LENGTH,
    WORD_LENGTH,
    IndicatorContent,
    PracticeContent,
)
from portulan.catalogue.readers.front_matter import Page
from portulan.catalogue.readers.indicator_kinds import guess_kind
from portulan.catalogue.readers.wording import code_of, one_line, slug_of
from portulan.core.folding import fold

PRACTICE_TYPE = "bpnr"
PRACTICE_LAYOUT = re.compile(r"(?:^|/)bonne-pratique(?:\.njk)?$")
OWN_KEYS = ("idbp", "priority", "difficulty", "who", "indicators")
WORD_SLUG = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)*")
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
EMPHASIS = re.compile(r"\*\*|__")
TAG = re.compile(r"<[^<>]{1,500}>")
SUMMARY_LENGTH = 1_000


def is_practice(page: Page) -> bool:
    """Tell a practice from the guide's other pages.

    `type: bpnr` decides when there is a type (`publication` is the guide's home page). The
    first dialect, of 2021, has no type: there, the keys or the layout of a practice decide.
    """
    kind = page.values.get("type")
    if isinstance(kind, str):
        return fold(kind) == PRACTICE_TYPE
    layout = page.values.get("layout")
    by_layout = isinstance(layout, str) and PRACTICE_LAYOUT.search(layout.strip()) is not None
    return by_layout or sum(key in page.values for key in OWN_KEYS) >= 2


def read_practice(page: Page, theme: str) -> PracticeContent | None:
    """Return the practice of a page, or None when it has no usable code; problems are noted."""
    written = page.text("idbp")
    code = code_of(written) if written else None
    if code is None:
        if written:
            page.note(findings.BAD_CODE, "idbp", code=written)
        else:
            page.note(findings.NO_CODE)
        return None
    title = page.text("title")
    if title is None:
        page.note(findings.NO_TITLE, "title")
    for key in OWN_KEYS[1:]:
        if page.values.get(key) in (None, "", ()):
            page.note(findings.MISSING_KEY, key, code=code, key=key)
    return PracticeContent(
        code=code,
        slug=slug_from(page.file.stem, code),
        theme=theme,
        title=title or page.file.stem,
        priority=page.text("priority", WORD_LENGTH),
        difficulty=page.text("difficulty", WORD_LENGTH),
        pilots=tuple(dict.fromkeys(page.texts("who"))),
        indicators=tuple(read_indicator(text) for text in page.texts("indicators")),
        order=order_of(page) or 0,
        summary=first_paragraph(page.body),
        body=page.body,
    )


def read_indicator(text: str) -> IndicatorContent:
    """Return an indicator with the kind and unit its words suggest."""
    guess = guess_kind(text)
    return IndicatorContent(text, guess.kind, guess.unit)


def order_of(page: Page) -> int | None:
    """Return the rank in the guide's navigation, or None when the page gives none."""
    text = page.section("eleventyNavigation").values.get("order")
    return int(text) if isinstance(text, str) and re.fullmatch(r"[0-9]{1,5}", text) else None


def first_paragraph(body: str) -> str:
    """Return the text of the first paragraph: links, emphasis and HTML reduced to their words."""
    for block in body.split("\n\n"):
        plain = one_line(TAG.sub(" ", EMPHASIS.sub("", LINK.sub(r"\1", block[:8_000]))))
        if plain and not plain.startswith(("#", "|", "* ", "- ", "```")):
            if len(plain) <= SUMMARY_LENGTH:
                return plain
            return plain[: SUMMARY_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    return ""


def slug_from(stem: str, code: str) -> str:
    """Return the name of a page as a slug, as written if it is one; the code when it cannot be."""
    if WORD_SLUG.fullmatch(stem) and len(stem) <= SLUG_LENGTH:
        return stem
    return slug_of(stem)[:SLUG_LENGTH].strip("-") or code
