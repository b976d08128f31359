"""A real browser between Portulan and a real provider of OpenID Connect: linked, in, and out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Demonstration, follow
from tests.web.accounts import provider as providers
from tests.web.accounts.provider import CLIENT, Front


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with providers.running() as running:
        running.know("agent-1", email="moi@bourg.example")
        monkeypatch.setenv("PORTULAN_OIDC_ISSUER", running.issuer)
        monkeypatch.setenv("PORTULAN_OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setenv("PORTULAN_OIDC_CLIENT_SECRET", "secret of the client")
        yield running


@pytest.fixture
def town(tmp_path: Path, front: Front) -> Iterator[Demonstration]:
    running = Demonstration(tmp_path, "init", "--name", "Bourg", "--email", "moi@bourg.example")
    yield running
    running.stop()


def test_somebody_links_their_identity_then_enters_by_it_and_leaves(
    browser: Browser, town: Demonstration, front: Front
) -> None:
    # Two sites, as in life: what a cookie and a policy forbid between them is tried.
    context = browser.new_context(base_url=f"http://localhost:{town.port}", locale="fr-FR")
    page = context.new_page()
    page.goto(town.sign_in_path())
    follow(page.get_by_role("button", name="Entrer"))
    page.goto("/account/")
    follow(page.get_by_role("link", name="Relier mon identité"))
    assert page.url.startswith(front.issuer)
    page.locator("input[name=sub]").fill("agent-1")
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.get_by_role("button", name="Relier").click()
    expect(page.get_by_text("Identité reliée")).to_be_visible()
    context.clear_cookies()
    page.goto("/sign-in/?next=/account/")
    page.get_by_role("link", name="Entrer avec ProConnect").click()
    page.locator("input[name=sub]").fill("agent-1")
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url("**/account/")
    page.locator("main").get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{front.issuer}/oauth2/end_session**")
    page.goto("/account/")
    assert "/sign-in/" in page.url
    context.close()
