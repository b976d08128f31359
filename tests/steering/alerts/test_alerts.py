"""Alerts by thresholds of one's own: on their side, told once, to who may read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.catalogue.obligations import BY_KEY, Key
from portulan.core.errors import DeniedError
from portulan.core.models import Letter
from portulan.evidence.words import Visibility
from portulan.evidence.writes import give
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import assign_pilot
from portulan.plans.commitments.writes import save_deliverable, save_milestone
from portulan.plans.models import Plan
from portulan.plans.words import Progress
from portulan.steering.alerts.reads import thresholds_of
from portulan.steering.alerts.rules import (
    Levels,
    YearShare,
    of_dates,
    of_evidence,
    of_legal_targets,
    of_the_law,
    of_the_year,
)
from portulan.steering.alerts.writes import set_thresholds
from portulan.steering.dates import PlanDate, dates_of
from portulan.steering.mail import digest
from portulan.steering.mail.digest import set_digest
from portulan.steering.models import AlertTold, RaisedAlert
from portulan.steering.todo.reads import todo_of
from portulan.steering.todo.writes import raise_alerts
from portulan.steering.words import AlertKind, DateKind
from tests.duties import plan_digests
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

D = Decimal
TODAY = date(2026, 11, 27)
DAY = timedelta(days=1)
LEVELS = Levels(D(0), D(80), 30, 30, 30)
NONE = Levels(None, None, None, None, None)


def sides(holds: Callable[[Any], Any], at: Any, step: Any = 1) -> tuple[bool, bool, bool]:
    """Whether it holds a step under, exactly at, and a step over."""
    return tuple(bool(list(holds(one))) for one in (at - step, at, at + step))  # type: ignore[return-value]


def test_each_threshold_under_it_at_it_and_over_it() -> None:
    cent = D("0.01")
    share = lambda x: of_the_year(YearShare(2026, x, D(5)), LEVELS)  # noqa: E731
    assert sides(share, D(5), cent) == (True, False, False)
    wide = Levels(share=D(2), coverage=None)
    assert sides(lambda x: of_the_year(YearShare(2026, x, D(5)), wide), D(3), cent) == (
        (True, False, False)
    )
    cover = lambda x: of_the_year(YearShare(2026, coverage=x), LEVELS)  # noqa: E731
    assert sides(cover, D(80), cent) == (True, False, False)
    assert not list(of_the_year(YearShare(2026, None, D(5), None), LEVELS))  # not known is not 0

    def due(day: date, **more: Any) -> list[Any]:
        one = PlanDate(DateKind.ACTION, 1, day, "Trier", "plan", action=1, called="1", **more)
        return list(of_dates([one], LEVELS, TODAY))

    assert sides(due, TODAY, DAY) == (False, True, True)  # past, it is late: a state
    assert sides(due, TODAY + 30 * DAY, DAY) == (True, True, False)
    assert not due(TODAY, is_done=True) + due(TODAY, is_cancelled=True)
    held = [PlanDate(DateKind.COMMITTEE, 1, TODAY, "Comité", "plan")]
    assert not list(of_dates(held, LEVELS, TODAY))
    proof = lambda day: of_evidence([(1, "Facture", day)], LEVELS, TODAY)  # noqa: E731
    assert sides(proof, TODAY + 30 * DAY, DAY) == (True, True, False)
    assert [one.sentence("fr")[:7] for day in (TODAY - DAY, TODAY) for one in proof(day)] == [
        "N’est p", "Valable",
    ]  # fmt: skip
    legal = lambda day: of_legal_targets([(1, "Réemploi", day)], LEVELS, TODAY)  # noqa: E731
    assert sides(legal, TODAY, DAY) == (False, False, True)
    assert sides(legal, TODAY + 30 * DAY, DAY) == (True, True, False)
    law = lambda day: of_the_law([BY_KEY[Key.PURCHASES]], LEVELS, day)  # noqa: E731
    first = date(2027, 1, 1)
    assert sides(law, first, DAY) == (True, False, False)
    assert sides(law, first - 30 * DAY, DAY) == (False, True, True)
    (one,) = law(TODAY + 9 * DAY)
    assert one.key == "law:purchases:2027"
    assert one.say("fr").startswith("Dès le 01/01/2027, loi AGEC, article 58\u00a0: 25\u00a0% des")


def test_what_is_just_under_is_never_said_equal() -> None:
    facts = YearShare(2026, share=D("9.996"), ambition=D(10), coverage=D("79.97"))
    share, coverage = of_the_year(facts, Levels())
    assert "est de 9,996\u00a0%, sous l’ambition de 10,000\u00a0%" in share.sentence("fr")
    assert "79.97%" in coverage.sentence("en")
    assert "80.00%" in coverage.sentence("en")


def test_without_a_threshold_nothing_is_told() -> None:
    day = [PlanDate(DateKind.ACTION, 1, TODAY, "Trier", "plan", action=1)]
    found = [
        *of_the_year(YearShare(2026, D(1), D(5), D(1)), NONE),
        *of_the_law([BY_KEY[Key.PURCHASES]], NONE, TODAY),
        *of_legal_targets([(1, "x", TODAY + DAY)], NONE, TODAY),
        *of_dates(day, NONE, TODAY),
        *of_evidence([(1, "x", TODAY)], NONE, TODAY),
    ]
    assert found == []


def chosen(town: Town, **more: Any) -> None:
    said = {"share": D(0), "coverage": D(80), "law_days": None, "due_days": 30,
            "evidence_days": 60, "roles": [Role.EDITOR]}  # fmt: skip
    set_thresholds(town.editor, **(said | more))


@pytest.fixture
def plan(town: Town) -> Plan:
    """A plan of this year with an action due in a week, its milestone and its deliverable."""
    today = timezone.localdate()
    plan = make_plan(town)
    plan.last_year = today.year + 1
    plan.save()
    action = make_action(town, plan, "Trier", due_on=today + 7 * DAY)
    assign_pilot(
        town.editor,
        action=action,
        pilot_function="Pilote",
        pilot=town.people[Role.CONTRIBUTOR],
        today=today,
    )
    save_milestone(town.editor, action=action, title="Lot", due_on=today + DAY, today=today)
    save_deliverable(town.editor, action=action, title="Avis", due_on=today + DAY, today=today)
    chosen(town)
    return plan


def keys(town: Town, role: Role = Role.EDITOR) -> list[str]:
    actor, today = town.actor(role), timezone.localdate()
    plan = town.organisation.plans.get()
    found = todo_of(actor=actor, organisation=town.organisation, plan=plan, today=today)
    return [one.key.partition(":")[0] for one in found]


def test_the_days_of_a_plan_and_private_evidence(town: Town, plan: Plan) -> None:
    assert [one.kind for one in dates_of(plan)] == ["deliverable", "milestone", "action"]
    assert keys(town) == ["due", "due", "due"]
    today = timezone.localdate()
    piece = give(town.editor, title="Certificat", reference="x", expires_on=today + 5 * DAY)
    assert piece.visibility == Visibility.PRIVATE
    assert keys(town).count("evidence") == 1
    assert "evidence" not in keys(town, Role.READER)
    action = plan.actions.get()
    update_progress(town.editor, action=action, today=today, progress=Progress.DROPPED, note="x")
    assert keys(town) == ["evidence"]


def test_one_message_tells_a_thing_once(town: Town, plan: Plan) -> None:
    give(
        town.editor, title="Certificat", reference="x",
        expires_on=timezone.localdate() + 5 * DAY,
    )  # fmt: skip
    set_digest(town.editor, weekday=2)
    now = timezone.now()
    assert plan_digests(now) == 2
    letters = {one.address.partition("@")[0]: one for one in Letter.objects.all()}
    assert letters.keys() == {"editor", "contributor"}
    told = letters["editor"]
    assert "4 alertes" in told.subject
    assert "Certificat. Valable jusqu’au" in told.body
    assert "Jalon «\u00a0Lot\u00a0»" in told.body
    assert "1. Trier. Fin prévue" in told.body
    assert "Certificat" not in letters["contributor"].body
    # The next week says it to nobody again; what rises anew is told.
    later = now + timedelta(days=7)
    put = plan_digests(later)
    assert not Letter.objects.filter(address__startswith="editor").exclude(pk=told.pk).exists()
    assert put == 1  # the pilot still has news to give
    RaisedAlert.objects.filter(kind=AlertKind.EVIDENCE).delete()
    assert plan_digests(now + timedelta(days=14)) >= 1
    last = Letter.objects.filter(address__startswith="editor").latest("pk")
    assert "Certificat" in last.body


def test_what_ends_in_between_is_told_once(
    town: Town, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_said: object) -> None:
        raise KeyboardInterrupt

    set_digest(town.editor, weekday=2)
    to_editor = Letter.objects.filter(address__startswith="editor")
    with monkeypatch.context() as ending:
        ending.setattr(digest, "note_told", ended)
        with pytest.raises(KeyboardInterrupt):
            plan_digests(timezone.now())
    assert not to_editor.exists()
    plan_digests(timezone.now())
    assert to_editor.count() == 1
    plan_digests(timezone.now() + timedelta(days=7))
    assert to_editor.count() == 1


def test_who_pilots_and_follows_has_one_message(town: Town, plan: Plan) -> None:
    chosen(town, roles=[Role.EDITOR])
    action = plan.actions.get()
    assign_pilot(
        town.editor, action=action, pilot_function="Pilote",
        pilot=town.people[Role.EDITOR], today=timezone.localdate(),
    )  # fmt: skip
    set_digest(town.editor, weekday=2)
    assert plan_digests(timezone.now()) == 1
    body = Letter.objects.get().body
    assert body.count("Trier") == 1


def test_what_stands_no_more_is_let_go(town: Town, plan: Plan) -> None:
    now = timezone.now()
    raise_alerts(town.organisation, now)
    assert RaisedAlert.objects.count() == 3
    raise_alerts(town.organisation, now + timedelta(hours=1))
    assert set(RaisedAlert.objects.values_list("since", flat=True)) == {now}
    chosen(town, due_days=None)
    raise_alerts(town.organisation, now)
    assert not RaisedAlert.objects.exists()
    assert not AlertTold.objects.exists()


def test_who_chooses(town: Town, plan: Plan) -> None:
    for role in Role:
        actor = town.actor(role)
        said = {"share": None, "coverage": None, "law_days": 1, "due_days": 2, "evidence_days": 3}
        if role in {Role.EDITOR, Role.ADMIN}:
            assert set_thresholds(actor, **said).due_days == 2  # type: ignore[arg-type]
        else:
            with pytest.raises(DeniedError):
                set_thresholds(actor, **said)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        chosen(town, roles=[Role.READER])
    with pytest.raises(ValidationError):
        chosen(town, share=D(101))
    assert thresholds_of(town.organisation.pk).roles == []


def test_the_same_is_asked_of_the_database(
    town: Town, plan: Plan, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            keys(town)
        counts.append(len(asked))
        for _more in range(8):
            make_action(town, plan, "Autre", due_on=timezone.localdate())
    assert counts[0] == counts[1]
