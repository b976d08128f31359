"""The help: compiled from the documentation, found from each screen, searched."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lxml import html

from portulan.accounts.access import Role
from portulan.core.say.text import Language
from portulan.web.help.pages import about, explained, meanings, page_of, pages
from portulan.web.places import ENTRIES
from tests.browser import Browser
from tests.people import Town
from tools.help_pages import COMPILED, compiled

type SignIn = Callable[[Role], Browser]


def test_the_help_is_what_the_documentation_says() -> None:
    assert COMPILED.read_text(encoding="utf-8") == compiled(), "run tools/help_pages.py"


def test_each_entry_of_a_place_has_its_page() -> None:
    assert {entry: page_of(entry) for entry in ENTRIES if page_of(entry) not in pages("fr")} == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_leads_to_pages_that_are_there(language: Language) -> None:
    known = pages(language)
    assert len(known) > 20
    for one in known.values():
        body = html.fragment_fromstring(one.body, create_parent=True)
        for link in body.xpath(".//a/@href"):
            assert re.match("https?://", link) or link.strip("./") in known, (one.name, link)
        assert not body.xpath(".//script|.//img|.//*[@style]|.//h1")


def test_a_screen_says_its_page_and_a_search_finds_it(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.READER)
    page = client.get(f"/{town.slug}/evidence/").content.decode()
    (way,) = re.findall(rf'"(/{town.slug}/help/[\w-]+/)"', page)
    assert "Donner une preuve" in client.get(way).content.decode()
    assert client.get(f"/{town.slug}/help/none/").status_code == 404
    found = client.get(f"/{town.slug}/find/?q=sauvegarde").content.decode()
    assert f"/{town.slug}/help/backing-up/" in found


def test_the_page_whose_title_says_it_comes_first() -> None:
    found = about([("preuve",)], "fr", 5)
    assert found[0].name == "evidence"
    assert len(found) > 1


def test_words_of_the_trade_are_explained_where_they_stand(town: Town, signed_in: SignIn) -> None:
    page = signed_in(Role.FINANCE).get(f"/{town.slug}/budget/2026/allotments/").content.decode()
    (means,) = set(re.findall(r'<dfn title="([^"]+)">Dotations</dfn>', page))
    assert means == meanings("fr")["dotation"]
    assert "dotation" in signed_in(Role.READER).get(f"/{town.slug}/help/words/").content.decode()
    assert explained("<b>sceaux", "fr").startswith("&lt;b&gt;<dfn")
    for language in ("fr", "en"):
        assert all(0 < len(one.split()) <= 30 for one in meanings(language).values())
