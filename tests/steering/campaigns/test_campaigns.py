"""Pilots are asked for their consent, then for news; nothing moves before a referent accepts."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.accounts.erasing import erase_person
from portulan.accounts.models import Person
from portulan.accounts.writes import add_unit
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import Letter
from portulan.core.tables.tabular import open_workbook
from portulan.core.words import LetterStatus
from portulan.core.workbooks import LOCKED, WRITERS
from portulan.evidence.models import Piece
from portulan.evidence.reception import receive
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.series import Reading, Series
from portulan.indicators.unit_parts.writes import designate_units
from portulan.indicators.words import Direction, Kind, Knowledge
from portulan.plans.actions.reads import rows_of
from portulan.plans.actions.writes import assign_pilot
from portulan.plans.models import Action
from portulan.plans.words import Progress, State
from portulan.steering.campaigns.acceptance import AcceptanceRate, acceptance_rate
from portulan.steering.campaigns.answering import (
    ConsentSaid,
    Said,
    ValueSaid,
    asked_values,
    note_duration,
    nothing_changed,
    parts_of,
    save_answer,
    save_consents,
)
from portulan.steering.campaigns.links import (
    Standing,
    address_of,
    bearer,
    find_reply,
    give_anew,
    is_reachable,
    revoke,
    standing_of,
    token_of,
)
from portulan.steering.campaigns.preparing import (
    close_campaign,
    open_campaign,
    send_now,
    whom,
)
from portulan.steering.campaigns.reads import (
    FEWEST,
    median_seconds,
    rate_of,
    rates_by_unit,
    unmoved_of,
)
from portulan.steering.campaigns.remarks import of_value
from portulan.steering.campaigns.reviewing import Choice, label_of, review
from portulan.steering.campaigns.sheets import drop_sheet, rows_of_sheet
from portulan.steering.committees.reads import agenda_of
from portulan.steering.mail.digest import set_digest
from portulan.steering.mail.writes import refuse_mail
from portulan.steering.models import Acceptance, ActionReply, Campaign, Change, Reply
from portulan.steering.verbs import Verb
from portulan.steering.words import (
    About,
    CampaignKind,
    CampaignState,
    ChangeStatus,
    Consent,
    Way,
)
from portulan.web.trail.page import field_label
from tests.duties import plan_digests, tend
from tests.people import Town
from tests.steering.campaigns.asked import Asking, asking, prepared, today

PHOTO = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def asked(town: Town) -> Asking:
    return asking(town)


@pytest.fixture
def consent(town: Town) -> Asking:
    return asking(town, kind=CampaignKind.ACCEPTANCE, title="Accord")


def answered(asked: Asking, part: ActionReply, said: Said, **more: Any) -> ActionReply:
    return save_answer(
        bearer(part.reply),
        part=part,
        said=said,
        way=Way.LINK,
        today=asked.today,
        now=timezone.now(),
        **more,
    )


def states(asked: Asking) -> dict[int, set[State]]:
    rows = rows_of(plan=asked.plan, today=asked.today)
    return {row.action.pk: {one.state for one in row.lacks} for row in rows}


# Consent


def test_silence_is_not_a_yes(consent: Asking) -> None:
    assert all(State.NOT_ACCEPTED in found for found in states(consent).values())
    rate = acceptance_rate(consent.plan)
    assert rate is not None
    assert (rate.asked, rate.accepted) == (3, 0)
    parts = parts_of(consent.reply())
    said = [
        (parts[0], ConsentSaid(Consent.ACCEPTED, due_on=today() + timedelta(days=900))),
        (parts[1], ConsentSaid(Consent.TALK)),
    ]
    save_consents(
        bearer(parts[0].reply), said=said, way=Way.LINK, today=consent.today, now=timezone.now()
    )
    found = states(consent)
    room, night, train = consent.actions
    assert State.NOT_ACCEPTED not in found[room.pk]
    assert State.NOT_ACCEPTED in found[night.pk] & found[train.pk]
    # A function that accepted and that nobody holds any more pilots nothing.
    assert acceptance_rate(consent.plan) == AcceptanceRate(asked=3, accepted=1)
    Action.objects.filter(pk=room.pk).update(pilot=None, vacant_since=consent.today)
    assert acceptance_rate(consent.plan) == AcceptanceRate(asked=3, accepted=0, vacant=1)
    Action.objects.filter(pk=room.pk).update(pilot=room.pilot, vacant_since=None)
    # What is corrected is proposed: the plan has not moved.
    room.refresh_from_db()
    change = Change.objects.get()
    assert (change.about, room.due_on is not None) == (About.DUE_ON, True)
    assert room.due_on.isoformat() == change.before  # type: ignore[union-attr]
    review(
        consent.town.editor,
        campaign=consent.campaign,
        choices={change.pk: Choice(ChangeStatus.ACCEPTED)},
        today=consent.today,
    )
    room.refresh_from_db()
    assert room.due_on == today() + timedelta(days=900)


def test_another_pilot_is_proposed_then_asked(consent: Asking) -> None:
    train = consent.actions[2]
    part = consent.part(train)
    said = [(part, ConsentSaid(Consent.NOT_ME, other="Directrice des ressources humaines"))]
    save_consents(
        bearer(part.reply), said=said, way=Way.LINK, today=consent.today, now=timezone.now()
    )
    change = Change.objects.get()
    assert change.about == About.PILOT
    review(
        consent.town.editor,
        campaign=consent.campaign,
        choices={change.pk: Choice(ChangeStatus.ACCEPTED)},
        today=consent.today,
    )
    train.refresh_from_db()
    assert train.pilot_function == "Directrice des ressources humaines"
    assert State.NOT_ACCEPTED in states(consent)[train.pk]  # the new one was not asked
    assert Acceptance.objects.get(action=train).function == "Responsable de la formation"


def test_the_same_number_of_queries_for_any_number_of_actions(
    consent: Asking, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.plans.plan_of_town import make_action

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            states(consent)
        return len(found)

    before = count()
    for number in range(12):
        make_action(consent.town, consent.plan, f"Autre {number}")
    assert count() == before


# Answers and their review


def test_a_value_waits_then_is_written_with_where_it_comes_from(asked: Asking) -> None:
    room = asked.actions[0]
    part = asked.part(room)
    indicator = room.indicators.get()
    values = {indicator.pk: ValueSaid(Decimal("1.62"))}
    file = receive(io.BytesIO(PHOTO), "mesure.pdf")
    answered(
        asked, part, Said(progress=Progress.IN_PROGRESS, values=values, note="Bien", file=file)
    )
    assert indicator.measurements.count() == 2
    room.refresh_from_db()
    assert room.progress == Progress.TODO
    received = trail.history(room).first()
    assert received is not None
    assert (received.verb, received.person_id) == (Verb.PILOT_ANSWERED, None)
    assert received.changes["function"] == [None, room.pilot_function]
    changes = {one.about: one for one in Change.objects.all()}
    assert set(changes) == {About.PROGRESS, About.VALUE, About.NOTE}
    choices = {one.pk: Choice(ChangeStatus.ACCEPTED) for one in changes.values()}
    assert (
        review(asked.town.editor, campaign=asked.campaign, choices=choices, today=asked.today) == 3
    )
    room.refresh_from_db()
    assert room.progress == Progress.IN_PROGRESS
    written = indicator.measurements.get(value=Decimal("1.62"))
    assert room.pilot_function in written.source
    assert written.person_id == asked.town.editor.person_id
    assert written.evidence_links.count() == 1
    last = trail.history(room).first()
    assert last is not None
    assert (last.verb, last.person_id) == (Verb.CHANGE_ACCEPTED, asked.town.editor.person_id)
    # Once decided, asked again it changes nothing.
    assert (
        review(asked.town.editor, campaign=asked.campaign, choices=choices, today=asked.today) == 0
    )


def test_the_parts_of_designated_units_are_asked_one_by_one(asked: Asking) -> None:
    room, editor = asked.actions[0], asked.town.editor
    indicator = room.indicators.get()
    school, hall = (add_unit(asked.town.admin, name=name) for name in ("École", "Mairie"))
    parts = {school.pk: None, hall.pk: None}
    designate_units(editor, indicator=indicator, parts=parts, today=asked.today)
    part = asked.part(room)
    assert [one.unit for one in asked_values(part)] == [school, hall]
    questions = [row[2] for row in rows_of_sheet(asked.reply(room.pilot_function))]
    assert f"{indicator.name}, Mairie" in questions
    with pytest.raises(NotFoundError):
        answered(asked, part, Said(values={indicator.pk: ValueSaid(Decimal(3))}))
    said = Said(values={(indicator.pk, school.pk): ValueSaid(Decimal(3))})
    answered(asked, part, said)
    change = Change.objects.get()
    assert label_of(change) == f"{indicator.name}, École"
    review(
        editor,
        campaign=asked.campaign,
        choices={change.pk: Choice(ChangeStatus.ACCEPTED)},
        today=asked.today,
    )
    assert indicator.measurements.get(value=3).unit == school
    rows = {one.action: one for one in rows_of(plan=asked.plan, today=asked.today)}
    [state] = [one for one in rows[room].states if one.state is State.PART_AWAITED]
    assert "Mairie" in state.sentence()
    assert "1\u00a0entité sur 2" in state.sentence()
    assert "part of 1\u00a0unit of 2" in state.sentence("en")


def test_a_share_that_nothing_weighs_is_asked_of_the_whole(asked: Asking) -> None:
    room, editor = asked.actions[0], asked.town.editor
    indicator = room.indicators.get()
    Indicator.objects.filter(pk=indicator.pk).update(kind=Kind.PERCENTAGE)
    indicator.refresh_from_db()
    units = [add_unit(asked.town.admin, name=name) for name in ("École", "Mairie")]
    for weight, whose in ((None, [None]), (Decimal(2), units)):
        parts = {one.pk: weight for one in units}
        designate_units(editor, indicator=indicator, parts=parts, today=asked.today)
        assert [one.unit for one in asked_values(asked.part(room))] == whose


def test_the_journal_says_each_of_several_values(asked: Asking) -> None:
    room = asked.actions[0]
    indicator = room.indicators.get()
    units = [add_unit(asked.town.admin, name=name) for name in ("École", "Mairie")]
    parts: dict[int, Decimal | None] = {one.pk: None for one in units}
    designate_units(asked.town.editor, indicator=indicator, parts=parts, today=asked.today)
    values = {(indicator.pk, one.pk): ValueSaid(Decimal(at)) for at, one in enumerate(units, 3)}
    answered(asked, asked.part(room), Said(values={**values}))
    choices = {one.pk: Choice(ChangeStatus.ACCEPTED) for one in Change.objects.all()}
    review(asked.town.editor, campaign=asked.campaign, choices=choices, today=asked.today)
    named = [f"{indicator.name}, École", f"{indicator.name}, Mairie"]
    for verb in (Verb.PILOT_ANSWERED, Verb.CHANGE_ACCEPTED):
        [entry] = trail.history(room).filter(verb=verb)
        told = {key: now for key, (_was, now) in entry.changes.items() if "value" in key}
        assert told == {f"value:{name}": str(at) for at, name in enumerate(named, 3)}
    assert field_label("action", f"value:{named[0]}") == f"valeur ({named[0]})"


def test_a_figure_that_nobody_has_erases_nothing(asked: Asking) -> None:
    room = asked.actions[0]
    indicator = room.indicators.get()
    part = asked.part(room)
    answered(asked, part, Said(values={indicator.pk: ValueSaid(unknown=True)}))
    change = Change.objects.get()
    choices = {change.pk: Choice(ChangeStatus.ACCEPTED)}
    review(asked.town.editor, campaign=asked.campaign, choices=choices, today=asked.today)
    assert indicator.measurements.filter(withdrawn_at=None).count() == 3
    assert indicator.measurements.filter(knowledge=Knowledge.UNKNOWN).count() == 1


def test_what_is_refused_goes_back_with_a_word(asked: Asking) -> None:
    night = asked.actions[1]
    nothing_changed(
        bearer(asked.reply()),
        parts=[asked.part(asked.actions[0])],
        way=Way.LINK,
        today=asked.today,
        now=timezone.now(),
    )
    file = receive(io.BytesIO(PHOTO), "note.pdf")
    answered(asked, asked.part(night), Said(blocked_by="Un marché", file=file))
    assert asked.reply().answered_at is not None
    change = Change.objects.get(about=About.BLOCKED)
    Change.objects.exclude(pk=change.pk).update(status=ChangeStatus.REFUSED)
    refuse = {change.pk: Choice(ChangeStatus.REFUSED)}
    with pytest.raises(ValidationError, match="un mot"):
        review(asked.town.editor, campaign=asked.campaign, choices=refuse, today=asked.today)
    again = {change.pk: Choice(ChangeStatus.ASKED_AGAIN, "Lequel ?")}
    review(asked.town.editor, campaign=asked.campaign, choices=again, today=asked.today)
    assert asked.reply().answered_at is None
    letter = Letter.objects.get(key__contains=":back:")
    assert "Lequel ?" in letter.body
    assert "/reply/" in letter.body
    answered(asked, asked.part(night), Said(blocked_by="Le marché 12"))
    change = Change.objects.get(about=About.BLOCKED)
    refuse = {change.pk: Choice(ChangeStatus.REFUSED, "Ce n’est plus vrai")}
    review(asked.town.editor, campaign=asked.campaign, choices=refuse, today=asked.today)
    night.refresh_from_db()
    assert night.blocked_by == ""
    letter.refresh_from_db()
    assert "Ce n’est plus vrai" in letter.body  # one message for both


def test_an_answer_given_again_takes_the_place_of_what_waited(asked: Asking) -> None:
    room = asked.actions[0]
    indicator = room.indicators.get()
    for value in ("1.60", "1.61", "1.61"):
        file = receive(io.BytesIO(PHOTO + value.encode()), "m.pdf")
        said = Said(values={indicator.pk: ValueSaid(Decimal(value))}, file=file)
        answered(asked, asked.part(room), said)
    assert [one.after for one in Change.objects.all()] == ["1.61"]
    assert Piece.objects.count() == 1
    nothing_changed(
        bearer(asked.reply()),
        parts=[asked.part(room)],
        way=Way.LINK,
        today=asked.today,
        now=timezone.now(),
    )
    assert not Change.objects.exists()
    assert not Piece.objects.exists()


def test_of_two_answers_at_once_the_second_reads_the_first(asked: Asking) -> None:
    part, stale = asked.part(asked.actions[1]), asked.part(asked.actions[1])
    answered(asked, part, Said(note="Un"), seen=part.version)
    with pytest.raises(ValidationError, match="vient de répondre"):
        answered(asked, stale, Said(note="Deux"), seen=stale.version)
    assert Change.objects.get().after == "Un"


def test_nothing_changed_is_news_and_told_when_it_lasts(asked: Asking) -> None:
    room, _night, train = asked.actions
    train.due_on = today() - timedelta(days=3)
    train.save()
    for action in (room, train):
        part = asked.part(action)
        nothing_changed(
            bearer(part.reply), parts=[part], way=Way.LINK, today=asked.today, now=timezone.now()
        )
    room.refresh_from_db()
    assert room.last_news_on == asked.today
    assert unmoved_of(asked.plan) == {train.pk: (1, True)}
    for title in ("Hiver", "Printemps"):
        campaign = prepared(asked.town, asked.plan, (room,), title=title)
        open_campaign(asked.town.editor, campaign=campaign, today=asked.today)
        part = parts_of(Reply.objects.get(campaign=campaign))[0]
        nothing_changed(
            bearer(part.reply), parts=[part], way=Way.LINK, today=asked.today, now=timezone.now()
        )
    assert unmoved_of(asked.plan)[room.pk] == (3, False)
    told = " ".join(one.why for one in agenda_of(asked.plan, today=asked.today, since=None))
    assert "Rien n’a changé, dit trois fois de suite" in told
    assert "Rien n’a changé, d’une action en retard" in told


# Links


def test_a_link_is_narrow_and_revocable(asked: Asking, elsewhere: Town) -> None:
    reply = asked.reply()
    token = token_of(reply)
    assert find_reply(token) == reply
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), "x", "", token.upper()):
        with pytest.raises(NotFoundError):
            find_reply(forged)
    assert standing_of(reply, asked.today) is Standing.OPEN
    assert standing_of(reply, asked.campaign.closes_on + timedelta(days=1)) is Standing.OVER
    with pytest.raises(NotFoundError):
        revoke(elsewhere.editor, reply=reply)
    with pytest.raises(DeniedError):
        revoke(asked.town.reader, reply=reply)
    assert standing_of(revoke(asked.town.editor, reply=reply), asked.today) is Standing.REVOKED
    renewed = give_anew(asked.town.editor, reply=reply)
    with pytest.raises(NotFoundError):
        find_reply(token)
    assert find_reply(token_of(renewed)) == reply
    # Who bears it may do nothing else.
    actor = bearer(reply)
    assert not any(actor.may(one) for one in type(actor).may.__globals__["Operation"])


def test_a_link_outlives_who_held_the_function(asked: Asking) -> None:
    room = asked.actions[0]
    token = token_of(asked.reply())
    for action in asked.actions[:2]:
        assign_pilot(
            asked.town.editor,
            action=action,
            pilot_function=action.pilot_function,
            pilot=asked.town.people[Role.AUDITOR],
            today=asked.today,
        )
    before = asked.town.people[Role.CONTRIBUTOR]
    tend(timezone.now())
    reply = find_reply(token)
    assert reply.person == asked.town.people[Role.AUDITOR]
    assert not Letter.objects.filter(person_id=before.pk, status=LetterStatus.WAITING).exists()
    assert Letter.objects.filter(person_id=reply.person_id, key__startswith="campaign:").exists()
    answered(asked, asked.part(room), Said(note="De la nouvelle"))


def test_who_left_keeps_no_link_and_is_written_no_more(asked: Asking) -> None:
    token, before = token_of(asked.reply()), asked.town.people[Role.CONTRIBUTOR]
    Person.objects.filter(pk=before.pk).update(left_on=asked.today)
    theirs = Letter.objects.filter(person_id=before.pk, status=LetterStatus.WAITING)
    assert theirs.exists()
    tend(timezone.now())
    assert not theirs.exists()
    assert standing_of(find_reply(token), asked.today) is Standing.REVOKED
    for action in asked.actions[:2]:
        assign_pilot(
            asked.town.editor,
            action=action,
            pilot_function=action.pilot_function,
            pilot=asked.town.people[Role.AUDITOR],
            today=asked.today,
        )
    tend(timezone.now())
    with pytest.raises(NotFoundError):
        find_reply(token)
    taken = asked.reply()
    assert taken.person == asked.town.people[Role.AUDITOR]
    [letter, *_more] = Letter.objects.filter(person_id=taken.person_id).order_by("due_at")
    assert address_of(taken) in letter.body


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]", False),
        ("http://poste-12", False),
        ("http://poste.local", False),
        ("http://10.2.0.7:8000", True),
        ("https://nr.ville.example", True),
    ],
)
def test_what_others_cannot_open_is_known(address: str, *, reachable: bool) -> None:
    assert is_reachable(address) is reachable


# Messages


def test_all_that_will_leave_is_in_the_outbox_a_week_apart(asked: Asking) -> None:
    letters = list(Letter.objects.order_by("person_id", "due_at"))
    assert {one.status for one in letters} == {LetterStatus.WAITING}
    assert len(letters) == 6  # two people, once and twice again
    mine = [one for one in letters if one.person_id == asked.town.people[Role.READER].pk]
    gaps = {(after.due_at - one.due_at).days for one, after in itertools.pairwise(mine)}
    assert gaps == {7}
    assert mine[1].subject.startswith("Pour mémoire")
    part = asked.part(asked.actions[2])
    nothing_changed(
        bearer(part.reply), parts=[part], way=Way.LINK, today=asked.today, now=timezone.now()
    )
    assert not Letter.objects.filter(person_id=mine[0].person_id, status="waiting").exists()


def test_one_message_a_week_even_with_a_digest(town: Town) -> None:
    found = asking(town)
    late = found.actions[0]
    late.due_on = today() - timedelta(days=9)
    late.save()
    for weekday in range(1, 8):
        set_digest(town.editor, weekday=weekday)
        plan_digests(timezone.now())
    weeks = [
        (one.person_id, *timezone.localdate(one.due_at).isocalendar()[:2])
        for one in Letter.objects.exclude(status=LetterStatus.STOPPED)
    ]
    assert len(weeks) == len(set(weeks))


def firsts() -> list[Letter]:
    return list(Letter.objects.filter(key__endswith=":0").order_by("person_id"))


def test_messages_leave_at_once_when_somebody_says_so(town: Town) -> None:
    found = asking(town)
    now = timezone.now()
    assert all(one.due_at > now for one in firsts())
    assert send_now(town.editor, campaign=found.campaign, now=now) == 2
    assert {one.due_at for one in firsts()} == {now}
    # The reminders keep their day; said twice, it hastens none of them.
    later = Letter.objects.filter(key__endswith=":1")
    assert all(one.due_at > now + timedelta(days=6) for one in later)
    assert send_now(town.editor, campaign=found.campaign, now=now) == 0
    # Nobody has two messages in a week: of another campaign, theirs keeps its day.
    other = prepared(town, found.plan, found.actions, title="Autre")
    open_campaign(town.editor, campaign=other, today=found.today, at_once=True)
    mine = Letter.objects.filter(key__startswith=f"campaign:{other.pk}:")
    assert mine.exists()
    assert all(one.due_at > now for one in mine)


def test_a_campaign_opens_and_writes_at_once(town: Town) -> None:
    found = asking(town)
    Letter.objects.all().delete()
    plan, later = found.plan, today() + timedelta(days=9)
    draft = prepared(town, plan, found.actions, title="Tout de suite", opens_on=later)
    open_campaign(town.editor, campaign=draft, today=found.today, at_once=True)
    assert all(one.due_at <= timezone.now() for one in firsts())
    assert len(firsts()) == 2
    draft.refresh_from_db()
    assert draft.opens_on == found.today


def test_who_may_send_now(asked: Asking, elsewhere: Town) -> None:
    now = timezone.now()
    with pytest.raises(DeniedError):
        send_now(asked.town.contributor, campaign=asked.campaign, now=now)
    with pytest.raises(NotFoundError):
        send_now(elsewhere.editor, campaign=asked.campaign, now=now)
    close_campaign(asked.town.editor, campaign=asked.campaign, today=asked.today)
    with pytest.raises(ValidationError, match="ouverte"):
        send_now(asked.town.editor, campaign=asked.campaign, now=now)


def test_who_refused_or_has_no_address_is_asked_by_hand(town: Town) -> None:
    refuse_mail(town.people[Role.READER], now=timezone.now())
    found = asking(town)
    assert not Letter.objects.filter(person_id=town.people[Role.READER].pk).exists()
    assert found.reply("Responsable de la formation").person == town.people[Role.READER]


def test_an_erased_person_leaves_no_name_in_answers(asked: Asking) -> None:
    person = asked.town.people[Role.CONTRIBUTOR]
    answered(asked, asked.part(asked.actions[1]), Said(note=f"Voir {person.name}, {person.email}"))
    erase_person(asked.town.admin, person=person)
    assert Change.objects.get().after == "Voir …, …"
    letters = Letter.objects.filter(person_id=person.pk)
    assert not letters.exclude(address="").exists()


# Closing


def test_what_concerns_a_silence_goes_with_the_campaign(asked: Asking) -> None:
    part = asked.part(asked.actions[2])
    answered(asked, part, Said(note="Fait"))
    Letter.objects.filter(key__endswith=":1").update(
        status=LetterStatus.SENT, sent_at=timezone.now()
    )
    close_campaign(asked.town.editor, campaign=asked.campaign, today=asked.today)
    asked.campaign.refresh_from_db()
    assert asked.campaign.state == CampaignState.CLOSED
    assert [one.function for one in asked.campaign.replies.all()] == ["Responsable de la formation"]
    assert not Letter.objects.filter(key__startswith="campaign:").exclude(status="sent").exists()
    assert not Letter.objects.filter(key__endswith=":1").exists()
    rate = rate_of(asked.campaign)
    assert (rate.asked, rate.answered) == (2, 1)
    assert "Responsable" not in str(asked.campaign.tally)
    with pytest.raises(ValidationError, match="fermée"):
        answered(asked, asked.part(asked.actions[2]), Said(note="Trop tard"))


def test_the_night_closes_what_is_past(asked: Asking) -> None:
    Campaign.objects.update(
        opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1)
    )
    assert tend(timezone.now())["closed"] == 1
    assert tend(timezone.now())["closed"] == 0
    assert Campaign.objects.get().closes_on == today() - timedelta(days=1)


def test_time_is_told_of_five_answers_or_more_and_of_nobody(asked: Asking) -> None:
    for rank, seconds in enumerate((170, 90, 200, 160, 99_999, 0, 150)):
        note_duration(asked.campaign, seconds)
        asked.campaign.refresh_from_db()
        known = len(asked.campaign.durations)
        assert (median_seconds(asked.campaign) is None) is (known < FEWEST), rank
    assert asked.campaign.durations == [90, 150, 160, 170, 200]
    assert median_seconds(asked.campaign) == 160
    assert [one.name for one in rates_by_unit(asked.campaign)] == [""]


# Rights


def test_who_may_run_a_campaign(asked: Asking, elsewhere: Town) -> None:
    for role in Role:
        actor = asked.town.actor(role)
        if role in {Role.EDITOR, Role.ADMIN}:
            continue
        with pytest.raises(DeniedError):
            close_campaign(actor, campaign=asked.campaign, today=asked.today)
        with pytest.raises(DeniedError):
            review(actor, campaign=asked.campaign, choices={}, today=asked.today)
    with pytest.raises(NotFoundError):
        close_campaign(elsewhere.editor, campaign=asked.campaign, today=asked.today)
    part = asked.part(asked.actions[2])
    for actor, way in (
        (asked.town.contributor, Way.SIGN_IN),
        (asked.town.contributor, Way.LINK),
        (asked.town.contributor, Way.SHEET),
    ):
        with pytest.raises(DeniedError):
            save_answer(
                actor, part=part, said=Said(note="x"), way=way, today=today(), now=timezone.now()
            )
    with pytest.raises(NotFoundError):
        save_answer(
            elsewhere.editor,
            part=part,
            said=Said(note="x"),
            way=Way.SHEET,
            today=today(),
            now=timezone.now(),
        )


def test_nobody_is_asked_for_what_ended_or_has_no_pilot(town: Town) -> None:
    found = asking(town)
    room, night, train = found.actions
    for action, field, value in (
        (room, "progress", Progress.DONE),
        (train, "vacant_since", today()),
    ):
        setattr(action, field, value)
        action.pilot = None
        action.save()
    draft = prepared(town, found.plan, found.actions, title="Autre")
    asked, vacant = whom(draft)
    assert [one.actions for one in asked] == [(night,)]
    assert vacant == [train]


# Sheets


def back(rows: list[list[Any]], kind: str = "xlsx") -> io.BytesIO:
    stream = io.BytesIO()
    WRITERS[kind](stream, "À remplir", rows)
    stream.seek(0)
    return stream


def sheet_of(asked: Asking, kind: str) -> list[list[Any]]:
    """The sheet of the first function, as a program reads it back."""
    stream = io.BytesIO()
    LOCKED[kind](stream, "À remplir", rows_of_sheet(asked.reply()))
    [sheet] = open_workbook(stream)
    return [list(cells) for _number, cells in sheet.rows()]


def filled(rows: list[list[Any]], answers: dict[str, Any]) -> list[list[Any]]:
    return [
        [*row[:4], answers.get(str(row[0]).rpartition(".")[2] if index else "", ""), row[5]]
        if index
        else row
        for index, row in enumerate(rows)
    ]


def dropped(asked: Asking, rows: list[list[Any]], kind: str = "xlsx") -> Any:
    return drop_sheet(
        asked.town.editor,
        campaign=asked.campaign,
        stream=back(rows, kind),
        today=asked.today,
        now=timezone.now(),
    )


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_sheet_moved_and_with_rows_more_comes_back(asked: Asking, kind: str) -> None:
    room = asked.actions[0]
    indicator = room.indicators.get()
    rows = sheet_of(asked, kind)
    head, *body = rows
    mine = [row for row in body if f".{room.pk}." in row[0]]
    others = [row for row in body if row not in mine]
    said = {f"v{indicator.pk}": "1,62", "progress": "En cours", "blocked": "Un marché"}
    told = filled([head, *mine], said)[1:]
    told.reverse()
    other = filled([head, *others], {"same": "oui"})[1:]
    rows = [["Bonjour", "", "", "", "", ""], head, *other, ["", "", "", "", "merci", ""], *told]
    found = dropped(asked, rows, kind)
    assert (found.functions, found.actions) == (1, 2)
    assert len(found.left) == 1
    assert {one.about: one.after for one in Change.objects.all()} == {
        About.VALUE: "1.62",
        About.PROGRESS: Progress.IN_PROGRESS,
        About.BLOCKED: "Un marché",
    }
    assert {one.way for one in ActionReply.objects.exclude(answered_at=None)} == {Way.SHEET}
    assert asked.reply().answered_at is not None


def test_a_sheet_in_doubt_writes_nothing(asked: Asking) -> None:
    room = asked.actions[0]
    indicator = room.indicators.get()
    rows = sheet_of(asked, "xlsx")
    good = filled(rows, {"note": "Bien"})
    for wrong, words in (
        ([*good, ["9999.1.note", "", "", "", "Ailleurs", ""]], "n’est pas de cette campagne"),
        ([*good, [*good[-1][:4], "Autrement", ""]], "deux réponses"),
        (filled(rows, {f"v{indicator.pk}": "beaucoup"}), "n’est pas un nombre"),
        (filled(rows, {"progress": "ailleurs"}), "n’est pas un avancement"),
        ([["Nom", "Prénom"], ["a", "b"]], "pas celle d’une campagne"),
    ):
        with pytest.raises(ValidationError, match=words):
            dropped(asked, wrong)
    assert not Change.objects.exists()
    assert not ActionReply.objects.exclude(answered_at=None).exists()


def test_a_sheet_is_locked_but_where_it_is_filled(asked: Asking) -> None:
    import zipfile

    for kind, part, mark in (
        ("xlsx", "xl/worksheets/sheet1.xml", b"<sheetProtection"),
        ("ods", "content.xml", b'table:protected="true"'),
    ):
        stream = io.BytesIO()
        LOCKED[kind](stream, "À remplir", rows_of_sheet(asked.reply()))
        with zipfile.ZipFile(stream) as archive:
            assert mark in archive.read(part)


# What is to be known

values = st.decimals(-1000, 1000, places=2)


@given(st.lists(values, min_size=1, max_size=6), values)
def test_a_jump_is_told_by_a_rule_that_does_not_depend_on_scale(
    known: list[Decimal], new: Decimal
) -> None:
    def told(scale: Decimal) -> list[bool]:
        readings = tuple(
            Reading(today() + timedelta(days=at), value * scale) for at, value in enumerate(known)
        )
        series = Series(readings, (), Direction.UP)
        on = today() + timedelta(days=99)
        return [one.asks for one in of_value(series, new * scale, on=on, said="", lang="fr")]

    assert told(Decimal(1)) == told(Decimal(10))
    if new == known[-1]:
        assert told(Decimal(1)) == []


def test_measurements_of_others_stay(asked: Asking) -> None:
    assert Measurement.objects.count() == 2
