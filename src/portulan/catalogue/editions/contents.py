"""An edition of the database as the frozen values that readers give: what exports and compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch

from portulan.catalogue.models import CatalogueVersion, Practice, PracticeIndicator, Theme
from portulan.catalogue.readers.content import (
    DIRECTIONS,
    INDICATOR_KINDS,
    CatalogueContent,
    CatalogueTranslation,
    IndicatorContent,
    PracticeContent,
    PracticeTranslation,
    Scales,
    Term,
    ThemeContent,
)
from portulan.core.say.text import Language

ENGLISH: Language = "en"


def content_of(version: CatalogueVersion) -> CatalogueContent:
    """Return all that an edition says, without links and successors (three queries)."""
    words = version.translations.get(ENGLISH)
    practices = version.practices.select_related("theme").prefetch_related(
        Prefetch("indicators", PracticeIndicator.objects.order_by("order"))
    )
    return CatalogueContent(
        slug=version.catalogue.slug,
        title=version.title,
        version=version.version,
        scales=scales_of(version),
        themes=tuple(_theme(theme) for theme in version.themes.order_by("order", "id")),
        practices=tuple(practice_content(one) for one in practices.order_by("order", "id")),
        pilots=_terms(version.pilots),
        licence=version.licence or None,
        source_url=version.source_url or None,
        attribution=version.attribution,
        translations={ENGLISH: CatalogueTranslation(words["title"], words["attribution"])}
        if words
        else {},
    )


def scales_of(version: CatalogueVersion) -> Scales:
    """Return the two scales of an edition."""
    return Scales(_terms(version.priority_scale), _terms(version.difficulty_scale))


def _terms(steps: Iterable[Mapping[str, str]]) -> tuple[Term, ...]:
    return tuple(
        Term(step["key"], {ENGLISH: step[ENGLISH]} if ENGLISH in step else {}) for step in steps
    )


def _english(translations: Mapping[str, Mapping[str, Any]], field: str) -> str:
    return str((translations.get(ENGLISH) or {}).get(field) or "")


def _theme(theme: Theme) -> ThemeContent:
    english = _english(theme.translations, "title")
    return ThemeContent(
        code=theme.code,
        slug=theme.slug,
        title=theme.title,
        order=theme.order,
        translations={ENGLISH: english} if english else {},
    )


def practice_content(practice: Practice) -> PracticeContent:
    """Return a practice, given with its theme and its indicators in order."""
    found = practice.indicators.all()
    english = PracticeTranslation(
        _english(practice.translations, "title"),
        _english(practice.translations, "summary"),
        tuple(_english(one.translations, "text") for one in found),
    )
    told = any((english.title, english.summary, *english.indicators))
    return PracticeContent(
        code=practice.code,
        slug=practice.slug,
        theme=practice.theme.code,
        title=practice.title,
        priority=practice.priority or None,
        difficulty=practice.difficulty or None,
        pilots=tuple(practice.pilots),
        indicators=tuple(_indicator(one) for one in found),
        order=practice.order,
        summary=practice.summary,
        body=practice.body,
        source_url=practice.source_url or None,
        translations={ENGLISH: english} if told else {},
    )


def _indicator(indicator: PracticeIndicator) -> IndicatorContent:
    return IndicatorContent(
        text=indicator.text,
        kind=next((kind for kind in INDICATOR_KINDS if kind == indicator.kind), "text"),
        unit=indicator.unit,
        direction=next((way for way in DIRECTIONS if way == indicator.direction), None),
    )
