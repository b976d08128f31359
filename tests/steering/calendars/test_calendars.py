"""A calendar is read by software of others, names nobody, and opens while its person may read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.accounts.erasing import erase_person
from portulan.accounts.models import SecurityEntry
from portulan.accounts.writes import set_roles
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.retention import purge
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import assign_pilot, edit_action
from portulan.plans.commitments.writes import save_milestone
from portulan.plans.models import Plan
from portulan.plans.words import Progress
from portulan.steering.calendars.addresses import (
    MOST,
    addresses_of,
    make_address,
    read_calendar,
    revoke_address,
)
from portulan.steering.calendars.ics import calendar, folded
from portulan.steering.committees.bodies import save_body
from portulan.steering.committees.preparing import prepare_committee
from portulan.steering.dates import PlanDate
from portulan.steering.models import CalendarAddress
from portulan.steering.words import DateKind, Power
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.steering.campaigns.asked import asking

TITLE = "Trier ; puis, « jeter » \\ garder"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def token(address: str) -> str:
    return address.rpartition("/")[2].removesuffix(".ics")


def events(content: bytes) -> dict[str, Any]:
    """Return the events as a library of others reads them, by identifier."""
    found = icalendar.Calendar.from_ical(content)
    return {str(one["UID"]): one for one in found.walk("VEVENT")}


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    action = make_action(town, plan, TITLE)
    assign_pilot(
        town.editor, action=action, pilot_function="Pilote",
        pilot=town.people[Role.CONTRIBUTOR], today=TODAY,
    )  # fmt: skip
    save_milestone(town.editor, action=action, title="Lot", due_on=TODAY, today=TODAY)
    make_action(town, plan, "Celle d’un autre")
    return plan


def test_a_library_of_others_reads_the_plan(town: Town, plan: Plan) -> None:
    body = save_body(town.editor, name="Comité NR", power=Power.DECIDE)
    prepare_committee(town.editor, plan=plan, body=body, held_on=TODAY, today=TODAY)
    made = token(make_address(town.reader, plan=plan, now=NOON))
    content = read_calendar(made)
    found = events(content)
    # The other items of “À faire” have keys of their own: their tests are beside that list.
    kinds = sorted(uid.partition("-")[0] for uid in found if ":" not in uid)
    assert kinds == ["action", "action", "committee", "milestone"]
    action = plan.actions.get(number=1)
    event = found[f"action-{action.pk}@{town.slug}.testserver"]
    assert str(event["SUMMARY"]) == f"Fin prévue\u00a0: 1. {TITLE}"
    assert event.decoded("DTSTART") == action.due_on == date(2027, 12, 31)
    assert event.decoded("DTEND") == date(2028, 1, 1)
    assert event.decoded("DTSTAMP").tzinfo is not None
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["URL"]).endswith(f"/plans/{plan.slug}/1/")
    for person in town.people.values():
        for word in (person.name, person.function, person.email):
            assert word.encode() not in content
    assert b"Pilote" not in content
    assert content == read_calendar(made)  # the same until something changes
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("day", [date(999, 1, 1), date.max])
def test_a_day_that_nobody_lives_leaves_the_others_readable(day: date) -> None:
    far = PlanDate(DateKind.MILESTONE, 1, day, "Un jour", "plan", action=1)
    near = PlanDate(DateKind.MILESTONE, 2, TODAY, "Lot", "plan", action=1)
    content = calendar([far, near], name="x", organisation="o", stamped=NOON, lang="fr")
    found = events(content)
    assert [one.decoded("DTSTART") for one in found.values()] == [day, TODAY]


def test_the_same_event_moves_then_is_cancelled(town: Town, plan: Plan) -> None:
    made = token(make_address(town.contributor, now=NOON))
    action = plan.actions.get(number=1)
    (uid, first), *_more = [
        one for one in events(read_calendar(made)).items() if "action" in one[0]
    ]
    assert len(events(read_calendar(made))) == 2  # of theirs alone
    edit_action(town.editor, action=action, due_on=date(2027, 6, 30))
    moved = events(read_calendar(made))[uid]
    assert moved.decoded("DTSTART") == date(2027, 6, 30)
    assert int(moved["SEQUENCE"]) > int(first["SEQUENCE"])
    assert moved.decoded("DTSTAMP") >= first.decoded("DTSTAMP")
    action.refresh_from_db()
    update_progress(
        town.editor, action=action, today=TODAY, progress=Progress.DROPPED, note="sans objet"
    )
    gone = events(read_calendar(made))
    assert {str(one["STATUS"]) for one in gone.values()} == {"CANCELLED"}
    assert uid in gone


def test_what_one_is_asked_is_in_one_s_own(town: Town) -> None:
    asked = asking(town)
    found = events(read_calendar(token(make_address(town.contributor, now=NOON))))
    (campaign,) = [one for uid, one in found.items() if uid.startswith("campaign")]
    assert campaign.decoded("DTSTART") == asked.campaign.closes_on
    assert str(campaign["SUMMARY"]) == "À répondre\u00a0: Automne"


@given(st.text(max_size=200), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_any_words_come_back(title: str, on: date) -> None:
    one = PlanDate(DateKind.COMMITTEE, 7, on, title, "plan")
    content = calendar([one], name=title, organisation="bourg", stamped=NOON, lang="fr")
    (event,) = events(content).values()
    kept = "".join(
        x for x in title.replace("\r\n", "\n").replace("\r", "\n")
        if x.isprintable() or x in "\n\u00a0\u202f"
    )  # fmt: skip
    assert str(event["SUMMARY"]) == f"Comité\u00a0: {kept}"
    assert event.decoded("DTSTART") == on


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=400))
def test_a_folded_line_is_unfolded(line: str) -> None:
    pieces = list(folded(line))
    assert pieces[0] + "".join(one[1:] for one in pieces[1:]) == line
    assert all(len(one.encode("utf-8")) <= 75 for one in pieces)


def test_it_opens_while_its_person_may_read(town: Town, plan: Plan, elsewhere: Town) -> None:
    with pytest.raises(NotFoundError):
        read_calendar("x")
    reader = token(make_address(town.reader, plan=plan, now=NOON))
    assert reader not in str(CalendarAddress.objects.values())
    set_roles(town.admin, person=town.people[Role.READER], roles=[])
    with pytest.raises(NotFoundError):
        read_calendar(reader)
    pilot = token(make_address(town.contributor, now=NOON))
    erase_person(town.admin, person=town.people[Role.CONTRIBUTOR])
    with pytest.raises(NotFoundError):
        read_calendar(pilot)
    assert purge(timezone.now())["calendars"] == 1
    left = token(make_address(town.editor, now=NOON))
    person = town.people[Role.EDITOR]
    person.left_on = timezone.localdate() - timedelta(days=1)
    person.save()
    with pytest.raises(NotFoundError):
        read_calendar(left)
    with pytest.raises(NotFoundError):
        make_address(elsewhere.reader, plan=plan, now=NOON)
    nobody = type(town.reader)(town.organisation.pk, person.pk, frozenset())
    with pytest.raises(DeniedError):
        make_address(nobody, now=NOON)


def test_who_revokes(town: Town, plan: Plan, elsewhere: Town) -> None:
    made = token(make_address(town.reader, plan=plan, now=NOON))
    (kept,) = addresses_of(actor=town.reader)
    for other in (town.editor, elsewhere.admin):
        assert not addresses_of(actor=other)
        with pytest.raises(NotFoundError):
            revoke_address(other, pk=kept.pk)
    assert read_calendar(made)
    revoke_address(town.admin, pk=kept.pk)
    with pytest.raises(NotFoundError):
        read_calendar(made)
    told = SecurityEntry.objects.filter(details__calendar=kept.pk).order_by("pk")
    assert [one.event for one in told] == ["calendar made", "calendar closed"]
    for _turn in range(MOST):
        make_address(town.reader, now=NOON)
    with pytest.raises(ValidationError):
        make_address(town.reader, now=NOON)
