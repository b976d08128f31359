"""Who a trusted proxy says is there is signed in, and nobody else's word is read."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.models import SecurityEntry, Session, User
from portulan.config import env
from portulan.core.errors import MisconfiguredError
from tests.browser import Browser
from tests.people import PASSWORD, Town

PROXY, OTHER = "10.0.0.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def header(settings: Any) -> None:
    settings.PROXIES, settings.USER_HEADER = [ip_network("10.0.0.0/24")], "X-Remote-User"


def get(browser: Browser, town: Town, said: str | None, *, peer: str = PROXY, **more: str) -> int:
    headers = {} if said is None else {"HTTP_X_REMOTE_USER": said}
    answer = browser.get(f"/{town.slug}/", REMOTE_ADDR=peer, **headers, **more)
    return int(answer.status_code)


def test_it_opens_for_the_account_of_the_address(town: Town, elsewhere: Town) -> None:
    browser, email = Browser(), town.people[Role.EDITOR].email
    assert get(browser, town, email.upper()) == 200
    assert get(browser, town, email) == 200
    assert Session.objects.count() == 1
    entry = SecurityEntry.objects.get(event="signed in")
    assert (entry.details, entry.organisation_id) == ({"by": "proxy"}, town.organisation.pk)
    # Somebody else at the same browser, then nobody.
    assert get(browser, town, elsewhere.people[Role.EDITOR].email) == 404
    assert get(browser, town, None) == 302
    assert Session.objects.count() == 0


@pytest.mark.parametrize("said", ["", "nobody@example.org", "{email}, other@example.org", "editor"])
def test_what_names_no_account_opens_and_makes_nothing(town: Town, said: str) -> None:
    before = User.objects.count()
    assert get(Browser(), town, said.format(email=town.people[Role.EDITOR].email)) == 302
    assert User.objects.count() == before
    assert not Session.objects.exists()


def test_nobody_else_is_believed(town: Town, settings: Any) -> None:
    email = town.people[Role.ADMIN].email
    assert get(Browser(), town, email, peer=OTHER) == 302
    # Not even through the proxy's own address in another header.
    assert get(Browser(), town, email, peer=OTHER, HTTP_X_FORWARDED_FOR=PROXY) == 302
    settings.USER_HEADER = ""
    assert get(Browser(), town, email) == 302
    assert not Session.objects.exists()


def test_who_has_left_is_not_let_in_by_the_proxy(town: Town) -> None:
    person = town.people[Role.EDITOR]
    person.left_on = timezone.localdate()
    person.save()
    assert get(Browser(), town, person.email) == 302


def test_a_session_of_a_password_stays_where_the_proxy_says_nothing(town: Town) -> None:
    browser, email = Browser(), town.people[Role.EDITOR].email
    browser.post("/sign-in/", {"email": email, "password": PASSWORD}, REMOTE_ADDR=PROXY)
    assert get(browser, town, None) == 200


def test_it_is_refused_where_nobody_is_trusted() -> None:
    for name, proxies in (("X-User", []), ("X_User", ["10.0.0.1"]), ("X User", ["10.0.0.1"])):
        with pytest.raises(MisconfiguredError):
            env.user_header(name, proxies=proxies)
    assert env.user_header("", proxies=[]) == ""
