"""What a server refuses of passkeys: signed elsewhere, before, by another, without its owner."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.exceptions import ValidationError
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from portulan.accounts import links
from portulan.accounts.access import Role
from portulan.accounts.models import Factor, Session, User
from portulan.accounts.passkeys import Site, add, begin_adding, begin_proving, prove
from tests.browser import Browser
from tests.people import PASSWORD, Town

HOME = Site("https://nr.bourg.example")
FLAGS = AuthenticatorData.FLAG
SURE = FLAGS.UP | FLAGS.UV


@dataclass
class Key:
    """An authenticator of the tests: it signs what it is told to."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    name: bytes = b"k" * 32
    counter: int = 0

    def _client(self, kind: str, state: dict[str, Any], origin: str) -> bytes:
        said = {"type": kind, "challenge": state["challenge"], "origin": origin}
        return json.dumps(said).encode()

    def make(self, state: dict[str, Any], origin: str = HOME.origin, flags: FLAGS = SURE) -> str:
        client = self._client("webauthn.create", state, origin)
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(Aaguid(bytes(16)), self.name, public)
        data = AuthenticatorData.create(
            sha256(origin.partition("://")[2].partition(":")[0].encode()), flags | FLAGS.AT,
            self.counter, bytes(credential),
        )  # fmt: skip
        made = AttestationObject.create("none", data, {})
        return self._sent(client, attestationObject=bytes(made))

    def sign(self, state: dict[str, Any], origin: str = HOME.origin, flags: FLAGS = SURE) -> str:
        client = self._client("webauthn.get", state, origin)
        host = origin.partition("://")[2].partition(":")[0]
        data = AuthenticatorData.create(sha256(host.encode()), flags, self.counter)
        signature = self.private.sign(bytes(data) + sha256(client), ec.ECDSA(SHA256()))
        return self._sent(client, authenticatorData=bytes(data), signature=signature)

    def _sent(self, client: bytes, **parts: bytes) -> str:
        response = {"clientDataJSON": client, **parts}
        return json.dumps(
            {
                "id": websafe_encode(self.name),
                "rawId": websafe_encode(self.name),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {name: websafe_encode(value) for name, value in response.items()},
            }
        )


@pytest.fixture
def user(town: Town) -> User:
    found = town.people[Role.EDITOR].user
    assert found is not None
    return found


def given(user: User, key: Key, *, site: Site = HOME, bound_to: int | None = None) -> None:
    _options, state = begin_adding(site, user)
    sent = key.make(state, site.origin)
    add(user, site=site, state=state, sent=sent, name="Clé", bound_to=bound_to)


def test_what_it_signs_opens_its_account_and_serves_once(user: User) -> None:
    key = Key()
    given(user, key)
    _options, state = begin_proving(HOME)
    sent = key.sign(state)
    found, proof = prove(site=HOME, state=state, sent=sent)
    assert (found, proof.bound_to) == (user, None)
    # Neither the same again, whose cookie a thief would have kept, nor to another question.
    with pytest.raises(ValidationError):
        prove(site=HOME, state=state, sent=sent)
    with pytest.raises(ValidationError):
        prove(site=HOME, state=begin_proving(HOME)[1], sent=sent)


