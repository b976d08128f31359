"""Plans proposed, organisations made from a list, acting for a member: each by whose act it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.accounts.access import NEVER_DELEGATED, Grant, Operation, Role
from portulan.accounts.delegations import (
    accept_delegation,
    delegate,
    delegations_of,
    end_delegation,
    given_to,
)
from portulan.accounts.invitations import invite
from portulan.accounts.links import make_link_for
from portulan.accounts.models import Delegation, Invitation, Person, User
from portulan.accounts.reads import enter, organisations_of
from portulan.accounts.tokens import make_token
from portulan.accounts.writes import edit_person, set_roles
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.evidence.writes import give, link
from portulan.indicators.models import Indicator, Target
from portulan.plans.models import (
    Action,
    ActionEvidence,
    Axis,
    Deliverable,
    Goal,
    Milestone,
    Plan,
)
from portulan.plans.plan import create_plan
from portulan.plans.words import CommitmentLevel
from portulan.publication.groups.members import copies_of
from portulan.publication.groups.proposed_plans import (
    decline_plan,
    get_received,
    received_by,
    send_plan,
    sent_by,
    take_plan,
)
from portulan.publication.groups.sharing import accept_member, end_sharing, share
from portulan.publication.models import SentPlan, SharedCopy
from portulan.publication.words import Extent
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan

pytestmark = pytest.mark.django_db
NEXT = timedelta(days=30)


@pytest.fixture
def sharing(syndicate: Town, val: Town, members: None) -> Any:
    shared = share(val.admin, group=syndicate.organisation, extent=Extent.FIGURES, today=TODAY)
    return accept_member(syndicate.admin, copy=shared.copy)


def account(town: Town, role: Role) -> User:
    user = town.people[role].user
    assert user is not None
    return user


def given(val: Town, syndicate: Town, *roles: Role, email: str = "") -> Delegation:
    return delegate(
        val.admin,
        group=syndicate.organisation,
        email=email or account(syndicate, Role.EDITOR).email.upper(),
        function="Agent du syndicat",
        roles=roles or [Role.EDITOR],
        until=TODAY + NEXT,
        today=TODAY,
    )


def accepted(delegation: Delegation, syndicate: Town, role: Role = Role.EDITOR) -> Delegation:
    return accept_delegation(
        syndicate.actor(role),
        user=account(syndicate, role),
        pk=delegation.pk,
        today=TODAY,
        bound_to=None,
    )


# Plans that a group proposes.


def test_a_plan_is_proposed_to_several_and_taken_by_the_member(
    syndicate: Town, val: Town, sharing: Any
) -> None:
    plan = make_plan(syndicate, "Plan type")
    person = syndicate.people[Role.CONTRIBUTOR]
    action = followed_action(syndicate, plan, title="Garder les postes", pilot=person,
                             pilot_function=f"DGS, {person.name}")  # fmt: skip
    adopt(syndicate, action, CommitmentLevel.IMPLEMENTATION)
    Action.objects.filter(pk=action.pk).update(
        protocol=f"Deux sites, {person.name}", cost_to_extend="10 k€",
        scope=f"Mairie, {person.name}", short_title=f"Postes de {person.name}"[:40],
    )  # fmt: skip
    Target.objects.update(judgement="reached", judged_on=TODAY, judged_why="Vu sur place")
    piece = give(syndicate.editor, title="Rapport secret", reference="DN-1")
    link(syndicate.editor, model=ActionEvidence, proved=action.pk, piece=piece)
    (sent,) = send_plan(syndicate.editor, plan=plan, copies=copies_of(syndicate.editor))
    assert "Deux sites" in sent.content
    assert "Mairie" in sent.content
    for word in ("Personne", "Conseil municipal", "1.71", "1.85", "10 k€", "secret", "Vu sur"):
        assert word not in sent.content
    (one,) = received_by(val.reader)
    assert not Plan.objects.filter(organisation=val.organisation).exists(), "nothing is made yet"
    with pytest.raises(DeniedError):
        get_received(actor=val.reader, pk=one.pk, need=Operation.EDIT_PLAN)
    with pytest.raises(NotFoundError):
        get_received(actor=syndicate.admin, pk=one.pk, need=Operation.EDIT_PLAN)
    made = take_plan(val.editor, sent=one, title="Notre plan", first_year=2027, last_year=2029)
    taken = Action.objects.get(plan=made)
    assert (taken.title, taken.level, taken.last_news_on) == (
        "Garder les postes", CommitmentLevel.IMPLEMENTATION, None
    )  # fmt: skip
    assert taken.decisions.count() == 0
    assert taken.indicators.get().targets.exists()
    assert not taken.indicators.get().measurements.exists()
    assert made.came_from.name == syndicate.organisation.name
    assert [one.reception for one in sent_by(syndicate.reader)] == ["taken"]
    with pytest.raises(ValidationError, match="déjà"):
        decline_plan(val.editor, sent=one)
    # What the member does of it afterwards is its own.
    assert Plan.objects.filter(organisation=syndicate.organisation).count() == 1


def test_whoever_is_named_anywhere_in_it_is_left_out(
    syndicate: Town, val: Town, sharing: Any
) -> None:
    plan, person = make_plan(syndicate, "Plan type"), syndicate.people[Role.CONTRIBUTOR]
    Person.objects.filter(pk=person.pk).update(name="Zoé Quillévéré")
    axis = Axis.objects.create(plan=plan, title="Chantiers de Quillévéré")
    goal = Goal.objects.create(plan=plan, title="Ce que veut Quillévéré")
    action = followed_action(syndicate, plan, title="Garder les postes")
    Action.objects.filter(pk=action.pk).update(
        short_title="Postes (Quillévéré)", scope="Chez Zoé Quillévéré", axis=axis
    )
    action.goals.add(goal)
    Milestone.objects.create(action=action, title="Revue avec Quillévéré", due_on=TODAY)
    Deliverable.objects.create(
        action=action, title="Note de Quillévéré", to_hear="Zoé Quillévéré", due_on=TODAY
    )
    Indicator.objects.update(name="Postes de Quillévéré", description="Compté par Quillévéré")
    Target.objects.update(text="Dit par Quillévéré", reference="Arrêté Quillévéré")
    (sent,) = send_plan(syndicate.editor, plan=plan, copies=copies_of(syndicate.editor))
    for word in ("uillévéré", "uillevere", "Zoé"):
        assert word not in sent.content
    made = take_plan(val.editor, sent=sent, title="Notre plan", first_year=2026, last_year=2029)
    taken = Action.objects.get(plan=made)
    assert taken.axis is not None
    assert (taken.axis.title, taken.goals.get().title) == ("Chantiers de …", "Ce que veut …")
    assert (taken.indicators.get().name, taken.deliverables.get().title) == (
        "Postes de …", "Note de …"
    )  # fmt: skip


def test_a_plan_goes_to_those_that_share_alone_and_leaves_with_the_sharing(
    syndicate: Town, val: Town, sharing: Any
) -> None:
    plan = make_plan(syndicate, "Plan type")
    with pytest.raises(ValidationError, match="au moins"):
        send_plan(syndicate.editor, plan=plan, copies=[])
    with pytest.raises(DeniedError):
        send_plan(syndicate.reader, plan=plan, copies=copies_of(syndicate.reader))
    with pytest.raises(NotFoundError):
        send_plan(syndicate.editor, plan=plan, copies=[SharedCopy(pk=987)])
    for _twice in range(2):
        send_plan(syndicate.editor, plan=plan, copies=copies_of(syndicate.editor))
    assert SentPlan.objects.count() == 1
    end_sharing(val.admin, sharing=sharing, today=TODAY)
    assert list(received_by(val.admin)) == []
    assert not SentPlan.objects.exists()


# Acting for a member.


def test_acting_is_given_by_the_member_accepted_and_written_in_both_journals(
    syndicate: Town, val: Town
) -> None:
    user = account(syndicate, Role.EDITOR)
    offered = given(val, syndicate)
    with pytest.raises(NotFoundError):
        enter(user=user, slug=val.slug)
    for role in (Role.ADMIN, Role.READER):
        with pytest.raises(NotFoundError):
            accepted(offered, syndicate, role)
    assert [one.pk for one in given_to(syndicate.editor, user=user, today=TODAY)] == [offered.pk]
    accepted(offered, syndicate)
    _organisation, actor = enter(user=user, slug=val.slug)
    assert actor.behalf is not None
    assert actor.roles == {Role.EDITOR}
    before = AuditEntry.objects.filter(organisation_id=syndicate.organisation.pk).count()
    plan = create_plan(actor, title="Fait pour eux", first_year=2026, last_year=2027)
    here = AuditEntry.objects.filter(organisation_id=val.organisation.pk, subject_id=plan.pk)
    assert here.get(subject_type="plan").person_id == offered.person_id
    there = AuditEntry.objects.filter(organisation_id=syndicate.organisation.pk).order_by("-pk")
    assert there.count() == before + 1
    assert (there[0].verb, there[0].person_id) == ("acted for", syndicate.people[Role.EDITOR].pk)
    assert there[0].changes == {
        "member": [None, val.organisation.name],
        "deed": [None, "created"],
    }
    assert "Fait pour eux" not in str(list(there.values())), "what was written stays there"


def test_who_acts_administers_nothing_whatever_their_roles(syndicate: Town, val: Town) -> None:
    for roles in ([], [Role.ADMIN], [Role.AUDITOR]):
        with pytest.raises(ValidationError):
            delegate(
                val.admin, group=syndicate.organisation, email="a@b.example", function="Agent",
                roles=roles, until=TODAY, today=TODAY,
            )  # fmt: skip
    for until in (TODAY - timedelta(days=1), TODAY + timedelta(days=500)):
        with pytest.raises(ValidationError):
            delegate(
                val.admin, group=syndicate.organisation, email="a@b.example", function="Agent",
                roles=[Role.READER], until=until, today=TODAY,
            )  # fmt: skip
    with pytest.raises(ValidationError, match="déjà"):
        given(val, syndicate, email=account(val, Role.READER).email)
    held = accepted(given(val, syndicate), syndicate)
    set_roles(val.admin, person=held.person, roles=list(Role))
    actor = enter(user=account(syndicate, Role.EDITOR), slug=val.slug)[1]
    assert all(actor.grant(operation) is Grant.NONE for operation in NEVER_DELEGATED)
    with pytest.raises(DeniedError):
        make_token(actor, name="jeton", operations=[Operation.READ_PLAN], days=30)
    with pytest.raises(ValidationError, match="propre organisme"):
        make_link_for(val.admin, person=held.person)
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(DeniedError):
            delegate(
                val.actor(role), group=syndicate.organisation, email="a@b.example",
                function="Agent", roles=[Role.READER], until=TODAY, today=TODAY,
            )  # fmt: skip


@pytest.mark.parametrize("how", ["member", "agent", "group", "date", "left", "no role"])
def test_it_stops_at_once_for_each_reason(syndicate: Town, val: Town, how: str) -> None:
    held = accepted(given(val, syndicate), syndicate)
    user, person = account(syndicate, Role.EDITOR), syndicate.people[Role.EDITOR]
    actor = enter(user=user, slug=val.slug)[1]
    if how == "member":
        end_delegation(val.admin, delegation=held, today=TODAY)
    elif how == "agent":
        end_delegation(actor, delegation=held, today=TODAY)
    elif how == "group":
        end_delegation(syndicate.admin, delegation=held, today=TODAY)
    elif how == "date":
        val.organisation.frozen_on = TODAY + NEXT
        val.organisation.save()
        assert enter(user=user, slug=val.slug)
        val.organisation.frozen_on = TODAY + NEXT + timedelta(days=1)
        val.organisation.save()
    elif how == "left":
        edit_person(
            syndicate.admin, person=person, function="x", name="", email=person.email, unit=None,
            left_on=timezone.localdate(),
        )  # fmt: skip
    else:
        set_roles(syndicate.admin, person=person, roles=[])
    with pytest.raises(NotFoundError):
        enter(user=user, slug=val.slug)
    assert val.organisation not in organisations_of(user)
    if how in {"member", "agent", "group"}:
        for place in (val, syndicate):
            ended = AuditEntry.objects.filter(
                organisation_id=place.organisation.pk, verb="delegation ended"
            )
            assert ended.count() == 1
        assert not [one for one in delegations_of(val.admin) if one.ended_at is None]
        with pytest.raises(ValidationError, match="déjà"):
            end_delegation(val.admin, delegation=held, today=TODAY)
        # Given again, it is accepted again.
        accepted(given(val, syndicate), syndicate)
        assert enter(user=user, slug=val.slug)


def test_its_day_is_its_end_whatever_is_said_of_the_person(syndicate: Town, val: Town) -> None:
    held = accepted(given(val, syndicate), syndicate)
    user, person = account(syndicate, Role.EDITOR), held.person
    card = {"function": "Agent", "name": "", "email": person.email, "unit": None}
    for later in (None, TODAY + 2 * NEXT):
        with pytest.raises(ValidationError, match="délégation"):
            edit_person(val.admin, person=person, left_on=later, **card)
    person.refresh_from_db()
    edit_person(val.admin, person=person, left_on=person.left_on, **card)
    Person.objects.filter(pk=person.pk).update(left_on=None)  # however it came
    assert enter(user=user, slug=val.slug)
    val.organisation.frozen_on = held.until + timedelta(days=1)
    val.organisation.save()
    with pytest.raises(NotFoundError):
        enter(user=user, slug=val.slug)


def test_who_was_not_accepted_yet_has_no_other_way_in(syndicate: Town, val: Town) -> None:
    before = User.objects.count()
    later = given(val, syndicate, email="agent@syndicat.example").person
    known = given(val, syndicate).person
    for person in (later, known):
        set_roles(val.admin, person=person, roles=[Role.EDITOR])
        with pytest.raises(ValidationError, match="propre organisme"):
            invite(val.admin, person=person)
        person.refresh_from_db()
        assert person.user is None
    assert User.objects.count() == before
    assert not Invitation.objects.exists()
    assert accepted(known.delegation, syndicate).person.user == account(syndicate, Role.EDITOR)


def test_nobody_ends_or_accepts_what_is_of_others(syndicate: Town, val: Town, town: Town) -> None:
    offered = given(val, syndicate)
    for stranger in (town.admin, syndicate.admin):
        with pytest.raises(NotFoundError):
            end_delegation(stranger, delegation=offered, today=TODAY)
    with pytest.raises(ValidationError, match="session"):
        accept_delegation(
            syndicate.editor, user=account(syndicate, Role.EDITOR), pk=offered.pk, today=TODAY,
            bound_to=syndicate.organisation.pk,
        )  # fmt: skip
    held = accepted(offered, syndicate)
    for other in (val.editor, syndicate.reader):
        with pytest.raises(DeniedError):
            end_delegation(other, delegation=held, today=TODAY)
    assert make_action(val, make_plan(val))
