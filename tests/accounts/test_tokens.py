"""Tokens of the API: shown once, for some of what a person may do, as long as they may."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone

from portulan.accounts.access import Grant, Operation, Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.erasing import erase_person
from portulan.accounts.models import Membership, Person, SecurityEntry, Token
from portulan.accounts.tidying import clear_spent
from portulan.accounts.tokens import (
    NEVER,
    UnknownTokenError,
    actor_of_token,
    make_token,
    offered_to,
    revoke,
)
from portulan.accounts.writes import edit_person, set_roles
from portulan.budget.imports.split import places_for
from portulan.cli.serve import is_known
from portulan.core.errors import DeniedError, NotFoundError
from tests.people import Town

READ = [Operation.READ_PLAN]


def make(actor: Actor, operations: list[Operation] | None = None, name: str = "Tableur") -> str:
    return make_token(actor, name=name, operations=operations or READ, days=30)


def shown(header: str) -> Actor:
    return actor_of_token(RequestFactory().get("/", HTTP_AUTHORIZATION=header))


def opens(token: str) -> bool:
    try:
        shown(f"Bearer {token}")
    except UnknownTokenError:
        return False
    return True


def basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def test_it_acts_for_the_person_and_does_nothing_but_what_it_was_given(town: Town) -> None:
    token = make(town.editor, [Operation.READ_PLAN, Operation.EDIT_PLAN])
    for header in (f"Bearer {token}", f"bearer  {token}", basic("", token), basic("moi", token)):
        actor = shown(header)
        assert (actor.organisation_id, actor.person_id) == (
            town.organisation.pk,
            town.editor.person_id,
        )
        assert {one for one in Operation if actor.grant(one) is not Grant.NONE} == {
            Operation.READ_PLAN,
            Operation.EDIT_PLAN,
        }
    kept = Token.objects.get()
    assert token not in str(vars(kept))
    assert is_known("", f"Bearer {token}")
    assert not is_known("", "Bearer portulan_x")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic", "Basic é", "Basic !!!", "Digest x", "Bearer portulan_x",
     basic("portulan_x", ""), "Basic " + b64encode(b"\xff\xfe:\xff").decode()],
)  # fmt: skip
def test_what_is_no_token_opens_nothing(town: Town, header: str) -> None:
    make(town.editor)
    with pytest.raises(UnknownTokenError):
        shown(header)


def test_an_address_or_a_cookie_is_not_looked_at(town: Town) -> None:
    token = make(town.editor)
    request = RequestFactory().get(f"/?token={token}&access_token={token}", HTTP_COOKIE=token)
    with pytest.raises(UnknownTokenError):
        actor_of_token(request)


@pytest.mark.parametrize("role", Role)
def test_nobody_gives_more_than_they_have(town: Town, role: Role) -> None:
    actor = town.actor(role)
    for one in Operation:
        if one in offered_to(actor):
            continue
        with pytest.raises(DeniedError):
            make(actor, [Operation.READ_PLAN, one])
    assert not Token.objects.exists()
    # Neither another token, nor what opens to others.
    token = make(actor, offered_to(actor))
    assert not {*NEVER} & {one for one in Operation if shown(f"Bearer {token}").may(one)}
    with pytest.raises(DeniedError):
        make(shown(f"Bearer {token}"), name="Un autre")


def test_ones_own_stays_ones_own(town: Town) -> None:
    token = make(town.contributor, [Operation.UPDATE_ACTION])
    assert shown(f"Bearer {token}").grant(Operation.UPDATE_ACTION) is Grant.OWN


def test_it_is_made_by_a_person_for_something_and_for_a_time(town: Town) -> None:
    with pytest.raises(DeniedError):
        make(command_line(town.organisation.pk))
    for said in ({"operations": []}, {"days": 31}, {"days": -1}, {"name": " "}):
        with pytest.raises(ValidationError):
            make_token(town.editor, **{"name": "A", "operations": READ, "days": 30, **said})  # type: ignore[arg-type]
    make(town.editor)
    with pytest.raises(ValidationError, match="existe déjà"):
        make(town.editor)
    for n in range(19):
        make(town.editor, name=str(n))
    with pytest.raises(ValidationError, match="vingt"):
        make(town.editor, name="un de trop")


def leave(town: Town, person: Person) -> None:
    edit_person(
        town.admin, person=person, function="Elle", name="", email=person.email, unit=None,
        left_on=timezone.localdate(),
    )  # fmt: skip


CLOSINGS: dict[str, Callable[[Town, Person], object]] = {
    "left": leave,
    "erased": lambda town, person: erase_person(town.admin, person=person),
    "role lost": lambda town, person: set_roles(town.admin, person=person, roles=[Role.READER]),
    "no role": lambda town, person: set_roles(town.admin, person=person, roles=[]),
}


@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_departure_or_a_lost_role_closes_it_for_good(town: Town, closing: str) -> None:
    person = town.people[Role.EDITOR]
    token = make(town.editor, [Operation.EDIT_PLAN])
    stays = make(town.actor(Role.AUDITOR), name="Un autre")
    assert opens(token)
    CLOSINGS[closing](town, person)
    assert not opens(token)
    assert not Token.objects.filter(person=person).exists()
    assert SecurityEntry.objects.filter(event="token closed", subject_id=person.pk).exists()
    assert opens(stays)


def test_a_right_that_is_gone_is_gone_whatever_was_written(town: Town) -> None:
    """By the doors themselves: a day to come, a role taken beneath the services, no account."""
    person = town.people[Role.EDITOR]
    assert person.user is not None
    token = make(town.editor, [Operation.EDIT_PLAN, Operation.READ_PLAN])
    Membership.objects.filter(person=person).update(role=Role.READER)
    assert not shown(f"Bearer {token}").may(Operation.EDIT_PLAN)
    person.user.is_active = False
    person.user.save()
    assert not opens(token)
    person.user.is_active = True
    person.user.save()
    Person.objects.filter(pk=person.pk).update(left_on=timezone.localdate())
    assert not opens(token)
    Person.objects.filter(pk=person.pk).update(left_on=None)
    Membership.objects.filter(person=person).delete()
    assert not opens(token)


def test_it_expires_and_is_taken_away(town: Town) -> None:
    token = make(town.editor)
    Token.objects.update(expires_at=timezone.now())
    assert not opens(token)
    make(town.editor)  # its name is free at once
    assert Token.objects.count() == 1
    clear_spent(timezone.now() + timedelta(days=61))
    assert not Token.objects.exists()


def test_it_is_revoked_by_its_owner_or_who_administers(town: Town, elsewhere: Town) -> None:
    for closer in (town.editor, town.admin):
        token, pk = make(town.editor), Token.objects.get().pk
        for actor, refused in ((town.finance, DeniedError), (elsewhere.admin, NotFoundError)):
            with pytest.raises(refused):
                revoke(actor, pk=pk)
        assert opens(token)
        revoke(closer, pk=pk)
        assert not opens(token)
    entries = SecurityEntry.objects.filter(event="token closed").order_by("pk")
    assert [one.person_id for one in entries] == [town.editor.person_id, town.admin.person_id]


def test_the_journal_says_that_it_serves_once_a_day_and_a_place(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = make(town.editor)
    for address in ("198.51.100.7", "198.51.100.7", "203.0.113.9"):
        request = RequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {token}")
        request.META["REMOTE_ADDR"] = address
        actor_of_token(request)
    entries = SecurityEntry.objects.filter(event="token used").order_by("pk").all()
    assert [one.address for one in entries] == ["198.51.100.7", "203.0.113.9"]
    assert Token.objects.get().used_from == "203.0.113.9"
    Token.objects.update(used_from="198.51.100.7")
    actor_of_token(request)
    assert entries.all().count() == 2
    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("portulan.accounts.tokens.timezone.now", lambda: later)
    actor_of_token(request)
    assert entries.all().count() == 3
    assert token not in str(list(SecurityEntry.objects.values()))


def test_it_reaches_no_other_organisation_of_the_person(town: Town, elsewhere: Town) -> None:
    """Not even by a file of accounts of both: found in `split`, for bound sessions too."""
    for place, siren in ((town, "217500016"), (elsewhere, "213105554")):
        type(place.organisation).objects.filter(pk=place.organisation.pk).update(siren=siren)
    here, there = town.people[Role.FINANCE], elsewhere.people[Role.FINANCE]
    Person.objects.filter(pk=there.pk).update(user=None)
    Person.objects.filter(pk=there.pk).update(user=here.user)
    both = {"217500016", "213105554"}
    assert set(places_for(town.finance, both)) == both
    token = make(town.finance, [Operation.EDIT_BUDGET])
    assert set(places_for(shown(f"Bearer {token}"), both)) == {"217500016"}
    narrow = make(town.finance, [Operation.READ_BUDGET], name="Lire")
    assert places_for(shown(f"Bearer {narrow}"), both) == {}
    # Nor one that asks for a second factor on entering.
    asking = type(elsewhere.organisation).objects.filter(pk=elsewhere.organisation.pk)
    asking.update(factor_roles=["finance"])
    assert set(places_for(town.finance, both)) == {"217500016"}
    asking.update(factor_roles=[])
    assert set(places_for(town.finance, both)) == both
    Person.objects.filter(pk=there.pk).update(left_on=timezone.localdate())
    assert set(places_for(town.finance, both)) == {"217500016"}
