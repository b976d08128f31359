"""The demonstration of steering: a landing between two amounts, days to read, nobody called."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from portulan.accounts.models import Organisation
from portulan.budget.models import FiscalYear
from portulan.demo.campaigns import SPENT_IN_ALL
from portulan.steering.forecast import landing_total, spending_said
from portulan.steering.models import CalendarAddress, Delivery, Webhook
from portulan.steering.webhooks import delivering
from portulan.steering.words import Stopped
from tests.duties import deliver

pytestmark = pytest.mark.django_db


def test_a_pilot_says_more_than_accounts_hold_and_the_year_lands_between(
    demonstration: Organisation,
) -> None:
    day = demonstration.frozen_on
    assert day is not None
    year = FiscalYear.objects.get(organisation=demonstration, year=day.year)
    said = spending_said(demonstration.pk, year.year, day)
    assert [one.amount for one in said.values()] == [Decimal(SPENT_IN_ALL)]
    landing = landing_total(fiscal_year=year, today=day).total
    assert landing.least is not None
    assert landing.most is not None
    assert landing.most - landing.least == Decimal("1236.12")


def test_the_days_are_subscribed_to_by_one_person(demonstration: Organisation) -> None:
    mine, of_plan = CalendarAddress.objects.filter(organisation=demonstration).order_by("pk")
    assert mine.person == of_plan.person
    assert (mine.plan, of_plan.plan is None) == (None, False)


def test_the_webhook_is_stopped_and_its_name_is_nobodys(
    demonstration: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(*_args: Any, **_more: Any) -> int:
        raise AssertionError("the demonstration calls somebody")

    webhook = Webhook.objects.get(organisation=demonstration)
    assert webhook.stopped == Stopped.PERSON
    assert (urlsplit(webhook.url).hostname or "").endswith(".example")
    monkeypatch.setattr(delivering, "post", call)
    assert deliver(timezone.now())["delivered"] == 0
    assert not Delivery.objects.filter(webhook=webhook).exists()
