"""What a request asks: what stands after `?` in its address, and what it sends.

Read by what is declared, and refused before any service is called.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from pydantic import BaseModel

from portulan.api import problems
from portulan.api.bodies import body_model
from portulan.api.call import Call
from portulan.api.declaring import Listing, Write
from portulan.api.paging import MOST
from portulan.api.problems import Refused
from portulan.api.shapes import enum_of, schema_of

JSON_KIND = "application/json"
FORM = "multipart/form-data"


LIMIT = {"type": "integer", "minimum": 1, "maximum": MOST}
CURSOR = {"type": "string", "maxLength": 100}


def asked_by(said: QueryDict, expected: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what an address says after `?`, as its schemas want it. Raises ValidationError."""
    unknown = set(said) - set(expected)
    wrong = {name: _("Ce nom n’est pas attendu ici.") for name in unknown}
    found: dict[str, Any] = {}
    for name, schema in expected.items():
        if name not in said:
            continue
        value = _value_of(str(said[name]), schema)
        if value is None:
            wrong[name] = _("Cette valeur n’est pas acceptée ici.")
        found[name] = value
    if wrong:
        raise ValidationError(wrong)
    return found


def _value_of(text: str, schema: Mapping[str, Any]) -> Any:
    """Return a value of an address, None for one that its schema refuses."""
    if "\0" in text or len(text) > 500:
        return None
    if "enum" in schema:
        return text if text in schema["enum"] else None
    match schema.get("type"):
        case "integer":
            least, most = schema.get("minimum", 0), schema.get("maximum", 2**63 - 1)
            digits = text.removeprefix("-") if least < 0 else text
            if not digits.isdecimal() or len(text) > 19 or not least <= int(text) <= most:
                return None
            return int(text)
        case "boolean":
            return {"true": True, "false": False}.get(text)
    if schema.get("format") == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return text


def filters_of(endpoint: Listing) -> dict[str, Any]:
    """Return the columns that a listing may be asked by, with their schemas."""
    by_name = {one.name: one for one in endpoint.shape.fields}
    return {name: schema_of(by_name[name]) for name in endpoint.filters}


def rows_asked(endpoint: Listing, call: Call, asked: Mapping[str, Any]) -> Any:
    """Return the rows of a listing, those that are asked for."""
    rows = endpoint.rows(call)
    by_name = {one.name: one for one in endpoint.shape.fields}
    for name, value in asked.items():
        scale = enum_of(by_name[name])
        rows = rows.filter(**{name: scale[value.upper()] if scale else value})
    return rows


def body_of(request: HttpRequest, endpoint: Write) -> BaseModel | None:
    """Return what was sent, in the shape that the service wants. Raises Refused, ShapeError."""
    asked = endpoint.asked
    kind = (request.content_type or "").lower()
    if endpoint.upload is not None:
        if kind != FORM:
            raise Refused(problems.OTHER_KIND, headers={"Accept-Post": FORM})
        wrong = [name for name in request.FILES if name != "file"]
        if wrong or "file" not in request.FILES:
            error = {"path": "file", "code": "missing", "message": _("Choisissez un fichier.")}
            raise Refused(problems.REFUSED, errors=[error])
        return model_for(endpoint).model_validate(_typed(request.POST))
    if not asked:
        return None
    # Said before the body is read: that of a form was read already.
    sent = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
    may_lack = not any(one.required for one in asked)
    if kind != JSON_KIND and (sent or not may_lack):
        raise Refused(problems.OTHER_KIND, headers={"Accept-Post": JSON_KIND})
    content = (request.body if sent else b"") or (b"{}" if may_lack else b"")
    try:
        document = _read_json(content)
    except (ValueError, RecursionError):
        raise Refused(problems.NOT_JSON) from None
    return model_for(endpoint).model_validate(document)


def _typed(posted: QueryDict) -> dict[str, Any]:
    """Return what stands beside a file: a list or an object is sent as JSON."""
    said: dict[str, Any] = {}
    for name, text in posted.dict().items():
        said[name] = text
        if str(text)[:1] in ("{", "["):
            with suppress(ValueError, RecursionError):
                said[name] = _read_json(str(text))
    return said


def _read_json(content: bytes | str) -> Any:
    """Return what JSON says. Raises ValueError, for NaN and infinity too: they are not JSON."""
    return json.loads(content, parse_float=_finite, parse_constant=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


@cache
def model_for(endpoint: Write) -> type[BaseModel]:
    """Return the model of what an operation is sent, made the first time."""
    name = "".join(word.capitalize() for word in endpoint.name.split("-"))
    return body_model(name, endpoint.asked)
