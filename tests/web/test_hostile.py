"""Every address of the product, walked by everybody, and sent what nobody should send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.test.client import FakePayload
from django.urls import NoReverseMatch, reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.budget.perimeter.writes import draft_perimeter
from portulan.budget.years.writes import open_year
from portulan.core.models import AuditEntry
from portulan.plans.models import Goal
from portulan.web.publication.public.views import KEPT_FOR
from tests.conftest import LEFT_TO_POSTGRESQL
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, make_plan
from tests.web.furnished import MARK, Place, patterns

FORM = "application/x-www-form-urlencoded"
# The scripts of passkeys, and of a room.
OURS = re.compile(r'<script src="/static/portulan/(passkey|follow)\.js" defer></script>')
COMMON = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Reached without signing in, and what an anonymous GET of them answers.
OPEN = {
    "sign-in": 200,
    "sign-in-code": 302,
    "sign-in-openid": 404,
    "sign-in-openid-back": 404,
    "sign-in-passkey": 200,
    "sign-in-forgotten": 200,
    "not-me": 410,
    "sign-in-link": 410,
    "language": 302,
    "health": 200,
    "api": 200,
    "security-txt": 404,
    "accessibility": 200,
    "ecodesign": 200,
    "calendar": 404,
    "no-mail": 404,
    "reply": 200,
    "room-join": 200,
    "room-phone": 404,
    "vote-phone": 404,
}
ABSURD = {
    "nothing": "",
    "huge number": "9" * 400,
    "very long number": "9" * 5000,
    "2^63": str(2**63),
    "negative": "-1",
    "NaN": "NaN",
    "infinite": "1e400",
    "signalling": "sNaN",
    "NUL": "a\0b",
    "surrogate": "\udc80",
    "markup": MARK,
    "year 0": "0000-00-00",
    "year 9999": "9999-12-31",
    "other digits": "٣²",
    "attribute": "__class__",
    "long": "x" * 20_000,
}
QUERY = ("page", "old", "new", "show", "family", "order", "stage", "q", "kind", "edition", "theme",
         "next", "action", "verdict", "attribution", "batch", "rows", "sheet", "level", "progress",
         "state", "pilot", "choice", "section", "priority")  # fmt: skip
# What each kind of field takes, when it says nothing.
SOUND = {
    "date": "2026-01-05",
    "decimal": "10",
    "number": "10",
    "email": "a@b.example",
    None: "mots",
}


@pytest.fixture
def town(db: None, place: Place) -> Town:
    return place.town


@pytest.fixture
def browser(signed_in: Callable[..., Client]) -> Callable[..., Client]:
    """A browser that is answered what a person would be: a page, not an exception."""

    def open_(role: Role, *of: Town) -> Client:
        client = signed_in(role, *of)
        client.raise_request_exception = False
        return client

    return open_


def wrong_headers(response: Any) -> list[str]:
    """Name the protections that an answer lacks."""
    kept = response.headers
    found = [name for name, value in COMMON.items() if not kept.get(name, "").startswith(value)]
    if kept.get("Referrer-Policy") == "no-referrer":  # still less is told
        found.remove("Referrer-Policy")
    if "unsafe" in kept.get("Content-Security-Policy", ""):
        found.append("unsafe CSP")
    # What is public is the same for everybody: a cache may keep it.
    cache = kept.get("Cache-Control", "")
    if "no-store" not in cache and cache != f"public, max-age={KEPT_FOR}":
        found.append("Cache-Control")
    return found


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def test_everybody_is_answered_and_nobody_is_shown_markup(place: Place, browser: Any) -> None:
    wrong = []
    for rank, role in enumerate(Role):
        client = browser(role)
        for turn, (name, arguments) in enumerate(patterns()):
            # Who may do all and who only reads are shown everything; the others, in turn, the half.
            if role not in {Role.ADMIN, Role.READER} and (turn + rank) % 2:
                continue
            response = client.get(place.address(name, arguments))
            if response.status_code not in {200, 302, 403, 404, 405, 410}:
                wrong.append((role, name, response.status_code))
            if missing := wrong_headers(response):
                wrong.append((role, name, missing))
            if response.headers["Content-Type"].startswith("text/html"):
                text = body(response)
                text = OURS.sub("", text)
                if "<script" in text.lower() or "49" + "' OR" in text:
                    wrong.append((role, name, "markup"))
    assert wrong == []


def test_nothing_of_the_place_exists_for_others(
    place: Place, elsewhere: Town, browser: Any, client: Client
) -> None:
    wrong = []
    outsiders = {role: browser(role, elsewhere) for role in (Role.ADMIN, Role.READER)}
    for name, arguments in patterns():
        address = place.address(name, arguments)
        inside = "organisation" in arguments
        expected = 302 if inside else OPEN.get(name, 200 if name.startswith("public:") else 302)
        for verb in ("get", "post"):
            response = getattr(client, verb)(address)
            signs_in = response.status_code == 302 and "/sign-in/?next=" in response["Location"]
            odd = verb == "get" and response.status_code not in {expected, 405}
            if odd or (inside and not signs_in):
                wrong.append(("anonymous", verb, name, response.status_code))
            if missing := wrong_headers(response):
                wrong.append(("anonymous", verb, name, missing))
            if inside and "public" in response.headers["Cache-Control"]:
                wrong.append(("anonymous", verb, name, "kept by caches"))
            for role, outsider in outsiders.items():
                if inside and getattr(outsider, verb)(address).status_code != 404:
                    wrong.append((role, verb, name))
    assert wrong == []


def test_things_of_others_do_not_exist_at_home(place: Place, browser: Any) -> None:
    """The identifiers of another organisation, in the addresses of one's own."""
    other = make_town("val-dailleurs")
    other.organisation.frozen_on = TODAY
    other.organisation.save()
    make_plan(other, "Le leur")
    open_year(other.finance, year=2026)
    draft_perimeter(other.finance)
    client = browser(Role.ADMIN, other)
    strangers = {
        *("pk", "number", "version_id", "target", "measurement", "pks", "edition"),
        *("old", "new", "practice", "version", "closed"),
        *("group", "delegation", "sent", "copy"),
    }
    wrong = []
    entries = AuditEntry.objects.exclude(organisation_id=other.organisation.pk).count()
    home = {"organisation": other.slug, "plan": other.organisation.plans.get().slug}
    for name, arguments in patterns():
        if "organisation" not in arguments or not strangers & set(arguments):
            continue
        if (
            arguments[-2:] == ["version_id", "code"]
            or name in {"catalogue:export", "budget:edition", "plans:undo-answers"}
            or name.startswith("plans:workshop")
            or name in {"plans:open-room", "plans:lead-room", "plans:close-room"}
        ):
            continue  # built-in catalogues belong to everybody, and both have a first edition
        known = place.named[""] | place.named.get(name, {}) | home
        address = reverse(name, kwargs={argument: known[argument] for argument in arguments})
        for verb in ("get", "post"):
            status = getattr(client, verb)(address).status_code
            if status not in {404, 405} and name not in {
                "budget:unreview-lines",
                "budget:undo-answer",
            }:
                wrong.append((verb, name, status))
    assert wrong == []
    assert AuditEntry.objects.exclude(organisation_id=other.organisation.pk).count() == entries


