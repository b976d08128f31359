"""One end date for twenty actions in at most six clicks; and what prints do not carry."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from portulan.demo.organisation import PEOPLE

PLAN = "/region-armorique/plans/plan-2025-2027/"


def test_one_end_date_for_twenty_actions_takes_six_clicks_at_most(page: Page) -> None:
    page.goto(PLAN)
    clicks = 0

    def click(role: str, name: str | re.Pattern[str]) -> None:
        nonlocal clicks
        clicks += 1
        page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    click("link", "Grille")
    page.get_by_label("Les 20 actions de la liste").check()
    page.get_by_label("Changer pour toutes").select_option("due")
    page.get_by_label("Nouvelle valeur").fill("30/06/2028")
    click("button", "Voir ce qui change")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui change")
    click("button", re.compile("^Confirmer"))
    expect(page.get_by_text(re.compile(r"cases changées dans 20 actions"))).to_be_visible()
    click("button", "Annuler")
    expect(page.get_by_text("Changement annulé")).to_be_visible()
    assert clicks <= 6


def test_a_print_has_no_form_no_button_no_way_and_no_name(page: Page) -> None:
    names = re.compile("|".join(one.name for one in PEOPLE))
    page.emulate_media(media="print")
    for path in ("/region-armorique/", PLAN, f"{PLAN}19/", f"{PLAN}timeline/", f"{PLAN}units/"):
        page.goto(path)
        main = page.get_by_role("main")
        fields = main.locator("button, input, select, textarea, .btn, .ways a")
        assert [one.evaluate("e => e.outerHTML") for one in fields.all() if one.is_visible()] == []
        assert names.findall(main.inner_text()) == []
