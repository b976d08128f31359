"""The OpenAPI 3.1 document of the API, made from what is declared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from portulan import __version__
from portulan.api.addresses import parts_of, schema_of_part
from portulan.api.asking import FORM, filters_of, model_for, pages_of
from portulan.api.declaring import Answer, Download, Endpoint, Listing, One, Write
from portulan.api.describing import describe, of_operation
from portulan.api.problems import KIND, KINDS
from portulan.api.registry import endpoints
from portulan.api.shapes import Schema, Shape

PROBLEM: Schema = {"$ref": "#/components/schemas/Problem"}
_REFERENCE = "#/components/schemas/{model}"
# What any operation may answer; those below, only what may come of them.
_ALWAYS = (401, 403, 404, 429, 500, 503)
_OF_READS = (422,)
_OF_WRITES = (400, 409, 413, 415, 422)
_OF_VERSIONS = (412, 428)
ABOUT = (
    "Everything that a screen of Portulan can do, with the same rights. A person makes a token"
    " on the page of their account, for some operations and some months; it is sent as `Bearer`, or"
    " as the password of `Basic` to read, never in an address. Amounts are texts with a decimal"
    " point, days are in ISO 8601, null is unknown, which is never 0."
)


@cache
def document() -> dict[str, Any]:
    """Return the whole contract; it is the same for everybody."""
    schemas: dict[str, Schema] = {"Problem": _problem()}
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints():
        at = f"/{{organisation}}/{one.path}"
        paths.setdefault(at, {})[one.method.lower()] = _operation(one, schemas)
        if isinstance(one, Listing):
            paths.setdefault(f"{at}.csv", {})["get"] = _as_csv(one)
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Portulan", "version": f"1 ({__version__})", "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "responses": {
                str(status): {
                    "description": HTTPStatus(status).phrase,
                    "content": {KIND: {"schema": PROBLEM}},
                }
                for status in sorted({*_ALWAYS, *_OF_READS, *_OF_WRITES, *_OF_VERSIONS})
            },
            "schemas": dict(sorted(schemas.items())),
        },
    }
    describe(found)
    return found


def _operation(one: Endpoint, schemas: dict[str, Schema]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary or _summary(one),
        "description": of_operation(one),
        "tags": [one.tag],
        "x-portulan-right": one.need.value,
        "parameters": list(_parameters(one)),
        "responses": _responses(one, schemas),
    }
    if isinstance(one, Write):
        said["security"] = [{"bearer": []}]
    if isinstance(one, Write) and (one.asked or one.upload is not None):
        said["requestBody"] = _body(one, schemas)
    return said


def _summary(one: Endpoint) -> str:
    if isinstance(one, Write):
        return (one.service.__doc__ or one.name).strip().splitlines()[0]
    return one.name.replace("-", " ").capitalize() + "."


def _parameters(one: Endpoint, *, pages: bool = True) -> Iterator[dict[str, Any]]:
    slug = {"type": "string", "pattern": r"^[-a-zA-Z0-9_]+$"}
    for name in ("organisation", *parts_of(one.path)):
        schema = slug if name == "organisation" else schema_of_part(name)
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if isinstance(one, Listing):
        asked = filters_of(one) | (pages_of(one) if pages else {})
        yield from _asked(asked)
    if isinstance(one, Answer):
        yield from _asked(dict(one.asked))
    if isinstance(one, Write):
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Sent twice with the same key within a day, it is done once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }
        if one.takes_version:
            yield {
                "name": "If-Match",
                "in": "header",
                "required": one.asks_version,
                "description": "The ETag of what was read; `*` for whatever stands.",
                "schema": {"type": "string"},
            }


def _asked(schemas: dict[str, Schema]) -> Iterator[dict[str, Any]]:
    for name, schema in schemas.items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _responses(one: Endpoint, schemas: dict[str, Schema]) -> dict[str, Any]:
    found: dict[int, Any] = {}
    match one:
        case Listing():
            found[200] = _json(_page(_shape(one.shape, schemas)))
        case One():
            found[200] = _json(_shape(one.shape, schemas))
        case Answer():
            found[200] = _json(one.schema)
        case Download():
            content = {kind: {"schema": _file(kind)} for kind in one.kinds}
            found[200] = {"description": "The file.", "content": content}
        case Write():
            found |= _written(one, schemas)
    if isinstance(one, Write):
        refused = [*_ALWAYS, *_OF_WRITES, *(_OF_VERSIONS if one.takes_version else ())]
    else:
        refused = [*_ALWAYS, *_OF_READS]
        found[304] = {"description": "Nothing changed since it was read."}
    for status in refused:
        found[status] = {"$ref": f"#/components/responses/{status}"}
    return {str(status): found[status] for status in sorted(found)}


def _written(one: Write, schemas: dict[str, Schema]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    if one.status != 204:
        if one.told is not None:
            found[one.status] = _json(one.told_schema)
        elif one.shape is not None:
            found[one.status] = _json(_shape(one.shape, schemas))
    # Done, with nothing to say; or done before, and gone since.
    found[204] = {"description": "Done."}
    return found


def _json(schema: Schema) -> dict[str, Any]:
    tag = {"ETag": {"schema": {"type": "string"}}}
    content = {"application/json": {"schema": schema}}
    return {"description": "Done.", "headers": tag, "content": content}


def _shape(shape: Shape, schemas: dict[str, Schema]) -> Schema:
    schemas.setdefault(shape.name, shape.schema())
    return {"$ref": f"#/components/schemas/{shape.name}"}


def _page(item: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": item},
            "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "total": {"type": "integer"},
        },
        "required": ["items", "next"],
        "additionalProperties": False,
    }


def _as_csv(one: Listing) -> dict[str, Any]:
    content = {"text/csv": {"schema": {"type": "string"}}}
    refused = {
        str(status): {"$ref": f"#/components/responses/{status}"}
        for status in (*_ALWAYS, *_OF_READS)
    }
    return {
        "operationId": f"{one.name}-csv",
        "summary": "The same rows, all of them, for a spreadsheet.",
        "description": of_operation(one),
        "tags": [one.tag],
        "x-portulan-right": one.need.value,
        "parameters": list(_parameters(one, pages=False)),
        "responses": {"200": {"description": "All the rows.", "content": content}} | refused,
    }


def _file(kind: str) -> dict[str, Any]:
    """Return the schema of a file: what has values of its own is judged by its own contract."""
    return {} if kind.endswith(("json", "yaml")) else {"type": "string", "format": "binary"}


def _body(one: Write, schemas: dict[str, Schema]) -> dict[str, Any]:
    schema = _components(model_for(one), schemas)
    if one.upload is None:
        required = any(each.required for each in one.asked)
        return {"required": required, "content": {"application/json": {"schema": schema}}}
    name = f"{model_for(one).__name__}Form"
    asked = schemas.pop(model_for(one).__name__)
    asked["properties"] = {"file": {"type": "string", "format": "binary"}} | asked["properties"]
    asked["required"] = ["file", *asked.get("required", ())]
    schemas[name] = asked
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"required": True, "content": {FORM: {"schema": schema}}}


def _components(model: type[BaseModel], schemas: dict[str, Schema]) -> Schema:
    schema = model.model_json_schema(ref_template=_REFERENCE)
    for name, one in schema.pop("$defs", {}).items():
        schemas.setdefault(name, one)
    schema.setdefault("properties", {})
    schemas[model.__name__] = schema
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _problem() -> Schema:
    fault = {
        "type": "object",
        "properties": {
            name: {"type": "string"} for name in ("path", "code", "message", "at", "by")
        },
        "required": ["path", "code", "message"],
    }
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": sorted({one.code for one in KINDS})},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": fault},
        },
        "required": ["type", "title", "status", "code"],
    }
