"""The rows that an edition becomes: what a reader gave, with its translations, not yet written.

Catalogues and our guesses write the units of indicators as French words: their English is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.core.exceptions import ValidationError
from django.db import models

from portulan.catalogue.models import (
    Catalogue,
    CatalogueVersion,
    Practice,
    PracticeIndicator,
    Theme,
)
from portulan.catalogue.readers.content import CatalogueContent, PracticeContent, Term

type Translations = dict[str, dict[str, str]]


# What a new wording of the built-in edition may change; the code and the identity never do.
THEME_FIELDS = ["translations", "order", "slug", "title"]
PRACTICE_FIELDS = [
    "translations",
    "theme",
    "order",
    "slug",
    "title",
    "summary",
    "body",
    "priority",
    "difficulty",
    "pilots",
    "source_url",
]


def set_title(catalogue: Catalogue, content: CatalogueContent) -> None:
    """Give a catalogue the title of its newest edition."""
    catalogue.title = content.title
    catalogue.translations = {
        language: {"title": words.title} for language, words in content.translations.items()
    }


def set_edition(version: CatalogueVersion, content: CatalogueContent) -> None:
    """Give an edition its licence, its attribution, its scales and the names of functions."""
    version.licence = content.licence or ""
    version.source_url = content.source_url or ""
    version.attribution = content.attribution
    version.title = content.title
    version.translations = {
        language: {"title": words.title, "attribution": words.attribution}
        for language, words in content.translations.items()
    }
    version.priority_scale = [_step(term) for term in content.scales.priority]
    version.difficulty_scale = [_step(term) for term in content.scales.difficulty]
    version.pilots = [_step(term) for term in content.pilots]


def themes(version: CatalogueVersion, content: CatalogueContent) -> Iterator[Theme]:
    for theme in content.themes:
        yield Theme(
            version=version,
            code=theme.code,
            slug=theme.slug,
            order=theme.order,
            title=theme.title,
            translations={
                language: {"title": title} for language, title in theme.translations.items()
            },
        )


def practices(
    version: CatalogueVersion, content: CatalogueContent, theme_ids: Mapping[str, int]
) -> Iterator[Practice]:
    for practice in content.practices:
        yield Practice(
            version=version,
            theme_id=theme_ids[practice.theme],
            code=practice.code,
            slug=practice.slug,
            order=practice.order,
            title=practice.title,
            summary=practice.summary,
            body=practice.body,
            priority=practice.priority or "",
            difficulty=practice.difficulty or "",
            pilots=list(practice.pilots),
            source_url=practice.source_url or "",
            translations={
                language: {"title": words.title, "summary": words.summary}
                for language, words in practice.translations.items()
            },
        )


def indicators(
    content: CatalogueContent, practice_ids: Mapping[str, int]
) -> Iterator[PracticeIndicator]:
    for practice in content.practices:
        for order, indicator in enumerate(practice.indicators):
            yield PracticeIndicator(
                practice_id=practice_ids[practice.code],
                order=order,
                text=indicator.text,
                kind=indicator.kind,
                unit=indicator.unit,
                direction=indicator.direction or "",
                translations=_indicator_words(practice, order),
            )


def checked[Row: models.Model](row: Row) -> Row:
    """Return the row if its words fit; raises ValidationError naming the one that does not."""
    given = {field.name for field in row._meta.fields if field.is_relation}
    try:
        row.full_clean(
            exclude={*given, "pilots"}, validate_unique=False, validate_constraints=False
        )
    except ValidationError as error:
        raise ValidationError(f"{row}\u00a0: {' '.join(error.messages)}") from error
    return row


def _step(term: Term) -> dict[str, str]:
    return {"key": term.key} | {str(code): word for code, word in term.translations.items()}


def _indicator_words(practice: PracticeContent, order: int) -> Translations:
    words: Translations = {
        language: {"text": translated.indicators[order]}
        for language, translated in practice.translations.items()
    }
    unit = practice.indicators[order].unit
    if (english := in_english(unit)) != unit:
        words.setdefault("en", {})["unit"] = english
    return words


ENGLISH = {
    "année": "year",
    "années": "years",
    "an": "year",
    "mois": "month",
    "semaine": "week",
    "jour": "day",
    "jours": "days",
    "Go": "GB",
    "To": "TB",
    "Mo": "MB",
    "ko": "kB",
    "ETP": "FTE",
    "agent": "staff member",
    "collaborateur": "employee",
    "salarié": "employee",
    "utilisateur": "user",
    "usager": "user",
    "habitant": "inhabitant",
    "poste": "workstation",
    "imprimante": "printer",
    "écran": "screen",
    "serveur": "server",
    "par": "per",
    "et": "and",
}
WORD = re.compile(r"[^\W\d_]+")


def in_english(unit: str) -> str:
    """Return a unit in English: `kWh/an` gives `kWh/year`; unknown words and symbols stay."""
    if unit == "mois":  # alone it counts, as "jours" does; elsewhere it divides
        return "months"
    return WORD.sub(lambda found: ENGLISH.get(found[0], found[0]), unit)
