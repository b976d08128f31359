"""Editions as hypothesis makes them up: any words that a clean source may hold."""

from __future__ import annotations

from hypothesis import strategies as st

from portulan.catalogue.readers.content import (
    DIRECTIONS,
    INDICATOR_KINDS,
    RELATIONS,
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
from portulan.catalogue.readers.wording import clean, one_line

TRAPS = [
    "~",
    "null",
    "Non",
    "1.10",
    "2022-02",
    "% du parc",
    "a: b",
    "- x",
    '"',
    "'",
    "*a",
    "&b",
    "|",
]

scraps = st.one_of(st.text(max_size=12), st.sampled_from([*TRAPS, "\u2028", "\ufeff", "😀", "\t"]))
words = st.lists(scraps, min_size=1, max_size=3).map("".join).map(one_line)
some = words.filter(bool)
short = some.map(lambda text: one_line(text[:40])).filter(bool)
maybe = st.one_of(st.none(), short)
body = st.lists(st.one_of(scraps, st.just("\n")), max_size=6).map("".join).map(clean)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)
codes = st.from_regex(r"[a-zé0-9]{1,5}(\.[0-9]{1,3})?", fullmatch=True)
addresses = st.one_of(st.none(), slugs.map("https://example.org/{}".format))


def terms(keys: list[str]) -> st.SearchStrategy[tuple[Term, ...]]:
    def term(key: str) -> st.SearchStrategy[Term]:
        return st.one_of(st.just(Term(key)), short.map(lambda word: Term(key, {"en": word})))

    return st.tuples(*(term(key) for key in keys))


@st.composite
def indicators(draw: st.DrawFn) -> IndicatorContent:
    kind = draw(st.sampled_from(INDICATOR_KINDS))
    unit = "%" if kind == "percentage" else draw(st.one_of(st.just(""), short))
    return IndicatorContent(draw(some), kind, unit, draw(st.sampled_from([None, *DIRECTIONS])))


@st.composite
def practices(
    draw: st.DrawFn, code: str, order: int, themes: list[str], ranks: list[str], jobs: list[str]
) -> PracticeContent:
    found = tuple(draw(st.lists(indicators(), max_size=2)))
    english = PracticeTranslation(draw(words), draw(words), tuple(draw(words) for _each in found))
    told = any((english.title, english.summary, *english.indicators))
    return PracticeContent(
        code=code,
        slug=draw(slugs),
        theme=draw(st.sampled_from(themes)),
        title=draw(some),
        priority=draw(st.sampled_from([None, *ranks])),
        difficulty=None,
        pilots=tuple(
            draw(st.lists(st.sampled_from(jobs), unique=True, max_size=2)) if jobs else ()
        ),
        indicators=found,
        order=order,
        summary=draw(words),
        body=draw(body),
        source_url=draw(addresses),
        translations={"en": english} if told else {},
    )


@st.composite
def links(draw: st.DrawFn, code: str) -> LinkContent:
    english = draw(words)
    return LinkContent(
        code,
        draw(st.sampled_from(RELATIONS)),
        draw(slugs),
        draw(maybe),
        draw(codes),
        draw(some),
        {"en": english} if english else {},
    )


@st.composite
def successors(draw: st.DrawFn, code: str) -> SuccessorContent:
    return SuccessorContent(
        draw(short), draw(codes), draw(st.sampled_from([None, code])), draw(words)
    )


@st.composite
def editions(draw: st.DrawFn) -> CatalogueContent:
    """Return an edition as a reader would give it: scales and functions say all words used."""
    themes = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
    found = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    ranks = draw(st.lists(short, min_size=1, max_size=3, unique=True))
    jobs = draw(st.lists(short, max_size=2, unique=True))
    english = CatalogueTranslation(draw(words), draw(words))
    theme_titles = [draw(st.tuples(some, words)) for _each in themes]
    made = tuple(
        draw(practices(code, rank * 10, themes, ranks, jobs)) for rank, code in enumerate(found, 1)
    )
    return CatalogueContent(
        slug=draw(slugs),
        title=draw(some),
        version=draw(short),
        scales=Scales(draw(terms(ranks))),
        themes=tuple(
            ThemeContent(code, draw(slugs), title, rank * 10, translations={"en": en} if en else {})
            for rank, (code, (title, en)) in enumerate(zip(themes, theme_titles, strict=True), 1)
        ),
        practices=made,
        pilots=draw(terms(jobs)),
        licence=draw(maybe),
        source_url=draw(addresses),
        attribution=draw(words),
        translations={"en": english} if english.title or english.attribution else {},
        links=tuple(draw(st.lists(links(found[0]), max_size=2))),
        successors=tuple(draw(st.lists(successors(found[0]), max_size=2))),
    )
