"""The places: six words on every page, the same line on all pages of a place."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from lxml import html

from portulan.accounts.access import Role
from portulan.web.places import ENTRIES, NOWHERE, PLACES, SCREENS, entry_of
from tests.people import Town


def routes(resolver: URLResolver, prefix: str = "", space: str = "") -> list[str]:
    """The names of all addresses inside an organisation."""
    found = []
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            if "<slug:organisation>" in path:
                found.append(f"{space}:{one.name}" if space else str(one.name))
        else:
            found += routes(one, path, one.namespace or space)
    return found


def test_every_screen_has_one_place_and_every_entry_a_screen() -> None:
    every = routes(get_resolver())
    assert {entry_of(route) for route in every} <= {*ENTRIES, NOWHERE}
    assert set(SCREENS) - set(every) == set(), "screens that are no more"
    assert {entry.route for entry in ENTRIES.values()} <= set(every)
    assert {entry_of(entry.route) for entry in ENTRIES.values()} == set(ENTRIES)
    assert all(len(place.entries) <= 7 for place in PLACES)
    assert len(PLACES) == 6


def shown(page: html.HtmlElement) -> tuple[list[str], list[str], list[str]]:
    """The places, the entries of the line, and what is said to be current."""
    places = page.xpath("//header//nav//a")
    line = page.xpath("//div[@class='sub']//nav//a")
    current = page.xpath("(//header//nav | //div[@class='sub']//nav)//a[@aria-current]")
    return tuple([one.text_content().strip() for one in some] for some in (places, line, current))  # type: ignore[return-value]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("full", [True, False])
def test_what_the_header_shows_opens_for_each_role(
    town: Town, signed_in, role: Role, full: bool
) -> None:
    """Of an organisation with a plan and a year, and of one that has nothing yet."""
    if full:
        client = signed_in(Role.ADMIN)
        client.fill(f"/{town.slug}/plans/new/", {})
        client.fill(f"/{town.slug}/budget/open/", {})
    client = signed_in(role)
    menu = client.get(f"/{town.slug}/menu/")
    tree = html.document_fromstring(menu.content.decode())
    links = dict.fromkeys(tree.xpath("//div[@class='all']//nav//a/@href"))
    assert len(links) > 15
    for link in links:
        answer = client.get(link, follow=True)
        assert answer.status_code == 200, (link, answer.redirect_chain)
        page = html.document_fromstring(answer.content.decode())
        places, line, current = shown(page)
        assert len(places) == 6
        assert len(line) <= 7
        if full and line:
            assert len(current) == 2, (link, current)


# What people look for, in the place where most of them look first, written by hand.
TASKS = {
    "home": ("dashboard:page",),
    "plan": (
        *("plans:add-action", "plans:grid", "plans:timeline", "plans:measure"),
        *("impact:plan", "catalogue:browse", "sources:browse", "plans:create-plan"),
    ),
    "steering": (
        *("steering:todo", "steering:new-campaign", "steering:committee", "steering:mail"),
        *("steering:sealed-plan", "evidence:browse", "people:journal"),
    ),
    "budget": (
        *("budget:upload", "budget:queue", "budget:perimeter", "budget:contract"),
        *("portfolio:browse", "observatory:page"),
    ),
    "publish": ("documents:browse", "documents:obligations", "documents:publish"),
    "settings": ("people:add", "people:access"),
}


def test_twenty_three_tasks_of_twenty_five_stand_where_people_look() -> None:
    place_of = {entry.name: place.name for place in PLACES for entry in place.entries}
    wanted = [(route, place) for place, found in TASKS.items() for route in found]
    wrong = [(route, place) for route, place in wanted if place_of[entry_of(route)] != place]
    assert len(wanted) >= 25
    assert len(wrong) <= 2, wrong
