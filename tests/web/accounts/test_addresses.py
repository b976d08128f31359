"""An account moves to another address when its owner, or who operates, says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portulan.accounts import links
from portulan.accounts.access import Role
from portulan.accounts.invitations import accept, invite
from portulan.accounts.models import Person, Session
from portulan.accounts.moving import confirm_address, move_account
from portulan.accounts.writes import add_person
from portulan.core.models import AuditEntry
from tests.browser import Browser
from tests.people import PASSWORD, Town

NEW = "nouvelle@bourg.example"


def written(town: Town, admin: Browser, person: Person) -> None:
    """Have the administrator write another address."""
    sent = {"function": person.function, "name": person.name, "email": NEW, "roles": ["editor"]}
    admin.post(reverse("people:edit", args=[town.slug, person.pk]), sent)


def signs_in(email: str, password: str = PASSWORD) -> Browser | None:
    browser = Browser()
    sent = {"email": email, "password": password}
    return browser if browser.post("/sign-in/", sent).status_code == 302 else None


def test_the_owner_confirms_what_the_administrator_wrote(town: Town, signed_in: Any) -> None:
    person, user = town.people[Role.EDITOR], town.people[Role.EDITOR].user
    assert user is not None
    signed_in(Role.EDITOR)  # an account that nobody used follows the address: it was mistyped
    written(town, signed_in(Role.ADMIN), person)
    other, mine = signed_in(Role.EDITOR), signed_in(Role.EDITOR)
    assert signs_in(NEW) is None
    page = mine.get("/account/")
    assert NEW in page.text
    assert "/account/address/" in page.text
    assert mine.get("/account/address/").status_code == 200
    assert mine.post("/account/address/").status_code == 302
    assert mine.get(f"/{town.slug}/").status_code == 200
    assert other.get(f"/{town.slug}/").status_code == 302
    assert signs_in(person.email) is None
    back = signs_in(NEW)
    assert back is not None
    # What they knew opens that organisation alone: nobody proved whose the address is.
    user.refresh_from_db()
    assert (user.email, user.password_bound_to) == (NEW, town.organisation.pk)
    assert Session.objects.get(pk=mine.session.session_key).organisation == town.organisation
    assert AuditEntry.objects.filter(verb="account moved", subject_id=person.pk).exists()
    assert mine.get("/account/address/").status_code == 302
    assert "erson" not in str(AuditEntry.objects.latest("pk").changes)


def test_it_is_asked_again_who_is_there(town: Town, signed_in: Any) -> None:
    person = town.people[Role.EDITOR]
    mine = signed_in(Role.EDITOR)
    written(town, signed_in(Role.ADMIN), person)
    session = mine.session
    session["opened_at"] = "2026-01-01T00:00:00+00:00"
    session.save()
    assert mine.post("/account/address/", {"present": "autre"}).status_code == 422
    assert mine.post("/account/address/", {"present": PASSWORD}).status_code == 302


def test_nobody_moves_to_the_address_of_another_account(town: Town) -> None:
    person, user = town.people[Role.EDITOR], town.people[Role.EDITOR].user
    assert user is not None
    taken = town.people[Role.READER].email
    Person.objects.filter(pk=person.pk).update(email=taken.upper())
    with pytest.raises(ValidationError):
        move_account(user, email=taken)
    user.refresh_from_db()
    assert user.email != taken


def test_one_organisation_does_not_move_what_opens_another(
    town: Town, elsewhere: Town, signed_in: Any
) -> None:
    person, user = town.people[Role.EDITOR], town.people[Role.EDITOR].user
    assert user is not None
    there = add_person(elsewhere.admin, function="Elle", email=user.email, roles=[Role.READER])
    token = invite(elsewhere.admin, person=there)
    assert token is not None
    accept(user=user, person=there, bound_to=None)
    written(town, signed_in(Role.ADMIN), person)
    thief, mine = Browser(), signed_in(Role.EDITOR)
    thief.post(f"/sign-in/{links.make_link_for(town.admin, person=person)}/")
    for browser in (thief, mine):
        assert browser.post("/account/address/", {"present": PASSWORD}).status_code == 302
        user.refresh_from_db()
        assert user.email == person.email
    # Who operates does it for both, and everybody signs in again.
    move_account(user, email=NEW)
    assert {one.email for one in Person.objects.filter(user=user)} == {NEW}
    assert not Session.objects.filter(user=user).exists()
    assert signs_in(NEW) is not None


def test_a_squatted_address_accepts_no_invitation(town: Town, elsewhere: Town) -> None:
    """Somebody moves their own account to the address of a person to come elsewhere."""
    person, user = town.people[Role.EDITOR], town.people[Role.EDITOR].user
    assert user is not None
    Person.objects.filter(pk=person.pk).update(email=NEW)
    session = signs_in(person.email)
    assert session is not None
    session.post("/account/address/")
    there = add_person(elsewhere.admin, function="Elle", email=NEW, roles=[Role.ADMIN])
    token = invite(elsewhere.admin, person=there)
    again = signs_in(NEW)
    assert again is not None
    for browser in (session, again):
        assert browser.post(f"/invitation/{token}/", {"answer": "accept"}).status_code == 403
        assert browser.get(f"/{elsewhere.slug}/").status_code == 404


def test_there_is_nothing_to_confirm_when_nothing_was_written(town: Town) -> None:
    user = town.people[Role.EDITOR].user
    assert user is not None
    with pytest.raises(ValidationError):
        confirm_address(user, password=PASSWORD, bound_to=None, opened_at=user.last_login)  # type: ignore[arg-type]
