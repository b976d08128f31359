"""Answering a request: its token, its right, its version, its key, then the read or the service."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    ValidationError,
)
from django.db import IntegrityError, transaction
from django.db.models import DecimalField
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from pydantic import BaseModel
from pydantic import ValidationError as ShapeError

from portulan.accounts.actors import Actor
from portulan.accounts.attempts import network_of
from portulan.accounts.levels import TooWeakError
from portulan.accounts.models import Organisation
from portulan.accounts.peers import client_address
from portulan.accounts.security import Event, tell
from portulan.accounts.tokens import UnknownTokenError, actor_of_token, is_by_password
from portulan.accounts.writes import hold_organisation
from portulan.api import problems, versions
from portulan.api.addresses import Match, find
from portulan.api.asking import asked_by, body_of, filters_of, pages_of, rows_asked
from portulan.api.bodies import given
from portulan.api.call import Call
from portulan.api.contract import document
from portulan.api.declaring import Answer, Download, Endpoint, Listing, One, Write, open_door
from portulan.api.limits import Room, take
from portulan.api.mcp_protocol import Asker, respond
from portulan.api.paging import USUAL, all_of, page_of
from portulan.api.problems import Refused, problem
from portulan.api.questions.asking import NoAnswerError
from portulan.api.shapes import plain
from portulan.core.errors import DeniedError
from portulan.core.form_tokens import Answer as Given
from portulan.core.form_tokens import OtherContentError, UnderWayError, once, once_apart
from portulan.core.newer_words import newer_word
from portulan.core.os_errors import shortage_of
from portulan.core.say.country import settle
from portulan.core.say.language import spoken_language
from portulan.core.say.text import UnusableInputError
from portulan.core.spreadsheet import Cell, csv_lines

logger = logging.getLogger(__name__)

ROOT = "/api/v1/"
MCP = "mcp"  # the Model Context Protocol, for assistants
READS = frozenset({"GET", "HEAD"})
_LONGEST_KEY = 200


def answer(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Answer any request under `/api/v1/`."""
    room = None
    try:
        if rest == "openapi.json" and request.method in READS:
            return JsonResponse(document())
        response, room = _known(request, rest)
    except Exception as error:
        response = _refusal(request, error)
    if room is not None:
        for name, value in room.headers.items():
            response[name] = value
    response["Vary"] = "Authorization, Accept-Language"
    return response


def _known(request: HttpRequest, rest: str) -> tuple[HttpResponseBase, Room]:
    """Answer who shows a token, within what is left to it."""
    try:
        actor = actor_of_token(request)
    except UnknownTokenError:
        room = take(f"from {network_of(client_address(request))}")
        if room.is_over:
            raise Refused(problems.TOO_MANY, headers=room.headers) from None
        raise
    room = take(f"{actor.organisation_id} {actor.person_id}")
    if room.is_over:
        raise Refused(problems.TOO_MANY, headers=room.headers)
    try:
        place = Organisation.objects.get(pk=actor.organisation_id)
        slug, _slash, path = rest.partition("/")
        if slug == place.slug and path == MCP:
            return _assist(request, actor, place), room
        found = find(path) if slug == place.slug else None
        if found is None:
            raise ObjectDoesNotExist(rest)
        settle(place.country, place.currency)
        method = "GET" if request.method == "HEAD" else request.method or ""
        endpoint = found.endpoints.get(method)
        if endpoint is None:
            allowed = ", ".join(sorted(found.endpoints))
            return problem(problems.NO_METHOD, headers={"Allow": allowed}), room
        if isinstance(endpoint, Write) and is_by_password(request):
            return _no_token(None, schemes=("Bearer",)), room
        call = Call(actor, place, endpoint.need, path=found.values)
        actor.require_any(endpoint.need)
        return _do(request, endpoint, call, found), room
    except Exception as error:
        return _refusal(request, error), room


def _assist(request: HttpRequest, actor: Actor, place: Organisation) -> HttpResponseBase:
    """Answer an assistant that has somebody's token: it reads what they may, and writes nothing."""
    if request.method != "POST":
        return problem(problems.NO_METHOD, headers={"Allow": "POST"})
    if is_by_password(request):
        return _no_token(None, schemes=("Bearer",))
    if (request.content_type or "").lower() != "application/json":
        raise Refused(problems.OTHER_KIND, headers={"Accept-Post": "application/json"})
    settle(place.country, place.currency)
    said = respond(request.body, Asker(actor, place))
    return HttpResponse(status=202) if said is None else _json(said, 200)


