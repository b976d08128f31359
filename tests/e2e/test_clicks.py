"""How many clicks the product asks of people, counted in a browser without script.

A click is a button, a link or a key that sends; radios and boxes are counted beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Demonstration, follow

NOT_ASKED_FOR = re.compile(
    r"arbitr|\bA[EP]\b|\bCP\b|entité|comité|campagne|jeton|sc[ée]nario|sceau|scell|DSI", re.I
)


class Hand:
    """A hand that counts: what it sends, what it ticks, what it types."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.ticks, self.typed = page, 0, 0, 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        follow(what)

    def press(self, name: str | re.Pattern[str], *, first: bool = False) -> None:
        found = self.page.get_by_role("main").get_by_role("button", name=name)
        self.click(found.first if first else found)

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.click(self.page.get_by_role("link", name=name).first)

    def tick(self, selector: str) -> None:
        self.ticks += 1
        self.page.locator("label", has=self.page.locator(selector)).click()

    def write(self, selector: str, words: str) -> None:
        self.typed += 1
        self.page.locator(selector).fill(words)


@pytest.fixture
def hand(
    browser: Browser, demonstration: Demonstration, signed_in_state: dict[str, object]
) -> Iterator[Hand]:
    context = browser.new_context(
        base_url=demonstration.address,
        storage_state=signed_in_state,  # type: ignore[arg-type]
        viewport={"width": 1280, "height": 900},
        locale="fr-FR",
        java_script_enabled=False,
    )
    yield Hand(context.new_page())
    context.close()


def test_an_action_with_its_indicator_and_its_money_takes_four_clicks(hand: Hand) -> None:
    page = hand.page
    page.goto("/region-armorique/plans/new/")  # of its own: others count those of the other
    page.locator("#id_title").fill("Plan des six réponses")
    follow(page.get_by_role("main").get_by_role("button", name="Créer le plan"))
    hand.clicks += 1  # the link that leads to the plan
    hand.follow("Ajouter une action")
    form = page.url
    expect(page.locator("#id_compared_with")).to_be_hidden()
    hand.write("#id_title", "Réparer les écrans avant d’en acheter")
    hand.tick("[name=level][value='2']")
    hand.write("#id_scope", "Siège et antenne de Kerlost, 40 écrans")
    hand.write("#id_pilot_function", "Responsable du support de proximité")
    hand.write("#id_due_on", "T2 2027")
    hand.write("#id_indicator", "Écrans réparés, sur 40")
    hand.write("#id_baseline", "0")
    hand.write("#id_target", "25")
    hand.write("#id_money_0", "0")
    hand.write("#id_money_1", "6 000")
    hand.press("Ajouter l’action")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Réparer les écrans avant d’en acheter")
    expect(main).to_contain_text("30/06/2027")
    expect(main).to_contain_text("Écrans réparés, sur 40")
    assert page.url != form
    assert hand.clicks + hand.ticks == 4


def test_a_workshop_of_fifty_nine_practices_takes_at_most_110_clicks(hand: Hand) -> None:
    page = hand.page
    page.goto("/region-armorique/plans/new/")
    page.locator("#id_title").fill("Plan de l’atelier")
    follow(page.get_by_role("main").get_by_role("button", name="Créer le plan"))
    page.goto(page.url + "workshop/")
    hand.follow("Commencer")
    kept = 0
    while "/at/" in page.url:
        code = page.url.rstrip("/").rpartition("/")[2].split("?")[0]
        if code == "h.1":  # a whole theme at once, with one reason
            page.locator("summary", has_text="Répondre pour").click()
            page.locator("#rest_choice").select_option("not_applicable")
            hand.write("#rest_reason", "Hébergement confié à un tiers")
            hand.press("Répondre à toutes celles qui restent")
            continue
        rank = int(page.locator("dd").first.inner_text().split("/")[0])
        if rank % 2 or kept == 20:
            hand.press(re.compile("^Plus tard"))
            continue
        kept += 1
        level = kept % 3 + 1
        if level != 1:  # a study is what is proposed
            hand.tick(f"[name=level][value='{level}']")
        before = hand.typed
        if level == 2:
            hand.write("[name=scope]", "Deux lycées")
        if level == 3:
            hand.write("[name=target]", "60" if kept % 2 else "partout où l’on achète")
        aim = page.locator("[name=target]")
        if aim.is_visible() and not aim.input_value():  # no share of a budget is a fair guess
            hand.write("[name=target]", "5")
        assert hand.typed - before <= 2
        hand.tick(f"[name=impact_guess][value='{kept % 4}']")
        hand.tick(f"[name=effort_guess][value='{(kept + 1) % 4}']")
        hand.press("Retenir, pratique suivante")
    assert kept == 20
    expect(page.get_by_role("heading", level=1)).to_have_text("20 actions faites")
    expect(page.locator(".lede")).to_contain_text("59 sur 59 décidées, 20 retenues")
    # Nothing that a level rests on is missing; what tells that a trial works is told as a lack.
    expect(page.locator(".lede")).not_to_contain_text("sans date")
    expect(page.locator(".lede")).not_to_contain_text("niveau à compléter")
    expect(page.locator(".lede")).not_to_contain_text("sans livrable")
    expect(page.locator(".lede")).not_to_contain_text("sans cible")
    print(f"workshop: {hand.clicks} clicks, {hand.ticks} ticks, {hand.typed} fields")  # noqa: T201
    assert hand.clicks <= 60
    assert hand.clicks + hand.ticks <= 110


def test_a_town_of_3_400_has_a_page_for_its_council_in_at_most_40_clicks(
    browser: Browser, tmp_path: Path
) -> None:
    """From an empty folder: `portulan init`, then the browser, without script."""
    said_to_init = ("--name", "Lanvarec", "--email", "m@lanvarec.example", "--population", "3400")
    town = Demonstration(tmp_path, "init", *said_to_init)
    try:
        context = browser.new_context(
            base_url=town.address, locale="fr-FR", java_script_enabled=False
        )
        page = context.new_page()
        hand = Hand(page)
        page.goto(town.sign_in_path())
        hand.press("Entrer")
        said = [page.content()]
        assert page.locator("header nav a").all_inner_texts() == [
            "Accueil", "Plan", "Budget", "Publier", "Réglages"
        ]  # fmt: skip
        hand.follow("Une commune, la première année")
        said.append(page.content())
        hand.press("Faire ce plan")
        said.append(page.content())
        hand.follow("Budget")
        hand.write("#id_it_budget", "23 600")
        hand.write("#id_dedicated", "1 450")
        said.append(page.content())
        hand.press("Enregistrer")
        said.append(page.content())
        hand.follow("Accueil")
        said.append(page.content())
        rows = page.get_by_role("main").locator("tbody tr")
        assert rows.count() == 8
        for row in rows.all():  # who, when, what for
            assert re.search(r"pour .+\n", row.inner_text())
            assert re.search(r"\d\d/\d\d/\d{4}", row.inner_text())
        expect(page.get_by_role("main")).to_contain_text(re.compile("6,1\\s% de l’informatique"))
        for html in said:
            assert not NOT_ASKED_FOR.search(re.sub("<[^>]*csrf[^>]*>|<script.*", "", html))
        print(f"town: {hand.clicks} clicks, {hand.typed} fields")  # noqa: T201
        assert hand.clicks <= 40
        context.close()
    finally:
        town.stop()
