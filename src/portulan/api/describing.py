"""What each property, parameter and operation of the contract means: words, unit, an example.

Words come from the model (its field's label or help), else from `words.csv`, by name; a test counts
none missing. Units are those of the values: a share is between 0 and 1, a percentage is not.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from portulan.api.declaring import Answer, Download, Endpoint, Listing, One, Write
from portulan.api.meanings import SHARE, meaning
from portulan.api.shapes import Schema, Shape

_EXAMPLES: Mapping[str, Any] = {
    "date": "2026-11-24",
    "date-time": "2026-11-24T09:30:00+01:00",
    "slug": "plan-2025-2027",
    "plan": "plan-2025-2027",
    "organisation": "ma-commune",
    "suffix": "pdf",
    "document": "board",
    "tool": "tet",
    "siren": "219900024",
    "siret": "21990002400015",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "country": "FRA",
    "currency": "EUR",
    "language": "fr",
    "year": 2026,
    "first_year": 2025,
    "last_year": 2027,
    "code": "6.1",
}


def describe(document: dict[str, Any]) -> None:
    """Give words, units and examples to all that has none, in a contract."""
    schemas = document["components"]["schemas"].values()
    # What a model says of its column holds for what is sent under the same name.
    said = {
        name: str(one["description"])
        for schema in schemas
        for name, one in schema.get("properties", {}).items()
        if isinstance(one, dict) and one.get("description")
    }
    for schema in schemas:
        _properties(schema, said)
    for path in document["paths"].values():
        for operation in path.values():
            for one in operation.get("parameters", ()):
                asked = one["schema"]
                words = asked.get("description") or meaning(one["name"]).words
                one.setdefault("description", words)
                example = asked.get("examples", [_example(one["name"], asked)])[0]
                one.setdefault("example", example)
            for answer in operation["responses"].values():
                _properties(answer, said)


def _properties(schema: Any, said: Mapping[str, str]) -> None:
    if isinstance(schema, list):
        for one in schema:
            _properties(one, said)
    if not isinstance(schema, dict):
        return
    found = schema.get("properties")
    for name, one in found.items() if isinstance(found, dict) else ():
        _property(name, one, said)
    for key, one in schema.items():
        if key not in ("example", "examples", "default"):
            _properties(one, said)


def _property(name: str, one: Any, said: Mapping[str, str]) -> None:
    if not isinstance(one, dict):
        return
    unit, words = meaning(name)
    if words := words or said.get(name, ""):
        one.setdefault("description", words)
    if unit and _is_number(one):
        one.setdefault("x-unit", unit)
    if "examples" not in one and "$ref" not in one:
        one["examples"] = [_example(name, one)]


def _is_number(schema: Schema) -> bool:
    return any(
        one.get("type") in ("number", "integer") or "pattern" in one for one in _each(schema)
    )


def _each(schema: Schema) -> Iterator[Schema]:
    yield schema
    yield from schema.get("anyOf", ())


def _example(name: str, schema: Schema) -> Any:
    """Return a value that the schema takes."""
    one = next((each for each in _each(schema) if set(each) & {"type", "enum", "const"}), {})
    if "default" in schema:
        return schema["default"]
    if one.get("enum"):
        return one["enum"][0]
    if "const" in one:
        return one["const"]
    kind = one.get("type")
    if kind == "string":
        return _text(name, one)
    if kind in ("integer", "number"):
        given = _EXAMPLES.get(name)
        usual = given if isinstance(given, int) else 12
        return max(one.get("minimum", usual), min(one.get("maximum", usual), usual))
    return {"boolean": True, "array": [], "object": {}}.get(str(kind))


def _text(name: str, schema: Schema) -> str:
    if schema.get("format") == "binary":
        return ""
    if schema.get("format") in _EXAMPLES:
        return str(_EXAMPLES[schema["format"]])
    if str(schema.get("pattern", "")).startswith(r"^-?\d"):
        return "0.25" if meaning(name).unit == SHARE else "1234.50"
    return str(_EXAMPLES.get(name, meaning(name).words or name))[: schema.get("maxLength", 200)]


# --- operations ---------------------------------------------------------------------------------


def of_operation(one: Endpoint) -> str:
    """Return what an operation does, whole: what it reads or writes, and the right it needs."""
    told = [one.about or _about(one)]
    told.append(f"It needs the right `{one.need.value}`.")
    return " ".join(filter(None, told))


def _about(one: Endpoint) -> str:
    match one:
        case Listing():
            filters = ", ".join(f"`{name}`" for name in one.filters)
            by = f" Filters: {filters}." if filters else ""
            return f"{_of_model(one.shape)} Some rows at a time; `next` says where to go on.{by}"
        case One():
            return f"One row. {_of_model(one.shape)}"
        case Write():
            return inspect.cleandoc(one.service.__doc__ or one.name).replace("\n", " ")
        case Answer() | Download():
            read = inspect.getdoc(one.read) or ""
            return " ".join(read.split()) or one.summary or f"{one.name.replace('-', ' ')}."
    return one.summary


def _of_model(shape: Shape) -> str:
    return " ".join((inspect.getdoc(shape.model) or shape.name).split("\n\n")[0].split())
