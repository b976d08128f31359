"""A session is held on one page: seven subjects, twelve clicks and three loads at most."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Demonstration, follow

COMMITTEES = "/region-armorique/steering/plan-2025-2027/committees/"
MOST_CLICKS, MOST_LOADS = 12, 3


def test_a_session_of_seven_subjects_is_one_page(
    browser: Browser, demonstration: Demonstration, signed_in_state: dict[str, object]
) -> None:
    context = browser.new_context(
        base_url=demonstration.address,
        storage_state=signed_in_state,  # type: ignore[arg-type]
        locale="fr-FR",
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(f"{COMMITTEES}new/")
    page.locator("#id_body").select_option(label="Comité du numérique responsable")
    page.locator("#id_held_on").fill("2026-11-24")
    follow(page.get_by_role("main").get_by_role("button", name="Construire"))
    home = page.url
    for title in ("Calendrier 2027", "Formation", "Marchés"):
        page.goto(f"{home}add/")
        page.locator("#id_title").fill(title)
        follow(page.get_by_role("main").get_by_role("button", name="Ajouter"))
    page.goto(f"{home}open/")
    loads: list[str] = []
    page.on("response", lambda answer: loads.append(answer.url) if _is_page(answer) else None)
    clicks = 1
    follow(page.get_by_role("main").get_by_role("button", name="Ouvrir la séance"))
    subjects = page.locator("ol.subjects > li")
    assert subjects.count() == 7
    assert page.locator("input[type=radio]:checked").count() == 0
    page.locator("#id_all_present").check()
    clicks += 1
    for rank in range(7):
        subjects.nth(rank).locator("input[type=radio]:not([disabled])").first.check()
        subjects.nth(rank).locator("input[name^=in_favour]").fill("8")
        clicks += 1
    follow(page.get_by_role("button", name="Clore la séance"))
    clicks += 1
    assert "Adopté à l’unanimité" in page.locator(".leaf").inner_text()
    follow(page.get_by_role("link", name="Arrêter le relevé"))
    clicks += 1
    assert clicks <= MOST_CLICKS
    assert len(loads) <= MOST_LOADS, loads
    context.close()


def _is_page(answer: object) -> bool:
    headers = getattr(answer, "headers", {})
    status = getattr(answer, "status", 0)
    return "text/html" in headers.get("content-type", "") and status == 200


pytestmark = pytest.mark.e2e
