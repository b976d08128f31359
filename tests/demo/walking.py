"""The pages of the demonstration, as links lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import resolve
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, Person
from portulan.core.say.text import Language


def administrator(organisation: Organisation) -> Client:
    """Return a browser where who administers the demonstration is signed in."""
    admin = Person.objects.filter(
        organisation=organisation, memberships__role=Role.ADMIN, user__isnull=False
    ).first()
    assert admin is not None
    assert admin.user is not None
    client = Client()
    client.force_login(admin.user, backend="portulan.accounts.backends.EmailBackend")
    return client


def pages(organisation: Organisation, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the addresses that links lead to, one of each kind, each with its page."""
    client, start = administrator(organisation), f"/{organisation.slug}/"
    waiting, seen, kinds = [start], {start}, set[str]()
    while waiting:
        address = waiting.pop(0)
        kind = resolve(urlsplit(address).path).view_name
        if kind in kinds:
            continue
        answer = client.get(address, headers={"accept-language": language})
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        kinds.add(kind)
        tree = html.fromstring(answer.content)
        yield address, answer.content
        for link in tree.xpath("//a/@href"):
            where = urljoin(address, link).partition("#")[0]
            if where.startswith(start) and where not in seen:
                seen.add(where)
                waiting.append(where)
