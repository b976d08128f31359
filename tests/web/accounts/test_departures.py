"""Who has left is out, from that day: pages, sessions, passwords, links, invitations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from portulan.accounts import links
from portulan.accounts.access import Operation, Role
from portulan.accounts.invitations import invite
from portulan.accounts.models import Invitation, Person, Session, SignInLink
from portulan.accounts.reads import organisations_of
from portulan.accounts.tokens import find_token, make_token
from portulan.accounts.writes import add_person, edit_person
from portulan.core.errors import NotFoundError
from portulan.steering.calendars.addresses import make_address, read_calendar
from tests.browser import Browser
from tests.people import PASSWORD, Town


def see_off(town: Town, person: Person, *, days: int = 0) -> None:
    """Write that a person leaves that many days from now."""
    edit_person(
        town.admin,
        person=person,
        function=person.function,
        name=person.name,
        email=person.email,
        unit=None,
        left_on=timezone.localdate() + timedelta(days),
    )


@pytest.mark.parametrize("written", [0, -30])
def test_who_has_left_is_out_that_day(town: Town, signed_in: Any, written: int) -> None:
    person = town.people[Role.EDITOR]
    assert person.user is not None
    there = signed_in(Role.EDITOR)
    tokens = [links.make_link(user=person.user), links.make_link_for(town.admin, person=person)]
    assert there.get(f"/{town.slug}/").status_code == 200
    see_off(town, person, days=written)
    assert there.get(f"/{town.slug}/")["Location"].startswith("/sign-in/")
    assert there.get("/account/")["Location"].startswith("/sign-in/")
    assert not Session.objects.filter(user=person.user).exists()
    assert not SignInLink.objects.exists()
    again = Browser()
    for token in tokens:
        assert again.post(f"/sign-in/{token}/").status_code == 410
    sent = {"email": person.email, "password": PASSWORD}
    assert again.post(reverse("sign-in"), sent).status_code == 422
    with pytest.raises(ValidationError, match="compte"):
        links.make_link_for(town.admin, person=person)
    # The others stay.
    assert signed_in(Role.READER).get(f"/{town.slug}/").status_code == 200


def test_a_day_to_come_closes_nothing_before_and_everything_then(
    town: Town, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = town.people[Role.EDITOR]
    see_off(town, person, days=3)
    there = signed_in(Role.EDITOR)
    token = links.make_link_for(town.admin, person=person)
    assert there.get(f"/{town.slug}/").status_code == 200
    then = timezone.localdate() + timedelta(days=3)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: then)
    assert there.get(f"/{town.slug}/")["Location"].startswith("/sign-in/")
    assert links.find_link(token=token) is None


def test_who_leaves_one_organisation_stays_in_the_other(
    town: Town, elsewhere: Town, signed_in: Any
) -> None:
    person = town.people[Role.EDITOR]
    assert person.user is not None
    there = signed_in(Role.EDITOR)
    other = add_person(elsewhere.admin, function="Elle", email=person.email, roles=[Role.READER])
    token = invite(elsewhere.admin, person=other)
    there.post(f"/invitation/{token}/", {"answer": "accept"})
    bound = Browser()
    bound.post(f"/sign-in/{links.make_link_for(town.admin, person=person)}/")
    assert bound.get(f"/{town.slug}/").status_code == 200
    see_off(town, person)
    assert bound.get("/account/").status_code == 302
    assert there.get(f"/{town.slug}/").status_code == 404
    assert there.get(f"/{elsewhere.slug}/").status_code == 200
    assert list(organisations_of(person.user)) == [elsewhere.organisation]


def test_who_left_comes_back_where_somebody_invites_them(town: Town, elsewhere: Town) -> None:
    person = town.people[Role.EDITOR]
    see_off(town, person)
    other = add_person(elsewhere.admin, function="Elle", email=person.email, roles=[Role.READER])
    token = invite(elsewhere.admin, person=other)
    browser = Browser()
    browser.post(reverse("sign-in"), {"email": person.email, "password": PASSWORD})
    assert browser.post(f"/invitation/{token}/", {"answer": "accept"}).status_code == 302
    assert browser.get(f"/{elsewhere.slug}/").status_code == 200
    assert browser.get(f"/{town.slug}/").status_code == 404


def test_an_invitation_ends_with_the_departure_and_with_the_address(
    town: Town, elsewhere: Town
) -> None:
    address = town.people[Role.EDITOR].email
    person = add_person(elsewhere.admin, function="Elle", email=address, roles=[Role.READER])
    for change in ({"left_on": timezone.localdate()}, {"email": "autre@example.org"}):
        assert invite(elsewhere.admin, person=person)
        kept = {"function": "Elle", "name": "", "email": address, "unit": None, "left_on": None}
        edit_person(elsewhere.admin, person=person, **(kept | change))
        assert not Invitation.objects.exists()
        edit_person(elsewhere.admin, person=person, **kept)


def test_the_last_administrator_does_not_leave(town: Town) -> None:
    add_person(town.admin, function="Invitée", email="pas.encore@example.org", roles=[Role.READER])
    for days in (0, 30):
        with pytest.raises(ValidationError, match="administre"):
            see_off(town, town.people[Role.ADMIN], days=days)


def test_who_is_only_invited_does_not_administer(town: Town, elsewhere: Town) -> None:
    """Else an organisation could be left to somebody who refuses it."""
    add_person(
        elsewhere.admin,
        function="Invité",
        email=town.people[Role.ADMIN].email,
        roles=[Role.ADMIN],
    )
    with pytest.raises(ValidationError, match="administre"):
        see_off(elsewhere, elsewhere.people[Role.ADMIN])


def test_who_comes_back_finds_nothing_open_of_before(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it that they left on a day that came by itself, when nothing was written."""
    person, then = town.people[Role.EDITOR], timezone.localdate() + timedelta(days=3)
    calendar = make_address(town.editor, now=timezone.now())
    token = make_token(
        town.editor, name="Robot", operations=[Operation.READ_PLAN], days=30, now=timezone.now()
    )
    link = links.make_link_for(town.admin, person=person)
    mine = Browser()
    mine.post(reverse("sign-in"), {"email": person.email, "password": PASSWORD})
    see_off(town, person, days=3)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: then)
    kept = {"function": "Elle", "name": "", "email": person.email, "unit": None, "left_on": None}
    edit_person(town.admin, person=Person.objects.get(pk=person.pk), **kept)
    with pytest.raises(NotFoundError):
        read_calendar(calendar.rstrip("/").rpartition("/")[2].removesuffix(".ics"))
    assert find_token(f"Bearer {token}") is None
    assert links.find_link(token=link) is None
    assert mine.get(f"/{town.slug}/").status_code == 302
