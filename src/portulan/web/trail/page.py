"""The audit trail in words: who, what, from which value to which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.models import Unit
from portulan.accounts.reads import labels_of
from portulan.catalogue.models import Practice
from portulan.core.fields import Kind as FieldKind
from portulan.core.fields import of_kind
from portulan.core.models import AuditEntry
from portulan.core.say import numbers
from portulan.core.say.text import Language, labelled, semicolons
from portulan.plans.fields import ACTION
from portulan.plans.models import LEVELS, SECTIONS, Axis, Goal
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.models.scenarios import MEASURES
from portulan.portfolio.words import Measure
from portulan.web.language import page_language
from portulan.web.trail.words import CHOICES, KINDS_OF_TARGETS, NAMES, PARTS, SUBJECTS, VERBS, WORDS

AMOUNTS = ("planned:", "allotment ", "asked", "granted", "received", "amount", "it_budget")
# Of an action: what may be saved, was, and what a pilot says was spent.
AMOUNTS_OF_ACTION = frozenset({"potential", "realised", "spent"})
# Of an action: a value that a pilot told, days.
NUMBERS_OF_ACTION = frozenset({"value", "planned", "done"}) | {
    one.name for one in of_kind(ACTION, FieldKind.NUMBER)
}
# What says nothing to a reader: the identifier of a value that has an entry of its own, a date kept
# for lists.
SILENT = frozenset({"by provider", "entry", "measurement", "other_measurements", "last_news_on"})
# What there are several of, by the word before which of them it is.
NUMBERED = {
    "ambition": gettext_lazy("ambition %(year)s"),
    "rule": gettext_lazy("règle %(number)s"),
    "criterion": gettext_lazy("critère %(code)s"),
    "allotment": gettext_lazy("dotation %(year)s"),
}
# By field of an action, what the objects it points to are called.
type Names = Mapping[str, Mapping[int, str]]
NUMBER = re.compile(r"-?\d{1,14}(\.\d{1,6})?")


def author(entry: AuditEntry, labels: Mapping[int, str]) -> str:
    """Return the function of who did it; an act of the command line, or of a provider, says so."""
    if entry.person_id is None:
        if "by provider" in entry.changes:
            return str(entry.changes["provider"][1])
        # Who answers by a link of their own has no account, and a function.
        if "way" in entry.changes and entry.changes.get("function", ["", ""])[1]:
            return str(entry.changes["function"][1])
        return _("Ligne de commande")
    return labels.get(entry.person_id) or _("Personne effacée")


def deed(entry: AuditEntry) -> str:
    """Return what was done to what: « Action : modification »."""
    subject = SUBJECTS.get(entry.subject_type, entry.subject_type)
    verb = VERBS.get(entry.verb, entry.verb)
    return labelled(str(subject), str(verb), page_language())


def names_of(entries: Iterable[AuditEntry]) -> Names:
    """Return what the rows that the fields of actions point to are called (a query a table)."""
    wanted: dict[str, set[int]] = {one.name: set() for one in ACTION if one.to}
    for entry in entries:
        if entry.subject_type != "action":
            continue
        for name, pks in wanted.items():
            for value in entry.changes.get(name, ()):
                pks.update(value if isinstance(value, list) else [value] if value else [])
    return {one.name: _CALLED[one.to](wanted[one.name]) for one in ACTION if one.to}


def _called(model: Any, column: str) -> Callable[[Iterable[int]], dict[int, str]]:
    return lambda pks: dict(model.objects.filter(pk__in=pks).values_list("pk", column))


_CALLED: Mapping[str, Callable[[Iterable[int]], dict[int, str]]] = {
    "axes": _called(Axis, "title"),
    "goals": _called(Goal, "title"),
    "people": labels_of,
    "practices": _called(Practice, "code"),
    "units": _called(Unit, "name"),
}


def told_value(entry: AuditEntry, name: str, value: Any, language: Language, names: Names) -> str:
    """Return a value of an entry in words; what it points to has its name, if it still exists."""
    if entry.subject_type == "action" and name in names and value:
        pks = value if isinstance(value, list) else [value]
        return ", ".join(names[name].get(pk, "…") for pk in pks)
    return value_words(entry.subject_type, name, value, language)


def changed(entry: AuditEntry, language: Language, names: Names) -> str:
    """Return every change as « champ : avant → après »; what had no value before is only said."""
    told = []
    for name, pair in entry.changes.items():
        if name in SILENT:
            continue
        old, new = (told_value(entry, name, value, language, names) for value in pair)
        change = new if old == numbers.UNKNOWN else f"{old} → {new}"
        told.append(labelled(field_label(entry.subject_type, name), change, language))
    return semicolons(told, language)


@cache
def _models() -> dict[str, Any]:
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if model.__module__.startswith("portulan.")
    }


def field_label(subject_type: str, name: str) -> str:
    """Return the name of a field as forms show it, else the trail's own word."""
    if name in NAMES:
        return str(NAMES[name])
    if day := _day(name):
        return numbers.date(day, page_language())
    head, _colon, tail = name.partition(":")
    if head == "planned":
        year, section, place = tail.split(":")
        inside = _("budget informatique") if place == "it" else _("hors budget informatique")
        return ", ".join(str(part) for part in (year, inside, _sections().get(section)) if part)
    if subject_type == "scenario" and head in PARTS and tail:
        return _part_label(head, *tail.split(":"))
    if subject_type == "scenario" and head == "target":
        measure, year = tail.split(":")
        return f"{MEASURES[Measure(measure)]} {year}"
    if head in KINDS_OF_TARGETS and (day := _day(tail)):
        return f"{KINDS_OF_TARGETS[head]} {numbers.date(day, page_language())}"
    if head == "value" and tail:
        return f"{NAMES[head]} ({tail})"
    first, _space, rest = name.partition(" ")
    if first in NUMBERED and rest:
        return str(NUMBERED[first]) % dict.fromkeys(("year", "number", "code"), rest)
    field = _field(subject_type, name)
    return str(field.verbose_name) if field is not None else name


