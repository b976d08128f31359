"""What a reader gives: an edition of a catalogue as frozen values, whatever the format.

Words stay as in the source, trimmed: scales, functions and titles belong to their edition
(docs/reference/truths.md, truth 30). `None` means that the source does not say; it is never an
empty word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from portulan.core.say.text import Language, Problem

type IndicatorKind = Literal["yes_no", "percentage", "count", "quantity", "text"]
type Direction = Literal["up", "down", "none"]
# What a practice is to one of another catalogue: it covers the same ground, more, less, or nearby.
type Relation = Literal["equal", "broader", "narrower", "related"]

INDICATOR_KINDS: tuple[IndicatorKind, ...] = get_args(IndicatorKind.__value__)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction.__value__)
RELATIONS: tuple[Relation, ...] = get_args(Relation.__value__)

# The longest words an edition may hold: readers cut there and say so.
CODE_LENGTH = 20
SLUG_LENGTH = 120
TITLE_LENGTH = 250
WORD_LENGTH = 60
INDICATOR_LENGTH = 500
REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Term:
    """A word of an edition (a step of a scale, a function), and its form in other languages."""

    key: str
    translations: Mapping[Language, str] = field(default_factory=dict)

    def label(self, language: Language) -> str:
        """Return the word in a language, else the source's own word."""
        return self.translations.get(language, self.key)


@dataclass(frozen=True, slots=True)
class Scales:
    """The two scales of an edition, from the first thing to do and from the easiest."""

    priority: tuple[Term, ...] = ()
    difficulty: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorContent:
    """An indicator as the source words it; kind and unit are a proposal, to be confirmed.

    `unit` is "" for a yes/no, a text or a plain number. `direction` says which way is better;
    None means that the source does not say.
    """

    text: str
    kind: IndicatorKind
    unit: str = ""
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class ThemeContent:
    """A theme; `slug` is its folder's name and `key` the source's own key, when they differ."""

    code: str
    slug: str
    title: str
    order: int
    key: str = ""
    body: str = ""
    translations: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PracticeTranslation:
    """A practice in another language; `indicators` follow the order of the practice's own.

    A word that is "" is not translated: the source's own stands for it.
    """

    title: str
    summary: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PracticeContent:
    """A practice; `body` is Markdown which may hold HTML: text to be made safe when shown."""

    code: str
    slug: str
    theme: str
    title: str
    priority: str | None
    difficulty: str | None
    pilots: tuple[str, ...]
    indicators: tuple[IndicatorContent, ...]
    order: int
    summary: str = ""
    body: str = ""
    source_url: str | None = None
    translations: Mapping[Language, PracticeTranslation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CatalogueTranslation:
    """The title and the attribution of a catalogue in another language."""

    title: str
    attribution: str


@dataclass(frozen=True, slots=True)
class LinkContent:
    """What a practice of this edition is to one of another catalogue, and why.

    `edition` None means any edition of that catalogue that has the code.
    """

    code: str
    relation: Relation
    catalogue: str
    edition: str | None
    other: str
    reason: str
    translations: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SuccessorContent:
    """Where a code of another edition of this catalogue went: to a code here, or nowhere (None)."""

    edition: str
    old: str
    code: str | None
    reason: str = ""
    translations: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CatalogueContent:
    """One edition of a catalogue, in French, with its translations when it has some.

    Links and successors are said about an edition and are no part of it: they may change.
    """

    slug: str
    title: str
    version: str
    scales: Scales
    themes: tuple[ThemeContent, ...]
    practices: tuple[PracticeContent, ...]
    pilots: tuple[Term, ...] = ()
    licence: str | None = None
    source_url: str | None = None
    attribution: str = ""
    translations: Mapping[Language, CatalogueTranslation] = field(default_factory=dict)
    links: tuple[LinkContent, ...] = ()
    successors: tuple[SuccessorContent, ...] = ()

    @property
    def indicator_count(self) -> int:
        return sum(len(practice.indicators) for practice in self.practices)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a source, and every problem met on the way."""

    format: str
    content: CatalogueContent
    problems: tuple[Problem, ...] = ()
