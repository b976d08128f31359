"""Signing in by OpenID Connect, against a real server, and against one that lies."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from joserfc import jwt

from portulan.accounts import links, openid
from portulan.accounts.access import Role
from portulan.accounts.identities import link_identity
from portulan.accounts.models import Identity, SecurityEntry, Session, User
from portulan.accounts.moving import confirm_address
from portulan.accounts.sessions import OPENED_AT
from portulan.accounts.writes import edit_person
from portulan.config import env
from portulan.core.errors import MisconfiguredError
from tests.browser import Browser
from tests.people import PASSWORD, Town
from tests.web.accounts import provider as providers
from tests.web.accounts.provider import Front, query_of
from tests.web.accounts.test_factors import give

SUBJECT, SIREN = "agent-1", "217500016"


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Front]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    openid._metadata_of.cache_clear()
    openid._keys.cache_clear()
    with providers.running() as running:
        settings.OPENID = providers.provider(running)
        running.know(SUBJECT, email="elle@bourg.example", siret=f"{SIREN}00013")
        yield running


@pytest.fixture
def user(town: Town) -> User:
    found = town.people[Role.EDITOR].user
    assert found is not None
    return found


def link(user: User, front: Front, *, bound_to: int | None = None) -> Identity:
    return link_identity(user, issuer=front.issuer, subject=SUBJECT, name="elle", bound_to=bound_to)


def come(front: Front, browser: Browser | None = None, then: str = "", sub: str = SUBJECT) -> Any:
    """Come back from the provider: the browser, and what it was answered."""
    browser = browser or Browser()
    sent = browser.get("/sign-in/openid/", {"next": then})
    back = urlsplit(front.authorise(sent["Location"], sub))
    return browser, browser.get(f"{back.path}?{back.query}")


def is_in(browser: Browser, town: Town) -> bool:
    return bool(browser.get(f"/{town.slug}/").status_code == 200)


def test_who_is_unknown_makes_nothing_and_a_siret_proposes(town: Town, front: Front) -> None:
    type(town.organisation).objects.filter(pk=town.organisation.pk).update(siren=SIREN)
    before = User.objects.count()
    assert "Entrer avec ProConnect" in Browser().get("/sign-in/").text
    # Not even with the address of an account: a provider may not have verified it.
    front.know(SUBJECT, email=town.people[Role.ADMIN].email, siret=f"{SIREN}00013")
    browser, answer = come(front)
    assert answer.status_code == 403
    assert "Aucun compte ne vous connaît" in answer.text
    assert town.organisation.name in answer.text
    assert not is_in(browser, town)
    assert (User.objects.count(), Identity.objects.count()) == (before, 0)
    assert not Session.objects.exists()
    front.know(SUBJECT, siret="<b>")
    assert town.organisation.name not in come(front)[1].text


def test_it_is_linked_by_who_is_signed_in_and_opens_their_account(
    town: Town, user: User, front: Front
) -> None:
    browser = Browser()
    browser.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    assert "Relier mon identité" in browser.get("/account/").text
    _browser, answer = come(front, browser)
    assert answer["Location"] == "/account/identities/"
    assert "elle@bourg.example" in browser.get("/account/identities/").text
    # Coming is not linking: only what is confirmed is.
    assert not Identity.objects.exists()
    assert browser.post("/account/identities/").status_code == 302
    assert Identity.objects.get().user == user
    other, answer = come(front, then="/account/")
    assert answer["Location"] == "/account/"
    assert is_in(other, town)
    entry = SecurityEntry.objects.latest("pk")
    assert (entry.event, entry.details) == ("signed in", {"by": "openid"})
    # Somebody else of the same provider, even with the same address, is somebody else.
    front.know("agent-2", email="elle@bourg.example")
    assert come(front, sub="agent-2")[1].status_code == 403
    pk = Identity.objects.get().pk
    stranger = Browser()
    stranger.post("/sign-in/", {"email": town.people[Role.ADMIN].email, "password": PASSWORD})
    assert stranger.post(f"/account/identities/{pk}/unlink/").status_code == 404
    browser.post(f"/account/identities/{pk}/unlink/")
    assert come(front)[1].status_code == 403


def test_what_is_asked_is_what_proconnect_lists(town: Town, front: Front, settings: Any) -> None:
    settings.OPENID = providers.provider(front, acr=("eidas2", "eidas3"))
    asked = query_of(Browser().get("/sign-in/openid/")["Location"])
    assert set(asked) == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims"),
    }
    assert asked["redirect_uri"] == "http://testserver/sign-in/openid/back/"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    values = {"acr": {"essential": True, "values": ["eidas2", "eidas3"]}}
    assert json.loads(asked["claims"]) == {"id_token": values}
    come(front)
    sent = front.asked_at("/oauth2/token")
    assert sent["client_secret"] == "secret of the client"
    assert "code_verifier" not in sent


def test_pkce_is_used_where_the_provider_knows_it(town: Town, front: Front) -> None:
    front.knows_pkce = True
    browser = Browser()
    location = browser.get("/sign-in/openid/")["Location"]
    challenge = query_of(location)["code_challenge"]
    back = urlsplit(front.authorise(location, SUBJECT))
    browser.get(f"{back.path}?{back.query}")
    verifier = front.asked_at("/oauth2/token")["code_verifier"]
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (challenge, query_of(location)["code_challenge_method"]) == (digest, "S256")


def part(value: object) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def by_secret(secret: bytes) -> Callable[[dict[str, Any]], str]:
    """Sign with a secret that somebody else has: libraries refuse to, which is no defence."""

    def sign(claims: dict[str, Any]) -> str:
        said = f"{part({'alg': 'HS256', 'kid': 'front'})}.{part(claims)}"
        return f"{said}.{part(hmac.digest(secret, said.encode(), 'sha256'))}"

    return sign


def by_stranger(claims: dict[str, Any]) -> str:
    stranger = providers.key("front")
    return jwt.encode({"alg": "RS256", "kid": "front"}, claims, stranger)


def with_own_key(claims: dict[str, Any]) -> str:
    """The key comes in the header of the token itself."""
    stranger = providers.key("other")
    header = {"alg": "RS256", "kid": "other", "jwk": stranger.as_dict(private=False)}
    return jwt.encode(header, claims, stranger)


LIES: dict[str, Callable[[Front], object]] = {
    "alg none": lambda front: setattr(front, "issue", unsigned),
    "public key as a secret": lambda front: setattr(
        front, "issue", by_secret(front.key.as_pem(private=False))
    ),
    "secret of the client": lambda front: setattr(
        front, "issue", by_secret(b"secret of the client")
    ),
    "key of a stranger": lambda front: setattr(front, "issue", by_stranger),
    "key in the token": lambda front: setattr(front, "issue", with_own_key),
    "no token": lambda front: setattr(front, "issue", lambda _claims: ""),
    "nonce": lambda front: front.extra.update(nonce="another"),
    "no nonce": lambda front: setattr(front, "change", lambda claims: claims.pop("nonce")),
    "expired": lambda front: front.extra.update(exp=int(time.time()) - 120),
    "no end": lambda front: setattr(front, "change", lambda claims: claims.pop("exp")),
    "end in words": lambda front: front.extra.update(exp="9999999999"),
    "end true": lambda front: front.extra.update(exp=True),
    "end of the world": lambda front: front.extra.update(exp=int(time.time()) + 864_000_000),
    "begins later": lambda front: front.extra.update(nbf=int(time.time()) + 3_600),
    "begins in words": lambda front: front.extra.update(nbf="now"),
    "of tomorrow": lambda front: front.extra.update(iat=int(time.time()) + 86_400),
    "other audience": lambda front: front.extra.update(aud="other"),
    "audience inside": lambda front: front.extra.update(aud="portulan-other"),
    "for another too": lambda front: front.extra.update(aud=["portulan", "other"]),
    "used by another": lambda front: front.extra.update(azp="other"),
    "other issuer": lambda front: front.extra.update(iss="https://evil.example"),
    "no subject": lambda front: front.extra.update(sub=""),
    "subject no text": lambda front: front.extra.update(sub=["agent-1"]),
    "userinfo in clear": lambda front: setattr(front, "signs_userinfo", False),
    "userinfo alg none": lambda front: setattr(front, "issue_userinfo", unsigned),
    "userinfo of a stranger": lambda front: setattr(front, "issue_userinfo", by_stranger),
    "userinfo of another": lambda front: setattr(
        front, "change_userinfo", lambda claims: claims.update(sub="agent-2")
    ),
    "userinfo for another": lambda front: setattr(
        front, "change_userinfo", lambda claims: claims.update(aud="other")
    ),
    "userinfo expired": lambda front: setattr(
        front, "change_userinfo", lambda claims: claims.update(exp=1)
    ),
    "userinfo begins later": lambda front: setattr(
        front, "change_userinfo", lambda claims: claims.update(nbf=int(time.time()) + 3_600)
    ),
    "userinfo by another": lambda front: setattr(
        front, "change_userinfo", lambda claims: claims.update(iss="https://evil.example")
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_opens_nothing(town: Town, user: User, front: Front, lie: str) -> None:
    link(user, front)
    LIES[lie](front)
    browser, answer = come(front)
    assert answer.status_code == 403
    assert "n’a pas abouti" in answer.text
    assert not is_in(browser, town)
    assert not Session.objects.exists()


def test_another_key_of_the_provider_is_learnt(town: Town, user: User, front: Front) -> None:
    link(user, front)
    assert is_in(come(front)[0], town)
    front.key = providers.key("of tomorrow")
    assert is_in(come(front)[0], town)


def test_userinfo_in_clear_is_for_who_says_so(
    town: Town, user: User, front: Front, settings: Any
) -> None:
    settings.OPENID = providers.provider(front, signed=False)
    front.signs_userinfo = False
    link(user, front)
    assert is_in(come(front)[0], town)


def test_what_comes_back_is_of_this_browser_once(town: Town, user: User, front: Front) -> None:
    link(user, front)
    victim, thief = Browser(), Browser()
    thief_back = urlsplit(front.authorise(thief.get("/sign-in/openid/")["Location"], SUBJECT))
    # The thief's code in the browser of another: neither one that asked nothing, nor one that did.
    assert victim.get(f"{thief_back.path}?{thief_back.query}").status_code == 403
    victim.get("/sign-in/openid/")
    assert victim.get(f"{thief_back.path}?{thief_back.query}").status_code == 403
    # Another issuer than the one that was asked says that it answers.
    back = urlsplit(front.authorise(victim.get("/sign-in/openid/")["Location"], SUBJECT))
    mixed = f"{back.path}?{back.query}&iss=https%3A%2F%2Fevil.example"
    assert victim.get(mixed).status_code == 403
    assert not is_in(victim, town)
    browser = Browser()
    back = urlsplit(front.authorise(browser.get("/sign-in/openid/")["Location"], SUBJECT))
    assert browser.get(f"{back.path}?{back.query}").status_code == 302
    assert is_in(browser, town)
    assert Browser().get(f"{back.path}?{back.query}").status_code == 403
    for wrong in ("", "?error=access_denied", "?code=x", "?state=x&code=x"):
        assert Browser().get(f"/sign-in/openid/back/{wrong}").status_code == 403


def test_it_opens_a_session_of_its_own(town: Town, user: User, front: Front) -> None:
    """Neither the cookie of before, which somebody may have planted, nor who was signed in."""
    link(user, front)
    browser = Browser()
    browser.post("/sign-in/", {"email": town.people[Role.READER].email, "password": PASSWORD})
    before = browser.cookies["portulan"].value
    come(front, browser)
    assert browser.cookies["portulan"].value != before
    assert user.email in browser.get("/account/").text


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_nowhere_else(town: Town, user: User, front: Front, wanted: str) -> None:
    link(user, front)
    assert come(front, then=wanted)[1]["Location"] == "/"


def test_how_sure_it_is_is_checked_here(
    town: Town, user: User, front: Front, settings: Any
) -> None:
    link(user, front)
    type(town.organisation).objects.update(factor_roles=["editor"])
    settings.OPENID = providers.provider(front, acr=("eidas1", "eidas2"), factor_acr=("eidas2",))
    for acr, opens, enters in (
        (None, False, False),
        ("self-asserted", False, False),
        ("eidas1", True, False),
        ("eidas2", True, True),
    ):
        front.extra = {} if acr is None else {"acr": acr}
        browser, answer = come(front)
        assert (answer.status_code == 302) is opens, acr
        assert opens or "moins sûrement" in answer.text
        assert is_in(browser, town) is enters, acr


def test_an_account_with_a_factor_is_asked_for_it(town: Town, user: User, front: Front) -> None:
    link(user, front)
    codes = give(user)
    browser, answer = come(front)
    assert answer["Location"] == "/sign-in/code/"
    assert not is_in(browser, town)
    browser.post("/sign-in/code/", {"code": codes[0]})
    assert is_in(browser, town)


def test_one_linked_by_an_organisations_link_opens_it_alone(
    town: Town, elsewhere: Town, user: User, front: Front
) -> None:
    user.set_unusable_password()
    user.save()
    thief = Browser()
    thief.post(f"/sign-in/{links.make_link_for(town.admin, person=town.people[Role.EDITOR])}/")
    come(front, thief)
    thief.post("/account/identities/")
    assert Identity.objects.get().bound_to == town.organisation.pk
    there = elsewhere.people[Role.EDITOR]
    there.user = None
    there.save()
    there.user = user
    there.save()
    browser, _answer = come(front)
    assert is_in(browser, town)
    assert not is_in(browser, elsewhere)


def test_another_address_binds_it(town: Town, user: User, front: Front) -> None:
    link(user, front)
    edit_person(
        town.admin, person=town.people[Role.EDITOR], function="Elle", name="",
        email="neuve@bourg.example", unit=None,
    )  # fmt: skip
    confirm_address(user, password=PASSWORD, bound_to=None, opened_at=timezone.now())
    assert Identity.objects.get().bound_to == town.organisation.pk


def test_who_has_left_is_out(town: Town, user: User, front: Front) -> None:
    link(user, front)
    person = town.people[Role.EDITOR]
    person.left_on = timezone.localdate()
    person.save()
    assert come(front)[1].status_code == 403


def test_who_has_nothing_else_comes_again_before_changing_what_opens(
    town: Town, user: User, front: Front
) -> None:
    link(user, front)
    user.set_unusable_password()
    user.save()
    browser, _answer = come(front)
    session = browser.session
    session[OPENED_AT] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()
    sent = {"password": "une autre phrase entière"}
    for path in ("/account/", f"/account/tokens/{town.slug}/", "/account/factors/application/"):
        assert browser.post(path, sent)["Location"].startswith("/sign-in/openid/?next="), path
    user.refresh_from_db()
    assert not user.has_usable_password()
    come(front, browser)
    browser.post("/account/", sent)
    user.refresh_from_db()
    assert user.has_usable_password()


def test_signing_out_ends_the_session_there_too(town: Town, user: User, front: Front) -> None:
    link(user, front)
    browser, _answer = come(front)
    answer = browser.post("/sign-out/")
    where, _semi, address = answer["Refresh"].partition("; url=")
    assert where == "0"
    assert address.startswith(f"{front.issuer}/oauth2/end_session?")
    said = query_of(address)
    assert said["post_logout_redirect_uri"] == "http://testserver/sign-in/"
    assert said["id_token_hint"].count(".") == 2
    assert not is_in(browser, town)
    assert not Session.objects.exists()
    # Who came otherwise is not sent there.
    browser.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"


def test_a_provider_that_does_not_answer_is_said(town: Town, front: Front, settings: Any) -> None:
    settings.OPENID = providers.provider(Front(front.application, issuer="http://127.0.0.1:9"))
    answer = Browser().get("/sign-in/openid/")
    assert answer.status_code == 403
    assert "Se connecter autrement" in answer.text
    # One that says that it is another is not believed.
    settings.OPENID = providers.provider(Front(front.application, issuer=f"{front.issuer}/"))
    assert Browser().get("/sign-in/openid/").status_code == 403
    settings.OPENID = None
    for path in ("/sign-in/openid/", "/sign-in/openid/back/"):
        assert Browser().get(path).status_code == 404


def test_settings_that_cannot_be_are_refused() -> None:
    sound: dict[str, Any] = {
        "issuer": "https://auth.example/api/v2", "client_id": "a", "secret": "b", "name": "C",
        "scopes": "openid email", "acr": ["eidas1"], "factor_acr": [], "signed": True,
    }  # fmt: skip
    found = env.openid(**sound)
    assert found is not None
    assert found.signed
    assert env.openid(**sound | {"issuer": ""}) is None
    for wrong in (
        {"issuer": "http://auth.example"}, {"issuer": "auth.example"}, {"client_id": ""},
        {"secret": ""}, {"scopes": "email"}, {"factor_acr": ["eidas2"]},
    ):  # fmt: skip
        with pytest.raises(MisconfiguredError):
            env.openid(**sound | wrong)
