"""An edition in our own format (`edition_file`), checked whole: practices, links, successors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.content import (
    DIRECTIONS,
    INDICATOR_KINDS,
    RELATIONS,
    SLUG_LENGTH,
    CatalogueContent,
    CatalogueTranslation,
    IndicatorContent,
    LinkContent,
    PracticeContent,
    PracticeTranslation,
    Scales,
    SuccessorContent,
    Term,
    ThemeContent,
)
from portulan.catalogue.readers.edition_fields import EDITION_NO_PRACTICE, Checker
from portulan.catalogue.readers.indicator_kinds import guess_kind
from portulan.catalogue.readers.plain_yaml import Path, Value, YamlFaultError, load
from portulan.catalogue.readers.scales import read_pilots, read_scales
from portulan.catalogue.readers.wording import slug_of
from portulan.core.say.text import Language, Problems

TOP_KEYS = ("catalogue", "scales", "pilots", "themes", "practices", "links", "successors")
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
    "body",
    "source_url",
    "indicators",
)
INDICATOR_KEYS = ("fr", "en", "kind", "unit", "direction")
STEP = 10


def read_edition(text: str, *, file: str | None = None) -> tuple[CatalogueContent | None, Problems]:
    """Read and check an edition; None for a text that is no YAML or holds no practice."""
    try:
        document = load(text.removeprefix("\ufeff"))
    except YamlFaultError as fault:
        problems = Problems()
        problems.append(replace(fault.problem, file=file))
        return None, problems
    check = Checker(document, file)
    top = check.mapping(document.value, (), TOP_KEYS)
    scales = top.get("scales")
    ladders = check.mapping(scales, ("scales",), ("priority", "difficulty")) if scales else {}
    said = Scales(
        _terms(check, ladders.get("priority"), ("scales", "priority")),
        _terms(check, ladders.get("difficulty"), ("scales", "difficulty")),
    )
    pilots = _terms(check, top.get("pilots"), ("pilots",))
    themes = _themes(check, top.get("themes"))
    practices = _practices(check, top.get("practices"), themes, said, pilots)
    met = read_scales(practices)
    content = replace(
        _about(check, top.get("catalogue")),
        scales=Scales(said.priority or met.priority, said.difficulty or met.difficulty),
        themes=themes,
        practices=practices,
        pilots=pilots or read_pilots(practices),
        links=read_links(check, top.get("links"), practices),
        successors=read_successors(check, top.get("successors"), practices),
    )
    return (content if practices else None), check.problems


def _about(check: Checker, value: Value) -> CatalogueContent:
    path: Path = ("catalogue",)
    about = check.mapping(value, path, CATALOGUE_KEYS)
    title, title_en = check.pair(about.get("title"), (*path, "title"))
    attribution, attribution_en = check.pair(
        about.get("attribution"), (*path, "attribution"), required=False
    )
    english = CatalogueTranslation(title_en, attribution_en)
    return CatalogueContent(
        slug=check.slug(about.get("slug"), (*path, "slug")),
        title=title,
        version=check.text(about.get("version"), (*path, "version")),
        scales=Scales(),
        themes=(),
        practices=(),
        licence=check.text(about.get("licence"), (*path, "licence"), required=False) or None,
        source_url=_address(check, about.get("source_url"), (*path, "source_url")),
        attribution=attribution,
        translations={"en": english} if title_en or attribution_en else {},
    )


def _address(check: Checker, value: Value, path: Path) -> str | None:
    return None if value is None else check.url(value, path)


def _english(text: str) -> dict[Language, str]:
    return {"en": text} if text else {}


def _terms(check: Checker, value: Value, path: Path) -> tuple[Term, ...]:
    """Read words of the edition: a text, or {key, en}."""
    terms, taken = [], set[str]()
    for place, item in check.items(value, path):
        if item is None or isinstance(item, str):
            key, english = check.text(item, place), ""
        else:
            entry = check.mapping(item, place, ("key", "en"))
            key = check.text(entry.get("key"), (*place, "key"))
            english = check.text(entry.get("en"), (*place, "en"), required=False)
        check.once(key, place, taken)
        terms.append(Term(key, _english(english)))
    return tuple(terms)


def _themes(check: Checker, value: Value) -> tuple[ThemeContent, ...]:
    themes, codes, slugs = [], set[str](), set[str]()
    for rank, (place, item) in enumerate(check.items(value, ("themes",), required=True), start=1):
        entry = check.mapping(item, place, THEME_KEYS)
        code = check.code(entry.get("code"), (*place, "code"))
        title, title_en = check.pair(entry.get("title"), (*place, "title"))
        slug = _slug(check, entry.get("slug"), place, title, code)
        check.once(code, (*place, "code"), codes)
        _name_once(check, slug, place, slugs)
        themes.append(ThemeContent(code, slug, title, rank * STEP, translations=_english(title_en)))
    return tuple(themes)


def _slug(check: Checker, value: Value, place: Path, title: str, code: str) -> str:
    """Return the slug written, else one made of the title."""
    if value is not None:
        return check.name(value, (*place, "slug"))
    return slug_of(title)[:SLUG_LENGTH].strip("-") or slug_of(code) or "x"


def _name_once(check: Checker, slug: str, place: Path, taken: set[str]) -> None:
    """Warn of a slug met twice: a code tells them apart, as in a tree of pages."""
    if slug in taken:
        check.note(findings.DUPLICATE_SLUG, (*place, "slug"), slug=slug)
    taken.add(slug)


@dataclass(frozen=True, slots=True)
class _Known:
    """The words a practice may use; no word at all means that any may be."""

    themes: tuple[str, ...]
    priorities: tuple[str, ...]
    difficulties: tuple[str, ...]
    pilots: tuple[str, ...]


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
        _keys(scales.priority),
        _keys(scales.difficulty),
        _keys(pilots),
    )
    found = check.items(value, ("practices",), required=True)
    for rank, (place, item) in enumerate(found, start=1):
        practice = _practice(check, item, place, known, rank * STEP)
        check.once(practice.code, (*place, "code"), codes)
        _name_once(check, practice.slug, place, slugs)
        practices.append(practice)
    return tuple(practices)


def _keys(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(term.key for term in terms)


def _practice(
    check: Checker, item: Value, place: Path, known: _Known, order: int
) -> PracticeContent:
    entry = check.mapping(item, place, PRACTICE_KEYS)

    def at[T](key: str, read: Callable[[Value, Path], T]) -> T:
        return read(entry.get(key), (*place, key))

    code, theme = at("code", check.code), at("theme", check.text)
    check.word(theme or None, (*place, "theme"), known.themes)
    if _is_elsewhere(code, theme, known.themes):
        check.note(findings.FOREIGN_CODE, (*place, "code"), code=code, theme=theme)
    title, title_en = at("title", check.pair)
    summary, summary_en = check.pair(entry.get("summary"), (*place, "summary"), required=False)
    indicators, indicators_en = _indicators(check, entry.get("indicators"), (*place, "indicators"))
    english = PracticeTranslation(title_en, summary_en, indicators_en)
    return PracticeContent(
        code=code,
        slug=_slug(check, entry.get("slug"), place, title, code),
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
        body=at("body", check.block),
        source_url=_address(check, entry.get("source_url"), (*place, "source_url")),
        translations={"en": english} if any((title_en, summary_en, *indicators_en)) else {},
    )


def _is_elsewhere(code: str, theme: str, themes: Iterable[str]) -> bool:
    """Tell whether a code starts as those of another theme than the one that is said."""
    head = code.partition(".")[0]
    return head != theme and head in themes


def _indicators(
    check: Checker, value: Value, path: Path
) -> tuple[tuple[IndicatorContent, ...], tuple[str, ...]]:
    """Read indicators: a text, whose kind is guessed, or {fr, en, kind, unit, direction}."""
    indicators, english = [], []
    for place, item in check.items(value, path):
        if item is None or isinstance(item, str):
            text = check.text(item, place)
            guess = guess_kind(text)
            indicators.append(IndicatorContent(text, guess.kind, guess.unit))
            english.append("")
            continue
        entry = check.mapping(item, place, INDICATOR_KEYS)
        text = check.text(entry.get("fr"), (*place, "fr"))
        guess = guess_kind(text)
        kind = check.word(entry.get("kind"), (*place, "kind"), INDICATOR_KINDS) or guess.kind
        unit = check.text(entry.get("unit"), (*place, "unit"), required=False)
        if "unit" not in entry and "kind" not in entry:
            unit = guess.unit
        if kind == "percentage" and unit != "%":
            check.shape((*place, "unit"), "«\u00a0%\u00a0»", "“%”")
        direction = check.word(entry.get("direction"), (*place, "direction"), DIRECTIONS)
        indicators.append(
            IndicatorContent(
                text=text,
                kind=next((known for known in INDICATOR_KINDS if known == kind), "text"),
                unit=unit,
                direction=next((known for known in DIRECTIONS if known == direction), None),
            )
        )
        english.append(check.text(entry.get("en"), (*place, "en"), required=False))
    return tuple(indicators), tuple(english)


LINK_KEYS = ("code", "relation", "catalogue", "edition", "other", "reason")
SUCCESSOR_KEYS = ("edition", "old", "code", "reason")


def read_links(
    check: Checker, value: Value, practices: Sequence[PracticeContent]
) -> tuple[LinkContent, ...]:
    """Read `{code, relation, catalogue, edition, other, reason}`; only `edition` is optional."""
    codes = tuple(practice.code for practice in practices)
    links = []
    for place, item in check.items(value, ("links",)):
        entry = check.mapping(item, place, LINK_KEYS)
        code = check.code(entry.get("code"), (*place, "code"))
        if code and code not in codes:
            check.note(EDITION_NO_PRACTICE, (*place, "code"), code=code)
        relation = check.text(entry.get("relation"), (*place, "relation"))
        if relation:
            check.word(relation, (*place, "relation"), RELATIONS)
        edition = entry.get("edition")
        reason, english = check.pair(entry.get("reason"), (*place, "reason"))
        links.append(
            LinkContent(
                code=code,
                relation=next((known for known in RELATIONS if known == relation), "related"),
                catalogue=check.slug(entry.get("catalogue"), (*place, "catalogue")),
                edition=None if edition is None else check.text(edition, (*place, "edition")),
                other=check.code(entry.get("other"), (*place, "other")),
                reason=reason,
                translations={"en": english} if english else {},
            )
        )
    return tuple(links)


def read_successors(
    check: Checker, value: Value, practices: Sequence[PracticeContent]
) -> tuple[SuccessorContent, ...]:
    """Read `{edition, old, code, reason}`; without `code`, the old practice has no successor."""
    codes = tuple(practice.code for practice in practices)
    successors = []
    for place, item in check.items(value, ("successors",)):
        entry = check.mapping(item, place, SUCCESSOR_KEYS)
        code = entry.get("code")
        here = None if code is None else check.code(code, (*place, "code"))
        if here and here not in codes:
            check.note(EDITION_NO_PRACTICE, (*place, "code"), code=here)
        reason, english = check.pair(entry.get("reason"), (*place, "reason"), required=False)
        successors.append(
            SuccessorContent(
                edition=check.text(entry.get("edition"), (*place, "edition")),
                old=check.code(entry.get("old"), (*place, "old")),
                code=here,
                reason=reason,
                translations={"en": english} if english else {},
            )
        )
    return tuple(successors)
