"""Saving what a form shows changes nothing: no screen loses, or reads otherwise, what it has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

from portulan.accounts.models import Organisation
from tests.demo.walking import administrator

pytestmark = pytest.mark.django_db
# How many pages are opened of each screen, and forms sent of each sort.
EACH = 2
LEFT_OUT = {None, "language", "sign-out", "budget:original", "evidence:file"}
# The days on which something was said are not what was said, nor how many times it was written.
TIMES = ("_at", "last_news_on", "version")
# What was done, what was sent and who is there are told each time.
TOLD = {
    *("core_auditentry", "core_chainlink", "core_sending"),
    *("accounts_session", "accounts_attempt", "accounts_securityentry"),
}
# A choice that nothing on the page can make in advance: lines, rules, a year not opened yet.
WAITING = {
    *("budget:green", "budget:open-year", "budget:queue", "plans:measure", "portfolio:rule"),
    # A piece is a file, a reference, or one given already: none of the three alone is required.
    *("budget:give-evidence", "catalogue:give-evidence", "plans:give-evidence"),
    "documents:give-criterion-evidence",
    # What the device answers; the fate of each action; what is taken back, where nothing need be.
    *("factor-passkey", "plans:renew-plan", "plans:workshop-kept", "plans:readings"),
    # Whom a plan is proposed to; what is taken of a campaign; which devices an action keeps.
    *("groups:send-plan", "steering:campaign", "impact:inventory"),
}
# What is offered with every field filled in, and is written when it is sent: it was not there.
OFFERED = {
    *("budget:purchases", "portfolio:level", "portfolio:open-vote", "plans:duplicate-plan"),
    *("plans:create-plan", "plans:from-starter"),
    # The usual lead times; the day on which somebody leaves.
    *("budget:contract-habits", "steering:handover"),
    # Readings without a question, offered as accepted.
    "sources:source > sources:answer",
    # “Nothing changed” is an answer.
    "reply",
    # Said by a lone button: that one has seen, that one wants an address.
    *("steering:overview > steering:looked", "steering:calendars > steering:make-calendar"),
}


@dataclass(frozen=True)
class Sent:
    """A form as a browser sends it when nobody touches it."""

    sort: str
    page: str
    address: str
    values: dict[str, list[str]]
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """What came of it."""

    accepted: bool
    changed: tuple[str, ...]


@pytest.fixture
def client(demonstration: Organisation) -> Client:
    return administrator(demonstration)


def test_what_is_saved_untouched_stays_as_it_was(
    demonstration: Organisation, client: Client
) -> None:
    pages = list(pages_with_forms(client, f"/{demonstration.slug}/"))
    before = rows()
    wrong: dict[tuple[str, str], str] = {}
    accepted, sorts = set(), Counter[str]()
    for language in ("fr", "en"):
        sorts.clear()
        for path in pages:
            for form in forms_of(client, path, language):
                if sorts[form.sort] == EACH:
                    continue
                sorts[form.sort] += 1
                answer = send(client, form, language, before)
                if answer.accepted:
                    accepted.add(form.sort)
                elif not form.lacks and form.sort not in WAITING:
                    wrong[language, form.sort] = f"{form.page}: refused, with nothing to fill in"
                if answer.changed and form.sort not in OFFERED:
                    wrong[language, form.sort] = f"{form.page}: {answer.changed}"
    assert wrong == {}
    assert len(sorts) > 60
    assert len(accepted) > 20


def pages_with_forms(client: Client, start: str) -> Iterator[str]:
    """Yield the pages that links lead to and that hold a form, some of each screen."""
    waiting, seen, opened = [start, "/account/"], set(), Counter[str | None]()
    while waiting:
        path = waiting.pop(0)
        screen = view_name(path)
        if screen in LEFT_OUT or path in seen or opened[screen] == EACH:
            continue
        seen.add(path)
        document = read(client, path, "fr")
        if document is None:
            continue
        opened[screen] += 1
        if any(form.get("method") == "post" for form in document.iter("form")):
            yield path
        links = (link.get("href") or "" for link in document.iter("a"))
        waiting += [urljoin(path, link) for link in links if link.startswith(("/", "?"))]


def read(client: Client, path: str, language: str) -> Any:
    answer = client.get(path, headers={"accept-language": language})
    if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
        return None
    return html.fromstring(answer.content.decode())


def view_name(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def forms_of(client: Client, path: str, language: str) -> Iterator[Sent]:
    """Yield the forms of a page that hold something to type or to choose."""
    document = read(client, path, language)
    for form in document.iter("form"):
        fields = [
            field
            for field in document.iter("input", "select", "textarea", "button")
            if field.get("disabled") is None and is_of(field, form)
        ]
        typed = [field for field in fields if is_typed(field)]
        if form.get("method") != "post" or not typed:
            continue
        values = defaultdict(list)
        for field in fields:
            for value in values_of(field):
                values[field.get("name")].append(value)
        button = next((field for field in fields if field.tag == "button"), None)
        if button is not None and button.get("name"):
            values[button.get("name")].append(button.get("value") or "")
        own = button.get("formaction") if button is not None else None
        address = urljoin(path, own or form.get("action") or path)
        lacks = [
            field.get("name")
            for field in typed
            if field.get("required") is not None and not any(values[field.get("name")])
        ]
        sort = " > ".join(dict.fromkeys(str(view_name(one)) for one in (path, address)))
        yield Sent(sort, path, address, dict(values), tuple(lacks))


def is_of(field: Any, form: Any) -> bool:
    named = field.get("form")
    return named == form.get("id") if named else form in field.iterancestors()


def is_typed(field: Any) -> bool:
    if field.tag == "input":
        return field.get("type", "text") not in {"hidden", "submit"}
    return field.tag != "button"


def values_of(field: Any) -> list[str]:
    """Return what a browser sends of a field."""
    kind = field.get("type", "text")
    if not field.get("name") or field.tag == "button" or kind in {"submit", "file"}:
        return []
    if field.tag == "textarea":
        return [(field.text or "").removeprefix("\n")]
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None]
        if not chosen and field.get("multiple") is None:
            chosen = options[:1]
        return [one.get("value", one.text_content().strip()) for one in chosen]
    if kind in {"checkbox", "radio"}:
        return [field.get("value", "on")] if field.get("checked") is not None else []
    return [field.get("value", "")]


def send(client: Client, form: Sent, language: str, before: dict[str, list[Any]]) -> Answered:
    with transaction.atomic():
        answer = client.post(form.address, form.values, headers={"accept-language": language})
        after = rows()
        transaction.set_rollback(True)
    assert answer.status_code in {200, 302, 422}, form
    changed = [table for table, kept in before.items() if after[table] != kept]
    return Answered(answer.status_code != 422, tuple(changed))


def rows() -> dict[str, list[Any]]:
    """Return the rows of every table of ours but those that tell, without their times."""
    found = {}
    with connection.cursor() as cursor:
        for table, query in queries():
            cursor.execute(query)
            found[table] = cursor.fetchall()
    return found


@cache
def queries() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        return [
            (table, f'SELECT {columns_of(cursor, table)} FROM "{table}" ORDER BY id')  # noqa: S608
            for table in connection.introspection.table_names(cursor)
            if table.split("_")[0] in OURS and table not in TOLD
        ]


OURS = {
    "accounts", "budget", "catalogue", "core", "impact", "indicators", "plans", "portfolio",
}  # fmt: skip


def columns_of(cursor: Any, table: str) -> str:
    described = connection.introspection.get_table_description(cursor, table)
    return ", ".join(f'"{one.name}"' for one in described if not one.name.endswith(TIMES))
