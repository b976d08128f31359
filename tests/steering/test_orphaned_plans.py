"""A plan that nobody administers for thirty days is told to who operates, once a month."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.models import SecurityEntry
from portulan.accounts.security import Event
from portulan.cli.checks.database import administrators
from portulan.steering.orphaned_plans import unattended
from tests.duties import tell_operator
from tests.people import Town
from tests.plans.plan_of_town import make_plan

pytestmark = pytest.mark.django_db(transaction=True)


def gone(town: Town, days: int) -> datetime:
    """The administrator left that long ago."""
    now = timezone.now()
    SecurityEntry.objects.all().delete()
    person = town.people[Role.ADMIN]
    person.left_on = timezone.localdate(now) - timedelta(days=days)
    person.save()
    return now


@pytest.mark.parametrize(("days", "told"), [(29, False), (30, True), (31, True)])
def test_thirty_days_are_waited_for(town: Town, days: int, *, told: bool) -> None:
    make_plan(town)
    today = timezone.localdate(gone(town, days))
    found = list(unattended(today))
    assert bool(found) is told
    if told:
        assert found[0].since == today - timedelta(days=days)
    SecurityEntry.objects.create(
        at=timezone.now(), event=Event.ROLES, organisation_id=town.organisation.pk
    )
    assert not list(unattended(today))  # somebody’s roles were taken today: wait again


def test_with_an_administrator_or_without_a_plan_nothing_is_told(town: Town) -> None:
    today = timezone.localdate()
    make_plan(town)
    assert not list(unattended(today))
    town.people[Role.ADMIN].user.is_active = False  # type: ignore[union-attr]
    town.people[Role.ADMIN].user.save()  # type: ignore[union-attr]
    SecurityEntry.objects.all().delete()
    assert [one.since for one in unattended(today)] == [None]
    town.organisation.plans.all().delete()
    assert not list(unattended(today))


def test_who_operates_reads_it_in_the_journal_and_in_doctor(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    assert administrators("fr").state == "ok"
    make_plan(town)
    now = gone(town, 40)
    logging.getLogger("portulan.security").addHandler(caplog.handler)
    with caplog.at_level(logging.INFO, logger="portulan.security"):
        assert tell_operator(now) == 1
    logging.getLogger("portulan.security").removeHandler(caplog.handler)
    assert tell_operator(now) == 0
    assert '"event": "unattended"' in caplog.messages[0]
    assert tell_operator(now + timedelta(days=31)) == 1
    found = administrators("en")
    assert found.state == "warning"
    assert town.slug in found.detail
