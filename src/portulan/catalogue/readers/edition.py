"""Validation of an edition written in our own format (described in `builtin`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
from portulan.catalogue.readers.plain_yaml import Document, Path, Value, YamlFaultError, load
from portulan.catalogue.readers.wording import code_of, one_line
from portulan.core.problems import Problem, ProblemKind

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PRACTICE_SLUG = re.compile(r"[^\W_]+(?:-[^\W_]+)*")  # one of the guide's own has an accent
URL = re.compile(r"https?://[^\s/]+\S*")
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


@dataclass(slots=True)
class _Checker:
    """Walks the document, and notes what is wrong with the line and the path of each value."""

    document: Document
    file: str | None
    problems: list[Problem] = field(default_factory=list)

    def note(self, kind: ProblemKind, path: Path, **values: object) -> None:
        shown = ".".join(f"{step + 1}" if isinstance(step, int) else step for step in path)
        line = self.document.line(*path)
        self.problems.append(kind.at(file=self.file, line=line, path=shown or "-", **values))

    def shape(self, path: Path, fr: str, en: str) -> None:
        self.note(findings.EDITION_SHAPE, path, expected_fr=fr, expected_en=en)

    def mapping(self, value: Value, path: Path, keys: Sequence[str]) -> Mapping[str, Value]:
        if value is None:
            self.note(findings.EDITION_MISSING, path)
            return {}
        if not isinstance(value, Mapping):
            self.shape(path, "une suite de «\u00a0clé\u00a0: valeur\u00a0»", "a list of key: value")
            return {}
        for key in value:
            if key not in keys:
                known = ", ".join(keys)
                self.note(findings.EDITION_UNKNOWN_KEY, (*path, key), word=key, known=known)
        return value

    def items(self, value: Value, path: Path) -> Iterator[tuple[Path, Value]]:
        if value is None or value == ():
            self.note(findings.EDITION_MISSING, path)
        elif not isinstance(value, tuple):
            self.shape(path, "une liste", "a list")
        else:
            for index, item in enumerate(value):
                yield (*path, index), item

    def text(self, value: Value, path: Path, *, required: bool = True) -> str:
        if value is not None and not isinstance(value, str):
            self.shape(path, "un texte", "a text")
            return ""
        text = one_line(value or "")
        if required and not text:
            self.note(findings.EDITION_MISSING, path)
        return text

    def pair(self, value: Value, path: Path) -> tuple[str, str]:
        both = self.mapping(value, path, ("fr", "en"))
        if not both:
            return "", ""
        return tuple(self.text(both.get(key), (*path, key)) for key in ("fr", "en"))  # type: ignore[return-value]

    def matching(self, value: Value, path: Path, pattern: re.Pattern[str], fr: str, en: str) -> str:
        text = self.text(value, path)
        if text and not pattern.fullmatch(text):
            self.shape(path, fr, en)
        return text

    def slug(self, value: Value, path: Path) -> str:
        return self.matching(
            value,
            path,
            SLUG,
            "fait de minuscules sans accent, de chiffres et de tirets",
            "made of unaccented lower case letters, digits and dashes",
        )

    def practice_slug(self, value: Value, path: Path) -> str:
        return self.matching(
            value, path, PRACTICE_SLUG, "fait de mots et de tirets", "made of words and dashes"
        )

    def url(self, value: Value, path: Path) -> str:
        return self.matching(value, path, URL, "une adresse http ou https", "an http(s) address")

    def code(self, value: Value, path: Path) -> str:
        text = self.text(value, path)
        if text and code_of(text) != text:
            self.shape(path, "un code, sans point final", "a code, without final dot")
        return text

    def word(self, value: Value, path: Path, known: Sequence[str]) -> str | None:
        """Return one of the known words, or None when the value is absent."""
        if value is None:
            return None
        text = self.text(value, path)
        if text and text not in known:
            self.note(findings.EDITION_UNKNOWN, path, word=text, known=", ".join(known))
        return text or None

    def once(self, text: str, path: Path, taken: set[str]) -> None:
        if text and text in taken:
            self.note(findings.EDITION_TWICE, path, word=text)
        taken.add(text)


def read_edition(
    text: str, *, file: str | None = None
) -> tuple[CatalogueContent | None, list[Problem]]:
    """Read and check an edition; None for a text that is no YAML or holds no practice."""
    try:
        document = load(text.removeprefix("\ufeff"))
    except YamlFaultError as fault:
        return None, [replace(fault.problem, file=file)]
    check = _Checker(document, file)
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
    check: _Checker,
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


def _terms(check: _Checker, value: Value, path: Path) -> tuple[Term, ...]:
    terms, taken = [], set[str]()
    for place, item in check.items(value, path):
        entry = check.mapping(item, place, ("key", "en"))
        key = check.text(entry.get("key"), (*place, "key"))
        check.once(key, (*place, "key"), taken)
        terms.append(Term(key, {"en": check.text(entry.get("en"), (*place, "en"))}))
    return tuple(terms)


def _themes(check: _Checker, value: Value) -> tuple[ThemeContent, ...]:
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
    check: _Checker,
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
    check: _Checker, item: Value, place: Path, known: _Known, order: int
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
    check: _Checker, value: Value, path: Path
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
