"""Contracts in JSON: frozen dataclasses are their own schema, and pydantic holds documents to it.

    @dataclass(frozen=True, slots=True)
    class Resource(Contract):
        id: Name
        capacity: tuple[Whole, ...]
        carry_over: Whole = 0

    FORMAT = Format("portulan-portfolio/1", PortfolioProblem)
    problem, faults = FORMAT.checked(FORMAT.body(document))

What a shape cannot say (names that refer to one another) is one function of the reader, which has a
document to look at even where the shape is wrong: it comes back mended. A reader says each fault in
two languages by a table of codes, those of pydantic and its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn, cast, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from portulan.core.documents import EMPTY_FILE, NOT_JSON, NOT_TEXT, TOO_DEEP
from portulan.core.say.text import UnusableInputError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

UNKNOWN_KEY = "unknown-key"  # the code of a fault
type Kept = Mapping[str, bool]  # the context of validators: {"kept": whether we wrote it}
type Loc = tuple[str | int, ...]
type Schema = dict[str, Any]

HALF = re.compile("[\ud800-\udfff]")
_MENDINGS = 4  # once mended, an end of a range may have gone past the other
MOST_DIGITS = 4000  # Python reads no whole number of more than 4300
# Tags of pydantic's, in places only: no key of a document begins so.
_OBJECT, _OTHER, _ANSWER = "\0object", "\0other", "\0answer"


# --- reading JSON ---------------------------------------------------------------------------


class Loaded(NamedTuple):
    """What a file of JSON holds, the keys written twice in one object, and those that are no text.

    `halved`: keys with half a character, which cannot be said; a sign stands there instead.
    """

    document: object
    twice: list[str]
    halved: list[str]


def load(content: bytes) -> Loaded:
    """Return what a JSON document in UTF-8 holds.

    NaN, infinities and numbers of thousands of digits are left to the check of their field. Raises
    UnusableInputError.
    """
    twice: list[str] = []
    halved: list[str] = []

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice.extend(key for key in found if keys.count(key) > 1)
        if half := [key for key in found if HALF.search(key)]:
            halved.extend(half)
            return {HALF.sub("\ufffd", key): value for key, value in found.items()}
        return found

    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=members, parse_int=_whole)
        return Loaded(document, twice, halved)
    except UnicodeDecodeError:
        problem = NOT_TEXT.at()
    except json.JSONDecodeError as error:
        problem = (
            NOT_JSON.at(line=error.lineno, column=error.colno)
            if error.doc.strip()
            else EMPTY_FILE.at()
        )
    except RecursionError:
        problem = TOO_DEEP.at()
    raise UnusableInputError(problem)


def _whole(digits: str) -> int | float:
    """Return a whole number, infinity for what nobody would have written."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


# --- what a declaration is made of ----------------------------------------------------------


