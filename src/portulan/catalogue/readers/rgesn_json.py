"""The RGESN, the French referential of ecodesign of digital services, as its published JSON.

A list of criteria, each with numero, thematique, critere, difficulte, priorite, cible, metiers
(functions separated by commas), objectif, miseEnOeuvre, controle. Source: github.com/DISIC/
MiNumEco, `_data/referentiel-ecoconception.json` (Licence Ouverte 2.0). It has no indicator,
and scales of its own (Prioritaire / Recommandé / Modéré; Faible / Moyen / Fort).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import (
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
)
from portulan.catalogue.readers.scales import read_pilots, read_scales
from portulan.catalogue.readers.wording import clean, one_line, slug_of
from portulan.core.folding import natural_key
from portulan.core.say.text import UnusableInputError

FORMAT = "rgesn-json"
STEP = 10
VERSION = re.compile(r"(?:^|[^a-z0-9])(v[0-9]+(?:\.[0-9]+)*)(?![a-z0-9])", re.IGNORECASE)
SIGNATURE = re.compile(r'\s*\[\s*\{[^{}]{0,20000}"(?:numero|critere)"')
TITLE = "Référentiel général d’écoconception de services numériques (RGESN)"
SOURCE_URL = (
    "https://ecoresponsable.numerique.gouv.fr/publications/referentiel-general-ecoconception/"
)
AUTHORS = "Arcep et Arcom, avec l’ADEME, la DINUM, la CNIL et Inria"
SECTIONS = (
    ("objectif", "Objectif"),
    ("miseEnOeuvre", "Mise en œuvre"),
    ("controle", "Moyen de contrôle"),
    ("cible", "Cible"),
)


def recognises(path: Path) -> bool:
    """Tell whether a path is a JSON file that starts as a list of criteria."""
    return begins_as(SIGNATURE, path)


def read(path: Path) -> Reading:
    """Read the criteria; raises UnusableInputError for a malformed file, or one without any."""
    items = load_json(path)
    reader = _Reader(printable_name(path.name))
    for rank, item in enumerate(items if isinstance(items, list) else [], start=1):
        reader.take(rank, item)
    if not reader.practices:
        raise UnusableInputError(findings.NO_PRACTICE.at(path=reader.file))
    return Reading(FORMAT, reader.content(_version(path)), reader.problems.told())


def _version(path: Path) -> str:
    """Return the version in the file's name (`rgesn-v2.json`), else the folder's name."""
    name = printable_name(path.name)
    if found := VERSION.search(name):
        return found[1].lower()
    return printable_name(path.resolve().parent.name)[:WORD_LENGTH] or "-"


class _Reader(Items):
    """Criteria and themes met so far; what cannot be kept is noted with its rank in the list."""

    def take(self, rank: int, given: Value) -> None:
        criterion = self.new_practice(str(rank), given, code="numero", title="critere")
        if criterion is None:
            return
        item, code, title = criterion
        theme = self._theme(code, word(item, "thematique"))
        if theme is None:
            self.note(findings.ITEM_WITHOUT, rank=str(rank), key="thematique")
            return
        self.practices[code] = _practice(code, theme, title, item)

    def _theme(self, code: str, title: str) -> str | None:
        """Return the theme of a criterion: the number before the dot, with the name given."""
        if not title:
            return None
        number = code.partition(".")[0]
        if number not in self.themes:
            slug = slug_of(title)[:SLUG_LENGTH].strip("-") or number
            self.themes[number] = ThemeContent(number, slug, title[:TITLE_LENGTH], 0)
        return number

    def content(self, version: str) -> CatalogueContent:
        themes = sorted(self.themes.values(), key=lambda theme: natural_key(theme.code))
        practices = sorted(self.practices.values(), key=lambda one: natural_key(one.code))
        return CatalogueContent(
            slug="rgesn",
            title=TITLE,
            version=version,
            scales=read_scales(practices),
            themes=tuple(replace(one, order=n * STEP) for n, one in enumerate(themes, 1)),
            practices=tuple(replace(one, order=n * STEP) for n, one in enumerate(practices, 1)),
            pilots=read_pilots(practices),
            licence="Licence Ouverte / Etalab 2.0",
            source_url=SOURCE_URL,
            attribution=f"{TITLE}, {version}, {AUTHORS}",
        )


def _practice(code: str, theme: str, title: str, item: Mapping[str, Value]) -> PracticeContent:
    written = ((name, item.get(key)) for key, name in SECTIONS)
    sections = ((name, clean(text)) for name, text in written if isinstance(text, str))
    functions = (one_line(name)[:WORD_LENGTH] for name in word(item, "metiers").split(","))
    return PracticeContent(
        code=code,
        slug=f"critere-{code.replace('.', '-').lower()}",
        theme=theme,
        title=title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…",
        priority=word(item, "priorite")[:WORD_LENGTH] or None,
        difficulty=word(item, "difficulte")[:WORD_LENGTH] or None,
        pilots=tuple(dict.fromkeys(name for name in functions if name)),
        indicators=(),
        order=0,
        summary=word(item, "objectif"),
        body="\n\n".join(f"## {name}\n\n{text}" for name, text in sections if text),
    )