def _do(request: HttpRequest, endpoint: Endpoint, call: Call, found: Match) -> HttpResponseBase:
    if isinstance(endpoint, Write):
        return _write(request, endpoint, call)
    open_door(endpoint, call)
    match endpoint:
        case Listing():
            return _list(request, endpoint, call, is_csv=found.is_csv)
        case One():
            said = endpoint.shape.write(endpoint.row(call), call.actor)
            return _tagged(request, said)
        case Answer():
            call.query = asked_by(request.GET, endpoint.asked)
            return _tagged(request, plain(endpoint.read(call)))
        case Download():
            sent = endpoint.read(call)
            _tell_export(request, call, endpoint)
            response = HttpResponse(sent.content, content_type=sent.kind)
            # Who gave the file gave its name.
            said_name = content_disposition_header(as_attachment=True, filename=sent.name)
            response["Content-Disposition"] = said_name or "attachment"
            return response
    raise ObjectDoesNotExist(endpoint.path)


# --- reads ------------------------------------------------------------------------------------


def _list(request: HttpRequest, endpoint: Listing, call: Call, *, is_csv: bool) -> HttpResponseBase:
    rows, cursor, limit = _asked(endpoint, call, request.GET, in_pages=not is_csv)
    if is_csv:
        _tell_export(request, call, endpoint)
        lines = csv_lines(_cells(endpoint, call, rows))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = endpoint.path.rpartition("/")[2]
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    sort = request.GET.get("sort", "").lower()
    page = _page(endpoint, call, rows, cursor, limit, sort)
    if request.GET.get("total") == "true":
        page["total"] = rows.count()
    answered = _tagged(request, page)
    if page["next"]:
        further = request.GET.copy()
        further["cursor"] = page["next"]
        answered["Link"] = f'<{request.path}?{further.urlencode()}>; rel="next"'
    return answered


def _asked(
    endpoint: Listing, call: Call, query: QueryDict, *, in_pages: bool = True
) -> tuple[Any, str, int]:
    """Return the rows that a query asks for, after which and how many."""
    pages = pages_of(endpoint) if in_pages else {}
    asked = asked_by(query, filters_of(endpoint) | pages)
    limit, cursor = asked.pop("limit", USUAL), asked.pop("cursor", "")
    return rows_asked(endpoint, call, asked), cursor, limit


def _page(
    endpoint: Listing,
    call: Call,
    rows: Any,
    cursor: str = "",
    limit: int = USUAL,
    sort: str = "",
) -> dict[str, Any]:
    page = page_of(rows, cursor=cursor, limit=limit, sort=sort)
    items = [endpoint.shape.write(row, call.actor) for row in page.rows]
    return {"items": items, "next": page.cursor}


def _cells(endpoint: Listing, call: Call, rows: Any) -> Iterator[list[Cell]]:
    heads = list(endpoint.shape.schema()["properties"])
    numbers = {one.name for one in endpoint.shape.fields if isinstance(one, DecimalField)}
    yield list(heads)
    for row in all_of(rows):
        said = endpoint.shape.write(row, call.actor)
        yield [_cell(said[head], is_number=head in numbers) for head in heads]


def _cell(value: Any, *, is_number: bool) -> Cell:
    """Return a value as a cell: an amount is a number, which a spreadsheet adds up."""
    if is_number and value is not None:
        return Decimal(value)
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case int():
            return value
    return json.dumps(value, ensure_ascii=False)


def _tell_export(request: HttpRequest, call: Call, endpoint: Endpoint) -> None:
    """Write in the security journal that somebody takes that away."""
    tell(
        Event.EXPORTED,
        organisation_id=call.actor.organisation_id,
        by=call.actor.person_id,
        address=client_address(request),
        details={"what": endpoint.name},
    )


