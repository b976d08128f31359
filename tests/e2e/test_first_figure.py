"""From an empty organisation to a first figure: a SIREN, the export of it alone, what it says."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Demonstration, follow
from tests.observatory.world import Budget, text_of

TWO_MINUTES = 120.0
# What an export of one body has besides: some hundred rows that are not IT.
_OTHERS = {f"606{number:03d}": (10_000 + number, 0, 0, 0) for number in range(180)}
_TOWN = Budget(
    7, None, accounts={"2051": (4_120_000, 0, 0, 0), "6262": (880_000, 0, 0, 0)} | _OTHERS
)


def test_two_minutes_from_a_siren_to_what_it_spends_at_least(
    browser: Browser, tmp_path: Path
) -> None:
    """On a place that no national file has reached, without script and without the engine."""
    said_to_init = ("--name", "Bourg", "--email", "moi@bourg.example")
    place = Demonstration(tmp_path / "data", "init", *said_to_init)
    export = tmp_path / "export.csv"
    export.write_text(text_of(_TOWN.rows()), "utf-8-sig")
    try:
        context = browser.new_context(
            base_url=place.address, locale="fr-FR", java_script_enabled=False
        )
        page = context.new_page()
        page.goto(place.sign_in_path())
        follow(page.get_by_role("button", name="Entrer"))
        started = time.monotonic()
        page.get_by_label("SIREN de l’organisation").fill(_TOWN.siren)
        follow(page.get_by_role("button", name="Estimer"))
        address = page.get_by_role("link", name="Télécharger l’export, déjà adressé")
        assert _TOWN.siren in str(address.get_attribute("href"))
        page.locator("input[type=file]").set_input_files(export)
        page.get_by_label("Habitants").fill("2500")
        page.get_by_role("button", name="Lire cet export").click()
        expect(page.locator(".lede")).to_contain_text("au moins 20,00")
        took = time.monotonic() - started
        expect(page.get_by_role("main")).to_contain_text("Aucune donnée ouverte ne le contient.")
        print(f"first figure: {took:.1f} s of the machine")  # noqa: T201
        assert took < TWO_MINUTES
        context.close()
    finally:
        place.stop()
