"""What tools are asked, and how: the two APIs of GLPI, that of Snipe-IT, the tables of Grist.

A reading is whole or nothing: what a tool announces is compared with what came, a list that moves
meanwhile is not taken. Only reads are sent; GLPI alone needs a session, which is closed at the end.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from http import HTTPStatus
from operator import attrgetter, itemgetter
from typing import Any
from urllib.parse import urlencode

from portulan.core.say.text import ProblemKind, Problems
from portulan.sources.asking import Answer, Asking
from portulan.sources.items import MOST_ITEMS, Item, Listing
from portulan.sources.meanings import Meanings
from portulan.sources.outcomes import Failure, UnansweredError
from portulan.sources.readers import glpi, snipeit
from portulan.sources.words import Asset

PAGE = 500
NO_MONEY = ProblemKind(
    "no-purchase-dates",
    "warning",
    fr="Le compte n’a pas accès aux dates d’achat\u00a0: donnez à son profil le droit de lire les"
    " informations financières (Infocom).",
    en="The account may not see dates of purchase: give its profile the right to read financial"
    " information (Infocom).",
)
_TAG = re.compile(r'(?:W/)?"[!#-~]*"')  # what HTTP lets a server call a version
_DIGITS = 18  # of a count or of rights
_WRITES = 2 | 4 | 8 | 16  # GLPI’s rights to update, create, delete, purge


class Api(StrEnum):
    """What is spoken at an address."""

    GLPI = "glpi"
    GLPI_V2 = "glpi-v2"
    SNIPE_IT = "snipe-it"
    GRIST = "grist"


# What opens each: names of the parts of its secret; a part after a star may be left out.
SECRETS: Mapping[Api, tuple[str, ...]] = {
    Api.GLPI: ("user_token", "*app_token"),
    Api.GLPI_V2: ("client_id", "client_secret", "username", "password"),
    Api.SNIPE_IT: ("token",),
    Api.GRIST: ("token",),
}


@dataclass(slots=True)
class Heard:
    """What a tool said: lists of devices, or a document as if given as a file; what is odd.

    `mark` tells whether anything moved since, where one request may tell.
    """

    listings: list[Listing] = field(default_factory=list)
    document: bytes = b""
    problems: Problems = field(default_factory=Problems)
    digest: str = ""
    mark: str = ""


@dataclass(slots=True)
class _Told:
    """What counts of all that was answered, as a digest: the same twice is nothing new."""

    found: Any = field(default_factory=hashlib.sha256)

    def add(self, name: str, rows: Iterable[Any]) -> None:
        for row in rows:
            shown = json.dumps(row, sort_keys=True, ensure_ascii=False)
            self.found.update(f"{name}\0{shown}\0".encode())


def hear(
    api: Api, asking: Asking, path: str, secret: Mapping[str, str], meanings: Meanings, mark: str
) -> Heard | None:
    """Return what a tool says, None where it is known to say what it said at `mark`.

    Raises UnansweredError: nothing of it is to be kept then.
    """
    reading = _READINGS[api]
    return reading(asking, path.rstrip("/"), secret, meanings, mark)


def _refused(answer: Answer) -> UnansweredError:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return UnansweredError(Failure.REFUSED)
    if answer.status == HTTPStatus.FORBIDDEN:
        return UnansweredError(Failure.RIGHT)
    return UnansweredError(Failure.UNREADABLE)


@dataclass(slots=True)
class _Session:
    """What opens a tool for a while: made again once it dies, if it opened anything before."""

    asking: Asking
    make: Callable[[], Mapping[str, str]]
    headers: Mapping[str, str] = field(default_factory=dict)
    _served: int = 1

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        """Return what is answered. Raises UnansweredError for 401; others are left to look at."""
        if not self.headers:
            self.headers = self.make()
        answer = self.asking.get(path, self.headers, query)
        if answer.status == HTTPStatus.UNAUTHORIZED and self._served:
            self._served = 0
            self.headers = self.make()
            answer = self.asking.get(path, self.headers, query)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise _refused(answer)
        self._served += 1
        return answer

    def of(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        """Return what is answered where it is an answer. Raises UnansweredError."""
        answer = self.get(path, query)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise _refused(answer)
        return answer


def _paged(
    ask: Callable[[int], tuple[list[Any], int | None]], key: Callable[[Any], object]
) -> list[Any]:
    """Return all rows of a list, page after page, as many as it announces, each once.

    Raises UnansweredError: no count announced, one that moves, rows that are missing or come twice.
    """
    found: list[Any] = []
    known: set[object] = set()
    announced: int | None = None
    while announced is None or len(found) < announced:
        rows, total = ask(len(found))
        if total is None:
            raise UnansweredError(Failure.UNCOUNTED)
        if total > MOST_ITEMS:
            raise UnansweredError(Failure.BIG)
        if announced not in (None, total) or (not rows and total > len(found)):
            raise UnansweredError(Failure.CHANGED)
        announced = total
        found.extend(rows)
        known.update(key(row) for row in rows)
        if len(known) != len(found) or len(found) > announced:
            raise UnansweredError(Failure.CHANGED)
    return found


def _rows(value: object) -> list[Any]:
    """Return rows, all of them objects. Raises UnansweredError for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnansweredError(Failure.UNREADABLE)
    return value


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UnansweredError(Failure.UNREADABLE)
    return value


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# --- GLPI, legacy -------------------------------------------------------------------------------