def _json(said: Any, status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return what is said, in letters that people read too."""
    words = {"ensure_ascii": False}
    return JsonResponse(said, status=status, safe=False, json_dumps_params=words, headers=headers)


def _tagged(request: HttpRequest, said: Any, status: int = 200) -> HttpResponse:
    tag = versions.tag_of(said)
    if request.method in READS and versions.meets(tag, _tags(request, "If-None-Match")):
        return HttpResponse(status=304, headers={"ETag": tag})
    response = _json(said, status)
    response["ETag"] = tag
    return response


def _tags(request: HttpRequest, header: str) -> set[str]:
    """Return the ETags of a header; one that was compressed on its way is the same one."""
    said = request.headers.get(header, "").split(",")
    return {one.strip().removeprefix("W/") for one in said if one.strip()}


# --- writes -----------------------------------------------------------------------------------


def _write(request: HttpRequest, endpoint: Write, call: Call) -> HttpResponse:
    body = body_of(request, endpoint)
    key = _key(request)
    if endpoint.asks_version and not _tags(request, "If-Match"):
        raise Refused(problems.UNREAD)
    answered: list[HttpResponse] = []

    def deed() -> Given | None:
        hold_organisation(call.actor)
        call.found.clear()
        open_door(endpoint, call)
        _check_version(request, endpoint, call)
        result = _serve(request, endpoint, call, body)
        answered.append(_answered(request, endpoint, call, result))
        return _kept(endpoint, answered[0])

    if endpoint.apart:
        return _apart(request, endpoint, call, body, key)
    if not key:
        with transaction.atomic():
            deed()
        return answered[0]
    first = once(deed, user_id=_user(call), token=key, digest=_digest(request, endpoint, body))
    return answered[0] if answered else _replayed(endpoint, call, first)


def _apart(
    request: HttpRequest, endpoint: Write, call: Call, body: BaseModel | None, key: str
) -> HttpResponse:
    """Do what reads a file: the database is not held meanwhile, its key is claimed before.

    Raises UnderWayError when the same is still being done.
    """
    answered: list[HttpResponse] = []

    def deed() -> Given:
        open_door(endpoint, call)
        _check_version(request, endpoint, call)
        result = _serve(request, endpoint, call, body)
        answered.append(_answered(request, endpoint, call, result))
        return _kept(endpoint, answered[0])

    if not key:
        deed()
        return answered[0]
    digest = _digest(request, endpoint, body)
    first = once_apart(deed, user_id=_user(call), token=key, digest=digest)
    return answered[0] if answered else _replayed(endpoint, call, first)


def _serve(request: HttpRequest, endpoint: Write, call: Call, body: BaseModel | None) -> Any:
    taken = endpoint.bound(call)
    if endpoint.upload is not None:
        file = request.FILES.get("file")
        if file is not None:
            taken |= endpoint.upload(call, file)
    if body is not None:
        taken |= given(endpoint.asked, body, call)
    return endpoint.service(call.actor, **taken)


def _answered(request: HttpRequest, endpoint: Write, call: Call, result: Any) -> HttpResponse:
    """Return the answer of what was written: the row as it stands now, or what the service said."""
    if endpoint.status == 204:
        return HttpResponse(status=204)
    if endpoint.told is not None:
        return _tagged(request, plain(endpoint.told(result)), endpoint.status)
    if endpoint.shape is None:
        return HttpResponse(status=204)
    row = endpoint.refetch(call) if endpoint.refetch else endpoint.made(result)
    if row is None:
        return HttpResponse(status=204)
    row = type(row)._default_manager.get(pk=row.pk) if endpoint.refetch is None else row
    response = _tagged(request, endpoint.shape.write(row, call.actor), endpoint.status)
    if endpoint.at:
        place = endpoint.at.replace("{key}", str(getattr(row, endpoint.key)))
        for name, value in call.path.items():
            place = place.replace(f"{{{name}}}", str(value))
        response["Location"] = f"{ROOT}{call.organisation.slug}/{place}"
    return response


def _kept(endpoint: Write, answered: HttpResponse) -> Given:
    """Return what is kept of an answer: what it said too, where no row says it again."""
    content = answered.content if endpoint.told is not None else b""
    return Given(answered.status_code, answered.get("Location", ""), content)


def _replayed(endpoint: Write, call: Call, first: Given | None) -> HttpResponse:
    """Say again what was answered: word for word where it was no row, else the row as it stands."""
    headers = {"Idempotency-Replayed": "true"}
    if first is not None and first.content:
        tag = {"ETag": versions.tag_of(json.loads(first.content))}
        kind = "application/json"
        return HttpResponse(first.content, kind, first.status, headers=headers | tag)
    if first is None or first.status == 204:
        return HttpResponse(status=204, headers=headers)
    if first.location:
        headers["Location"] = first.location
        found = find(first.location.removeprefix(f"{ROOT}{call.organisation.slug}/"))
        read = found.endpoints.get("GET") if found else None
        if found is not None and isinstance(read, One):
            again = Call(call.actor, call.organisation, read.need, path=found.values)
            open_door(read, again)
            said = read.shape.write(read.row(again), call.actor)
            return _json(said, first.status, headers)
    if endpoint.refetch is not None and endpoint.shape is not None:
        open_door(endpoint, call)
        said = endpoint.shape.write(endpoint.refetch(call), call.actor)
        return _json(said, first.status, headers)
    return HttpResponse(status=204, headers=headers)


def _check_version(request: HttpRequest, endpoint: Write, call: Call) -> None:
    """Refuse what was read in another version than the one that stands, and say what moved."""
    said = _tags(request, "If-Match")
    if not said or said == {"*"}:
        return
    row, now = _read_now(endpoint, call, request.GET)
    if now is not None and not versions.meets(versions.tag_of(now), said):
        moved = versions.moved(now, said)
        raise Refused(problems.CHANGED, errors=versions.faults(call.actor, row, moved))


def _read_now(endpoint: Write, call: Call, query: QueryDict) -> tuple[Any, Any]:
    """Return the row that a write changes, if it is one, and what is read at its address.

    Of a list, the page that the query of the write names, as it was read.
    """
    read = endpoint.read_there
    if isinstance(read, Listing):
        return None, _page(read, call, *_asked(read, call, query))
    if isinstance(read, Answer):
        return None, plain(read.read(call))
    shape = read.shape if isinstance(read, One) else endpoint.shape
    if endpoint.refetch is None or shape is None:
        return None, None
    row = endpoint.refetch(call)
    return row, shape.write(row, call.actor)


def _key(request: HttpRequest) -> str:
    """Return the Idempotency-Key of a request, as it is kept; "" without one."""
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return ""
    if not 0 < len(said) <= _LONGEST_KEY or not said.isprintable():
        words = _("Cette valeur n’est pas acceptée ici.")
        error = {"path": "Idempotency-Key", "code": "length", "message": words}
        raise Refused(problems.REFUSED, errors=[error])
    return "api:" + hashlib.sha256(said.encode()).hexdigest()


def _user(call: Call) -> int:
    # Below zero: the keys of a person are apart from the forms of an account.
    return -(call.actor.person_id or 0)


def _digest(request: HttpRequest, endpoint: Write, body: BaseModel | None) -> str:
    said = hashlib.sha256(f"{endpoint.name} {request.path}".encode())
    said.update(request.headers.get("If-Match", "").encode())
    if body is not None:
        said.update(body.model_dump_json(exclude_unset=True).encode())
    file = request.FILES.get("file") if endpoint.upload is not None else None
    for piece in file.chunks() if file is not None else ():
        said.update(piece)
    if file is not None:
        file.seek(0)
    return said.hexdigest()


# --- what is refused --------------------------------------------------------------------------


def _refusal(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the problem that an exception is, whoever raised it."""
    for kind, said in _REFUSALS:
        if isinstance(error, kind):
            return said(error)
    refused = problems.UNASKED if request.method in READS else problems.REFUSED
    for kind, told in _FAULTS:
        if isinstance(error, kind):
            return problem(refused, errors=told(error))
    if shortage_of(error) is not None:
        return problem(problems.FULL, headers={"Retry-After": "60"})
    if newer := newer_word(error):
        logger.error("a word of a newer version: %s", request.path, exc_info=error)
        return problem(problems.TIMED_OUT, detail=newer.message(spoken_language()))
    logger.error("failed: %s %s", request.method, request.path, exc_info=error)
    return problem(problems.FAILED)


def _no_token(_error: Any, schemes: Iterable[str] = ("Bearer", "Basic")) -> HttpResponse:
    shown = ", ".join(f'{scheme} realm="Portulan"' for scheme in schemes)
    return problem(problems.NO_TOKEN, headers={"WWW-Authenticate": shown})


def _refused(error: Any) -> HttpResponse:
    return problem(error.kind, **error.more)


def _denied(error: Any) -> HttpResponse:
    need = error.args[0] if isinstance(error, DeniedError) and error.args else ""
    return problem(problems.DENIED, detail=str(need))


def _conflict(error: Any) -> HttpResponse:
    logger.error("refused by the database", exc_info=error)
    return problem(problems.TIMED_OUT)


# What is wrong with what was asked, or sent: told member by member.
_FAULTS: tuple[tuple[type[Exception], Callable[[Any], Iterable[dict[str, Any]]]], ...] = (
    (NoAnswerError, problems.of_none),
    (ValidationError, problems.of_rules),
    (ShapeError, problems.of_shape),
    (UnusableInputError, problems.of_input),
)
_REFUSALS: tuple[tuple[type[Exception], Callable[[Any], HttpResponse]], ...] = (
    (Refused, _refused),
    (UnknownTokenError, _no_token),
    (TooWeakError, lambda _error: problem(problems.WEAK)),
    (PermissionDenied, _denied),
    (ObjectDoesNotExist, lambda _error: problem(problems.NOT_FOUND)),
    (UnderWayError, lambda _error: problem(problems.FULL, headers={"Retry-After": "10"})),
    (OtherContentError, lambda _error: problem(problems.REUSED)),
    (RequestDataTooBig, lambda _error: problem(problems.TOO_LARGE)),
    (IntegrityError, _conflict),
)
