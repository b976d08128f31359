"""Journeys of people in a real browser, on the demonstration."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import follow

LEDGER = (
    "Exercice;Gestionnaire;Compte;Libellé;Mandaté\n"
    "2023;DSI;2051;Licences;80 000,00\n"
    "2023;DSI;21838;Portables reconditionnés;20 000,00\n"
    "2023;DRH;6184;Formation;9 000,00\n"
).encode("cp1252")


def test_finance_imports_a_ledger_and_reads_a_share(page: Page) -> None:
    page.goto("/region-armorique/budget/")
    page.get_by_role("link", name="Ouvrir un exercice").click()
    page.locator("#id_year").fill("2023")
    follow(page.get_by_role("button", name="Ouvrir", exact=True))
    page.goto("/region-armorique/budget/2023/imports/new/")
    page.locator("input[type=file]").set_input_files(
        {"name": "grand-livre-2023.csv", "mimeType": "text/csv", "buffer": LEDGER}
    )
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.locator("main")).to_contain_text("2051")
    # So little for a region: somebody says that these are euros.
    expect(page.locator("main")).to_contain_text("ni en centimes ni en milliers")
    page.locator("[name=in_euros]").check()
    follow(page.get_by_role("button", name="Importer", exact=True))
    page.goto("/region-armorique/budget/2023/lines/")
    page.get_by_role("link", name="Portables reconditionnés").click()
    page.get_by_role("link", name=re.compile("Flécher")).first.click()
    page.locator("[name=quantity]").fill("50")
    page.get_by_role("textbox", name=re.compile("Motif")).fill("surcoût du reconditionné")
    follow(page.locator("main form button.go"))
    page.goto("/region-armorique/budget/2023/")
    # The training paid by another service is outside; the IT budget is 100 k€.
    expect(page.locator(".fig").first).to_contain_text("10,0\u00a0%")
    expect(page.locator("main")).to_contain_text(re.compile("100\\s000|100\\s?k€|\\b100\\b"))


def test_a_pilot_updates_an_action_and_undoes_it(page: Page) -> None:
    page.goto("/region-armorique/plans/plan-2025-2027/14/")
    page.get_by_label("Remarque").fill("Relevé de novembre")
    page.get_by_role("button", name="Enregistrer").click()
    status = page.get_by_role("status").first
    expect(status).to_be_visible()
    follow(status.get_by_role("button", name="Annuler"))
    expect(page.get_by_role("status").first).to_be_visible()


def test_a_pilot_estimates_an_action_and_reads_where_it_comes_from(page: Page) -> None:
    page.goto("/region-armorique/plans/plan-2025-2027/8/")
    page.get_by_role("link", name="Estimer l’effet").click()
    page.get_by_role("link", name="Imprimer moins").click()
    page.get_by_label("Feuilles épargnées par an, le plus probable").fill("500 000")
    page.get_by_role("button", name="Voir l’effet").click()
    expect(page.locator("main")).to_contain_text(re.compile("environ 2,3\\stCO₂e/an"))
    page.get_by_role("button", name="Enregistrer cette estimation").click()
    expect(page.get_by_role("status").first).to_contain_text("elle ne changera plus")
    page.get_by_role("link", name="Carbone d’un kilogramme de papier").click()
    expect(page.locator("main")).to_contain_text("Employé par 1 estimation")


def test_everything_is_reached_by_the_keyboard_alone(page: Page) -> None:
    page.goto("/region-armorique/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.keyboard.press("Enter")
    # Tab goes on from there once the browser is there, a moment after its address says so.
    expect(page.locator("main:target")).to_have_count(1)
    assert page.url.endswith("#contenu")
    seen = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.tagName, e.textContent.trim().slice(0, 40), s.outlineStyle] }"
        )
        if focus[0] == "BODY":
            # Not there yet; or the page is at its end, shorter where a journey took a date away.
            if seen:
                break
            continue
        assert focus[2] != "none", focus
        seen.add(focus[1])
    assert len(seen) > 10


def test_english_is_one_click_away(page: Page) -> None:
    page.goto("/region-armorique/budget/2026/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
