"""A passkey in a real browser, whose authenticator is Chromium's own virtual one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demonstration, follow

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Demonstration]:
    running = Demonstration(tmp_path, "init", "--name", "Bourg", "--email", "moi@bourg.example")
    yield running
    running.stop()


def test_a_passkey_is_made_opens_alone_and_must_be_its_owners(
    browser: Browser, town: Demonstration
) -> None:
    # WebAuthn wants a name: an address in figures is no site.
    context = browser.new_context(base_url=f"http://localhost:{town.port}", locale="fr-FR")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    page.goto(town.sign_in_path())
    follow(page.get_by_role("button", name="Entrer"))
    page.goto("/account/factors/passkey/")
    page.get_by_label("Nom").fill("Ordinateur")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    page.goto("/account/factors/")
    expect(page.get_by_text("Ordinateur").first).to_be_visible()

    def sign_out() -> None:
        page.goto("/account/")
        follow(page.locator("main").get_by_role("button", name="Se déconnecter"))

    sign_out()
    page.get_by_role("link", name="Entrer avec une clé d’accès").click()
    refuse = enter(page, session_of=session, key=key, verified=False)
    assert "sign-in/passkey" in refuse
    assert "sign-in" not in enter(page, session_of=session, key=key, verified=True)
    context.close()


def enter(page: Page, *, session_of: object, key: str, verified: bool) -> str:
    """Give the key, with or without the finger of its owner; return where that leads."""
    said = {"authenticatorId": key, "isUserVerified": verified}
    session_of.send("WebAuthn.setUserVerified", said)  # type: ignore[attr-defined]
    page.goto("/sign-in/passkey/")
    page.get_by_role("button", name="Entrer avec une clé d’accès").click()
    if verified:
        page.wait_for_url(lambda url: "sign-in" not in url)
    else:
        page.locator("[data-refused]").wait_for()
    return page.url
