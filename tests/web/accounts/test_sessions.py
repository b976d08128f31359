"""One sees where one is signed in, and closes what one does not know."""

from __future__ import annotations

from typing import Any

import pytest

from portulan.accounts import links
from portulan.accounts.access import Role
from portulan.accounts.models import SecurityEntry, Session
from portulan.cli.serve import is_known
from portulan.web.accounts.account.browsers import browser_name
from tests.browser import Browser
from tests.people import PASSWORD, Town

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
    " Mobile Safari/537.36"
)


def sign_in(town: Town, role: Role, said: str, address: str) -> Browser:
    browser = Browser()
    sent = {"email": town.people[role].email, "password": PASSWORD}
    more = {"HTTP_USER_AGENT": said, "REMOTE_ADDR": address}
    assert browser.post("/sign-in/", sent, **more).status_code == 302
    return browser


def test_one_session_is_closed_and_the_others_stay(town: Town) -> None:
    here = sign_in(town, Role.EDITOR, FIREFOX, "198.51.100.7")
    phone = sign_in(town, Role.EDITOR, ANDROID, "203.0.113.9")
    other = sign_in(town, Role.READER, ANDROID, "203.0.113.9")
    page = here.get("/account/")
    for shown in ("Firefox, Windows", "Chrome, Android", "198.51.100.7", "203.0.113.9", "celle-ci"):
        assert shown in page.text
    for session in Session.objects.all():
        assert session.pk not in page.text
    names = [
        form.xpath(".//input[@name='session']/@value")[0]
        for form in here.tree(page).xpath("//form[@action='/account/sessions/close/']")
    ]
    assert len(names) == 2
    # Nobody else closes it.
    other.post("/account/sessions/close/", {"session": names[0]})
    assert phone.get(f"/{town.slug}/").status_code == 200
    assert here.post("/account/sessions/close/", {"session": names[0]}).status_code == 302
    assert phone.get(f"/{town.slug}/").status_code == 302
    for browser in (here, other):
        assert browser.get(f"/{town.slug}/").status_code == 200
    assert SecurityEntry.objects.filter(event="closed").count() == 1


def test_all_others_are_closed_at_once(town: Town) -> None:
    here, *others = (sign_in(town, Role.EDITOR, FIREFOX, f"198.51.100.{n}") for n in range(4))
    here.post("/account/sessions/close/", {"session": "others"})
    assert here.get(f"/{town.slug}/").status_code == 200
    assert all(one.get(f"/{town.slug}/").status_code == 302 for one in others)


def test_another_password_closes_the_others(town: Town) -> None:
    here, other = (sign_in(town, Role.EDITOR, FIREFOX, f"198.51.100.{n}") for n in range(2))
    assert here.post("/account/", {"password": "une autre phrase entière"}).status_code == 302
    assert here.get(f"/{town.slug}/").status_code == 200
    assert other.get(f"/{town.slug}/").status_code == 302
    assert Session.objects.count() == 1


def test_a_bound_session_sees_and_closes_its_own(town: Town, signed_in: Any) -> None:
    mine = sign_in(town, Role.EDITOR, FIREFOX, "198.51.100.7")
    thief = Browser()
    thief.post(f"/sign-in/{links.make_link_for(town.admin, person=town.people[Role.EDITOR])}/")
    assert "198.51.100.7" not in thief.get("/account/").text
    thief.post("/account/sessions/close/", {"session": "others"})
    assert mine.get(f"/{town.slug}/").status_code == 200


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (ANDROID, "Chrome, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537.36 Edg/140", "Edge, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iOS"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_a_browser_has_a_short_name(said: str, name: str) -> None:
    assert browser_name(said) == name


def test_the_server_knows_who_is_signed_in_before_it_takes_a_file(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)
    here = sign_in(town, Role.EDITOR, FIREFOX, "198.51.100.7")
    visitor = Browser()
    visitor.get("/sign-in/")
    known = [is_known(f"portulan={one.cookies['portulan'].value}") for one in (here, visitor)]
    assert known == [True, False]
    assert not is_known("portulan=unknown")
    assert not is_known("")
