"""Filters of the catalogue's screens: its words in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.text import capfirst

from portulan.catalogue.editions.contents import scales_of
from portulan.catalogue.links.reads import SeenLink
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeIndicator, Translated
from portulan.catalogue.readers.content import PracticeContent
from portulan.indicators.models import KINDS
from portulan.indicators.words import Kind
from portulan.web.catalogue.differences import scale_words, title_in
from portulan.web.catalogue.words import MARKS, SENTENCES, STATES
from portulan.web.language import page_language

register = template.Library()


@register.filter
def say(subject: Translated, field: str) -> str:
    """A field of a catalogue in the language of the page: `practice|say:"title"`."""
    return subject.say(field)


@register.filter
def content_title(practice: PracticeContent) -> str:
    """The title of a practice as its file gives it, in the language of the page if it can."""
    return title_in(practice, page_language())


@register.filter
def priority(version: CatalogueVersion, practice: Practice) -> str:
    """The priority that an edition advises."""
    return version.say_priority(practice.priority)


@register.filter
def difficulty(version: CatalogueVersion, practice: Practice) -> str:
    """The difficulty that an edition foresees."""
    return version.say_difficulty(practice.difficulty)


@register.filter
def pilots(version: CatalogueVersion, practice: Practice) -> list[str]:
    """The functions that an edition suggests as pilots."""
    return [version.say_pilot(pilot) for pilot in practice.pilots]


@register.filter
def scale(version: CatalogueVersion, name: str) -> str:
    """A scale of an edition, step by step: `edition|scale:"priority"`."""
    scales = scales_of(version)
    steps = scales.priority if name == "priority" else scales.difficulty
    return scale_words(steps, page_language())


@register.filter
def relation(seen: SeenLink) -> str:
    """What a practice is to the one it is linked with: « Plus large que »."""
    return capfirst(str(SENTENCES[seen.relation]))


@register.filter
def kind(indicator: PracticeIndicator) -> str:
    """The kind that a proposed indicator seems to be of."""
    return str(KINDS[Kind(indicator.kind)])


@register.filter
def state(name: str) -> str:
    """An answer in words, or that there is none."""
    return str(STATES[name])


@register.filter
def mark(name: str) -> str:
    """The classes of an answer's mark: full, half, hollow or dotted."""
    return MARKS[name]