def _glpi(
    asking: Asking, path: str, secret: Mapping[str, str], meanings: Meanings, mark: str
) -> Heard | None:
    app = {"App-Token": secret["app_token"]} if secret.get("app_token") else {}
    opening = {"Authorization": f"user_token {secret['user_token']}", **app}

    def make() -> Mapping[str, str]:
        answer = asking.get(f"{path}/initSession", opening)
        if answer.status >= HTTPStatus.BAD_REQUEST:  # a wrong App-Token is a 400
            why = Failure.RIGHT if answer.status == HTTPStatus.FORBIDDEN else Failure.REFUSED
            raise UnansweredError(why)
        token = str(_object(answer.document).get("session_token") or "")
        session = {"Session-Token": token, **app}
        all_of_them = json.dumps({"entities_id": "all", "is_recursive": True}).encode()
        asking.send(
            "POST",
            f"{path}/changeActiveEntities",
            {**session, "Content-Type": "application/json"},
            all_of_them,
        )
        return session

    session = _Session(asking, make)
    try:
        return _glpi_heard(session, path, meanings, mark)
    finally:
        if session.headers:  # sessions pile up in GLPI
            with suppress(UnansweredError):
                asking.get(f"{path}/killSession", session.headers)


def _glpi_heard(session: _Session, path: str, meanings: Meanings, mark: str) -> Heard | None:
    _require_nobody(session, path)
    moved = _glpi_mark(session, path)
    if mark and mark == moved:
        return None
    heard, told = Heard(mark=moved), _Told()
    for asset, name in glpi.ITEM_TYPES.items():
        listed = _object(session.of(f"{path}/listSearchOptions/{name}").document)
        options = glpi.options_of(listed, asset, meanings)
        if "ref" not in options:
            raise UnansweredError(Failure.UNREADABLE)
        if asset is Asset.COMPUTER and glpi.lacks_money(options):
            heard.problems.append(NO_MONEY.at())
        rows = _searched(session, f"{path}/search/{name}", options)
        told.add(name, rows)
        heard.listings.append(glpi.listed(rows, options, asset))
    heard.digest = told.found.hexdigest()
    return heard


def _searched(session: _Session, path: str, options: Mapping[str, str]) -> list[Any]:
    shown = {f"forcedisplay[{rank}]": one for rank, one in enumerate(sorted(options.values()))}

    def ask(start: int) -> tuple[list[Any], int | None]:
        ranged = f"{start}-{start + PAGE - 1}"
        asked = {**shown, "range": ranged, "sort": options["ref"], "order": "ASC"}
        answer = session.get(path, asked)
        if answer.status == HTTPStatus.BAD_REQUEST and start:  # past an end that came nearer
            raise UnansweredError(Failure.CHANGED)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise _refused(answer)
        said = _object(answer.document)
        return _rows(said.get("data") or []), _whole(said.get("totalcount"))

    return _paged(ask, lambda row: row.get(options["ref"]))