class Contract:
    """A frozen dataclass that documents are held to: unknown keys are refused.

    Null is absence, where `NULL_IS_ABSENCE`. Fields named in `OUTSIDE` belong to the program and
    are no part of the document.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    NULL_IS_ABSENCE: ClassVar[bool] = True
    OUTSIDE: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        declared = handler(source)
        inside: Any = handler.resolve_ref_schema(declared)
        names = [one for one in inside["fields"] if one not in cls.OUTSIDE]
        given = {one["name"]: one | {"kw_only": True} for one in inside["schema"]["fields"]}
        inside["fields"] = names
        inside["schema"]["fields"] = [given[name] for name in names]  # in the order declared
        if cls.OUTSIDE:
            made = partial(_made, cls, names)
            declared = core_schema.no_info_after_validator_function(made, declared)
        if not cls.NULL_IS_ABSENCE:
            return declared
        return core_schema.no_info_before_validator_function(partial(_present, names), declared)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> Schema:
        reference = handler(schema)
        if not cls.NULL_IS_ABSENCE:
            return reference
        declared = handler.resolve_ref_schema(reference)
        for name, one in declared["properties"].items():
            branches = one.get("anyOf", [{key: one[key] for key in one if key != "default"}])
            if name not in declared.get("required", ()) and {"type": "null"} not in branches:
                default = {"default": one["default"]} if "default" in one else {}
                declared["properties"][name] = {"anyOf": [*branches, {"type": "null"}], **default}
        return reference


class Answer:
    """A frozen dataclass that we write, and read again: what it holds is not checked anew.

    What the members named in `BESIDE` hold stands beside the others, not under a key of theirs;
    those in `UNSAID` have no key while they are None.
    """

    __slots__ = ()
    BESIDE: ClassVar[tuple[str, ...]] = ()
    UNSAID: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        declared = handler(source)
        inside: Any = handler.resolve_ref_schema(declared)
        given = {one["name"]: one for one in inside["schema"]["fields"]}
        inside["schema"]["fields"] = [given[name] for name in inside["fields"]]
        inside["serialization"] = core_schema.wrap_serializer_function_ser_schema(cls._laid_out)
        # In place: wherever else it stands, a declaration refers to this one.
        itself = {name: inside.pop(name) for name in list(inside) if name != "ref"}
        inside |= core_schema.no_info_before_validator_function(cls._gathered, cast(Any, itself))
        return declared

    @classmethod
    def _laid_out(cls, value: object, written: Callable[[object], Schema]) -> Schema:
        document: Schema = {}
        for name, one in written(value).items():
            if name in cls.BESIDE:
                document |= one or {}
            elif one is not None or name not in cls.UNSAID:
                document[name] = one
        return document

    @classmethod
    def _gathered(cls, value: object) -> object:
        return value | dict.fromkeys(cls.BESIDE, value) if isinstance(value, dict) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> Schema:
        reference = handler(schema)
        handler.resolve_ref_schema(reference)[_ANSWER] = cls
        return reference

    @classmethod
    def _said_in(cls, schema: Schema, found: Callable[[Schema], Schema]) -> None:
        """Say in a JSON Schema what stands beside its members, and what may have no key."""
        properties: Schema = {}
        required: list[str] = []
        for name, one in schema["properties"].items():
            branches = [each for each in one.get("anyOf", [one]) if each.get("type") != "null"]
            if name in cls.BESIDE:
                beside = found(branches[0])
                properties |= beside["properties"]
                required += beside["required"] if branches == [one] else []
            else:
                properties[name] = branches[0] if name in cls.UNSAID else one
                required += [] if name in cls.UNSAID else [name]
        schema |= {"properties": properties, "required": required}


def _made[T](cls: type[T], names: list[str], read: object) -> T:
    """Return what was read with what the program adds to it, at its defaults."""
    return cls(**{name: getattr(read, name) for name in names})


def _present(names: list[str], value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: one for key, one in value.items() if one is not None or key not in names}


class ByShape:
    """`Annotated[Step | Literal["out"], ByShape()]`: an object is the first, all else the second.

    Faults are then those of the one that was meant.
    """

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        document, other = map(handler.generate_schema, get_args(source))
        return core_schema.tagged_union_schema(
            {_OBJECT: document, _OTHER: other},
            lambda value: _OBJECT if isinstance(value, dict | Contract) else _OTHER,
        )


def refuse(code: str, **values: object) -> NoReturn:
    """Refuse a value, in a validator: the reader's table has the sentence of the code."""
    raise PydanticCustomError(code, "refused", values)


# --- documents ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong somewhere: the code of the fault, the value found there, what is said of it."""

    loc: Loc
    code: str
    found: object = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Return the place as `actions[2].gate`."""
        return path(self.loc)


def path(loc: Loc) -> str:
    """Return a place as a sentence names it, as `actions[2].gate`."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in loc)
    return "".join(parts).removeprefix(".")


