"""Whose account it is: a squatted address, a thief with a password, a former agent, mail or not."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from portulan.accounts import links
from portulan.accounts.access import Operation, Role
from portulan.accounts.factors import add_application
from portulan.accounts.invitations import invite
from portulan.accounts.levels import Level
from portulan.accounts.models import (
    Factor,
    MailedCode,
    Organisation,
    OwnerMessage,
    Person,
    Session,
    SignInLink,
    Token,
    User,
)
from portulan.accounts.tokens import make_token
from portulan.accounts.writes import add_person, edit_organisation
from portulan.accounts.writing import write_all
from portulan.core.models import Letter
from tests.browser import Browser
from tests.people import PASSWORD, Town

pytestmark = pytest.mark.django_db
type SignIn = Callable[..., Browser]
NEW, HERS = "une phrase de remplacement", "elle@example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def with_mail(settings: Any) -> Iterator[None]:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.MAIL_DAYS = set()  # what opens does not wait for the hours of the place
    mail.outbox = []
    yield
    mail.outbox = []


def letters() -> list[Any]:
    """Write what waits, and return what arrived."""
    mail.outbox.clear()
    write_all(timezone.now())
    return list(mail.outbox)


def link_in(body: str, kind: str = "sign-in") -> str:
    found = re.search(rf"https?://[^/]+(/{kind}/[^\s]+/)", body)
    assert found is not None, body
    return found[1]


def ask(email: str, browser: Browser | None = None) -> Any:
    return (browser or Browser()).post("/sign-in/forgotten/", {"email": email})


def is_in(browser: Browser, town: Town) -> bool:
    return bool(browser.get(f"/{town.slug}/").status_code == 200)


def sign_in(email: str, password: str = PASSWORD) -> Browser:
    browser = Browser()
    browser.post("/sign-in/", {"email": email, "password": password})
    return browser


def give_factor(user: User, *, bound_to: int | None = None) -> None:
    before = timezone.now() - timedelta(hours=1)
    add_application(
        user,
        secret=SECRET,
        code=pyotp.TOTP(SECRET).at(before),
        name="T",
        bound_to=bound_to,
        now=before,
    )


def require_factor(town: Town, *roles: Role) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(factor_roles=list(roles))
    town.organisation.refresh_from_db()


# A squatted address


@pytest.mark.parametrize("writes", [True, False])
def test_a_squatted_address_is_its_owner_s_once_it_answers(
    town: Town, elsewhere: Town, settings: Any, writes: bool, with_mail: None
) -> None:
    """Somebody hostile typed it first, and put a password and a second factor behind it."""
    settings.MAILERS = {}
    squatted = add_person(elsewhere.admin, function="Elle", email=HERS, roles=[Role.READER])
    thief = Browser()
    thief.post(f"/sign-in/{links.make_link_for(elsewhere.admin, person=squatted)}/")
    assert thief.post("/account/", {"password": NEW}).status_code == 302
    user = User.objects.get(email=HERS)
    give_factor(user, bound_to=elsewhere.organisation.pk)
    hers = add_person(town.admin, function="Elle", email=HERS, roles=[Role.EDITOR])
    assert hers.user is None
    owner = Browser()
    if writes:
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
        assert ask(HERS).status_code == 200
        (letter,) = letters()
        assert letter.to == [HERS]
        way = link_in(letter.body)
    else:
        way = f"/sign-in/{links.make_link(user=user)}/"
    assert owner.get(way).status_code == 200
    assert not owner.session.get("_auth_user_id")
    assert owner.post(way)["Location"] == "/"
    # No factor of another stands in the way; the invitation is found, and nothing was sent for it.
    page = owner.get("/").text
    assert town.organisation.name in page
    here = reverse("invitation-mine", args=[hers.pk])
    assert owner.post(here, {"answer": "accept"}).status_code == 302
    assert owner.post("/account/", {"password": PASSWORD}).status_code == 302
    assert is_in(sign_in(HERS), town)
    # Whoever squatted is out of it, everywhere but where they administer.
    assert not is_in(thief, town)
    assert not is_in(sign_in(HERS, NEW), town)
    assert not sign_in(HERS, NEW).session.get("_auth_user_id")
    user.refresh_from_db()
    assert (user.proved_by, user.password_bound_to) == ("mail" if writes else "operator", None)


def test_an_agent_of_two_towns_needs_nobody_else(
    town: Town, elsewhere: Town, signed_in: SignIn, with_mail: None
) -> None:
    admin = signed_in(Role.ADMIN, elsewhere)
    sent = {"function": "Elle", "name": "", "email": HERS, "roles": ["reader"]}
    admin.post(reverse("people:add", args=[elsewhere.slug]), sent)
    first = Person.objects.get(email=HERS)
    shown = admin.post(reverse("people:link", args=[elsewhere.slug, first.pk]), follow=True).text
    assert "Un message part à elle@example.org" in shown
    assert "/sign-in/" not in shown
    (letter,) = letters()
    owner = Browser()
    owner.post(link_in(letter.body))
    assert is_in(owner, elsewhere)
    assert owner.post("/account/", {"password": PASSWORD}).status_code == 302
    other = signed_in(Role.ADMIN, town)
    other.post(reverse("people:add", args=[town.slug]), sent)
    second = Person.objects.get(email=HERS, organisation=town.organisation)
    shown = other.post(reverse("people:link", args=[town.slug, second.pk]), follow=True).text
    assert "/invitation/" not in shown.partition("<main")[2]
    again = sign_in(HERS)
    assert again.post(reverse("invitation-mine", args=[second.pk]), {"answer": "accept"})
    assert is_in(again, town)
    assert is_in(again, elsewhere)
    # It is asked of nobody else, nor of a session that an organisation opened.
    assert other.get(reverse("invitation-mine", args=[second.pk])).status_code == 404


def test_a_bound_session_becomes_its_owner_s_by_a_code(
    town: Town, elsewhere: Town, with_mail: None
) -> None:
    person = add_person(elsewhere.admin, function="Elle", email=HERS, roles=[Role.READER])
    browser = Browser()
    browser.post(f"/sign-in/{links.make_link_for(elsewhere.admin, person=person)}/")
    hers = add_person(town.admin, function="Elle", email=HERS, roles=[Role.READER])
    invitation = f"/invitation/{invite(town.admin, person=hers)}/"
    assert browser.post(invitation, {"answer": "accept"}).status_code == 403
    page = reverse("account-prove")
    assert browser.post(page, {"code": "12345678"}).status_code == 422
    browser.post(page, {})
    (letter,) = letters()
    code = re.search(r"(\d{4} \d{4})", letter.body)[1]  # type: ignore[index]
    assert MailedCode.objects.get().code_hash not in letter.body
    for _try in range(4):
        assert browser.post(page, {"code": "0000 0000"}).status_code == 422
    assert browser.post(page, {"code": code}).status_code == 302
    assert browser.post(invitation, {"answer": "accept"}).status_code == 302
    assert is_in(browser, town)
    # Five wrong ones end a code, the right one with it.
    browser.post(page, {})
    (letter,) = letters()
    code = re.search(r"(\d{4} \d{4})", letter.body)[1]  # type: ignore[index]
    for _try in range(5):
        browser.post(page, {"code": "0000 0000"})
    assert browser.post(page, {"code": code}).status_code == 422


def test_a_mistaken_address_is_mended_before_anybody_used_it(
    town: Town, signed_in: SignIn, with_mail: None
) -> None:
    admin = signed_in(Role.ADMIN)
    person = add_person(town.admin, function="Elle", email="ele@example.org", roles=[Role.READER])
    page = reverse("people:edit", args=[town.slug, person.pk])
    assert admin.fill(page, {"email": HERS}).status_code == 302
    admin.post(reverse("people:link", args=[town.slug, person.pk]))
    (letter,) = letters()
    assert letter.to == [HERS]
    assert not User.objects.filter(email="ele@example.org").exists()
    owner = Browser()
    owner.post(link_in(letter.body))
    assert is_in(owner, town)
    # Once somebody entered, it moves by them alone.
    assert admin.fill(page, {"email": "voleur@example.org"}).status_code == 302
    admin.post(reverse("people:link", args=[town.slug, person.pk]))
    assert [one.to for one in letters()] == [[HERS]]


# Links by mail


def test_nobody_learns_which_addresses_are_known(
    town: Town, with_mail: None, django_assert_num_queries: Any
) -> None:
    known, gone = town.people[Role.EDITOR].email, town.people[Role.READER]
    Person.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
    answers = set()
    for email in (known, gone.email, "personne@example.org"):
        with django_assert_num_queries(4):
            answer = ask(email, Browser(REMOTE_ADDR="192.0.2.7"))
        answers.add((answer.status_code, re.sub(r'value="[^"]+"', "", answer.text)))
    assert len(answers) == 1
    assert [letter.to for letter in letters()] == [[known]]
    # Nobody fills a mailbox, nor asks for all of them.
    ask(known)
    assert letters() == []
    tries = [ask(f"a{n}@example.org", Browser(REMOTE_ADDR="192.0.2.9")) for n in range(14)]
    assert {one.status_code for one in tries} == {200, 429}


def test_a_link_by_mail_serves_once_in_time_and_stands_nowhere(
    town: Town, with_mail: None, caplog: pytest.LogCaptureFixture
) -> None:
    person = town.people[Role.EDITOR]
    with caplog.at_level(logging.DEBUG):
        ask(person.email)
        (letter,) = letters()
        way = link_in(letter.body)
        token = way.split("/")[2]
        assert Browser().get(way).status_code == 200, "a scanner that opens it uses nothing up"
        owner = Browser()
        assert owner.post(way).status_code == 302
        assert Browser().post(way).status_code == 410
    assert token not in caplog.text
    kept = f"{list(SignInLink.objects.values())}{list(OwnerMessage.objects.values())}"
    assert token not in kept + str(list(Letter.objects.values()))
    ask(person.email)
    SignInLink.objects.update(created_at=timezone.now() - timedelta(hours=1))
    (letter,) = letters()
    SignInLink.objects.filter(used_at=None).update(expires_at=timezone.now())
    assert Browser().post(link_in(letter.body)).status_code == 410


def test_a_link_by_mail_asks_for_the_factor_and_dies_with_the_address(
    town: Town, with_mail: None
) -> None:
    user = town.people[Role.EDITOR].user
    assert user is not None
    give_factor(user)
    letters()
    ask(user.email)
    (letter,) = letters()
    browser = Browser()
    assert browser.post(link_in(letter.body))["Location"] == "/sign-in/code/"
    assert not is_in(browser, town)
    SignInLink.objects.all().delete()
    ask(user.email)
    (letter,) = letters()
    User.objects.filter(pk=user.pk).update(email="autre@example.org")
    assert Browser().post(link_in(letter.body)).status_code == 410


def test_a_server_that_does_not_answer_is_asked_again(
    town: Town, with_mail: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(town.people[Role.EDITOR].email)
    broken = "django.core.mail.backends.locmem.EmailBackend.send_messages"
    with monkeypatch.context() as patch:
        patch.setattr(broken, lambda *_: (_ for _ in ()).throw(OSError("down")))
        assert letters() == []
    assert letters() == [], "not at once"
    OwnerMessage.objects.update(due_at=timezone.now())
    SignInLink.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert len(letters()) == 1
    assert not OwnerMessage.objects.exists()


# A thief with a password


def test_a_thief_with_a_password_adds_no_first_factor(
    town: Town, with_mail: None, settings: Any
) -> None:
    person = town.people[Role.EDITOR]
    require_factor(town, Role.EDITOR)
    thief = sign_in(person.email)
    assert thief.get(f"/{town.slug}/").status_code == 302
    pages = [reverse("factor-application"), reverse("factor-passkey")]
    for page in pages:
        for answer in (thief.get(page), thief.post(page, {"code": "000000", "name": "x"})):
            assert answer["Location"].startswith(reverse("account-prove"))
    settings.MAILERS = {}
    assert "Demandez un lien" in thief.get(pages[0], follow=True).text
    assert not Factor.objects.exists()
    # By a link of who administers, it is their owner.
    owner = Browser()
    owner.post(f"/sign-in/{links.make_link_for(town.admin, person=person)}/")
    assert owner.get(pages[0]).status_code == 200
    # Where nobody asks for one, it may be added at once.
    require_factor(town)
    assert thief.get(pages[0]).status_code == 200


def test_each_change_is_written_to_its_owner_who_closes_all(town: Town, with_mail: None) -> None:
    person = town.people[Role.EDITOR]
    user = person.user
    assert user is not None
    thief = sign_in(person.email)
    thief.post("/account/", {"password": NEW})
    give_factor(user)
    make_token(
        town.editor, name="Robot", operations=[Operation.READ_PLAN], days=30, now=timezone.now()
    )
    (letter,) = letters()
    assert letter.to == [user.email]
    for words in ("mot de passe changé", "second facteur ajouté", "jeton créé"):
        assert words in letter.body
    way = link_in(letter.body, "account")
    assert Browser().get(way).status_code == 200
    assert is_in(sign_in(person.email, NEW), town) is False, "asked for the code"
    assert Session.objects.exists()
    Factor.objects.update(created_at=timezone.now())
    assert "Tout est fermé" in Browser().post(way).text
    assert not Session.objects.filter(user=user).exists()
    assert not Token.objects.exists()
    assert not Factor.objects.exists()
    assert not sign_in(person.email, NEW).session.get("_auth_user_id")
    ask(user.email)
    found = [one for one in letters() if "/sign-in/" in one.body]
    owner = Browser()
    owner.post(link_in(found[0].body))
    assert is_in(owner, town)
    assert Browser().post(way[:-3] + "xx/").status_code == 410


# Levels


@pytest.mark.parametrize("of", [Role.ADMIN, Role.EDITOR])
def test_what_is_grave_asks_for_a_factor_of_any_role_and_its_token_sleeps(
    town: Town, of: Role, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = town.people[of]
    user = person.user
    assert user is not None
    made = sign_in(person.email)
    sent = {"name": "Robot", "operations": ["read_plan", "seal"], "days": "30"}
    page = made.post(reverse("token-make", args=[town.slug]), sent).text
    token = re.search(r"(portulan_[\w-]{20,})", page)[1]  # type: ignore[index]
    assert Token.objects.get().level == Level.PASSWORD
    shown = {"Authorization": f"Bearer {token}"}
    where = f"/api/v1/{town.slug}/organisation"
    assert client.get(where, headers=shown).status_code == 200
    require_factor(town, Role.ADMIN)
    answer = client.get(where, headers=shown)
    if of is Role.ADMIN:
        assert (answer.status_code, answer.json()["code"]) == (403, "too-weak")
        assert "second facteur" in answer.json()["title"]
        return
    assert answer.status_code == 200, "nothing is asked of this role on entering"
    Organisation.objects.filter(pk=town.organisation.pk).update(levels={"read_plan": Level.FACTOR})
    assert client.get(where, headers=shown).json()["code"] == "too-weak"
    Organisation.objects.filter(pk=town.organisation.pk).update(levels={})
    give_factor(user)
    weak = sign_in(person.email)
    assert weak.post("/sign-in/code/", {"code": pyotp.TOTP(SECRET).now()}).status_code == 302
    assert is_in(weak, town)


def test_an_organisation_says_for_what(town: Town, signed_in: SignIn) -> None:
    admin = signed_in(Role.ADMIN)
    page = reverse("people:organisation", args=[town.slug])
    assert admin.fill(page, {"levels": ["edit_budget"]}).status_code == 302
    place = Organisation.objects.get(pk=town.organisation.pk)
    assert place.levels == {"edit_budget": Level.FACTOR}
    assert admin.fill(page, {"levels": []}).status_code == 302
    place.refresh_from_db()
    assert place.levels == {}
    assert admin.fill(page, {"levels": ["manage"]}).status_code == 302
    assert admin.get(reverse("documents:take-away", args=[town.slug])).status_code == 200
    # The door itself asks for it from now on, and the page still leads to it.
    answer = admin.get(page)
    assert answer["Location"].startswith(reverse("factor-confirm"))
    assert page in admin.get(reverse("people:browse", args=[town.slug])).text
    Organisation.objects.filter(pk=town.organisation.pk).update(levels={"export_all": Level.FACTOR})
    answer = admin.post(reverse("documents:take-away", args=[town.slug]))
    assert answer["Location"].startswith(reverse("factor-confirm"))
    Organisation.objects.filter(pk=town.organisation.pk).update(levels={"manage": Level.FACTOR})
    assert admin.get(reverse("people:browse", args=[town.slug])).status_code == 200
    with pytest.raises(ValidationError):
        edit_organisation(
            town.admin,
            name="x",
            legal_form="town",
            population=None,
            siren="",
            levels={"manage": 7},
        )
