"""What changed since one looked: of others, of the plan, until one says that it is seen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.indicators.models import Indicator
from portulan.plans.actions.progress import update_progress
from portulan.plans.indicators import measure
from portulan.plans.models import Plan
from portulan.plans.words import Progress
from portulan.steering.models import Look
from portulan.steering.overview import changed_since, freshness_of, mark_looked
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    followed_action(town, plan)
    return plan


def today() -> date:
    return timezone.localdate()


def test_what_others_did_until_it_is_seen(town: Town, plan: Plan) -> None:
    first = changed_since(town.reader, plan, today())
    assert first.looked_at is None
    assert first.total == sum(count for one in first.moved for _deed, count in one.deeds)
    assert {one.kind for one in first.moved} == {"plan", "action", "indicator"}
    assert changed_since(town.editor, plan, today()).total == 0  # one's own deeds are no news
    assert not Look.objects.exists()
    other = make_action(town, plan, "Autre")  # after the page was shown
    mark_looked(town.reader, plan=plan, entry=first.last, now=timezone.now())
    (moved,) = changed_since(town.reader, plan, today()).moved
    assert (moved.pk, moved.name, moved.number) == (other.pk, "2. Autre", 2)
    before = AuditEntry.objects.count()
    mark_looked(town.reader, plan=plan, entry=10**18, now=timezone.now())
    assert AuditEntry.objects.count() == before
    assert Look.objects.get().entry < 10**18
    assert changed_since(town.reader, plan, today()).moved == ()
    for _turn in range(2):
        progress = Progress.IN_PROGRESS if not _turn else Progress.PAUSED
        update_progress(town.editor, action=other, today=TODAY, progress=progress)
    (moved,) = changed_since(town.reader, plan, today()).moved
    assert moved.deeds == (("updated", 2),)
    assert changed_since(town.actor(Role.AUDITOR), plan, today()).looked_at is None


def test_who_looks(town: Town, plan: Plan, elsewhere: Town) -> None:
    with pytest.raises(NotFoundError):
        mark_looked(elsewhere.reader, plan=plan, entry=1, now=timezone.now())
    nobody = type(town.reader)(town.organisation.pk, None, town.reader.roles)
    with pytest.raises(DeniedError):
        mark_looked(nobody, plan=plan, entry=1, now=timezone.now())


def test_how_fresh_each_value_is(town: Town, plan: Plan) -> None:
    (one,) = freshness_of(plan, TODAY)
    assert (one.last_on, one.days, one.due_on) == (date(2026, 9, 30), 55, None)
    assert not one.is_overdue(TODAY)
    indicator = Indicator.objects.get()
    indicator.frequency = "quarter"
    indicator.save()
    (one,) = freshness_of(plan, TODAY)
    assert one.due_on == date(2026, 12, 31)
    assert [one.is_overdue(one.due_on + timedelta(days=n)) for n in (0, 1)] == [False, True]
    action = plan.actions.get()
    measure(
        town.editor, action=action, indicator=indicator, on=TODAY, today=TODAY,
        value=Decimal("1.6"),
    )  # fmt: skip
    assert freshness_of(plan, TODAY)[0].days == 0
    followed_action(town, plan, title="Sans relevé")
    never = Indicator.objects.latest("pk")
    never.measurements.all().delete()
    assert freshness_of(plan, TODAY)[0].last_on is None
    assert freshness_of(plan, TODAY)[0].is_overdue(TODAY)


def test_the_same_is_asked_of_the_database(town: Town, plan: Plan) -> None:
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            changed_since(town.reader, plan, today())
            freshness_of(plan, TODAY)
        counts.append(len(asked))
        for _more in range(6):
            followed_action(town, plan)
    assert counts[0] == counts[1]