class _Untitled(GenerateJsonSchema):
    """A field has a name: the same with a capital adds nothing."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


class Shape[T]:
    """What a part of a document is held to: a dataclass, or another type that pydantic knows."""

    def __init__(self, declared: type[T]) -> None:
        self._declared = declared

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._declared)

    @cached_property
    def schema(self) -> Schema:
        """Return its JSON Schema (draft 2020-12)."""
        return self.adapter.json_schema(schema_generator=_Untitled)

    @cached_property
    def written(self) -> Schema:
        """Return the JSON Schema of what we write of it."""
        schema = self.adapter.json_schema(schema_generator=_Untitled, mode="serialization")
        named = schema.get("$defs", {})

        def found(one: Schema) -> Schema:
            resolved: Schema = named[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            return resolved

        for one in (*named.values(), schema):
            if declared := one.pop(_ANSWER, None):
                declared._said_in(one, found)
        return schema

    def tried(
        self, value: object, *, kept: bool = False, at: Loc = ()
    ) -> tuple[T | None, list[Fault]]:
        """Return what is declared by what stands `at` a place, or None and what is wrong with it.

        `kept`: this package wrote it, and validators may let more through.
        """
        try:
            return self.adapter.validate_python(value, context={"kept": kept}), []
        except ValidationError as error:
            return None, list(self._faults(error, at))

    def checked(
        self, document: dict[str, Any], *, kept: bool = False, at: Loc = ()
    ) -> tuple[T, list[Fault]]:
        """Return what a document declares, and what is wrong with its shape.

        What is wrong gives way, in the document itself, to something that may stand there.
        """
        read, faults = self.tried(document, kept=kept, at=at)
        wrong = faults
        for _ in range(_MENDINGS):
            if read is not None:
                return read, faults
            for fault in wrong:
                self._mend(document, fault.loc[len(at) :])
            read, wrong = self.tried(document, kept=kept, at=at)
        raise TypeError(f"{self._declared}: its schema does not say what it accepts")

    def _faults(self, error: ValidationError, at: Loc) -> Iterator[Fault]:
        """Yield what pydantic found; a list of which items are wrong is not too short as well."""
        found = [
            (tuple(key for key in one["loc"] if key not in (_OBJECT, _OTHER)), one)
            for one in error.errors(include_url=False)
        ]
        around = {loc[:end] for loc, _ in found for end in range(len(loc))}
        for loc, one in found:
            if one["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
                known = ", ".join(self.known(loc[:-1])) or "∅"
                yield Fault(at + loc, UNKNOWN_KEY, values={"known": known})
            elif loc not in around:
                yield Fault(at + loc, one["type"], one["input"], one.get("ctx", {}))

    def known(self, loc: Loc) -> list[str]:
        """Return the keys that are known in the object of a place."""
        schema: Schema | None = self.schema
        for key in loc:
            schema = self._below(schema or {}, key)
        return list(self._objects(schema or {}).get("properties", ()))

    def _mend(self, document: Any, loc: Loc) -> None:
        schema: Schema | None = self.schema
        *parents, last = loc
        for key in parents:
            document, schema = document[key], self._below(schema or {}, key)
        declared = self._below(schema or {}, last)
        if declared is None:
            del document[last]
        else:
            document[last] = self._something(declared)

    def _below(self, schema: Schema, key: str | int) -> Schema | None:
        """Return what is declared of a member or an item, None of a key that is not known."""
        schema = self._objects(schema)
        if isinstance(key, int):
            return schema.get("items")
        if key in schema.get("properties", ()):
            found: Schema = schema["properties"][key]
            return found
        return schema.get("additionalProperties") or None

    def _objects(self, schema: Schema) -> Schema:
        """Return the one of several declarations that has something below it."""
        while branches := schema.get("anyOf") or schema.get("oneOf"):
            schema = branches[0]
        return self._resolved(schema)

    def _resolved(self, schema: Schema) -> Schema:
        name = schema.get("$ref")
        found: Schema = self.schema["$defs"][name.rpartition("/")[2]] if name else schema
        return found

    def _something(self, schema: Schema) -> Any:
        """Return a value that the declaration allows: the default, else the least."""
        schema = self._resolved(schema)
        for key in ("default", "const"):
            if key in schema:
                return deepcopy(schema[key])
        if branches := schema.get("anyOf") or schema.get("oneOf"):
            return self._something(branches[0])
        if "enum" in schema:
            return schema["enum"][-1]
        match schema.get("type"):
            case "integer" | "number":
                return max(schema.get("minimum", 0), int("exclusiveMinimum" in schema))
            case "string":
                return "?"
            case "boolean":
                return False
            case "array":
                return [self._something(schema["items"]) for _ in range(schema.get("minItems", 0))]
        properties = schema.get("properties", {})
        return {key: self._something(properties[key]) for key in schema.get("required", ())}


class Format[T](Shape[T]):
    """A document declared as a dataclass, with its name in the field `format`."""

    def __init__(self, name: str, declared: type[T]) -> None:
        super().__init__(declared)
        self.name = name

    @cached_property
    def schema(self) -> Schema:
        found = super().schema
        required = ["format", *found.get("required", ())]
        properties = {"format": {"const": self.name}, **found["properties"]}
        head = {"$schema": _Untitled.schema_dialect, "title": self.name}
        return head | found | {"title": self.name, "properties": properties, "required": required}

    def write(self, value: T) -> dict[str, object]:
        """Return the document of a value."""
        return {"format": self.name, **self.adapter.dump_python(value, mode="json")}

    def body(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return what a document says, its `format` aside."""
        return {key: value for key, value in document.items() if key != "format"}


# --- what this package wrote ----------------------------------------------------------------


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: object, kind: Any = None, **context: object) -> Any:
    """Return a value as JSON keeps it, as its type declares it.

    `context` is what serializers are told, as the language of sentences.
    """
    declared: Any = kind or type(value)
    return _adapter(declared).dump_python(value, mode="json", by_alias=True, context=context)


def from_json[T](kind: type[T], kept: object, **context: object) -> T:
    """Return a value that was kept; keys that it has not are of something beside it.

    `context` is what validators are told. Raises ValueError: what is missing is a mistake of ours.
    """
    declared: Any = kind
    read: T = _adapter(declared).validate_python(kept, context={"kept": True, **context})
    return read


def beneath(loc: Loc, places: Collection[Loc]) -> bool:
    """Return whether a place is one of those, or inside one."""
    return any(loc[:at] in places for at in range(len(loc) + 1))
