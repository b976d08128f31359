"""Nobody who administers one organisation enters another through an account that they touched."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.urls import reverse

from portulan.accounts import links
from portulan.accounts.access import Role
from portulan.accounts.invitations import invite
from portulan.accounts.models import Invitation, Membership, Person, Session, User
from portulan.accounts.writes import add_person, set_roles
from tests.browser import Browser
from tests.people import PASSWORD, Town, make_town

NEW = "une phrase de remplacement"


def path_in(page: str, kind: str) -> str:
    """The address that a page shows once, to be sent to somebody."""
    found = re.search(rf"https?://[^/]+(/{kind}/[^<\s]+/)", page)
    assert found is not None, page
    return found[1]


def enters(browser: Browser, town: Town) -> bool:
    """Whether any page of the organisation opens, or says that it is there."""
    seen = [browser.get(f"/{town.slug}/{page}").status_code for page in ("", "people/", "budget/")]
    named = town.organisation.name in browser.get("/account/", follow=True).text
    named |= town.organisation.name in browser.get("/", follow=True).text
    return not set(seen) <= {302, 404} or named


def attacker(signed_in: object, town: Town) -> Browser:
    return signed_in(Role.ADMIN, town)  # type: ignore[operator]


def add(admin: Browser, town: Town, email: str, role: str = "reader") -> Person:
    sent = {"function": "Lectrice", "name": "", "email": email, "roles": [role]}
    admin.post(reverse("people:add", args=[town.slug]), sent)
    return Person.objects.filter(organisation=town.organisation).latest("pk")


def link_of(admin: Browser, town: Town, person: Person) -> str:
    return admin.post(reverse("people:link", args=[town.slug, person.pk])).text


def test_an_account_of_elsewhere_is_not_taken_by_whoever_adds_its_address(
    town: Town, elsewhere: Town, signed_in: object
) -> None:
    """The attack: add the address, make the link, own the account everywhere."""
    victim = town.people[Role.ADMIN].user
    assert victim is not None
    admin = attacker(signed_in, elsewhere)
    person = add(admin, elsewhere, victim.email.upper())
    assert person.user is None
    page = link_of(admin, elsewhere, person)
    assert "/sign-in/" not in page
    assert not victim.links.exists()
    thief = Browser()
    invitation = path_in(page, "invitation")
    assert thief.get(invitation)["Location"].startswith("/sign-in/")
    assert thief.post(invitation, {"answer": "accept"})["Location"].startswith("/sign-in/")
    # Signed in as themselves, the invitation is not theirs either.
    assert admin.post(invitation, {"answer": "accept"}).status_code == 410
    assert not enters(admin, town)
    victim.refresh_from_db()
    assert victim.check_password(PASSWORD)
    person.refresh_from_db()
    assert person.user is None


def test_who_is_invited_accepts_or_refuses_with_their_own_account(
    town: Town, elsewhere: Town, signed_in: object
) -> None:
    admin, mine = attacker(signed_in, elsewhere), attacker(signed_in, town)
    victim = town.people[Role.ADMIN].user
    assert victim is not None
    person = add(admin, elsewhere, victim.email)
    invitation = path_in(link_of(admin, elsewhere, person), "invitation")
    assert elsewhere.organisation.name in mine.get(invitation).text
    assert not enters(Browser(), elsewhere)
    assert mine.get(f"/{elsewhere.slug}/").status_code == 404
    # Opened is not accepted: only what is posted counts.
    assert Invitation.objects.count() == 1
    assert mine.post(invitation, {"answer": "refuse"}).status_code == 302
    assert mine.get(f"/{elsewhere.slug}/").status_code == 404
    assert (Membership.objects.filter(person=person).exists(), Invitation.objects.count()) == (
        False,
        0,
    )
    set_roles(elsewhere.admin, person=person, roles=[Role.READER])
    invitation = path_in(link_of(admin, elsewhere, person), "invitation")
    assert mine.post(invitation, {"answer": "accept"})["Location"] == f"/{elsewhere.slug}/"
    assert mine.get(f"/{elsewhere.slug}/").status_code == 200
    assert mine.get(f"/{town.slug}/").status_code == 200
    assert mine.get(invitation).status_code == 410
    # From now on the link of either opens it alone, and changes nothing of the account.
    person.refresh_from_db()
    thief = Browser()
    thief.post(path_in(link_of(admin, elsewhere, person), "sign-in"))
    assert thief.get(f"/{elsewhere.slug}/").status_code == 200
    assert not enters(thief, town)
    assert thief.post("/account/", {"password": NEW}).status_code == 422
    assert thief.post("/account/", {"password": NEW, "present": "essai"}).status_code == 422
    victim.refresh_from_db()
    assert victim.check_password(PASSWORD)


def test_an_account_made_by_an_organisation_is_bound_to_it_until_its_owner_has_it(
    town: Town, elsewhere: Town, signed_in: object
) -> None:
    """The address is added before its owner comes: the password chosen there opens there only."""
    admin = attacker(signed_in, elsewhere)
    person = add(admin, elsewhere, "future@bourg.example")
    assert person.user is not None
    thief = Browser()
    thief.post(path_in(link_of(admin, elsewhere, person), "sign-in"))
    assert thief.post("/account/", {"password": NEW}).status_code == 302
    # Their own administrator adds them then, and invites them.
    here = add_person(town.admin, function="DSI", email="future@bourg.example", roles=[Role.ADMIN])
    token = invite(town.admin, person=here)
    assert token is not None
    knows = Browser()
    knows.post("/sign-in/", {"email": "future@bourg.example", "password": NEW})
    for browser in (thief, knows):
        assert browser.get(f"/{elsewhere.slug}/").status_code == 200
        assert browser.post(f"/invitation/{token}/", {"answer": "accept"}).status_code == 403
        assert not enters(browser, town)
    # Who operates vouches for the owner, whose new password is their own: the former is dead.
    owner = Browser()
    owner.post(f"/sign-in/{links.make_link(user=person.user)}/")
    assert owner.post("/account/", {"password": PASSWORD}).status_code == 302
    assert owner.post(f"/invitation/{token}/", {"answer": "accept"}).status_code == 302
    assert owner.get(f"/{town.slug}/").status_code == 200
    for browser in (thief, knows):
        assert browser.get("/account/")["Location"].startswith("/sign-in/")
    knows.post("/sign-in/", {"email": "future@bourg.example", "password": NEW})
    assert not knows.session.get("_auth_user_id")


@pytest.mark.parametrize(
    ("made_by", "chosen", "joined", "moved"),
    list(product(["elsewhere", "town", "operator"], [False, True], [False, True], [False, True])),
)
def test_whatever_was_done_to_an_account_elsewhere_nothing_of_the_town_opens(
    town: Town,
    signed_in: object,
    made_by: str,
    chosen: bool,
    joined: bool,
    moved: bool,
) -> None:
    """All ways to have an account in both, then all that an administrator may try with it.

    Who made it, whether a password was chosen there, whether its owner joined both, whether the
    other organisation then gives it another address.
    """
    elsewhere = make_town("val-dailleurs")
    address = "elle@example.org"
    first = {"elsewhere": elsewhere, "town": town, "operator": town}[made_by]
    second = town if first is elsewhere else elsewhere
    person = add_person(first.admin, function="Elle", email=address, roles=[Role.READER])
    user = person.user
    assert user is not None
    owner = Browser()
    if chosen:
        token = (
            links.make_link(user=user)
            if made_by == "operator"
            else links.make_link_for(first.admin, person=person)
        )
        owner.post(f"/sign-in/{token}/")
        assert owner.post("/account/", {"password": PASSWORD}).status_code == 302
    other = add_person(second.admin, function="Elle", email=address, roles=[Role.ADMIN])
    assert other.user is None
    if joined:
        owner.post(f"/sign-in/{links.make_link(user=user)}/")
        token = invite(second.admin, person=other)
        assert owner.post(f"/invitation/{token}/", {"answer": "accept"}).status_code == 302
    theirs = person if first is elsewhere else other
    before = User.objects.values_list("password", "email").get(pk=user.pk)

    admin = attacker(signed_in, elsewhere)
    edit = reverse("people:edit", args=[elsewhere.slug, theirs.pk])
    sent = {"function": "Elle", "name": "", "email": address, "roles": ["admin"]}
    if moved:
        sent["email"] = "voleur@example.org"
    assert admin.post(edit, sent).status_code == 302
    tried = [Browser(), Browser()]
    for thief in tried:
        page = link_of(admin, elsewhere, theirs).partition("<main")[2]
        for kind in ("sign-in", "invitation"):
            if f"/{kind}/" in page:
                thief.post(path_in(page, kind), {"answer": "accept"})
        thief.post("/account/", {"password": NEW})
        thief.post("/account/", {"password": NEW, "present": NEW})
        thief.post("/account/address/", {"email": "voleur@example.org", "present": NEW})
    for email, password in product([address, "voleur@example.org"], [NEW, PASSWORD[:-1]]):
        thief = Browser()
        thief.post("/sign-in/", {"email": email, "password": password})
        tried.append(thief)
    admin.post(reverse("people:erase", args=[elsewhere.slug, theirs.pk]))
    again = add(admin, elsewhere, address, "admin")
    page = link_of(admin, elsewhere, again)
    if "/sign-in/" in page:
        thief = Browser()
        thief.post(path_in(page, "sign-in"))
        tried.append(thief)
    assert not any(enters(browser, town) for browser in (*tried, admin))
    if joined or first is town:
        # Nor is anything of the account changed everywhere.
        assert User.objects.values_list("password", "email").get(pk=user.pk) == before


def test_a_link_remade_leaves_those_of_others_alone(town: Town, elsewhere: Town) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    operator = links.make_link(user=user)
    first = links.make_link_for(town.admin, person=town.people[Role.READER])
    links.make_link_for(town.admin, person=town.people[Role.READER])
    assert links.use_link(token=first) is None
    assert links.find_link(token=operator) is not None


def test_a_session_of_a_link_shows_only_its_organisation_and_its_sessions(
    town: Town, elsewhere: Town
) -> None:
    person = town.people[Role.READER]
    assert person.user is not None
    theirs = add_person(elsewhere.admin, function="Elle", email=person.email, roles=[Role.READER])
    token = invite(elsewhere.admin, person=theirs)
    owner = Browser()
    owner.post("/sign-in/", {"email": person.email, "password": PASSWORD})
    owner.post(f"/invitation/{token}/", {"answer": "accept"})
    theirs.refresh_from_db()
    thief = Browser()
    thief.post(f"/sign-in/{links.make_link_for(elsewhere.admin, person=theirs)}/")
    assert {session.organisation for session in Session.objects.all()} == {
        None,
        elsewhere.organisation,
    }
    assert not enters(thief, town)
    # Not even the language of the others.
    thief.post("/language/en/")
    person.user.refresh_from_db()
    assert person.user.language == "fr"
    # Their own password opens both again, in the same browser.
    thief.post("/sign-in/", {"email": person.email, "password": PASSWORD})
    assert thief.get(f"/{town.slug}/").status_code == 200


def test_nothing_that_answers_a_browser_makes_a_link_that_opens_all() -> None:
    source = Path(links.__file__).parent.parent
    makers = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if re.search(r"\bmake_link\(", path.read_text(encoding="utf-8"))
    }
    assert makers == {"accounts", "cli"}