def _part_label(kind: str, key: str, *rest: str) -> str:
    """Return the name of a figure of a scenario: “9, Réalisation, coût”."""
    *levels, name = rest
    words = [str(LEVELS[CommitmentLevel(int(level))]) for level in levels]
    return ", ".join([key, *words, field_label(PARTS[kind], name)])


def _field(subject_type: str, name: str) -> Any:
    model = _models().get(subject_type)
    if model is None:
        return None
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if hasattr(field, "verbose_name") else None


def value_words(subject_type: str, name: str, value: Any, language: Language) -> str:
    """Return a value of the trail as people read it."""
    if value is None or value == "" or value == []:
        return numbers.UNKNOWN
    if isinstance(value, dict):
        pairs = (
            f"{key} {value_words(subject_type, name, one, language)}".strip()
            for key, one in value.items()
        )
        return ", ".join(pairs)
    if isinstance(value, list):
        return ", ".join(value_words(subject_type, name, item, language) for item in value)
    field = _field(subject_type, name)
    # Choices that are their own label are no words: `WORDS` has those.
    own: Mapping[Any, Any] = {
        choice: label
        for choice, label in getattr(field, "flatchoices", None) or ()
        if str(label) != str(choice)
    }
    choices = own or CHOICES.get((subject_type, name), {})
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if not isinstance(value, str):
        return str(value)
    if name == "digest":
        return value[:12]  # as elsewhere: enough to tell one seal from another
    if NUMBER.fullmatch(value):
        return _number_words(subject_type, name, value, language)
    return _text_words(value, language)


def _number_words(subject_type: str, name: str, value: str, language: Language) -> str:
    """Return a number with what it counts; digits that may be a code (a SIREN) as they are."""
    number = Decimal(value)
    of_action = subject_type == "action"
    if name.startswith(AMOUNTS) or (of_action and name in AMOUNTS_OF_ACTION):
        whole = number == number.to_integral_value()
        return numbers.money(number, language, decimals=0 if whole else 2)
    if name.startswith("ambition ") or (subject_type, name) == ("indicatorrun", "value"):
        return numbers.percent(number, language, decimals=2)
    if subject_type == "budgetline" and name in {"share", "verdict"}:
        return numbers.share(number, language)
    if subject_type == "indicator" or (of_action and name in NUMBERS_OF_ACTION):
        return numbers.number(number, language)
    return value


def _text_words(value: str, language: Language) -> str:
    if value in WORDS:
        return str(WORDS[value])
    if (moment := parse_datetime(value)) and "T" in value:
        return numbers.date(moment.date(), language)
    if len(value) == 10 and (day := _day(value)):
        return numbers.date(day, language)
    return value


def _sections() -> dict[str, Any]:
    return {section.value: label for section, label in SECTIONS.items()}


def _day(value: str) -> Any:
    try:
        return parse_date(value)
    except ValueError:
        return None
