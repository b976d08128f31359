"""Coming in and going out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.links import make_link
from portulan.accounts.models import SignInLink
from tests.people import PASSWORD, Town


def try_password(client: Client, email: str, password: str, **data: str) -> object:
    return client.post(reverse("sign-in"), {"email": email, "password": password, **data})


def test_without_signing_in_there_is_only_the_door(client: Client, town: Town) -> None:
    answer = client.get(f"/{town.slug}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))
    page = client.get(reverse("sign-in"))
    assert page.status_code == 200
    assert "script" not in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]


def test_a_password_opens_and_the_only_organisation_follows(client: Client, town: Town) -> None:
    answer = client.post(
        reverse("sign-in"),
        {"email": town.people[Role.EDITOR].email.upper(), "password": PASSWORD},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == reverse("dashboard:page", args=[town.slug])
    assert answer.status_code == 200
    assert list(client.cookies) == ["portulan"]


def test_a_wrong_password_says_so_and_five_close_the_door(client: Client, town: Town) -> None:
    email = town.people[Role.EDITOR].email
    for _ in range(4):
        answer = client.post(reverse("sign-in"), {"email": email, "password": "non"})
        assert answer.status_code == 422
        assert "ne vont pas ensemble" in answer.text
    client.post(reverse("sign-in"), {"email": email.upper(), "password": "non"})
    locked = client.post(reverse("sign-in"), {"email": email, "password": PASSWORD})
    assert locked.status_code == 429
    assert "quart d’heure" in locked.text
    # Another person of the same place is not kept out.
    other = {"email": town.people[Role.READER].email, "password": PASSWORD}
    assert client.post(reverse("sign-in"), other).status_code == 302


def test_an_address_longer_than_any_is_refused_before_it_is_counted(
    client: Client, town: Town
) -> None:
    address = f"a@{'.'.join(['b' * 60] * 5)}.fr"
    answer = client.post(reverse("sign-in"), {"email": address, "password": "non"})
    assert answer.status_code == 422
    assert "ne vont pas ensemble" not in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_no_address_of_another_site_is_followed(client: Client, town: Town, elsewhere: str) -> None:
    answer = client.post(
        reverse("sign-in"),
        {"email": town.people[Role.EDITOR].email, "password": PASSWORD, "next": elsewhere},
    )
    assert answer["Location"] == "/"
    assert client.post(reverse("language", args=["en"]), {"next": elsewhere})["Location"] == "/"


def test_a_link_acts_only_on_a_confirmed_post(client: Client, town: Town) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    address = reverse("sign-in-link", args=[make_link(user=user)])
    assert client.get(address).status_code == 200
    assert SignInLink.objects.get().used_at is None
    answer = client.post(address, follow=True)
    assert ("choisissez un mot de passe" in answer.text) != user.has_usable_password()
    client.logout()
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 410
        assert "ne sert plus" in answer.text


def test_the_language_follows_the_account(client: Client, town: Town) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    client.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    assert client.get(reverse("language", args=["en"])).status_code == 405
    client.post(reverse("language", args=["en"]))
    user.refresh_from_db()
    assert user.language == "en"
    assert '<html lang="en">' in client.get(reverse("account")).text
    assert client.post(reverse("language", args=["de"])).status_code == 404


@pytest.mark.parametrize(("browser", "page"), [("en-GB,en;q=0.9", "en"), ("fr", "fr"), ("", "fr")])
def test_the_first_visit_speaks_the_language_of_the_browser(
    client: Client, town: Town, browser: str, page: str
) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    address = reverse("sign-in-link", args=[make_link(user=user)])
    said = client.post(address, follow=True, headers={"accept-language": browser}).text
    assert f'<html lang="{page}">' in said
    # Then it is the person's, whatever the browser.
    address = reverse("sign-in-link", args=[make_link(user=user)])
    said = client.post(address, follow=True, headers={"accept-language": "de,en;q=0.5"}).text
    assert f'<html lang="{page}">' in said


def test_the_account_chooses_a_password(client: Client, town: Town) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    client.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    short = client.post(reverse("account"), {"password": "court"})
    assert short.status_code == 422
    assert client.post(reverse("account"), {"password": "bien assez long"}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("bien assez long")
    assert client.get(reverse("account")).status_code == 200


def test_signing_out_is_a_post(client: Client, town: Town) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    client.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).status_code == 302
    assert client.get(reverse("account")).status_code == 302
