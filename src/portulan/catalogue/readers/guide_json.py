"""The guide's own JSON export: one document, its themes, their practices.

    {title, url, description, version, updated_at, author,
     thematiques: [{id "a.", titre, description,
                    bonnesPratiques: [{id, titre, priorite, difficulte, pilotes, indicateurs,
                                       url}]}]}

Source: github.com/DISIC/MiNumEco, `export-json.njk`, published as
`guide-bonnes-pratiques-numerique-responsable-export-version-v1.json` (Licence Ouverte 2.0). It
has no text of the practices; its author is a placeholder, so the attribution names the mission.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import (
    INDICATOR_LENGTH,
    SLUG_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
    CatalogueContent,
    PracticeContent,
    Reading,
    ThemeContent,
)
from portulan.catalogue.readers.files import printable_name
from portulan.catalogue.readers.json_source import (
    Items,
    Value,
    begins_as,
    load_json,
    word,
    words,
)
from portulan.catalogue.readers.markdown_practice import read_indicator, slug_from
from portulan.catalogue.readers.markdown_tree import GUIDE
from portulan.catalogue.readers.scales import read_pilots, read_scales
from portulan.catalogue.readers.wording import slug_of
from portulan.core.say.text import UnusableInputError

FORMAT = "guide-json"
STEP = 10
SIGNATURE = re.compile(r'\s*\{.*"thematiques"\s*:\s*\[', re.DOTALL)
WEB = re.compile(r"https?://[^\s/]+\S*")
SOURCE = "mission interministérielle numérique écoresponsable (MiNumEco)"


def recognises(path: Path) -> bool:
    """Tell whether a path is a JSON file of one object that has themes."""
    return begins_as(SIGNATURE, path)


def read(path: Path) -> Reading:
    """Read the export; raises UnusableInputError for a malformed file, or without any practice."""
    document = load_json(path)
    reader = _Reader(printable_name(path.name))
    if isinstance(document, dict):
        for rank, item in enumerate(_items(document, "thematiques"), start=1):
            reader.take_theme(rank, item)
    if not isinstance(document, dict) or not reader.practices:
        raise UnusableInputError(findings.NO_PRACTICE.at(path=reader.file))
    content = _content(document, reader, printable_name(path.resolve().parent.name))
    return Reading(FORMAT, content, reader.problems.told())


def _items(item: Mapping[str, Value], key: str) -> list[Value]:
    found = item.get(key)
    return found if isinstance(found, list) else []


def _content(document: Mapping[str, Value], reader: _Reader, folder: str) -> CatalogueContent:
    title = word(document, "title")[:TITLE_LENGTH] or reader.file[:TITLE_LENGTH]
    parts = (title[:120], SOURCE, word(document, "updated_at")[:40])
    practices = tuple(reader.practices.values())
    return CatalogueContent(
        slug=GUIDE["slug"],
        title=title,
        version=(word(document, "version") or folder)[:WORD_LENGTH] or "-",
        scales=read_scales(practices),
        themes=tuple(reader.themes.values()),
        practices=practices,
        pilots=read_pilots(practices),
        licence=GUIDE["licence"],
        source_url=GUIDE["source_url"],
        attribution=", ".join(filter(None, parts)),
    )


class _Reader(Items):
    """Themes and practices met so far, in the order of the export, which is the site's own.

    What cannot be kept is noted with its place: 2.3 is the third practice of the second theme.
    """

    def take_theme(self, rank: int, given: Value) -> None:
        theme = self.named(str(rank), given, code="id", title="titre")
        if theme is None:
            return
        item, code, title = theme
        if code in self.themes:
            other = self.themes[code].title[:80]
            self.note(findings.THEME_CODE_TWICE, code=code, other=other)
            return
        practices = _items(item, "bonnesPratiques")
        self.themes[code] = ThemeContent(
            code=code,
            slug=_theme_slug(practices, title) or code,
            title=title[:TITLE_LENGTH],
            order=(len(self.themes) + 1) * STEP,
        )
        for place, practice in enumerate(practices, start=1):
            self.take_practice(f"{rank}.{place}", code, practice)

    def take_practice(self, rank: str, theme: str, given: Value) -> None:
        practice = self.new_practice(rank, given, code="id", title="titre")
        if practice is None:
            return
        item, code, title = practice
        for key in ("priorite", "difficulte", "pilotes", "indicateurs"):
            if not words(item, key):
                self.note(findings.MISSING_KEY, code=code, key=key)
        address = word(item, "url")
        self.practices[code] = PracticeContent(
            code=code,
            slug=slug_from(_segment(address, -1), code),
            theme=theme,
            title=self._cut(title, TITLE_LENGTH, "titre"),
            priority=word(item, "priorite")[:WORD_LENGTH] or None,
            difficulty=word(item, "difficulte")[:WORD_LENGTH] or None,
            pilots=tuple(dict.fromkeys(name[:WORD_LENGTH] for name in words(item, "pilotes"))),
            indicators=tuple(
                read_indicator(self._cut(text, INDICATOR_LENGTH, "indicateurs"))
                for text in words(item, "indicateurs")
            ),
            order=(len(self.practices) + 1) * STEP,
            source_url=address if len(address) <= 500 and WEB.fullmatch(address) else None,
        )

    def _cut(self, text: str, limit: int, key: str) -> str:
        if len(text) <= limit:
            return text
        self.note(findings.TOO_LONG, key=key, limit=str(limit))
        return text[: limit - 1].rstrip() + "…"


def _theme_slug(practices: list[Value], title: str) -> str:
    """Return the folder that the addresses of the practices share, else a slug of the title."""
    addresses = [word(item, "url") for item in practices if isinstance(item, dict)]
    folders = {slug_of(_segment(address, -2)) for address in addresses}
    folder = folders.pop() if len(folders) == 1 else ""
    return (folder or slug_of(title))[:SLUG_LENGTH].strip("-")


def _segment(address: str, rank: int) -> str:
    """Return a part of the path of an address, counted from its end; "" when there is none."""
    try:
        parts = [part for part in unquote(urlsplit(address).path).split("/") if part]
    except ValueError:  # "http://[" is no address
        return ""
    return parts[rank] if len(parts) >= -rank else ""
