"""Organisations made from a list: line by line, once, and by whose leave somebody acts in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.delegations import end_delegation
from portulan.accounts.models import Delegation, Invitation, Organisation, Person, SignInLink
from portulan.accounts.reads import enter, organisations_of
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import set_roles
from portulan.core import processes
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry, Letter, Task
from portulan.core.tasks import latest
from portulan.core.words import TaskStatus
from portulan.plans.models import Action, Plan
from portulan.publication.groups.at_work import resume
from portulan.publication.groups.founding import (
    foresee,
    found_member,
    found_members,
)
from portulan.publication.groups.founding_list import Wanted, read_list
from portulan.publication.groups.members import asking, members_of
from portulan.publication.words import FOUNDING
from tests.people import Town
from tests.publication.groups.conftest import FIGURES, NOTHING, SYNDICATE
from tests.publication.groups.test_acting import account
from tests.publication.groups.test_sharing import sirens

pytestmark = pytest.mark.django_db
LIST = "\n".join(
    [
        "SIREN;nom;population;adresse",
        f"{NOTHING};La Neuve;1 250;maire@neuve.example",
        f"{FIGURES};Bourg;;qui@bourg.example",
    ]
)


@pytest.fixture
def founder(syndicate: Town, settings: Any) -> Town:
    settings.FOUNDERS = [syndicate.slug]
    settings.MAILERS = {"default": {}}
    return syndicate


def found(founder: Town, wanted: list[Wanted], **more: Any) -> Task:
    """Found what a list says; a failure of the task is raised."""
    task = found_members(
        founder.admin, wanted=wanted, form=LegalForm.TOWN, today=timezone.localdate(), **more
    )
    assert (task.status, task.failure) == (TaskStatus.DONE, "")
    return task


def test_a_list_makes_those_that_are_not_here_and_the_group_opens_none(
    founder: Town, bourg: Any
) -> None:
    wanted = read_list(LIST)
    assert [(one.wanted.name, one.is_here) for one in foresee(founder.admin, wanted=wanted)] == [
        ("La Neuve", False),
        ("Bourg", True),
    ]
    task = found(founder, wanted)
    assert task.details == {"made": 1, "left": []}, "no address stays in the row"
    made = Organisation.objects.get(siren=NOTHING)
    assert (made.slug, made.legal_form, made.population) == ("la-neuve", "town", 1250)
    assert "groups" in made.put_away
    assert {one.siren for one in members_of(founder.reader)} == {FIGURES, NOTHING}
    admin = Person.objects.get(organisation=made)
    letter = Letter.objects.get(person_id=admin.pk)
    assert (letter.address, letter.organisation_id) == ("maire@neuve.example", made.pk)
    assert "sees nothing" in letter.body or "n’y voit rien" in letter.body
    assert SignInLink.objects.get(organisation=made).user == admin.user
    for role in Role:
        with pytest.raises(NotFoundError):
            enter(user=account(founder, role), slug=made.slug)
    # It shows nothing before it says so; it sees who asks.
    themselves = enter(user=admin.user, slug=made.slug)[1]  # type: ignore[arg-type]
    assert [(one.group, one.sharing) for one in asking(themselves)] == [
        (founder.organisation, None)
    ]
    before = Organisation.objects.count()
    assert found(founder, wanted).details["made"] == 0
    assert Organisation.objects.count() == before


def test_an_address_that_has_an_account_is_invited(founder: Town, elsewhere: Town) -> None:
    theirs = account(elsewhere, Role.READER)
    found(founder, [Wanted(NOTHING, "La Neuve", None, theirs.email)])
    made = Organisation.objects.get(siren=NOTHING)
    admin = Person.objects.get(organisation=made)
    assert admin.user is None
    assert Invitation.objects.get().person == admin
    assert "/invitation/" in Letter.objects.get().body
    assert made not in organisations_of(theirs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{NOTHING};La Neuve;;pas une adresse", "adresse"),
        (f"{NOTHING};La Neuve;mille;a@b.example", "population"),
        (f"{NOTHING};La Neuve;royaume;10;a@b.example", "forme"),
        (f"{NOTHING};La Neuve", "colonnes"),
        ("123456789;La Neuve;;a@b.example", "n’existe pas"),
        (f"{NOTHING};A;;a@b.example\n{NOTHING};B;;b@b.example", "plus haut"),
        (f"{NOTHING};;;a@b.example", "nom"),
    ],
)
def test_a_wrong_line_is_told_and_stops_no_other(founder: Town, text: str, said: str) -> None:
    good = f"{FIGURES};Bourg;;b@bourg.example"
    wanted = read_list(f"{text}\n\n{good}")
    (wrong,) = [one for one in wanted if one.why]
    assert said in wrong.why
    found(founder, wanted)
    assert Organisation.objects.filter(siren=FIGURES).count() == 1
    assert Organisation.objects.exclude(siren__in=["", SYNDICATE]).count() == len(wanted) - 1


def test_a_line_that_is_wrong_takes_no_siren(founder: Town) -> None:
    wrong, good = read_list(f"{NOTHING};A;;pas une adresse\n{NOTHING};B;;b@b.example")
    assert wrong.why
    assert not good.why


def test_columns_are_read_by_their_titles_in_any_order(founder: Town) -> None:
    text = f"Adresse\tForme\tNom\tSIREN\na@b.example\tEPCI\tLe Pays\t{NOTHING[:3]} {NOTHING[3:]}"
    (one,) = read_list(text)
    assert (one.siren, one.name, one.form, one.population, one.email, one.why) == (
        NOTHING, "Le Pays", LegalForm.INTERCOMMUNAL, None, "a@b.example", "",
    )  # fmt: skip
    found(founder, [one])
    assert Organisation.objects.get(siren=NOTHING).legal_form == LegalForm.INTERCOMMUNAL


def test_a_list_without_a_good_line_is_refused(founder: Town) -> None:
    before = Organisation.objects.count()
    for text, said in (("123456789;La Neuve;;a@b.example", "Aucune ligne"), ("", "200")):
        with pytest.raises(ValidationError, match=said):
            found(founder, read_list(text))
    left = found(founder, read_list(f"{SYNDICATE};Nous;;a@b.example")).details["left"]
    assert left == [[1, "c’est vous"]]
    assert Organisation.objects.count() == before


def test_who_operates_says_which_groups_make_organisations(founder: Town, settings: Any) -> None:
    wanted = [Wanted(NOTHING, "La Neuve", None, "a@b.example")]
    asked = {"wanted": wanted, "form": LegalForm.TOWN, "today": timezone.localdate()}
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(DeniedError):
            found_members(founder.actor(role), **asked)
        with pytest.raises(DeniedError):
            resume(founder.actor(role), FOUNDING)
    settings.MAILERS = {}
    with pytest.raises(ValidationError, match="courrier"):
        found_members(founder.admin, **asked)
    settings.FOUNDERS = []
    with pytest.raises(ValidationError, match="exploitant"):
        found_members(founder.admin, **asked)
    assert not Organisation.objects.filter(siren=NOTHING).exists()


def test_killed_it_goes_on_and_each_is_founded_once(founder: Town) -> None:
    wanted = [
        Wanted(siren, f"Commune {n}", None, f"m{n}@c.example", line=n)
        for n, siren in enumerate(sirens(4), 1)
    ]
    # As a process that was killed leaves it: two founded, its row still at work.
    gone = Task.objects.create(
        organisation_id=founder.organisation.pk,
        person_id=founder.people[Role.ADMIN].pk,
        kind=FOUNDING,
        subject_id=founder.organisation.pk,
        status=TaskStatus.RUNNING,
        details={
            "rows": [{**_row(one)} for one in wanted],
            "new": [one.siren for one in wanted],
            "form": "town",
            "with_plan": False,
            "until": None,
            "left": [],
            "roles": ["admin"],
        },
        created_at=timezone.now() - timedelta(hours=1),
        seen_at=timezone.now() - timedelta(hours=1),
    )
    for one in wanted[:2]:
        found_member(founder.admin, wanted=one, form=LegalForm.TOWN)
    last = latest(FOUNDING, founder.organisation.pk)
    assert last is not None
    assert (last.pk, last.status) == (gone.pk, TaskStatus.INTERRUPTED)
    task = resume(founder.admin, FOUNDING)
    assert (task.status, task.done, task.details) == ("done", 4, {"made": 4, "left": []})
    assert Organisation.objects.filter(siren__in=[one.siren for one in wanted]).count() == 4
    assert Letter.objects.count() == 4
    with pytest.raises(ValidationError, match="reprendre"):
        resume(founder.admin, FOUNDING)


def _row(one: Wanted) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_who_founds_acts_there_until_the_day_or_until_the_member_ends_it(founder: Town) -> None:
    today = timezone.localdate()
    until, user = today + timedelta(days=90), account(founder, Role.ADMIN)
    with pytest.raises(ValidationError, match="session"):
        found_members(
            replace(founder.admin, is_bound=True),
            wanted=[Wanted(NOTHING, "La Neuve", 900, "m@n.example")],
            form=LegalForm.TOWN,
            until=until,
            today=today,
        )
    for day in (today - timedelta(days=1), today + timedelta(days=500)):
        with pytest.raises(ValidationError):
            found(founder, [Wanted(NOTHING, "La Neuve", 900, "m@n.example")], until=day)
    found(founder, [Wanted(NOTHING, "La Neuve", 900, "m@n.example")], until=until, with_plan=True)
    made = Organisation.objects.get(siren=NOTHING)
    _organisation, actor = enter(user=user, slug=made.slug)
    assert actor.behalf is not None
    assert (actor.roles, actor.behalf.until) == ({Role.EDITOR}, until)
    for never in (Operation.MANAGE, Operation.SHARE, Operation.MAKE_TOKEN):
        assert not actor.may(never)
    assert Action.objects.filter(plan=Plan.objects.get(organisation=made)).count() == 8
    letter = Letter.objects.get(organisation_id=made.pk)
    assert "y travailler" in letter.body
    assert "n’y voit rien" not in letter.body
    assert "groups" not in made.put_away, "where it is ended is shown"
    for place in (made.pk, founder.organisation.pk):
        entries = AuditEntry.objects.filter(organisation_id=place, verb="delegation accepted")
        assert entries.count() == 1
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(NotFoundError):
            enter(user=account(founder, role), slug=made.slug)
    # Its administrator, who came by the letter, ends it.
    themselves = enter(user=SignInLink.objects.get(organisation=made).user, slug=made.slug)[1]
    end_delegation(themselves, delegation=Delegation.objects.get(), today=today)
    with pytest.raises(NotFoundError):
        enter(user=user, slug=made.slug)
    # Founding again gives nothing back.
    found(founder, [Wanted(NOTHING, "La Neuve", 900, "m@n.example")], until=until)
    with pytest.raises(NotFoundError):
        enter(user=user, slug=made.slug)


def _stopped(founder: Town, *wanted: Wanted, **told: Any) -> Task:
    """A founding as a process that was killed leaves it, asked by the administrator."""
    return Task.objects.create(
        organisation_id=founder.organisation.pk,
        person_id=founder.people[Role.ADMIN].pk,
        kind=FOUNDING,
        subject_id=founder.organisation.pk,
        status=TaskStatus.INTERRUPTED,
        details={
            "rows": [_row(one) for one in wanted],
            "new": [one.siren for one in wanted],
            "form": "town",
            "with_plan": False,
            "until": (timezone.localdate() + timedelta(days=9)).isoformat(),
            "left": [],
            "roles": ["admin"],
            **told,
        },
        created_at=timezone.now(),
        seen_at=timezone.now(),
    )


NEW = Wanted(NOTHING, "La Neuve", 900, "m@n.example", line=1)


def test_another_list_waits_for_the_one_at_work(founder: Town) -> None:
    at_work = _stopped(founder, NEW)
    Task.objects.filter(pk=at_work.pk).update(status=TaskStatus.RUNNING, process=processes.mark())
    with pytest.raises(ValidationError, match="en cours"):
        found(founder, [NEW])
    assert resume(founder.admin, FOUNDING) == at_work


def test_a_bound_session_resumes_nothing(founder: Town) -> None:
    _stopped(founder, NEW)
    with pytest.raises(ValidationError, match="session"):
        resume(replace(founder.admin, is_bound=True), FOUNDING)


@pytest.mark.parametrize("is_resumed", [True, False])
def test_no_address_stays_in_a_list_that_was_replaced(founder: Town, is_resumed: bool) -> None:
    stopped = _stopped(founder, NEW)
    if is_resumed:
        resume(founder.admin, FOUNDING)
        assert Delegation.objects.count() == 1
    else:
        found(founder, [NEW])
    stopped.refresh_from_db()
    assert "rows" not in stopped.details
    assert not Task.objects.filter(details__has_key="rows").exists()


def test_who_resumes_for_another_or_too_late_acts_in_none(founder: Town) -> None:
    other = founder.people[Role.EDITOR]
    set_roles(founder.admin, person=other, roles=[Role.ADMIN])
    _stopped(founder, NEW)
    task = resume(replace(founder.admin, person_id=other.pk), FOUNDING)
    assert task.details == {"made": 1, "left": []}
    late = Wanted(FIGURES, "Bourg", 900, "b@n.example", line=1)
    _stopped(founder, late, until=(timezone.localdate() - timedelta(days=1)).isoformat())
    assert resume(founder.admin, FOUNDING).details == {"made": 1, "left": []}
    assert not Delegation.objects.exists()


def test_who_no_longer_administers_the_group_founds_no_more(founder: Town) -> None:
    _stopped(founder, NEW)
    set_roles(
        replace(founder.admin, person_id=None), person=founder.people[Role.EDITOR],
        roles=[Role.ADMIN],
    )  # fmt: skip
    set_roles(founder.admin, person=founder.people[Role.ADMIN], roles=[Role.READER])
    task = resume(founder.admin, FOUNDING)
    assert task.status == TaskStatus.FAILED
    assert not Organisation.objects.filter(siren=NOTHING).exists()


def test_a_line_that_is_refused_stops_no_other(
    founder: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(actor: Any, *, wanted: Wanted, **more: Any) -> Any:
        if wanted.siren == FIGURES:
            raise DeniedError("x")
        return found_member(actor, wanted=wanted, **more)

    monkeypatch.setattr("portulan.publication.groups.founding.found_member", refuse)
    task = found(founder, [Wanted(FIGURES, "Bourg", None, "b@b.example", line=1), NEW])
    assert task.details == {"made": 1, "left": [[1, "vous n’y agissez plus"]]}
