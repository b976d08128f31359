"""How many passwords may be tried, from where, and what is written meanwhile."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.utils import timezone

from portulan.accounts import attempts
from portulan.accounts.access import Role
from portulan.accounts.models import Attempt, SecurityEntry, Session, SignInLink
from portulan.accounts.peers import client_address
from portulan.accounts.security import Event
from portulan.accounts.tidying import clear_spent
from tests.browser import Browser
from tests.people import PASSWORD, Town

HERE, THERE = "198.51.100.7", "203.0.113.9"


def tries(email: str, password: str, *, of: str = HERE, browser: Browser | None = None) -> int:
    sent = {"email": email, "password": password}
    answer = (browser or Browser()).post("/sign-in/", sent, REMOTE_ADDR=of)
    return int(answer.status_code)


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were judged, which is what costs."""
    found: list[str] = []

    def judge(request: Any, *, username: str, password: str) -> None:
        found.append(password)

    monkeypatch.setattr("portulan.web.accounts.signin.views.authenticate", judge)
    return found


def test_nothing_is_written_before_somebody_signs_in(town: Town) -> None:
    before = rows()
    browser = Browser()
    for path in ("/", "/sign-in/", "/account/", f"/{town.slug}/", "/sign-in/unknown/", "/no/"):
        browser.get(path)
    for path in ("/language/en/", "/sign-in/unknown/", "/sign-out/", "/invitation/unknown/"):
        browser.post(path)
    assert browser.post("/sign-in/", {"email": "not an address"}).status_code == 422
    assert rows() == before
    # The language of a visitor is kept all the same, in what they carry.
    assert '<html lang="en">' in browser.get("/sign-in/").text
    assert list(browser.cookies) == ["portulan"]
    assert tries(town.people[Role.READER].email, PASSWORD, browser=browser) == 302
    assert Session.objects.count() == before["accounts.Session"] + 1


def test_a_visitor_s_cookie_opens_nothing(town: Town) -> None:
    """It is signed, and the identity of somebody is never read in it."""
    user = town.people[Role.ADMIN].user
    assert user is not None
    browser = Browser()
    browser.get("/sign-in/")
    said = browser.session
    said["_auth_user_id"] = str(user.pk)
    assert Session.objects.count() == 0
    browser.cookies["portulan"] = browser.cookies["portulan"].value[:-1] + "x"
    assert browser.get("/account/").status_code == 302


def test_five_wrong_passwords_from_a_place_close_it_on_that_account_only(
    town: Town, judged: list[str]
) -> None:
    email = town.people[Role.EDITOR].email
    for _ in range(5):
        assert tries(email.upper(), "non") == 422
    assert tries(email, PASSWORD) == 429
    assert len(judged) == 5
    assert tries(email, PASSWORD, of=THERE) == 422
    assert tries(town.people[Role.READER].email, "non") == 422
    # What is refused is not counted: the lock does not last for being tried.
    assert Attempt.objects.filter(client=HERE).count() == 6
    Attempt.objects.update(at=timezone.now() - attempts.WINDOW)
    assert tries(email, "non") == 422


@pytest.mark.parametrize("limit", ["client", "account", "all"])
def test_each_limit_spares_who_signed_in_from_there(
    town: Town, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(attempts.LIMITS, limit, 8)
    owner, stranger = town.people[Role.EDITOR].email, town.people[Role.READER].email
    assert tries(owner, PASSWORD) == 302
    for number in range(8):
        where = HERE if limit == "client" else f"203.0.113.{number}"
        whom = owner if limit == "account" else f"nobody-{number}@example.org"
        assert tries(whom, "non", of=where) == 422
    unknown = {"client": (stranger, HERE), "account": (owner, THERE), "all": (stranger, THERE)}
    assert tries(*unknown[limit][:1], PASSWORD, of=unknown[limit][1]) == 429
    assert tries(owner, PASSWORD) == 302
    locks = SecurityEntry.objects.filter(event=Event.LOCKED)
    assert {entry.details["of"] for entry in locks} == {limit}


def test_a_right_password_forgets_the_wrong_ones_of_that_place(town: Town) -> None:
    email = town.people[Role.EDITOR].email
    for _ in range(3):
        for _ in range(4):
            tries(email, "non")
        assert tries(email, PASSWORD) == 302
    assert not Attempt.objects.exists()


def test_the_present_password_is_not_guessed_from_inside(town: Town, signed_in: Any) -> None:
    browser = signed_in(Role.EDITOR)
    session = browser.session
    session["opened_at"] = "2026-01-01T00:00:00+00:00"
    session.save()
    sent = {"password": "une autre phrase entière", "present": "non"}
    found = [browser.post("/account/", sent).status_code for _ in range(6)]
    assert found == [422] * 5 + [429]
    assert browser.post("/account/", sent | {"present": PASSWORD}).status_code == 429


def test_a_subscriber_of_ipv6_has_a_whole_network(town: Town) -> None:
    email = town.people[Role.EDITOR].email
    for number in range(5):
        assert tries(email, "non", of=f"2001:db8::{number:x}") == 422
    assert tries(email, "non", of="2001:db8::ffff") == 429
    assert tries(email, "non", of="2001:db8:0:1::1") == 422


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        (HERE, "", HERE),
        (HERE, THERE, HERE),  # nobody's proxy: it may say what it likes
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", THERE, THERE),
        ("10.0.0.1", f"1.2.3.4, {THERE}", THERE),  # what the visitor sent comes first
        ("10.0.0.1", f"{THERE}, 10.0.0.2", THERE),
        ("10.0.0.1", f"{THERE}, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", f"::ffff:{THERE}", THERE),
        ("", THERE, ""),
        ("unix:", THERE, ""),
    ],
)
def test_where_a_request_comes_from(peer: str, said: str, found: str, settings: Any) -> None:
    settings.PROXIES = [ip_network("10.0.0.0/8")]
    more = {"HTTP_X_FORWARDED_FOR": said} if said else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **more)) == found


def test_what_serves_no_more_is_taken_away(town: Town, signed_in: Any) -> None:
    signed_in(Role.EDITOR)
    user = town.people[Role.EDITOR].user
    assert user is not None
    now = timezone.now()
    Attempt.objects.create(at=now - attempts.WINDOW, client=HERE, account="x")
    SignInLink.objects.create(user=user, token_hash="a", created_at=now, expires_at=now)
    SecurityEntry.objects.create(at=now - timedelta(days=366), event=Event.FAILED)
    kept = SecurityEntry.objects.create(at=now - timedelta(days=364), event=Event.FAILED)
    clear_spent(now)
    assert Session.objects.exists()
    assert not Attempt.objects.exists()
    assert not SignInLink.objects.exists()
    assert kept in SecurityEntry.objects.all()
    assert SecurityEntry.objects.filter(at__lt=now - timedelta(days=365)).count() == 0
    clear_spent(now + timedelta(hours=25))
    assert not Session.objects.exists()


def test_a_session_left_alone_a_day_is_closed(town: Town, signed_in: Any) -> None:
    browser = signed_in(Role.EDITOR)
    Session.objects.update(seen_at=timezone.now() - timedelta(hours=23))
    assert browser.get(f"/{town.slug}/").status_code == 200
    assert timezone.now() - Session.objects.get().seen_at < timedelta(minutes=1)
    Session.objects.update(seen_at=timezone.now() - timedelta(hours=25))
    assert browser.get(f"/{town.slug}/").status_code == 302
