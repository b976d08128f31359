"""Writing an edition in our own format (described in `edition_yaml`): what is read back is equal.

The same edition always gives the same text, so that the hash of the text seals the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml

from portulan.catalogue.readers.content import (
    CatalogueContent,
    IndicatorContent,
    LinkContent,
    PracticeContent,
    SuccessorContent,
    Term,
    ThemeContent,
)
from portulan.catalogue.readers.scales import read_pilots, read_scales
from portulan.core.say.text import Language

type Written = str | list[Written] | dict[str, Written]


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they are, and no alias: the reader refuses them."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _as_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _as_text)


def write_edition(content: CatalogueContent) -> str:
    """Return the YAML of an edition: its links and successors come last."""
    met = read_scales(content.practices)
    about = _kept(
        slug=content.slug,
        version=content.version,
        title=_words(content.title, {k: w.title for k, w in content.translations.items()}),
        licence=content.licence or "",
        source_url=content.source_url or "",
        attribution=_words(
            content.attribution, {k: w.attribution for k, w in content.translations.items()}
        ),
    )
    scales = _kept(
        priority=_terms(content.scales.priority or met.priority),
        difficulty=_terms(content.scales.difficulty or met.difficulty),
    )
    document = _kept(
        catalogue=about,
        scales=scales,
        pilots=_terms(content.pilots or read_pilots(content.practices)),
        themes=[_theme(theme) for theme in content.themes],
        practices=[_practice(practice) for practice in content.practices],
        links=[_link(link) for link in content.links],
        successors=[_successor(successor) for successor in content.successors],
    )
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def _kept(**values: Written) -> dict[str, Written]:
    """Return what says something: an absent key is "", an empty list or an empty mapping."""
    return {key: value for key, value in values.items() if value}


def _words(text: str, translations: Mapping[Language, str]) -> Written:
    """Return a text alone, or with its translations when there are some."""
    others = {str(language): word for language, word in translations.items() if word}
    return {"fr": text, **others} if others else text


def _terms(terms: Iterable[Term]) -> list[Written]:
    return [
        {"key": term.key, **{str(code): word for code, word in term.translations.items()}}
        if term.translations
        else term.key
        for term in terms
    ]


def _theme(theme: ThemeContent) -> Written:
    return _kept(code=theme.code, slug=theme.slug, title=_words(theme.title, theme.translations))


def _practice(practice: PracticeContent) -> Written:
    translations = practice.translations.items()
    return _kept(
        code=practice.code,
        slug=practice.slug,
        theme=practice.theme,
        title=_words(practice.title, {k: words.title for k, words in translations}),
        priority=practice.priority or "",
        difficulty=practice.difficulty or "",
        pilots=list(practice.pilots),
        summary=_words(practice.summary, {k: words.summary for k, words in translations}),
        body=practice.body,
        source_url=practice.source_url or "",
        indicators=[
            _indicator(one, {k: words.indicators[rank] for k, words in translations})
            for rank, one in enumerate(practice.indicators)
        ],
    )


def _indicator(indicator: IndicatorContent, translations: Mapping[Language, str]) -> Written:
    others = {str(language): word for language, word in translations.items()}
    return _kept(
        fr=indicator.text,
        **others,
        kind=indicator.kind,
        unit=indicator.unit,
        direction=indicator.direction or "",
    )


def _link(link: LinkContent) -> Written:
    return _kept(
        code=link.code,
        relation=link.relation,
        catalogue=link.catalogue,
        edition=link.edition or "",
        other=link.other,
        reason=_words(link.reason, link.translations),
    )


def _successor(successor: SuccessorContent) -> Written:
    return _kept(
        edition=successor.edition,
        old=successor.old,
        code=successor.code or "",
        reason=_words(successor.reason, successor.translations),
    )
