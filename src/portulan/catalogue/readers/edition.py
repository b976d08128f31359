"""Validation of an edition written in our own format (described in `builtin`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from portulan.catalogue.readers import findings
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
from portulan.catalogue.readers.edition_checks import Checker
from portulan.catalogue.readers.plain_yaml import Path, Value, YamlFaultError, load
from portulan.core.problems import Problem

TOP_KEYS = ("catalogue", "scales", "pilots", "themes", "practices")
CATALOGUE_KEYS = ("slug", "version", "title", "licence", "source_url", "attribution")
THEME_KEYS = ("code", "slug", "title")
PRACTICE_KEYS = (
    "code",
    "slug",
    "theme",
    "priority",
    "difficulty",
    "pilots",
    "title",
    "summary",
    "source_url",
    "indicators",
)
INDICATOR_KEYS = ("fr", "en", "kind", "unit", "direction")
STEP = 10


def read_edition(
    text: str, *, file: str | None = None
) -> tuple[CatalogueContent | None, list[Problem]]:
    """Read and check an edition; None for a text that is no YAML or holds no practice."""
    try:
        document = load(text.removeprefix("\ufeff"))
    except YamlFaultError as fault:
        return None, [replace(fault.problem, file=file)]
    check = Checker(document, file)
    top = check.mapping(document.value, (), TOP_KEYS)
    scales = check.mapping(top.get("scales"), ("scales",), ("priority", "difficulty"))
    ladders = Scales(
        _terms(check, scales.get("priority"), ("scales", "priority")),
        _terms(check, scales.get("difficulty"), ("scales", "difficulty")),
    )
    pilots = _terms(check, top.get("pilots"), ("pilots",))
    themes = _themes(check, top.get("themes"))
    practices = _practices(check, top.get("practices"), themes, ladders, pilots)
    content = _catalogue(check, top.get("catalogue"), ladders, pilots, themes, practices)
    return (content if practices else None), check.problems


def _catalogue(
    check: Checker,
    value: Value,
    scales: Scales,
    pilots: tuple[Term, ...],
    themes: tuple[ThemeContent, ...],
    practices: tuple[PracticeContent, ...],
) -> CatalogueContent:
    path: Path = ("catalogue",)
    about = check.mapping(value, path, CATALOGUE_KEYS)
    title, title_en = check.pair(about.get("title"), (*path, "title"))
    attribution, attribution_en = check.pair(about.get("attribution"), (*path, "attribution"))
    return CatalogueContent(
        slug=check.slug(about.get("slug"), (*path, "slug")),
        title=title,
        version=check.text(about.get("version"), (*path, "version")),
        scales=scales,
        themes=themes,
        practices=practices,
        pilots=pilots,
        licence=check.text(about.get("licence"), (*path, "licence")),
        source_url=check.url(about.get("source_url"), (*path, "source_url")),
        attribution=attribution,
        translations={"en": CatalogueTranslation(title_en, attribution_en)},
    )


def _terms(check: Checker, value: Value, path: Path) -> tuple[Term, ...]:
    terms, taken = [], set[str]()
    for place, item in check.items(value, path):
        entry = check.mapping(item, place, ("key", "en"))
        key = check.text(entry.get("key"), (*place, "key"))
        check.once(key, (*place, "key"), taken)
        terms.append(Term(key, {"en": check.text(entry.get("en"), (*place, "en"))}))
    return tuple(terms)


def _themes(check: Checker, value: Value) -> tuple[ThemeContent, ...]:
    themes, codes, slugs = [], set[str](), set[str]()
    for rank, (place, item) in enumerate(check.items(value, ("themes",)), start=1):
        entry = check.mapping(item, place, THEME_KEYS)
        code = check.code(entry.get("code"), (*place, "code"))
        slug = check.slug(entry.get("slug"), (*place, "slug"))
        title, title_en = check.pair(entry.get("title"), (*place, "title"))
        check.once(code, (*place, "code"), codes)
        check.once(slug, (*place, "slug"), slugs)
        themes.append(ThemeContent(code, slug, title, rank * STEP, translations={"en": title_en}))
    return tuple(themes)


def _practices(
    check: Checker,
    value: Value,
    themes: tuple[ThemeContent, ...],
    scales: Scales,
    pilots: tuple[Term, ...],
) -> tuple[PracticeContent, ...]:
    practices, codes, slugs = [], set[str](), set[str]()
    known = _Known(
        tuple(theme.code for theme in themes),
        tuple(term.key for term in scales.priority),
        tuple(term.key for term in scales.difficulty),
        tuple(term.key for term in pilots),
    )
    for rank, (place, item) in enumerate(check.items(value, ("practices",)), start=1):
        practice = _practice(check, item, place, known, rank * STEP)
        check.once(practice.code, (*place, "code"), codes)
        check.once(practice.slug, (*place, "slug"), slugs)
        practices.append(practice)
    return tuple(practices)


@dataclass(frozen=True, slots=True)
class _Known:
    """The words a practice may use."""

    themes: tuple[str, ...]
    priorities: tuple[str, ...]
    difficulties: tuple[str, ...]
    pilots: tuple[str, ...]


def _practice(
    check: Checker, item: Value, place: Path, known: _Known, order: int
) -> PracticeContent:
    entry = check.mapping(item, place, PRACTICE_KEYS)

    def at[T](key: str, read: Callable[[Value, Path], T]) -> T:
        return read(entry.get(key), (*place, key))

    code, theme = at("code", check.code), at("theme", check.text)
    check.word(theme or None, (*place, "theme"), known.themes)
    if code and theme and not code.startswith(f"{theme}."):
        check.shape((*place, "code"), f"un code qui commence par {theme}.", f"a code in {theme}.")
    title, title_en = at("title", check.pair)
    summary, summary_en = at("summary", check.pair)
    indicators, indicators_en = _indicators(check, entry.get("indicators"), (*place, "indicators"))
    return PracticeContent(
        code=code,
        slug=at("slug", check.practice_slug),
        theme=theme,
        title=title,
        priority=check.word(entry.get("priority"), (*place, "priority"), known.priorities),
        difficulty=check.word(entry.get("difficulty"), (*place, "difficulty"), known.difficulties),
        pilots=tuple(
            check.word(name, path, known.pilots) or ""
            for path, name in check.items(entry.get("pilots"), (*place, "pilots"))
        ),
        indicators=indicators,
        order=order,
        summary=summary,
        source_url=at("source_url", check.url) if "source_url" in entry else None,
        translations={"en": PracticeTranslation(title_en, summary_en, indicators_en)},
    )


def _indicators(
    check: Checker, value: Value, path: Path
) -> tuple[tuple[IndicatorContent, ...], tuple[str, ...]]:
    indicators, english = [], []
    for place, item in check.items(value, path):
        entry = check.mapping(item, place, INDICATOR_KEYS)
        kind = check.word(entry.get("kind"), (*place, "kind"), INDICATOR_KINDS)
        if kind is None and entry:
            check.note(findings.EDITION_MISSING, (*place, "kind"))
        unit = check.text(entry.get("unit"), (*place, "unit"), required=False)
        if kind == "percentage" and unit != "%":
            check.shape((*place, "unit"), "«\u00a0%\u00a0»", "“%”")
        direction = check.word(entry.get("direction"), (*place, "direction"), DIRECTIONS)
        indicators.append(
            IndicatorContent(
                text=check.text(entry.get("fr"), (*place, "fr")),
                kind=next((known for known in INDICATOR_KINDS if known == kind), "text"),
                unit=unit,
                direction=next((known for known in DIRECTIONS if known == direction), None),
            )
        )
        english.append(check.text(entry.get("en"), (*place, "en")))
    return tuple(indicators), tuple(english)
