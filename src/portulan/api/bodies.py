"""The body of an operation is what its service takes: its signature is read, never written again.

What the address or the clock says is left out; a row is sent as its identifier, a step of a scale
as its word, an amount as a number or a text. Models are made when an operation is first called.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    Unpack,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    create_model,
)
from pydantic_core import PydanticCustomError

from portulan.api.call import Call
from portulan.api.references import fetch
from portulan.api.shapes import word_of

LONGEST = 20_000
MOST = 5_000
AT_ONCE = 1_000  # items judged each
LARGEST = 2**63 - 1
# What the program knows by itself: the day, who is told while it works.
CLOCK = "today"
OURS = frozenset({"now", "language", "wait", "beat", "heard", "written", "own"})
# Of a list whose items are judged each: one that names what is not there is refused alone.
EACH = object()
_SEVERAL = (list, tuple, set, frozenset, Iterable, Sequence, Collection)
_MAPPINGS = (dict, Mapping)


def _text(value: str) -> str:
    """Refuse what no database keeps: NUL, and half of a character."""
    if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
        raise PydanticCustomError("string_type", "refused")
    return value


TEXT = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(_text)]
ID = Annotated[int, Field(ge=1, le=LARGEST)]
WHOLE = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
YEAR = Annotated[int, Field(ge=2000, le=2100)]
_YEARS = frozenset({"year", "first_year", "last_year", "invoice_year"})
NUMBER = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e15, le=1e15)]
AMOUNT = Annotated[Decimal, Field(max_digits=20, decimal_places=10, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a service takes: its type as it is written, and whether it may be left out."""

    name: str
    hint: Any
    required: bool
    default: Any = None


