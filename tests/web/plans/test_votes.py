"""A plan is voted on one page: what is ticked is adopted, what is lacking is asked for there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.plans.models import CommitmentDecision, Plan
from portulan.plans.plan import create_plan
from portulan.plans.words import CommitmentLevel
from tests.people import Town
from tests.plans.plan_of_town import TODAY, VOTE, adopt, followed_action, make_action

type SignIn = Callable[..., Client]
STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


@pytest.fixture
def plan(town: Town) -> Plan:
    """A plan without date: an action voted, one ready, one to follow up, one without indicator."""
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = create_plan(town.editor, title="Plan", first_year=2025, last_year=2027)
    adopt(town, make_action(town, plan), STUDY)
    make_action(town, plan)
    followed_action(town, plan, level=IMPLEMENTATION, follow_up_function="")
    make_action(town, plan, level=IMPLEMENTATION)
    return plan


def url(town: Town, plan: Plan, name: str) -> str:
    return reverse(f"plans:{name}", args=[town.slug, plan.slug])


def ticked(response: Any) -> set[str]:
    return set(html.fromstring(response.text).xpath("//input[@type='checkbox'][@checked]/@name"))


def test_the_vote_of_the_plan(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    address = url(town, plan, "vote")
    assert address in client.get(url(town, plan, "plan")).text
    page = client.get(address)
    assert ticked(page) == {"level-2", "level-3"}
    assert "donnez d’abord un indicateur" in page.text
    vote = {"decided_on": VOTE, "body": "Conseil", "level-2": "on", "level-3": "on"}
    refused = client.post(address, vote)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"follow_up_function-3"}
    assert CommitmentDecision.objects.count() == 1
    done = client.post(address, vote | {"follow_up_function-3": "DSI"}, follow=True)
    assert "2 actions votées." in done.text
    plan.refresh_from_db()
    assert (plan.adopted_on, CommitmentDecision.objects.count()) == (VOTE, 3)
    assert ticked(client.get(address)) == set()
    nothing = client.post(address, {"decided_on": VOTE, "body": "Conseil"})
    assert "Cochez au moins une action." in nothing.text


def test_who_does_not_decide_is_not_asked(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.CONTRIBUTOR)
    address = url(town, plan, "vote")
    assert address not in client.get(url(town, plan, "plan")).text
    assert client.get(address).status_code == 403


def test_dates_apart_are_said(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    settings = url(town, plan, "settings")
    assert "après cette date" not in client.get(settings).text
    given = {"adopted_on": "2024-12-01", "adopted_by": "Conseil"}
    said = "Une action est votée après cette date, le 13/12/2024"
    assert said in client.fill(settings, given, follow=True).text
    assert said in client.get(settings).text
    Plan.objects.update(adopted_on=None)
    plan.actions.filter(decisions=None).delete()
    assert "donnez la date du vote du plan" in client.get(settings).text
    assert "date du plan à donner" in client.get(url(town, plan, "plan")).text
