"""Pilots are written to once a week, about what waits for them, and not when they asked not to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.erasing import erase_person
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import Letter
from portulan.core.words import LetterStatus
from portulan.plans.actions.writes import assign_pilot, declare_vacant
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel
from portulan.steering.alerts.writes import set_thresholds
from portulan.steering.mail.digest import body, next_digest, set_digest
from portulan.steering.mail.writes import (
    edit,
    get_letter,
    refusal_address,
    refuse_mail,
    resume,
    stop,
    try_mail,
    whose,
)
from tests.duties import plan_digests
from tests.people import Town
from tests.plans.plan_of_town import adopt, make_action

STUDY = CommitmentLevel.STUDY


@pytest.fixture
def plan(town: Town) -> Plan:
    """A plan of this year: somebody pilots an action that is late, and one that goes well."""
    from portulan.plans.plan import create_plan

    today = timezone.localdate()
    plan = create_plan(
        town.editor, title="Plan NR", first_year=today.year - 1, last_year=today.year + 1
    )
    tell_nobody(town)
    pilot = town.people[Role.CONTRIBUTOR]
    for title, due in (("Trier", today - timedelta(days=9)), ("Former", today + timedelta(400))):
        action = make_action(town, plan, title, due_on=due)
        assign_pilot(town.editor, action=action, pilot_function="Pilote", pilot=pilot, today=today)
    return plan


def tell_nobody(town: Town) -> None:
    """Alerts of the whole plan are told to no role: pilots alone are written to."""
    levels = {"share": None, "coverage": None, "law_days": None, "evidence_days": None}
    set_thresholds(town.editor, due_days=30, roles=(), **levels)  # type: ignore[arg-type]


def test_a_pilot_has_one_message_a_week(town: Town, plan: Plan) -> None:
    now = timezone.now()
    assert plan_digests(now) == 0  # nobody is written to unless somebody decided so
    set_digest(town.editor, weekday=2, hour=10)
    assert plan_digests(now) == 1
    assert plan_digests(now) == 0
    letter = Letter.objects.get()
    assert letter.address == "contributor@bourg-les-flots.example"
    assert "Trier" in letter.body
    assert "Former" not in letter.body
    assert "/plans/plan-nr/1/" in letter.body
    assert letter.unsubscribe in letter.body
    assert letter.due_at - now >= timedelta(days=1)
    assert timezone.localtime(letter.due_at).isoweekday() == 2
    assert plan_digests(now + timedelta(days=7)) == 1


def test_the_language_is_that_of_the_person(town: Town, plan: Plan) -> None:
    user = town.people[Role.CONTRIBUTOR].user
    assert user is not None
    user.language = "en"
    user.save()
    set_digest(town.editor, weekday=2)
    plan_digests(timezone.now())
    letter = Letter.objects.get()
    assert letter.language == "en"
    assert letter.subject.endswith("one action to look at this week")
    assert "Planned end" in letter.body or "past" in letter.body


def test_who_has_nothing_to_say_is_not_written_to(town: Town, plan: Plan) -> None:
    set_digest(town.editor, weekday=2)
    for action in Action.objects.all():
        declare_vacant(
            town.editor, action=action, since=timezone.localdate(), today=timezone.localdate()
        )
    assert plan_digests(timezone.now()) == 0


def test_who_asked_not_to_be_written_to_is_not(town: Town, plan: Plan) -> None:
    set_digest(town.editor, weekday=2)
    plan_digests(timezone.now())
    pilot = town.people[Role.CONTRIBUTOR]
    address = refusal_address(pilot)
    token = address.rstrip("/").rpartition("/")[2]
    assert whose(token) == pilot
    for wrong in (token[:-1], "x", f"{token}x"):
        with pytest.raises(NotFoundError):
            whose(wrong)
    refuse_mail(pilot, now=timezone.now())
    refuse_mail(pilot, now=timezone.now())
    assert Letter.objects.get().status == LetterStatus.STOPPED
    assert plan_digests(timezone.now() + timedelta(days=7)) == 0


def test_somebody_erased_is_forgotten(town: Town, plan: Plan) -> None:
    set_digest(town.editor, weekday=2)
    plan_digests(timezone.now())
    pilot = town.people[Role.CONTRIBUTOR]
    token = refusal_address(pilot).rstrip("/").rpartition("/")[2]
    erase_person(town.admin, person=pilot)
    letter = Letter.objects.get()
    assert (letter.status, letter.address, letter.body) == (LetterStatus.STOPPED, "", "")
    with pytest.raises(NotFoundError):
        whose(token)
    assert plan_digests(timezone.now() + timedelta(days=7)) == 0


def test_one_alert_left_out_is_said_as_one() -> None:
    said = body("Plan", [], "x", "fr", alerts=[f"alerte {n}" for n in range(31)])
    assert "- et 1\u00a0autre, au tableau de bord" in said
    assert "- et 2\u00a0autres," in body("Plan", [], "x", "fr", alerts=["a"] * 32)
    assert "- and 1\u00a0other," in body("Plan", [], "x", "en", alerts=["a"] * 31)


def test_who_may_and_who_may_not(town: Town, elsewhere: Town, plan: Plan) -> None:
    letter = try_mail(town.editor, now=timezone.now())
    with pytest.raises(ValidationError):
        try_mail(town.editor, now=letter.created_at)
    assert get_letter(actor=town.editor, pk=letter.pk) == letter
    with pytest.raises(DeniedError):
        get_letter(actor=town.reader, pk=letter.pk)
    with pytest.raises(NotFoundError):
        get_letter(actor=elsewhere.editor, pk=letter.pk)
    now = timezone.now()
    for actor, error in ((town.finance, DeniedError), (elsewhere.editor, NotFoundError)):
        for deed in (
            lambda actor=actor: stop(actor, letter=letter),
            lambda actor=actor: resume(actor, letter=letter, now=now),
            lambda actor=actor: edit(actor, letter=letter, subject="x", body="y"),
        ):
            with pytest.raises(error):
                deed()
    assert edit(town.editor, letter=letter, subject="x", body="y").subject == "x"
    assert stop(town.editor, letter=letter).status == LetterStatus.STOPPED
    assert resume(town.editor, letter=letter, now=now).status == LetterStatus.WAITING


@pytest.mark.parametrize(
    ("today", "weekday", "expected"),
    [
        ((2026, 11, 26), 2, (2026, 12, 1)),  # Thursday, then Tuesday
        ((2026, 11, 29), 2, (2026, 12, 1)),  # Sunday: two days are left
        ((2026, 11, 30), 2, (2026, 12, 8)),  # Monday: one day is too few
        ((2026, 12, 30), 5, (2027, 1, 1)),
    ],
)
def test_a_message_is_shown_two_days_before(
    today: tuple[int, int, int], weekday: int, expected: tuple[int, int, int]
) -> None:
    day = datetime(*today).date()  # noqa: DTZ001
    found = next_digest(day, weekday=weekday, hour=9)
    assert found == datetime(*expected, 9)  # noqa: DTZ001


def test_pilots_ask_the_same_of_the_database(
    town: Town, plan: Plan, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    set_digest(town.editor, weekday=2)
    now, counts = timezone.now(), []
    for more in (1, 12):
        for _ in range(more):
            action = make_action(town, plan, "Autre", due_on=timezone.localdate())
            adopt(town, action, STUDY)
        Letter.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            plan_digests(now)
        counts.append(len(asked))
    assert counts[0] == counts[1]