@cache
def parameters(service: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return what a service takes besides the actor, those of `**fields` as they are typed."""
    hints = get_type_hints(service, include_extras=True)
    found: list[Parameter] = []
    for name, one in inspect.signature(service).parameters.items():
        if name == "actor":
            continue
        if one.kind is inspect.Parameter.VAR_KEYWORD:
            found += _keys(hints.get(name))
            continue
        required = one.default is inspect.Parameter.empty
        found.append(Parameter(name, hints[name], required, None if required else one.default))
    return tuple(found)


def _keys(hint: Any) -> list[Parameter]:
    if get_origin(hint) is not Unpack:
        return []
    (typed,) = get_args(hint)
    return list(typed_keys(typed))


def typed_keys(typed: Any) -> Iterable[Parameter]:
    """Yield the keys of a TypedDict."""
    for name, one in get_type_hints(typed, include_extras=True).items():
        hint = get_args(one)[0] if get_origin(one) in (NotRequired, Required) else one
        yield Parameter(name, hint, name in typed.__required_keys__, MISSING)


def is_row(hint: Any) -> bool:
    """Tell whether a parameter is a row, or may be one."""
    return any(_is_model(one) for one in (hint, *get_args(hint)))


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Model)


# --- types as they are sent -------------------------------------------------------------------


def sent(hint: Any) -> Any:
    """Return the type of a value as it is sent."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return sent(inside[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(sent(one) for one in inside)]  # noqa: UP007 - made at run time
    if origin in _SEVERAL:
        several: Any = list[sent(inside[0])]  # type: ignore[misc]
        return Annotated[several, Field(max_length=MOST)]
    if origin in _MAPPINGS:
        return dict[sent(inside[0]), sent(inside[1])]  # type: ignore[misc]
    if isinstance(hint, type):
        return _sent_plain(hint)
    return hint if origin is Literal else Any


def _of_any_case(known: Collection[str]) -> Callable[[Any], Any]:
    """Return what takes a word whatever its capitals: `realised` is `REALISED`."""
    by_folded = {one.lower(): one for one in known}

    def meant(value: Any) -> Any:
        return by_folded.get(value.lower(), value) if type(value) is str else value

    return meant


def _sent_plain(hint: type) -> Any:
    for kind, found in ((bool, bool), (Model, ID)):
        if issubclass(hint, kind):
            return found
    if issubclass(hint, IntEnum):
        steps = tuple(word_of(step) for step in hint)
        return Annotated[Literal[steps], BeforeValidator(_of_any_case(steps))]
    if issubclass(hint, StrEnum):
        return Annotated[hint, BeforeValidator(_of_any_case(tuple(one.value for one in hint)))]
    if issubclass(hint, (Enum, BaseModel)) or hint in (date, datetime, type(None)):
        return hint
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hint in _SEVERAL or hint in _MAPPINGS:
        return hint
    made: Any = hint
    return model_of(made) if has_fields(hint) else Any


_PLAIN: dict[type, Any] = {str: TEXT, int: WHOLE, float: NUMBER, Decimal: AMOUNT}


def has_fields(hint: Any) -> bool:
    return is_dataclass(hint) or is_typeddict(hint) or hasattr(hint, "_fields")


@cache
def model_of(hint: Any) -> type[BaseModel]:
    """Return the shape of an object that a service takes."""
    return body_model(hint.__name__, members(hint))


def members(hint: Any) -> list[Parameter]:
    """Return the members of a dataclass, a named tuple or a TypedDict."""
    if is_typeddict(hint):
        return list(typed_keys(hint))
    hints = get_type_hints(hint, include_extras=True)
    if not is_dataclass(hint):
        left_out = hint._field_defaults
        return [
            Parameter(name, hints[name], name not in left_out, left_out.get(name))
            for name in hint._fields
        ]
    found = []
    for one in fields(hint):
        required = one.default is MISSING and one.default_factory is MISSING
        default = one.default if one.default is not MISSING else MISSING
        found.append(Parameter(one.name, hints[one.name], required, default))
    return found


def body_model(name: str, asked: Iterable[Parameter]) -> type[BaseModel]:
    """Return a model of what is asked; what is not asked is refused."""
    declared: dict[str, Any] = {}
    for one in asked:
        kind = YEAR if one.name in _YEARS and one.hint is int else sent(one.hint)
        declared[one.name] = (kind, ...) if one.required else (kind, _default(one))
    config = ConfigDict(extra="forbid", title=name)
    return create_model(name, __config__=config, **declared)


def _default(one: Parameter) -> Any:
    """Return what is written as the default: JSON has no other values."""
    match one.default:
        case IntEnum() as step:
            return word_of(step)
        case str() | int() | None as value:
            return value
        case tuple() | frozenset():
            return Field(default_factory=list)
    return Field(default=None)


# --- values as services take them -------------------------------------------------------------


def given(asked: Iterable[Parameter], body: BaseModel, call: Call) -> dict[str, Any]:
    """Return what was sent as the service takes it; what was not sent is not there.

    Raises ValidationError, by member, for the identifier of nothing.
    """
    taken: dict[str, Any] = {}
    refused: dict[str, ValidationError] = {}
    for one in asked:
        if one.name not in body.model_fields_set:
            continue
        try:
            taken[one.name] = taken_as(one.hint, getattr(body, one.name), call)
        except LookupError:
            refused[one.name] = ValidationError(_("Rien n’a cet identifiant ici."), code="unknown")
    if refused:
        raise ValidationError(refused)
    return taken


def taken_as(hint: Any, value: Any, call: Call) -> Any:
    """Return a value as the service takes it. Raises LookupError for a row that is not there."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return (_each if EACH in inside else taken_as)(inside[0], value, call)
    if value is None:
        return None
    if origin in (Union, types.UnionType):
        others = [one for one in inside if one is not type(None)]
        return taken_as(others[0], value, call)
    if origin in _SEVERAL:
        return _several(origin, inside[0], value, call)
    if origin in _MAPPINGS:
        return {
            taken_as(inside[0], key, call): taken_as(inside[1], one, call)
            for key, one in value.items()
        }
    if not isinstance(hint, type):
        return value
    if issubclass(hint, Model):
        return fetch(hint, [value], call)[value]
    if issubclass(hint, IntEnum):
        return hint[value.upper()]
    if issubclass(hint, BaseModel) or not isinstance(value, BaseModel):
        return value
    return _object(hint, value, call)


def _several(origin: Any, hint: Any, value: Iterable[Any], call: Call) -> Any:
    if _is_model(hint):
        ids = list(value)
        found = fetch(hint, ids, call)
        items: list[Any] = [found[one] for one in ids]
    else:
        value = list(value)
        _fetch_named(hint, value, call)
        items = [taken_as(hint, one, call) for one in value]
    return origin(items) if origin in (tuple, set, frozenset) else items


def _each(hint: Any, bodies: Sequence[Any], call: Call) -> list[Any]:
    """Return objects, each as a service takes it, or the ValidationError of what it names.

    Raises ValidationError for too many, before anything is asked of the database.
    """
    if len(bodies) > AT_ONCE:
        words = _("%(most)s éléments au plus à la fois.") % {"most": AT_ONCE}
        raise ValidationError({"items": words})
    (one,) = get_args(hint)
    _fetch_named(one, bodies, call)
    found: list[Any] = []
    for body in bodies:
        try:
            said = given(members(one), body, call)
            found.append(said if is_typeddict(one) else one(**said))
        except ValidationError as error:
            found.append(error)
    return found


def _fetch_named(hint: Any, bodies: Sequence[Any], call: Call) -> None:
    """Fetch the rows that objects of a list name, together (a query for each of their members)."""
    if not (isinstance(hint, type) and has_fields(hint)):
        return
    for one in members(hint):
        model = next((kind for kind in (one.hint, *get_args(one.hint)) if _is_model(kind)), None)
        if model is not None:
            said = [getattr(body, one.name) for body in bodies]
            fetch(model, {pk for pks in said for pk in _ids(pks)}, call)


def _ids(said: Any) -> Iterable[int]:
    return said if isinstance(said, list) else [said] if said is not None else []


def _object(hint: Any, body: BaseModel, call: Call) -> Any:
    said = {
        one.name: taken_as(one.hint, getattr(body, one.name), call)
        for one in members(hint)
        if one.required or one.name in body.model_fields_set
    }
    return said if is_typeddict(hint) else hint(**said)