type Wrong = Callable[[Key, dict[str, Any]], str]
WRONG: dict[str, Wrong] = {
    "nothing": lambda key, state: "",
    "no object": lambda key, state: "[]",
    "null": lambda key, state: "null",
    "deep": lambda key, state: "[" * 20_000,
    "elsewhere": lambda key, state: key.sign(state, "https://nr.bourg.example.evil.example"),
    "below": lambda key, state: key.sign(state, "https://evil.nr.bourg.example"),
    "in clear": lambda key, state: key.sign(state, "http://nr.bourg.example"),
    "other port": lambda key, state: key.sign(state, "https://nr.bourg.example:8443"),
    "nobody there": lambda key, state: key.sign(state, flags=FLAGS.UV),
    "owner unknown": lambda key, state: key.sign(state, flags=FLAGS.UP),
    "another's": lambda key, state: Key(name=key.name).sign(state),
    "unknown": lambda key, state: Key(private=key.private, name=b"x").sign(state),
    "made": lambda key, state: key.make(state),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_refused(user: User, wrong: str) -> None:
    key = Key()
    given(user, key)
    _options, state = begin_proving(HOME)
    with pytest.raises(ValidationError):
        prove(site=HOME, state=state, sent=WRONG[wrong](key, state))
    with pytest.raises(ValidationError):
        prove(site=HOME, state={}, sent=key.sign(state))
    assert Factor.objects.get().used_at is None


def test_one_that_was_copied_counts_backwards(user: User) -> None:
    key = Key(counter=5)
    given(user, key)
    for counter, opens in ((6, True), (6, False), (4, False), (0, False), (7, True)):
        key.counter = counter
        _options, state = begin_proving(HOME)
        try:
            prove(site=HOME, state=state, sent=key.sign(state))
        except ValidationError:
            assert not opens, counter
        else:
            assert opens, counter


@pytest.mark.parametrize("flags", [FLAGS.UP, FLAGS.UV])
def test_it_is_made_by_its_owner_for_this_site_once(user: User, flags: FLAGS) -> None:
    key = Key()
    _options, state = begin_adding(HOME, user)
    for sent in (key.make(state, flags=flags), key.make(state, "https://evil.example"), "{}"):
        with pytest.raises(ValidationError):
            add(user, site=HOME, state=state, sent=sent, name="", bound_to=None)
    given(user, key)
    with pytest.raises(ValidationError):
        given(user, key)
    assert Factor.objects.count() == 1


LOCAL = Site("http://testserver")


def sign_in(key: Key, browser: Browser | None = None, then: str = "") -> Browser:
    browser = browser or Browser()
    browser.get("/sign-in/passkey/")
    sent = key.sign(browser.session["passkey"], LOCAL.origin)
    browser.post("/sign-in/passkey/", {"credential": sent, "next": then})
    return browser


def test_it_opens_a_session_alone_and_counts_as_a_second_factor(town: Town, user: User) -> None:
    key = Key()
    given(user, key, site=LOCAL)
    type(town.organisation).objects.update(factor_roles=["editor"])
    browser = sign_in(key, then="//evil.example/")
    assert browser.get(f"/{town.slug}/").status_code == 200
    assert Session.objects.get().organisation_id is None
    # A password alone opens nothing any more; with the key, it does.
    other = Browser()
    other.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    assert other.get(f"/{town.slug}/").status_code == 302
    assert "clé d’accès" in other.get("/sign-in/code/").text


def test_one_made_by_an_organisations_link_opens_it_alone(
    town: Town, elsewhere: Town, user: User
) -> None:
    """Else whoever administers a town would keep a key to all that its people open elsewhere."""
    thief, key = Browser(), Key()
    # One who has a password of their own is asked for it.
    user.set_unusable_password()
    user.save()
    thief.post(f"/sign-in/{links.make_link_for(town.admin, person=town.people[Role.EDITOR])}/")
    thief.get("/account/factors/passkey/")
    sent = {"credential": key.make(thief.session["passkey"], LOCAL.origin), "name": "Clé"}
    assert "Codes de secours" in thief.post("/account/factors/passkey/", sent).text
    there = elsewhere.people[Role.EDITOR]
    there.user = None
    there.save()
    there.user = user
    there.save()
    browser = sign_in(key)
    assert browser.get(f"/{town.slug}/").status_code == 200
    assert browser.get(f"/{elsewhere.slug}/").status_code == 404


def test_the_one_page_with_a_script_says_so(town: Town) -> None:
    browser = Browser()
    answer = browser.get("/sign-in/passkey/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "il n’y a pas d’autre moyen" in answer.text
    assert "script-src" not in browser.get("/sign-in/")["Content-Security-Policy"]
    # Without a script the form is sent as it is.
    assert "aucune clé" in browser.post("/sign-in/passkey/", {"credential": ""}).text


def test_a_page_of_long_ago_asks_again(
    town: Town, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, browser = Key(), Browser()
    given(user, key, site=LOCAL)
    browser.get("/sign-in/passkey/")
    sent = {"credential": key.sign(browser.session["passkey"], LOCAL.origin)}
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr("portulan.web.accounts.passkeys.views.timezone.now", lambda: later)
    assert browser.post("/sign-in/passkey/", sent).status_code == 200
    assert not Session.objects.exists()
