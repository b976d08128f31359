"""A committee is prepared, held and minuted; each body does what it may, and proposes the rest."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.core.errors import DeniedError, NotFoundError
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import declare_vacant
from portulan.plans.models import Action, CommitmentDecision, Plan, PlannedMoney
from portulan.plans.words import CommitmentLevel, Progress
from portulan.steering.committees.bodies import default_body, save_body
from portulan.steering.committees.holding import (
    answer_item,
    attach_act,
    close_session,
    mark_done,
    note_session,
    open_session,
)
from portulan.steering.committees.preparing import (
    Place,
    add_item,
    arrange_agenda,
    prepare_committee,
    refresh_agenda,
)
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.words import DecisionStatus, Matter, Power
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
LATER = TODAY + timedelta(days=30)


@pytest.fixture
def plan(town: Town) -> Plan:
    """A plan with an action that goes well, one whose pilot is gone, one that is blocked."""
    plan = make_plan(town)
    adopt(town, followed_action(town, plan), IMPLEMENTATION)
    vacant = make_action(town, plan, "Former les acheteurs")
    adopt(town, vacant, STUDY)
    declare_vacant(town.editor, action=vacant, since=date(2026, 6, 30), today=TODAY)
    blocked = make_action(town, plan, "Trier les fichiers")
    update_progress(
        town.editor, action=blocked, today=TODAY, progress=Progress.IN_PROGRESS,
        blocked_by="le marché",
    )  # fmt: skip
    return plan


def bodies(town: Town) -> tuple[Body, Body]:
    """A committee that decides, and an assembly that votes."""
    return (
        save_body(
            town.editor, name="Comité NR", power=Power.DECIDE, members=["DSI", "DGS"], quorum=1
        ),
        save_body(town.editor, name="Assemblée", power=Power.VOTE),
    )


def prepare(town: Town, plan: Plan, body: Body, on: date = TODAY) -> Committee:
    return prepare_committee(town.editor, plan=plan, body=body, held_on=on, today=TODAY)


def hold(town: Town, committee: Committee, **answers: dict[str, object]) -> Committee:
    """Open, answer by the number of the action (`a2`), inform the rest, close."""
    today = committee.held_on
    open_session(town.editor, committee=committee, today=today)
    note_session(town.editor, committee=committee, present=["DSI"])
    for item in committee.items.select_related("action", "about", "committee__body"):
        key = f"d{item.about_id}" if item.about_id else f"a{item.action and item.action.number}"
        said = answers.get(key, {"matter": Matter.INFORMED})
        answer_item(town.editor, item=item, today=today, **said)  # type: ignore[arg-type]
    return close_session(town.editor, committee=committee, today=today)


def titles(committee: Committee) -> list[str]:
    return [one.title for one in committee.items.order_by("order")]


def test_an_agenda_builds_itself(town: Town, plan: Plan) -> None:
    committee = prepare(town, plan, default_body(town.editor))
    assert committee.body.power == Power.VOTE
    assert titles(committee) == [
        "Depuis le début du plan",
        "Action 2, Former les acheteurs",
        "Action 3, Trier les fichiers",
    ]
    why = dict(committee.items.values_list("action__number", "why"))
    assert "30/06/2026" in why[2]
    assert "le marché" in why[3]
    first, second, third = committee.items.order_by("order")
    arrange_agenda(
        town.editor,
        committee=committee,
        places={third.pk: Place(True, 0, 20), second.pk: Place(False, 9)},
    )
    add_item(town.editor, committee=committee, title="Calendrier 2027")
    assert titles(committee)[0] == third.title
    assert refresh_agenda(town.editor, committee=committee, today=TODAY) == 0
    open_session(town.editor, committee=committee, today=TODAY)
    assert titles(committee) == [third.title, first.title, "Calendrier 2027"]
    for change in (
        lambda: add_item(town.editor, committee=committee, title="Trop tard"),
        lambda: refresh_agenda(town.editor, committee=committee, today=TODAY),
        lambda: arrange_agenda(town.editor, committee=committee, places={}),
    ):
        with pytest.raises(ValidationError):
            change()


def test_nothing_is_said_before_the_session_nor_moves_before_its_end(
    town: Town, plan: Plan
) -> None:
    committee = prepare(town, plan, default_body(town.editor), LATER)
    item = committee.items.get(action__number=2)
    said = {"matter": Matter.PILOT, "function": "Formation"}
    for early in (
        lambda: open_session(town.editor, committee=committee, today=TODAY),
        lambda: note_session(town.editor, committee=committee, present=["DSI"]),
        lambda: answer_item(town.editor, item=item, today=LATER, **said),  # type: ignore[arg-type]
        lambda: close_session(town.editor, committee=committee, today=LATER),
    ):
        with pytest.raises(ValidationError):
            early()
    open_session(town.editor, committee=committee, today=LATER)
    answer_item(town.editor, item=item, today=LATER, **said)  # type: ignore[arg-type]
    assert Action.objects.get(number=2).vacant_since is not None
    with pytest.raises(ValidationError, match="n’a pas de réponse"):
        close_session(town.editor, committee=committee, today=LATER)


def test_a_body_does_what_it_may_and_proposes_the_rest(town: Town, plan: Plan) -> None:
    committee_body, assembly = bodies(town)
    committee = prepare(town, plan, committee_body)
    money = {"matter": Matter.MONEY, "year": 2027, "amount": Decimal(48000), "reason": "Portes"}
    hold(
        town,
        committee,
        a2={"matter": Matter.PILOT, "function": "Service formation"},
        a3=money,
    )
    action = Action.objects.get(number=2)
    assert (action.pilot_function, action.vacant_since) == ("Service formation", None)
    assert not PlannedMoney.objects.exists()
    proposal = Decision.objects.get(matter=Matter.MONEY)
    assert proposal.status == DecisionStatus.PROPOSED
    # It goes to the body that may, and not back to the one that may not.
    assert not prepare(town, plan, committee_body).items.exclude(about=None).exists()
    vote = prepare(town, plan, assembly)
    assert vote.items.get(about=proposal).title == "Action 3, Trier les fichiers"
    assert not prepare(town, plan, assembly).items.exclude(about=None).exists()
    hold(town, vote, **{f"d{proposal.pk}": {"matter": Matter.ADOPT}})
    attach_act(town.editor, committee=vote, act_number="26-204", votes="41 pour")
    proposal.refresh_from_db()
    assert (proposal.status, proposal.adopted_in) == (DecisionStatus.VOTED, vote)
    assert proposal.adopted_in.act_number == "26-204"
    assert PlannedMoney.objects.get().amount == Decimal(48000)


def test_a_body_that_lost_its_power_adopts_nothing(town: Town, plan: Plan) -> None:
    committee_body, assembly = bodies(town)
    money = {"matter": Matter.MONEY, "year": 2027, "amount": Decimal(1)}
    hold(town, prepare(town, plan, committee_body), a3=money)
    proposal = Decision.objects.get(matter=Matter.MONEY)
    vote = prepare(town, plan, assembly)
    save_body(town.editor, body=assembly, name=assembly.name, power=Power.DECIDE)
    vote = Committee.objects.get(pk=vote.pk)
    with pytest.raises(ValidationError, match="Aucune proposition"):
        hold(town, vote, **{f"d{proposal.pk}": {"matter": Matter.ADOPT}})
    assert not PlannedMoney.objects.exists()


def test_a_proposal_may_be_refused_or_wait(town: Town, plan: Plan) -> None:
    committee_body, assembly = bodies(town)
    money = {"matter": Matter.MONEY, "year": 2027, "amount": Decimal(1)}
    hold(town, prepare(town, plan, committee_body), a3=money)
    proposal = Decision.objects.get(matter=Matter.MONEY)
    key = f"d{proposal.pk}"
    hold(town, prepare(town, plan, assembly), **{key: {"matter": Matter.POSTPONED}})
    assert Decision.objects.filter(status=DecisionStatus.POSTPONED).count() == 0
    vote = prepare(town, plan, assembly)
    with pytest.raises(ValidationError):
        hold(town, vote, **{key: {"matter": Matter.REFUSE}})
    answer_item(
        town.editor, item=vote.items.get(about=proposal), matter=Matter.REFUSE, today=TODAY,
        reason="Pas cette année",
    )  # fmt: skip
    for item in vote.items.filter(decision=None):
        answer_item(town.editor, item=item, matter=Matter.INFORMED, today=TODAY)
    close_session(town.editor, committee=vote, today=TODAY)
    proposal.refresh_from_db()
    assert proposal.status == DecisionStatus.REFUSED
    assert not PlannedMoney.objects.exists()


def test_what_was_decided_and_not_done_comes_back(town: Town, plan: Plan) -> None:
    body = default_body(town.editor)
    committee = prepare(town, plan, body)
    add_item(town.editor, committee=committee, title="Charte")
    add_item(town.editor, committee=committee, title="Salon")
    open_session(town.editor, committee=committee, today=TODAY)
    for item in committee.items.all():
        said: dict[str, object] = {"matter": Matter.INFORMED}
        if item.title == "Charte":
            said = {"matter": Matter.TASK, "words": "Écrire la charte", "function": "Délégué"}
        if item.title == "Salon":
            said = {"matter": Matter.POSTPONED}
        answer_item(town.editor, item=item, today=TODAY, **said)  # type: ignore[arg-type]
    close_session(town.editor, committee=committee, today=TODAY)
    following = prepare(town, plan, body, LATER)
    back = dict(following.items.exclude(about=None).values_list("title", "why"))
    assert set(back) == {"Charte", "Salon"}
    assert "Écrire la charte" in back["Charte"]
    task = Decision.objects.get(matter=Matter.TASK)
    mark_done(town.editor, decision=task, today=TODAY)
    with pytest.raises(ValidationError):
        mark_done(town.editor, decision=task, today=TODAY)
    # What is postponed and still true in the plan comes by itself, once.
    assert titles(following).count("Action 2, Former les acheteurs") == 1


def test_a_level_is_decided_by_the_committee_on_its_day(town: Town, plan: Plan) -> None:
    body = default_body(town.editor)
    committee = prepare(town, plan, body)
    item = add_item(
        town.editor, committee=committee, title="Vote", action=Action.objects.get(number=3)
    )
    committee.items.exclude(pk=item.pk).update(kept=False)
    open_session(town.editor, committee=committee, today=TODAY)
    # What the plan would refuse is refused in the room: an implementation has an indicator.
    with pytest.raises(ValidationError):
        answer_item(town.editor, item=item, matter=Matter.LEVEL, level=IMPLEMENTATION, today=TODAY)
    assert not Decision.objects.filter(item=item).exists()
    answer_item(town.editor, item=item, matter=Matter.LEVEL, level=STUDY, today=TODAY)
    close_session(town.editor, committee=committee, today=TODAY, act_number="26-12")
    made = CommitmentDecision.objects.get(action__number=3)
    assert (made.decided_on, made.body) == (TODAY, body.name)
    assert "26-12" in made.reason
    with pytest.raises(ValidationError):
        answer_item(town.editor, item=item, matter=Matter.POSTPONED, today=TODAY)


def test_quorum_and_rights(town: Town, elsewhere: Town, plan: Plan) -> None:
    body = save_body(town.editor, name="C", power=Power.VOTE, members=["A", "B"], quorum=2)
    with pytest.raises(ValidationError):
        save_body(town.editor, name="D", power=Power.VOTE, members=["A"], quorum=2)
    committee = prepare(town, plan, body)
    with pytest.raises(ValidationError, match="quorum"):
        hold(town, committee)
    for actor in (town.reader, town.finance, town.contributor):
        with pytest.raises(DeniedError):
            note_session(actor, committee=committee, present=[])
    with pytest.raises(NotFoundError):
        note_session(elsewhere.editor, committee=committee, present=[])
    with pytest.raises(NotFoundError):
        prepare_committee(
            elsewhere.editor, plan=make_plan(elsewhere), body=body, held_on=TODAY, today=TODAY
        )
    advising = save_body(town.editor, name="Usagers", power=Power.ADVISE)
    Body.objects.exclude(pk=advising.pk).update(power=Power.ADVISE)
    lone = prepare(town, plan, advising)
    open_session(town.editor, committee=lone, today=TODAY)
    item = AgendaItem.objects.get(committee=lone, action__number=2)
    with pytest.raises(ValidationError, match="Aucun organe"):
        answer_item(town.editor, item=item, matter=Matter.PILOT, function="X", today=TODAY)
