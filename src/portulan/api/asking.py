"""What a request asks: what stands after `?` in its address, and what it sends.

Read by what is declared, and refused before any service is called.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cache, reduce
from math import isfinite
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from pydantic import BaseModel

from portulan.api import problems
from portulan.api.bodies import body_model
from portulan.api.call import Call
from portulan.api.declaring import Listing, Write
from portulan.api.paging import MOST
from portulan.api.problems import Refused
from portulan.api.shapes import Shape, enum_of, schema_of
from portulan.budget.models import BudgetLine
from portulan.core.models import AuditEntry

JSON_KIND = "application/json"
FORM = "multipart/form-data"


LIMIT = {"type": "integer", "minimum": 1, "maximum": MOST}
CURSOR = {"type": "string", "maxLength": 100}
_LONGEST = 500
TOTAL = {"type": "boolean"}
PAGES = {"limit": LIMIT, "cursor": CURSOR, "total": TOTAL}


def asked_by(said: QueryDict, expected: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what an address says after `?`, as its schemas want it. Raises ValidationError."""
    unknown = set(said) - set(expected)
    names = ", ".join(sorted(expected)) or "—"
    not_here = _("Ce nom n’est pas attendu ici. Acceptés : %(names)s.") % {"names": names}
    wrong = dict.fromkeys(unknown, not_here)
    found: dict[str, Any] = {}
    for name, schema in expected.items():
        if name not in said:
            continue
        value = _value_of(str(said[name]), schema)
        if value is None:
            wrong[name] = _accepted(schema)
        found[name] = value
    if wrong:
        raise ValidationError(wrong)
    return found


def _accepted(schema: Mapping[str, Any]) -> str:
    """Return which values are taken, in a sentence."""
    if "enum" in schema:
        words = {"words": ", ".join(map(str, schema["enum"]))}
        return _("Cette valeur n’est pas acceptée ici. Acceptées : %(words)s.") % words
    match schema.get("type"), schema.get("format"):
        case "integer", _format:
            ends = {"least": schema.get("minimum", 0), "most": schema.get("maximum", 2**63 - 1)}
            return _("Il faut un nombre entier, de %(least)s à %(most)s.") % ends
        case "boolean", _format:
            return _("Il faut true ou false.")
        case _type, "date":
            return _("Il faut une date AAAA-MM-JJ.")
        case _type, "date-time":
            return _("Il faut une date AAAA-MM-JJ, ou un instant comme 2026-11-24T09:30:00+01:00.")
    most = {"most": schema.get("maxLength", _LONGEST)}
    return _("Il faut un texte de %(most)s signes au plus.") % most


def _value_of(text: str, schema: Mapping[str, Any]) -> Any:
    """Return a value of an address, None for one that its schema refuses."""
    if "\0" in text or len(text) > schema.get("maxLength", _LONGEST):
        return None
    if "enum" in schema:
        # One word for one thing, whatever its capitals: that of the contract is answered.
        return next((one for one in schema["enum"] if one.lower() == text.lower()), None)
    match schema.get("type"):
        case "integer":
            least, most = schema.get("minimum", 0), schema.get("maximum", 2**63 - 1)
            digits = text.removeprefix("-") if least < 0 else text
            if not digits.isdecimal() or len(text) > 19 or not least <= int(text) <= most:
                return None
            return int(text)
        case "boolean":
            return {"true": True, "false": False}.get(text)
    try:
        if schema.get("format") == "date":
            return date.fromisoformat(text)
        if schema.get("format") == "date-time":
            # A "+" that nobody escaped arrives as a space.
            at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
            return at if at.tzinfo else make_aware(at)
    except (ValueError, OverflowError):
        return None
    return text


def filters_of(endpoint: Listing) -> dict[str, Any]:
    """Return what a listing may be asked by, with its schemas: columns, words, an instant."""
    shape = endpoint.shape
    by_name = {one.name: one for one in shape.fields}
    found: dict[str, Any] = {name: schema_of(by_name[name]) for name in endpoint.filters}
    more: dict[str, Any] = {"changed_since": {"type": "string", "format": "date-time"}}
    if _worded(shape):
        more["q"] = {"type": "string", "maxLength": 200}
    return more | found


def pages_of(endpoint: Listing) -> dict[str, Any]:
    """Return how the pages of a listing may be asked for: how long, after which, in which order."""
    shape = endpoint.shape
    sorts = [one.name for one in shape.fields if _is_sorted(shape, one)]
    return PAGES | {"sort": {"type": "string", "enum": [*sorts, *(f"-{name}" for name in sorts)]}}


def rows_asked(endpoint: Listing, call: Call, asked: Mapping[str, Any]) -> Any:
    """Return the rows of a listing, those that are asked for."""
    rows, shape = endpoint.rows(call), endpoint.shape
    by_name = {one.name: one for one in shape.fields}
    own = {name: value for name, value in asked.items() if name in endpoint.filters}
    for name, value in own.items():
        scale = enum_of(by_name[name])
        rows = rows.filter(**{name: scale[value.upper()] if scale else value})
    for word in str(asked.get("q", "") if "q" not in own else "").split():
        rows = rows.filter(
            reduce(or_, (Q(**{f"{name}__icontains": word}) for name in _worded(shape)))
        )
    if "changed_since" in asked:
        rows = rows.filter(_written_since(shape, call, asked["changed_since"]))
    return rows


def _is_sorted(shape: Shape, one: models.Field[Any, Any]) -> bool:
    return one.name not in shape.guarded and not isinstance(
        one, (models.JSONField, models.ForeignKey, models.TextField)
    )


def _worded(shape: Shape) -> list[str]:
    """Return the columns of words that a search looks into: what one may not read is not sought."""
    return [
        one.name
        for one in shape.fields
        if isinstance(one, (models.CharField, models.TextField))
        and not one.flatchoices
        and one.name not in shape.guarded
    ]


def _written_since(shape: Shape, call: Call, since: datetime) -> Q:
    """Return the rows that the trail says were written since, or that bear a later instant."""
    told = AuditEntry.objects.filter(
        organisation_id=call.organisation.pk,
        subject_type=shape.model._meta.model_name or "",
        at__gte=since,
    )
    found = Q(pk__in=told.values("subject_id"))
    for one in shape.fields:
        if isinstance(one, models.DateTimeField):
            found |= Q(**{f"{one.name}__gte": since})
    if shape.model is BudgetLine:
        found |= Q(batch__confirmed_at__gte=since)
    return found


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
