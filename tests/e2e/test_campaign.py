"""A pilot without an account answers on a phone: few taps, one page, a photo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demonstration, follow
from tests.e2e.test_gates import NODES, OVERFLOW, transfers
from tests.evidence.test_pictures import jpeg, tiff
from tests.pages import MOST_BYTES, MOST_NODES, MOST_REQUESTS

CAMPAIGNS = "/region-armorique/steering/plan-2025-2027/campaigns/"


@pytest.fixture
def phone(browser: Browser, demonstration: Demonstration) -> Iterator[Page]:
    """A phone that nobody is signed in on."""
    context = browser.new_context(
        base_url=demonstration.address, viewport={"width": 360, "height": 740}, locale="fr-FR"
    )
    yield context.new_page()
    context.close()


def link_of(page: Page, function: str) -> str:
    """Where a function answers, as a referent copies it."""
    page.goto(CAMPAIGNS)
    follow(page.get_by_role("link", name="Campagne d’automne 2026"))
    follow(page.get_by_role("link", name="Liens et feuilles"))
    for _page in range(3):
        found = page.locator("main li").filter(has_text=function)
        if found.count():
            return found.locator("a[href^='/reply/']").get_attribute("href") or ""
        follow(page.get_by_role("link", name="Suivante"))
    raise AssertionError(function)


def test_a_value_with_a_photo_is_three_taps_and_the_referent_accepts_it(
    page: Page, phone: Page
) -> None:
    path = link_of(page, "Responsable de la relation aux usagers")
    sizes = transfers(phone)
    phone.goto(path)
    assert sum(sizes) <= MOST_BYTES
    assert len(sizes) <= MOST_REQUESTS
    assert phone.evaluate(NODES) <= MOST_NODES
    assert phone.evaluate(OVERFLOW) == 0
    expect(phone.locator("h1")).to_contain_text("action 17")
    phone.locator(".short input").first.fill("9")  # one
    phone.locator("input[type=file]").set_input_files(  # two
        {"name": "affiche.jpg", "mimeType": "image/jpeg", "buffer": jpeg(tiff())}
    )
    phone.get_by_role("button", name="Envoyer").click()  # three
    expect(phone.locator("h1")).to_contain_text("Merci")
    assert phone.evaluate(OVERFLOW) == 0
    page.goto(CAMPAIGNS)
    campaign = page.get_by_role("link", name="Campagne d’automne 2026")
    browse = campaign.get_attribute("href")
    row = (
        page.locator("tr")
        .filter(has_text="Responsable de la relation aux usagers")
        .filter(has_text="une preuve jointe")
    )
    for number in (1, 2, 3):  # who answered before decides of its page
        page.goto(f"{browse}?page={number}")
        if row.count():
            break
    row.get_by_label("Accepter").check()
    page.get_by_role("button", name="Appliquer ces choix").click()
    expect(page.get_by_role("status").first).to_contain_text("écrit")


def test_nothing_changed_is_one_tap_on_the_page_of_the_link(page: Page, phone: Page) -> None:
    path = link_of(page, "Responsable des archives")
    seen: list[str] = []
    phone.on("framenavigated", lambda frame: seen.append(frame.url))
    phone.goto(path)
    phone.get_by_role("button", name="Rien n’a changé depuis").click()
    expect(phone.locator("h1")).to_contain_text("Merci")
    assert {url.removesuffix("/").rpartition("/")[2] for url in seen} == {
        path.removesuffix("/").rpartition("/")[2]
    }


def test_two_figures_and_a_photo_are_four_gestures_two_pages_and_little_to_carry(
    page: Page, phone: Page
) -> None:
    path = link_of(page, "Direction des ressources humaines")
    sizes, seen = transfers(phone), list[str]()
    phone.on("framenavigated", lambda frame: seen.append(frame.url))
    phone.goto(path)
    phone.locator(".short input").first.fill("38")  # one
    phone.locator("[name=spent]").fill("12 400")  # two
    phone.locator("input[type=file]").set_input_files(  # three
        {"name": "emargement.jpg", "mimeType": "image/jpeg", "buffer": jpeg(tiff())}
    )
    phone.get_by_role("button", name="Envoyer").click()  # four
    expect(phone.locator("h1")).to_contain_text("Merci")
    expect(phone.locator("main")).to_contain_text("dépensé")
    assert len(seen) == 2
    assert sum(sizes) <= MOST_BYTES
