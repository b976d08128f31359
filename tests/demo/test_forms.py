"""Every form of the product, opened and saved untouched, in French and in English.

What a page shows and prefills is what its form reads: nothing that stands prefilled is refused, and
no row of the database changes but by the gestures that say something without a word more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, Person
from portulan.core.models import AuditEntry
from portulan.core.say.text import Language

pytestmark = pytest.mark.django_db

EXAMPLES = 2  # pages of one kind that are opened
CONTROLS = (
    ".//input[not(@type='hidden' or @type='checkbox' or @type='radio' or @type='file')]"
    " | .//textarea | .//select"
)
# Saving these without typing anything says something: that there is no news, that a practice is
# taken up, that a proposal is accepted, that a rule found by the machine is now a person's.
GESTURES = {"plans:update", "catalogue:practice", "budget:queue", "portfolio:edit-rule"}

WHO_AND_WHEN = {
    "plans.Action.last_news_on",
    "budget.Attribution.person_id",
    "portfolio.Scenario.revision",
}

type Rows = dict[str, dict[int, dict[str, Any]]]


@dataclass(frozen=True)
class Sent:
    """What came of a form sent as it was shown."""

    refused: list[str]
    changed: list[str]


def signed_in(organisation: Organisation) -> Client:
    """Return a browser where somebody who may do everything is signed in."""
    client = Client()
    person = Person.objects.filter(
        organisation=organisation, memberships__role=Role.ADMIN, user__isnull=False
    ).first()
    assert person is not None
    assert person.user is not None
    client.force_login(person.user, backend="portulan.accounts.backends.EmailBackend")
    return client


def speak(client: Client, language: Language) -> None:
    session = client.session
    session["language"] = language
    session.save()


def pages(client: Client, start: str, *, examples: int) -> Iterator[tuple[str, Any]]:
    """Yield the addresses that links lead to, a few of each kind, and what is there."""
    waiting, seen, kinds = [start], {start}, Counter[str]()
    while waiting:
        address = waiting.pop(0)
        kind = resolve(urlsplit(address).path).view_name
        if kinds[kind] == examples:
            continue
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        kinds[kind] += 1
        tree = html.fromstring(answer.content)
        yield address, tree
        for link in tree.xpath("//a/@href"):
            where = urljoin(address, link).partition("#")[0]
            if where.startswith(start) and where not in seen:
                seen.add(where)
                waiting.append(where)


def worth_sending(form: Any) -> bool:
    files = form.xpath(".//input[@type='file']")
    return form.method == "POST" and bool(form.xpath(CONTROLS)) and not files


def forms(client: Client, address: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield where the forms of a page lead, and what a browser sends of them untouched."""
    for form in html.fromstring(client.get(address).content).forms:
        if not worth_sending(form):
            continue
        data: dict[str, list[str]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value.removeprefix("\n").removeprefix("\r\n"))
        for button in form.xpath(".//button[@name]")[:1]:
            data.setdefault(button.get("name"), []).append(button.get("value", ""))
        yield urljoin(address, form.action or ""), data


def every_row() -> Rows:
    """Return what the database has, but for its own history."""
    models = [
        model
        for model in apps.get_models()
        if model.__module__.startswith("portulan.") and model is not AuditEntry
    ]
    return {
        model._meta.label: {row["pk"]: row for row in model._default_manager.values("pk", *names)}
        for model in models
        for names in [[field.attname for field in model._meta.concrete_fields]]
    }


def differences(before: Rows, after: Rows) -> list[str]:
    """Return the values that are not as they were; who saved, and when, do not count."""
    return sorted(
        f"{label} {column}: {value!r} -> {after[label].get(pk, {}).get(column)!r}"
        for label, rows in before.items()
        for pk, row in rows.items()
        for column, value in row.items()
        if value != after[label].get(pk, {}).get(column)
        and f"{label}.{column}" not in WHO_AND_WHEN
        and not column.endswith("_at")
    )


def send(client: Client, where: str, data: dict[str, list[str]], before: Rows) -> Sent:
    """Send a form, tell what it refused and what it did, and undo it."""
    with transaction.atomic():
        answer = client.post(where, data)
        changed = differences(before, every_row()) if answer.status_code == 302 else []
        transaction.set_rollback(True)
    assert answer.status_code in {302, 422}, (where, answer.status_code)
    return Sent(refused_though_given(answer, data), changed)


def refused_though_given(answer: HttpResponse, data: dict[str, list[str]]) -> list[str]:
    """Return the fields found wrong although something stood in them."""
    if answer.status_code != 422:
        return []
    wrong = html.fromstring(answer.content).xpath("//*[@aria-invalid='true']/@name")
    return [f"{name}={data[name]}" for name in wrong if any(data.get(name, []))]


def test_a_form_saved_untouched_changes_nothing(demonstration: Organisation) -> None:
    client = signed_in(demonstration)
    addresses = [
        address
        for address, tree in pages(client, f"/{demonstration.slug}/", examples=EXAMPLES)
        if any(map(worth_sending, tree.forms))
    ]
    before = every_row()
    languages: tuple[Language, ...] = ("fr", "en")
    wrong, sent = [], 0
    for language in languages:
        speak(client, language)
        for address in addresses:
            for where, data in forms(client, address):
                found, sent = send(client, where, data, before), sent + 1
                may_change = resolve(urlsplit(where).path).view_name in GESTURES
                if found.refused or (found.changed and not may_change):
                    wrong.append((language, where, found))
    assert sent > 150
    assert not wrong
