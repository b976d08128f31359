"""Links of messages that lead elsewhere than people come from are said to who may mend it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import LazySettings

from portulan.accounts.access import Role
from tests.browser import Browser
from tests.people import Town

type SignIn = Callable[[Role], Browser]


def test_who_administers_is_told_that_links_lead_elsewhere(
    town: Town, signed_in: SignIn, settings: LazySettings
) -> None:
    page = f"/{town.slug}/"
    assert "PORTULAN_ADDRESS" not in signed_in(Role.ADMIN).get(page).content.decode()
    settings.ADDRESS = "http://localhost"
    assert "PORTULAN_ADDRESS" in signed_in(Role.ADMIN).get(page).content.decode()
    assert "PORTULAN_ADDRESS" not in signed_in(Role.READER).get(page).content.decode()