def forms_of(response: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield where each form of a page sends, and what it would send filled in soundly."""
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return
    for form in html.document_fromstring(response.content.decode()).xpath("//main//form"):
        if form.get("method") != "post" or "sign-out" in form.get("action", ""):
            continue
        values = {}
        for field in form.xpath(".//*[@name]"):
            offered = [
                option.get("value") for option in field.xpath(".//option") if option.get("value")
            ]
            kind = "decimal" if field.get("inputmode") == "decimal" else field.get("type")
            values[field.get("name")] = field.get("value") or next(
                iter(offered), SOUND.get(kind, "")
            )
        yield form.get("action") or "", values


def post(client: Client, address: str, values: dict[str, str]) -> Any:
    """Send a form, and take back all that it wrote, the session of a new password included."""
    signed = deepcopy(client.cookies)
    with transaction.atomic():
        sent = urlencode(values, errors="surrogatepass")
        answer = client.post(address, sent, content_type=FORM)
        transaction.set_rollback(True)
    client.cookies = signed
    return answer


def test_absurd_values_are_refused_with_a_page(place: Place, browser: Any) -> None:
    """In each field of each form alone, the others being sound; then everywhere at once.

    Numbers too large are SQLite's own; the rest it leaves to PostgreSQL, where they play beside.
    """
    client = browser(Role.ADMIN)
    turns = cycle(ABSURD.values())
    everything = {"line", "next", "replace", "stage"}
    wrong: list[tuple[Any, ...]] = []
    seen: set[str] = set()
    for name, arguments in patterns():
        here = place.address(name, arguments)
        for action, sound in forms_of(client.get(here)):
            everything |= sound.keys()
            for field in sound.keys() - seen:
                seen |= {field}
                for value in (str(2**63), next(turns))[: 1 if LEFT_TO_POSTGRESQL else 2]:
                    answer = post(client, action or here, sound | {field: value})
                    if answer.status_code >= 500:
                        wrong.append((name, field, value[:30], answer.status_code))
    for name, arguments in [] if LEFT_TO_POSTGRESQL else patterns():
        here = place.address(name, arguments)
        value = next(turns)
        answer = post(client, here, dict.fromkeys(sorted(everything), value))
        if answer.status_code >= 500:
            wrong.append((name, value[:30], answer.status_code))
    assert wrong == []
    assert len(seen) > 60


def test_absurd_addresses_are_refused_with_a_page(place: Place, browser: Any) -> None:
    client = browser(Role.ADMIN)
    turns = cycle(ABSURD.values())
    wrong = []
    for name, arguments in patterns():
        here = place.address(name, arguments)
        query = {name: next(turns) for name in QUERY}
        addresses = [f"{here}?{urlencode(query, errors='surrogatepass')}"]
        known = place.named[""] | place.named.get(name, {})
        for argument in arguments:
            other = {"kind": "axes"}.get(
                argument, 2**63 if isinstance(known[argument], int) else MARK
            )
            for value in (other, 0 if isinstance(other, int) else "a\0b"):
                values = {item: known[item] for item in arguments} | {argument: value}
                with suppress(NoReverseMatch):
                    addresses.append(reverse(name, kwargs=values))
        # What answers nothing to GET is sent a form.
        answers = [(address, client.get(address)) for address in addresses]
        answers += [(a, post(client, a, {})) for a, answer in answers if answer.status_code == 405]
        wrong += [
            (a[:80], answer.status_code) for a, answer in answers if answer.status_code >= 500
        ]
    assert wrong == []


def test_no_address_takes_what_no_database_compares(place: Place, browser: Any) -> None:
    client = browser(Role.ADMIN)
    for name, arguments in patterns():
        if "organisation" in arguments:
            answer = client.get(f"{place.address(name, arguments)}?q=a%00b")
            assert answer.status_code in {404, 405}, name


def test_files_too_large_or_of_strangers_are_refused_unread(place: Place, browser: Any) -> None:
    class Unread(FakePayload):
        def read(self, *_args: int, **_options: int) -> bytes:
            raise AssertionError("received")

    def send(by: Client, length: int, address: str) -> Any:
        by.get("/sign-in/")  # where the token to send a form comes from
        kind = "multipart/form-data; boundary=zz"
        sent: Any = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "wsgi.input": Unread()}
        return by.generic("POST", address, **sent)

    here = place.address("budget:upload", ["organisation", "year"])
    large = send(browser(Role.FINANCE), 300 * 2**20, here)
    assert (large.status_code, wrong_headers(large)) == (413, [])
    assert "256" in body(large)
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert send(stranger, 2**20, "/sign-in/").status_code == 413


@pytest.mark.parametrize(
    "wanted", ["home", "//evil.example/", "https://evil.example/", "\\\\evil", "a b"]
)
def test_coming_back_leads_to_pages_of_this_site_alone(
    client: Client, town: Town, wanted: str
) -> None:
    answer = client.post("/language/en/", {"next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_files_refusals_and_failures_are_protected_as_pages_are(
    browser: Any, town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    client = browser(Role.READER)
    host = client.get("/", HTTP_HOST="evil.example")
    token = Client(enforce_csrf_checks=True).post("/sign-in/", {})
    sheet = client.get("/static/portulan/portulan.css")
    monkeypatch.setattr("portulan.web.publication.board.views.current_plan", lambda **_: 1 / 0)
    broken = client.get(f"/{town.slug}/")
    statuses = [answer.status_code for answer in (host, token, sheet, broken)]
    assert statuses == [400, 403, 200, 500]
    for answer in (host, token, broken):
        assert wrong_headers(answer) == []
    assert wrong_headers(sheet) == ["Cache-Control"]  # everybody's


def test_what_no_text_holds_is_nowhere(place: Place, browser: Any) -> None:
    """PostgreSQL refuses the character NUL, SQLite keeps it: neither is asked."""
    client = browser(Role.EDITOR)
    plan = place.named[""] | {"kind": "goals"}
    for name, arguments in (("rename-part", ["pk"]), ("add-part", [])):
        known = plan | place.named.get(f"plans:{name}", {})
        names = ["organisation", "plan", "kind", *arguments]
        here = reverse(f"plans:{name}", kwargs={item: known[item] for item in names})
        assert client.post(here, {"title": "a\0b"}).status_code == 302
    assert [goal.title for goal in Goal.objects.all()] == [MARK]
    practice = {"organisation": place.town.slug, "version_id": plan["version_id"], "code": "a\0b"}
    assert client.get(reverse("catalogue:practice", kwargs=practice)).status_code == 404
