"""Links lead somewhere: as each role of the region, and as the one person of a small town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, Person
from portulan.cli.site import _files

pytestmark = pytest.mark.django_db
LEFT_OUT = {"language", "sign-out", "budget:original", "evidence:file"}
# How a third party verifies a seal is all that a screen may say to type.
COMMAND = re.compile(r"\bportulan (?!verify)[a-z]+ |`|\bligne de commande\b|\bcommand line\b")
# Pages of nobody, of several organisations, and those that lead to the help itself.
WITHOUT_HELP = ("finding:", "help:", "public:", "token", "account", "factor", "reply")


def somebody(organisation: Organisation, role: Role) -> Client:
    person = Person.objects.filter(
        organisation=organisation, memberships__role=role, user__isnull=False
    ).first()
    assert person is not None
    assert person.user is not None
    client = Client()
    client.force_login(person.user, backend="portulan.accounts.backends.EmailBackend")
    return client


def walked(client: Client, start: str) -> Iterator[tuple[str, str, int, bytes]]:
    """Yield one link to each screen: from where, to where, its answer, its page if it is one."""
    waiting, seen = [("", start)], set[str]()
    while waiting:
        page, address = waiting.pop(0)
        screen = resolve(urlsplit(address).path).view_name
        if screen in seen or screen in LEFT_OUT:
            continue
        seen.add(screen)
        answer = client.get(address, follow=True)
        is_page = answer.status_code == 200 and "text/html" in answer["Content-Type"]
        is_page = is_page and "Content-Disposition" not in answer
        yield page, address, answer.status_code, answer.content if is_page else b""
        if is_page:
            last = answer.redirect_chain[-1][0] if answer.redirect_chain else address
            links = html.fromstring(answer.content).xpath("//a/@href")
            inside = (link for link in links if link.startswith(("/", "?")))
            waiting += [(address, urljoin(last, link).partition("#")[0]) for link in inside]


@pytest.mark.parametrize(
    ("slug", "role"), [*(("", role) for role in Role), ("lanhoarn", Role.ADMIN)]
)
def test_each_link_opens_tells_no_command_and_has_its_help(
    demonstration: Organisation, slug: str, role: Role
) -> None:
    organisation = Organisation.objects.get(slug=slug) if slug else demonstration
    dead, commands, helpless = [], [], []
    walk = list(walked(somebody(organisation, role), f"/{organisation.slug}/"))
    for page, address, status, content in walk:
        if status != 200:
            dead.append((page, address, status))
        if not content:
            continue
        tree = html.fromstring(content.decode())
        screen = resolve(urlsplit(address).path).view_name
        said = " ".join(tree.xpath("string(//main)").split())
        if not screen.startswith("help:") and (found := COMMAND.search(said)):
            commands.append((address, found[0]))
        helps = screen.startswith(WITHOUT_HELP) or tree.xpath(
            "//footer//a[contains(@href, '/help/')]"
        )
        if not helps and address.startswith(f"/{organisation.slug}/"):
            helpless.append(address)
    assert len(walk) > 100
    assert (dead, commands, helpless) == ([], [], [])


def test_each_page_of_its_site_is_light(demonstration: Organisation) -> None:
    files = dict(_files(demonstration.slug, ""))
    pages = {name: len(text) for name, text in files.items() if name.endswith(".html")}
    assert "editions/2/index.html" in pages
    # A document that was published is whole, however long.
    assert not {n: size for n, size in pages.items() if size > 15_000 and "documents/" not in n}
