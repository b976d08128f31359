"""A session on one page: options that are computed, votes that add up, minutes in sentences."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from portulan.accounts.access import Role
from portulan.accounts.words import LegalForm
from portulan.budget.funding.writes import allot
from portulan.budget.models import Allotment
from portulan.core.errors import DeniedError
from portulan.plans.actions.writes import assign_pilot, declare_vacant, edit_action
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel
from portulan.steering.committees.bodies import save_body
from portulan.steering.committees.choices import Around, Credits, _room
from portulan.steering.committees.holding import (
    answer_item,
    attach_act,
    close_session,
    open_session,
)
from portulan.steering.committees.minutes import (
    close_minutes,
    give_signed,
    undo_session,
    write_minutes,
)
from portulan.steering.committees.preparing import prepare_committee
from portulan.steering.committees.sitting import Said, Sitting, sit, sitting_of
from portulan.steering.committees.wording import named, opening, vote_sentence
from portulan.steering.law import budget_days, delay_of, walk_back
from portulan.steering.models import Body, Committee, Decision
from portulan.steering.words import DecisionStatus, Matter, Power
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, make_action, make_plan

MEMBERS = ["DSI", "DGS", "Élue"]


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    action = make_action(town, plan, "Former les acheteurs")
    edit_action(town.editor, action=action, contributors=["Service formation"])
    adopt(town, action, CommitmentLevel.STUDY)
    declare_vacant(town.editor, action=action, since=TODAY, today=TODAY)
    return plan


@pytest.fixture
def committee(town: Town, plan: Plan) -> Committee:
    body = save_body(town.editor, name="Comité NR", power=Power.DECIDE, members=MEMBERS, quorum=2)
    made = prepare_committee(town.editor, plan=plan, body=body, held_on=TODAY, today=TODAY)
    open_session(town.editor, committee=made, today=TODAY)
    return made


def page(committee: Committee) -> Sitting:
    return sitting_of(committee, today=TODAY, lang="fr")


def say(town: Town, committee: Committee, said: Said, *, close: bool = False) -> Committee:
    pk = next(one.item.pk for one in page(committee).questions if one.item.action_id)
    return sit(
        town.editor,
        committee=committee,
        present=["DSI", "DGS"],
        answers={pk: said},
        close=close,
        today=TODAY,
        lang="fr",
    )


def test_options_are_concrete_and_say_who_decides(committee: Committee) -> None:
    [question] = page(committee).questions
    keys = [one.key for one in question.options]
    assert keys[0] == "pilot-1"
    assert question.options[0].said == {"function": "Service formation"}
    assert {"drop", "postponed"} <= set(keys)
    assert question.decides


def test_votes_add_up_to_who_is_there(town: Town, committee: Committee) -> None:
    with pytest.raises(ValidationError) as refused:
        say(town, committee, Said("pilot-1", in_favour=3))
    assert "3 voix pour 2 présents" in " ".join(refused.value.messages)
    assert not Decision.objects.filter(item__committee=committee).exists()
    with pytest.raises(ValidationError, match="plus possible"):
        say(town, committee, Said("pilot-9"))
    say(town, committee, Said("pilot-1", in_favour=1, abstentions=1))
    assert page(committee).points[0].vote == (
        "Adopté par 1 voix pour, aucune voix contre et 1 abstention."
    )
    assert page(committee).points[0].sentence == (
        "Le comité NR décide de confier le pilotage de l’action 1 à\xa0: Service formation."
    )
    with translation.override("en"):
        point = sitting_of(committee, today=TODAY, lang="en").points[0]
    assert point.sentence == "Comité NR decides to have action 1 piloted by: Service formation."


def test_what_is_rejected_changes_nothing(town: Town, committee: Committee) -> None:
    say(town, committee, Said("pilot-1", in_favour=1, against=1), close=True)
    decision = Decision.objects.get(matter=Matter.PILOT)
    assert decision.status == DecisionStatus.REJECTED
    assert Action.objects.get().vacant_since is not None
    assert vote_sentence(decision, committee.body).startswith("Rejeté")


def test_an_undone_session_gives_the_plan_back(town: Town, committee: Committee) -> None:
    before = Action.objects.get()
    say(town, committee, Said("pilot-1", in_favour=2), close=True)
    committee.refresh_from_db()
    assert committee.called == f"{TODAY.year}-1"
    assert Action.objects.get().pilot_function == "Service formation"
    with pytest.raises(DeniedError):
        undo_session(town.finance, committee=committee, reason="erreur", today=TODAY)
    with pytest.raises(ValidationError):
        undo_session(town.editor, committee=committee, reason=" ", today=TODAY)
    undo_session(town.editor, committee=committee, reason="erreur", today=TODAY)
    after = Action.objects.get()
    assert (after.pilot_function, after.vacant_since) == (
        before.pilot_function,
        before.vacant_since,
    )
    close_session(town.editor, committee=committee, today=TODAY)
    assert committee.called == f"{TODAY.year}-1"  # the number stays
    close_minutes(town.editor, committee=committee, name="Mme A", on=TODAY)
    with pytest.raises(ValidationError, match="arrêté"):
        undo_session(town.editor, committee=committee, reason="erreur", today=TODAY)
    with pytest.raises(ValidationError):
        give_signed(town.editor, committee=committee, content=b"<html>")


def test_what_was_changed_since_the_session_stays(town: Town, committee: Committee) -> None:
    say(town, committee, Said("pilot-1", in_favour=2), close=True)
    committee.refresh_from_db()
    action, pilot = Action.objects.get(), town.people[Role.CONTRIBUTOR]
    assign_pilot(town.editor, action=action, pilot_function="Achats", pilot=pilot, today=TODAY)
    undo_session(town.editor, committee=committee, reason="erreur", today=TODAY)
    after = Action.objects.get()
    assert (after.pilot_function, after.pilot, after.vacant_since) == ("Achats", pilot, None)


def test_a_date_that_was_changed_since_the_session_stays(town: Town, committee: Committee) -> None:
    action = Action.objects.get()
    item = committee.items.get(action=action)
    decided, moved = TODAY + timedelta(days=90), TODAY + timedelta(days=120)
    for since, kept in ((None, action.due_on), (moved, moved)):
        answer_item(town.editor, item=item, matter=Matter.DATE, due_on=decided, today=TODAY)
        sit(town.editor, committee=committee, present=["DSI", "DGS"], answers={}, close=True,
            today=TODAY, lang="fr")  # fmt: skip
        committee.refresh_from_db()
        assert Action.objects.get().due_on == decided
        if since:
            edit_action(town.editor, action=Action.objects.get(), due_on=since)
        undo_session(town.editor, committee=committee, reason="erreur", today=TODAY)
        assert Action.objects.get().due_on == kept


def test_a_session_of_before_has_nothing_to_give_back(town: Town, committee: Committee) -> None:
    """Closed before this was kept: nothing is erased, its minutes stay as they were sent."""
    say(town, committee, Said("pilot-1", in_favour=2), close=True)
    Decision.objects.update(before={})
    committee.refresh_from_db()
    with pytest.raises(ValidationError, match="avant"):
        undo_session(town.editor, committee=committee, reason="erreur", today=TODAY)
    assert Action.objects.get().pilot_function == "Service formation"
    migration = import_module("portulan.steering.migrations.0009_minutes_of_before")
    migration.close_old_minutes(apps, None)
    committee.refresh_from_db()
    assert committee.closed_at is not None
    assert committee.minutes_on == timezone.localdate(committee.closed_at)
    with pytest.raises(ValidationError, match="arrêté"):
        write_minutes(town.editor, committee=committee, wordings={}, observations="x")


def test_an_envelope_is_proposed_then_voted_with_its_amounts(
    town: Town, plan: Plan, committee: Committee
) -> None:
    action = Action.objects.get()
    allot(town.finance, action=action, year=2026, amount=Decimal(240000), decided_on=TODAY)
    council = save_body(town.editor, name="Assemblée régionale", power=Power.VOTE)
    later = TODAY + timedelta(days=20)
    voting = prepare_committee(town.editor, plan=plan, body=council, held_on=later, today=TODAY)
    item = committee.items.get(action=action)
    answer_item(
        town.editor, item=item, matter=Matter.ALLOT, today=TODAY, year=2026,
        amount=Decimal(288000),
    )  # fmt: skip
    sit(town.editor, committee=committee, present=["DSI", "DGS"], answers={}, close=True,
        today=TODAY, lang="fr")  # fmt: skip
    assert page(committee).points[0].sentence.replace("\xa0", " ").replace("\u202f", " ") == (
        "Le comité NR propose à l’assemblée régionale de porter l’enveloppe 2026 de l’action 1"
        " de 240 000 € à 288 000 €."
    )
    # What is proposed is on the agenda of who may; voted by finance or left to it.
    assert Allotment.objects.get().amount == 240000
    again = voting.items.get(about__isnull=False)
    open_session(town.editor, committee=voting, today=later)
    answer_item(town.editor, item=again, matter=Matter.ADOPT, today=later)
    for one in voting.items.filter(decision=None):
        answer_item(town.editor, item=one, matter=Matter.POSTPONED, today=later)
    close_session(town.editor, committee=voting, today=later)
    assert Allotment.objects.get().amount == 240000  # its officer may not write it
    asked = Decision.objects.get(matter=Matter.ALLOT)
    assert asked.status == DecisionStatus.TO_DO


def test_an_act_is_executory_once_sent_and_published(town: Town, committee: Committee) -> None:
    say(town, committee, Said("postponed"), close=True)
    attach = {"committee": committee, "act_number": "26-12"}
    attach_act(town.editor, **attach)  # type: ignore[arg-type]
    assert committee.waits == "attend d’être transmis"
    day = TODAY + timedelta(days=4)
    for wrong in (
        {"transmitted_on": TODAY - timedelta(days=1)},
        {"published_on": day, "executory_on": TODAY},
    ):
        with pytest.raises(ValidationError):
            attach_act(town.editor, **attach, **wrong)  # type: ignore[arg-type]
    attach_act(town.editor, **attach, transmitted_on=TODAY, published_on=day, executory_on=day)  # type: ignore[arg-type]
    assert committee.waits == ""


def test_where_credits_stand_is_asked_and_never_presumed() -> None:
    around = Around("fr", TODAY, TODAY)
    within, useless = _room(Decimal(288), Credits(), around)
    assert "à demander aux finances" in within
    assert "ne sont pas connus" in useless
    within, useless = _room(Decimal(288), Credits(("21",), Decimal(288)), around)
    assert "aucun crédit à voter" in within
    assert "inutile" in useless
    within, useless = _room(Decimal(288), Credits(("21",), Decimal(200)), around)
    assert "il manque 88" in within
    assert not useless


@pytest.mark.parametrize(
    ("form", "population", "last"),
    [
        (LegalForm.REGION, 3_000_000, date(2026, 12, 5)),
        (LegalForm.DEPARTMENT, None, date(2026, 12, 5)),
        (LegalForm.INTERCOMMUNAL, 2_000, date(2026, 12, 11)),
        (LegalForm.TOWN, 3_500, date(2026, 12, 11)),
        (LegalForm.TOWN, 3_499, date(2026, 12, 13)),
        (LegalForm.TOWN, None, date(2026, 12, 11)),
    ],
)
def test_the_delay_of_each_assembly(form: LegalForm, population: int | None, last: date) -> None:
    delay = delay_of(form, population, date(2026, 12, 17))
    assert delay is not None
    assert delay.last_day(date(2026, 12, 17)) == last
    assert delay_of(LegalForm.COMPANY, population, date(2026, 12, 17)) is None


def test_the_budget_walks_back_to_figures() -> None:
    back = walk_back(LegalForm.TOWN, 2_000, date(2026, 11, 24))
    assert back is not None
    assert back.figures < back.committee < back.day.on
    assert walk_back(LegalForm.COMPANY, None, TODAY) is None
    small = {one.name.fr for one in budget_days(LegalForm.TOWN, 2_000, (2027,))}
    large = {one.name.fr for one in budget_days(LegalForm.TOWN, 60_000, (2027,))}
    assert large - small == {"Débat d’orientation budgétaire"}


def test_a_body_is_named_as_a_sentence_does(town: Town, committee: Committee) -> None:
    for name, said in (
        ("Comité NR", "le comité NR"),
        ("Assemblée régionale", "l’assemblée régionale"),
        ("Commission numérique", "la commission numérique"),
        ("CODIR", "«\xa0CODIR\xa0»"),
    ):
        assert named(Body(name=name), "fr") == said
    assert opening(committee, "fr").startswith("Le comité NR s’est réuni le ")
