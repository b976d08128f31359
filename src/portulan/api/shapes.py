"""How a row is written as JSON: its columns by name, and what readers may not always see.

A shape names each column that leaves: a column that is added to a table stays inside until
somebody writes it here (`tests/api/test_shapes.py` lists those that stay).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.meanings import of_field
from portulan.core.fields import Field as Declared
from portulan.core.spreadsheet import digits

type Schema = dict[str, Any]
DECIMAL: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
WHOLE: Schema = {"type": "integer"}
WORDS: Schema = {"type": "string"}
IDS: Schema = {"type": "array", "items": {"type": "integer"}}


@dataclass(frozen=True, slots=True)
class More:
    """What a row says besides its columns: how it is found, and its schema."""

    read: Callable[[Any], Any]
    schema: Schema


@dataclass(frozen=True)
class Shape:
    """A kind of row as it leaves.

    `guarded` columns are null for who lacks the operation; `withheld` ones (names of people,
    suppliers, files) are never said to an assistant (docs/adr/0077).
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    more: Mapping[str, More] = field(default_factory=dict)
    guarded: Mapping[str, Operation] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    called: str = ""

    @property
    def name(self) -> str:
        return self.called or self.model.__name__

    @cached_property
    def fields(self) -> tuple[models.Field[Any, Any], ...]:
        found: Any = [self.model._meta.get_field(name) for name in self.columns]
        return tuple(found)

    def write(self, row: Any, actor: Actor) -> dict[str, Any]:
        """Return the row as JSON has it."""
        said: dict[str, Any] = {}
        for one in self.fields:
            need = self.guarded.get(one.name)
            shown = need is None or actor.may(need)
            said[one.name] = value_of(row, one) if shown else None
        return said | {key: plain(more.read(row)) for key, more in self.more.items()}

    def schema(self) -> Schema:
        properties = {one.name: self._property(one) for one in self.fields}
        properties |= {key: more.schema for key, more in self.more.items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def _property(self, one: models.Field[Any, Any]) -> Schema:
        said = schema_of(one)
        may_lack = one.null or one.name in self.guarded
        if may_lack and said:
            said = {"anyOf": [said, {"type": "null"}]}
        return said | of_field(one)


def shape(
    model: type[models.Model],
    columns: str,
    *,
    guarded: Mapping[str, Operation] | None = None,
    withheld: str = "",
    called: str = "",
    **more: More,
) -> Shape:
    """Return the shape of a model: its columns in order, apart by spaces, and what it says more."""
    kept = frozenset(withheld.split())
    return Shape(model, tuple(columns.split()), more, guarded or {}, kept, called)


def declared(model: type[models.Model], fields: Iterable[Declared], also: str) -> str:
    """Return the columns of the declared fields and some `also`, in the order of the table."""
    names = {one.name for one in fields} | set(also.split())
    return " ".join(one.name for one in model._meta.concrete_fields if one.name in names)


def withheld(fields: Iterable[Declared]) -> str:
    """Return the declared fields that are never said to an assistant."""
    return " ".join(one.name for one in fields if one.withheld)


def said_as(model: type[models.Model], name: str) -> More:
    """Return a column under another name: the one that the contract gave it."""
    one: Any = model._meta.get_field(name)
    said = schema_of(one)
    return More(
        lambda row: value_of(row, one), {"anyOf": [said, {"type": "null"}]} if one.null else said
    )


def ids_of(name: str) -> More:
    """Return the identifiers of the rows that a relation leads to, fetched before."""
    return More(lambda row: sorted(one.pk for one in getattr(row, name).all()), IDS)


def enum_of(one: models.Field[Any, Any]) -> type[IntEnum] | None:
    """Return the scale that a column holds as a number: JSON says the word of the step."""
    keys = [key for key, _label in one.flatchoices]
    if keys and all(isinstance(key, IntEnum) for key in keys):
        return type(keys[0])
    return None


def value_of(row: models.Model, one: models.Field[Any, Any]) -> Any:
    value = getattr(row, one.attname)
    scale = enum_of(one)
    if scale is not None and value is not None:
        return word_of(scale(value))
    return plain(value)


def word_of(step: IntEnum) -> str:
    return step.name.lower()


def plain(value: Any) -> Any:
    """Return a value as JSON has it: no number is rounded, days and hours are in ISO 8601."""
    match value:
        case IntEnum():
            return word_of(value)
        case Decimal():
            return digits(value)
        case datetime():
            return value.astimezone(timezone.get_default_timezone()).isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
    return value


_TYPES: tuple[tuple[type[models.Field[Any, Any]], Schema], ...] = (
    (models.BooleanField, {"type": "boolean"}),
    (models.DecimalField, DECIMAL),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.JSONField, {}),
    (models.ForeignKey, WHOLE),
    (models.IntegerField, WHOLE),
)


def schema_of(one: models.Field[Any, Any]) -> Schema:
    """Return the JSON Schema of a column."""
    scale = enum_of(one)
    if scale is not None:
        return {"type": "string", "enum": [word_of(step) for step in scale]}
    for kind, schema in _TYPES:
        if isinstance(one, kind):
            return dict(schema)
    keys = [str(key) for key, _label in one.flatchoices]
    if keys:
        return {"type": "string", "enum": [*keys, ""] if one.blank and "" not in keys else keys}
    return dict(WORDS)
