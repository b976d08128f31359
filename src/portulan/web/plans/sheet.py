"""The fields of an action's sheet in words: on its page, and in the file of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from portulan.core.fields import Field
from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.core.spreadsheet import Cell
from portulan.indicators.models import Indicator
from portulan.plans.actions.editing import value_of
from portulan.plans.fields import ACTION, Group
from portulan.plans.models import Action
from portulan.web.language import page_language


def facts_of(action: Action) -> dict[str, list[tuple[str, str]]]:
    """Return what the page of an action says of its sheet, a word and a value, by group."""
    return {
        group.value: [
            fact
            for field in ACTION
            if field.group == group and field.word
            for fact in fact_of(action, field, field.word)
        ]
        for group in Group
    }


def fact_of(row: Action | Indicator, field: Field, word: Text) -> Iterator[tuple[str, str]]:
    """Yield a word and a value, none where nothing is said."""
    value, language = cells(field, type(row))(row), page_language()
    if value is None or value == "":
        if field.unsaid:
            yield word.say(language), field.unsaid.say(language)
        return
    match value:
        case Decimal():
            text = numbers.number(value, language)
        case date():
            text = numbers.date(value, language)
        case _:
            # What may be unsaid is said in the same breath: “fort”, “non estimé”.
            text = str(value).lower() if field.unsaid else str(value)
    yield word.say(language), field.sentence.say(language) % {"value": text}


def cell(action: Action, field: Field) -> Cell:
    """Return a field as a file has it: its number or its day, else its words."""
    return cells(field)(action)


def cells(field: Field, of: type[Action | Indicator] = Action) -> Callable[[Any], Cell]:
    """Return what gives the cell of a field for any action: its words are said once."""
    column: Any = of._meta.get_field(field.name)
    read = partial(value_of, field=field) if of is Action else attrgetter(field.name)
    if column.choices:
        said = {value: str(label) for value, label in column.flatchoices}
        return lambda row: said.get(read(row), "")
    if column.many_to_many:
        comma = _("\u202f; ")
        return lambda row: comma.join(str(item) for item in read(row))
    is_relation = column.is_relation

    def cell(row: Any) -> Cell:
        value = read(row)
        if isinstance(value, list):
            return ", ".join(value)
        return str(value) if is_relation and value is not None else value

    return cell


def exported(groups: tuple[Group, ...]) -> list[tuple[Text, Field]]:
    """Return the fields of these groups that the file of the list has, each under its head."""
    return [(field.head, field) for field in ACTION if field.head and field.group in groups]