def _glpi_mark(session: _Session, path: str) -> str:
    """Return the count of all devices and the last that was changed; none where it is not said.

    A date of purchase may change without its device (an Infocom has a date of its own): where the
    last of them cannot be asked either, nothing is said to be the same.
    """
    found = []
    for name, sort in (("AllAssets", "19"), ("Infocom", "date_mod")):
        legacy = name == "AllAssets"
        asked = {"range": "0-0", "sort": sort, "order": "DESC"}
        asked |= {"forcedisplay[0]": "19"} if legacy else {}
        where = f"{path}/search/AllAssets" if legacy else f"{path}/Infocom"
        answer = session.get(where, asked)
        said = answer.document
        rows = said.get("data") if isinstance(said, dict) else said
        total = answer.headers.get("content-range", "").rpartition("/")[2]
        if answer.status >= HTTPStatus.BAD_REQUEST or not isinstance(rows, list) or not rows:
            return ""
        last = rows[0].get("19" if legacy else "date_mod")
        if not last or not total:
            return ""
        found.append(f"{total}@{last}")
    return " ".join(found)


def _require_nobody(session: _Session, path: str) -> None:
    """Raise UnansweredError for an account that is somebody's, or that may write.

    A service account has no first name; its profile reads, and nothing more.
    """
    said = session.get(f"{path}/getFullSession").document
    known = said.get("session") if isinstance(said, dict) else None
    if not isinstance(known, dict):
        return
    profile = known.get("glpiactiveprofile")
    rights = profile if isinstance(profile, dict) else {}
    may_write = any(
        (number := _whole(_number(rights.get(name)))) is not None and number & _WRITES
        for name in ("computer", "monitor", "phone", "infocom", "state", "entity")
    )
    named = str(known.get("glpifirstname") or "").strip() != ""
    if may_write or named:
        raise UnansweredError(Failure.PERSONAL)


def _number(value: object) -> object:
    return _count(value) if isinstance(value, str) and value.isdecimal() else value


def _count(digits: str) -> int | None:
    """Return the number that digits say, None for what counts nothing."""
    return int(digits) if digits.isdecimal() and len(digits) <= _DIGITS else None


# --- GLPI, v2 ----------------------------------------------------------------------------------


def _glpi_v2(
    asking: Asking, path: str, secret: Mapping[str, str], _meanings: Meanings, _mark: str
) -> Heard:
    names = ("client_id", "client_secret", "username", "password")
    form = {"grant_type": "password", "scope": "api", **{name: secret[name] for name in names}}
    body = urlencode(form).encode()
    place = path if path.rpartition("/")[2] != "v2" else path.rpartition("/")[0]

    def make() -> Mapping[str, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = asking.send("POST", f"{place}/token", kind, body)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise UnansweredError(Failure.REFUSED)
        return {"Authorization": f"Bearer {_object(answer.document).get('access_token') or ''}"}

    session = _Session(asking, make)
    heard, told = Heard(), _Told()
    states = dict(
        _listed(session, f"{place}/v2/Dropdowns/State", told, "State", _state, itemgetter(0))
    )
    for asset, name in glpi.ITEM_TYPES.items():
        where, made = f"{place}/v2/Assets/{name}", partial(glpi.device, asset=asset, states=states)
        items = _listed(session, where, told, name, made, attrgetter("ref"))
        _date(session, where, items, heard.problems, told)
        heard.listings.append(glpi.listing(asset, items))
    heard.digest = told.found.hexdigest()
    return heard


def _listed(
    session: _Session,
    path: str,
    told: _Told,
    name: str,
    made: Callable[[Mapping[str, Any]], Any],
    key: Callable[[Any], object],
) -> list[Any]:
    """Return what is made of each row of a list: whole, the rows of a fleet fill the memory."""

    def ask(start: int) -> tuple[list[Any], int | None]:
        answer = session.of(path, {"start": start, "limit": PAGE, "sort": "id:asc"})
        total = answer.headers.get("content-range", "").rpartition("/")[2]
        rows = _rows(answer.document)
        if any(_whole(one.get("id")) is None for one in rows):
            raise UnansweredError(Failure.UNREADABLE)
        told.add(name, rows)
        return [made(one) for one in rows], _count(total)

    return _paged(ask, key)


def _state(row: Mapping[str, Any]) -> tuple[int, str]:
    return row["id"], str(row.get("completename") or row.get("name") or "")


def _date(
    session: _Session, path: str, items: Iterable[Item], problems: Problems, told: _Told
) -> None:
    """Say of each device what is known of its purchase, one by one: v2 has no other way."""
    for one in items:
        if one.deleted or one.template:
            continue
        answer = session.get(f"{path}/{one.ref}/Infocom")
        if answer.status == HTTPStatus.NOT_FOUND:
            continue
        if answer.status == HTTPStatus.FORBIDDEN:
            if not any(said.kind is NO_MONEY for said in problems):
                problems.append(NO_MONEY.at())
            return
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise _refused(answer)
        said = _object(answer.document)
        told.add("Infocom", [[int(one.ref), said]])
        glpi.date(one, said)


# --- Snipe-IT ----------------------------------------------------------------------------------


def _snipe_it(
    asking: Asking, path: str, secret: Mapping[str, str], meanings: Meanings, mark: str
) -> Heard | None:
    headers = {"Authorization": f"Bearer {secret['token']}"}
    where = path if path.endswith("/api/v1") else f"{path}/api/v1"

    def said(**query: object) -> Mapping[str, Any]:
        answer = asking.get(f"{where}/hardware", headers, query)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise _refused(answer)
        found = _object(answer.document)
        if found.get("status") == "error":  # many faults come with 200
            raise UnansweredError(Failure.RIGHT)
        return found

    last = said(limit=1, sort="updated_at", order="desc")
    moved = _snipe_it_mark(_rows(last.get("rows")), _whole(last.get("total")))
    if mark and mark == moved:
        return None

    def ask(start: int) -> tuple[list[Any], int | None]:
        found = said(limit=PAGE, offset=start, sort="id", order="asc")
        return _rows(found.get("rows")), _whole(found.get("total"))

    rows = _paged(ask, lambda row: row.get("id"))
    told = _Told()
    told.add("hardware", rows)
    listings = snipeit.listings(rows, meanings)
    # A list that was not sorted as asked proves nothing: its first is not the last that changed.
    proves = moved == _snipe_it_mark(rows, len(rows))
    return Heard(listings, digest=told.found.hexdigest(), mark=moved if proves else "")


def _snipe_it_mark(rows: Iterable[Mapping[str, Any]], total: int | None) -> str:
    """Return how many devices there are and when the last changed; none where one does not say."""
    days = []
    for row in rows:
        on = row.get("updated_at")
        days.append(str((on.get("datetime") if isinstance(on, dict) else on) or ""))
    return f"{total}@{max(days)}" if days and total and all(days) else ""


# --- Grist -------------------------------------------------------------------------------------


def _grist(
    asking: Asking, path: str, secret: Mapping[str, str], _meanings: Meanings, mark: str
) -> Heard | None:
    """Return the records of a table: its API has no pages, so that its JSON is whole or is not.

    Its mark is the tag that came with them: the server compares it, and sends nothing twice.
    """
    where = path if path.endswith("/records") else f"{path}/records"
    headers = {"Authorization": f"Bearer {secret['token']}"}
    answer = asking.get(where, headers | ({"If-None-Match": mark} if mark else {}))
    if mark and answer.status == HTTPStatus.NOT_MODIFIED:
        return None
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise _refused(answer)
    records = _rows(_object(answer.document).get("records"))
    shown = json.dumps({"records": records}, ensure_ascii=False, sort_keys=True).encode()
    tag = answer.headers.get("etag", "")
    kept = tag if _TAG.fullmatch(tag) else ""
    return Heard(document=shown, digest=hashlib.sha256(shown).hexdigest(), mark=kept)


_READINGS: Mapping[Api, Callable[..., Heard | None]] = {
    Api.GLPI: _glpi,
    Api.GLPI_V2: _glpi_v2,
    Api.SNIPE_IT: _snipe_it,
    Api.GRIST: _grist,
}
