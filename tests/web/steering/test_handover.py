"""Leaving in one page: six actions pass in five clicks at most, and the heir answers on another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.plans.actions.writes import assign_pilot
from portulan.plans.models import Action, Plan
from portulan.steering.models import Handover
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

type SignIn = Callable[..., Browser]


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    giver = town.people[Role.CONTRIBUTOR]
    for rank in range(6):
        action = make_action(town, plan, f"Action {rank}")
        assign_pilot(
            town.editor, action=action, pilot_function=giver.function, pilot=giver, today=TODAY
        )
    return plan


def url(town: Town, name: str, *more: object) -> str:
    return reverse(f"steering:{name}", args=[town.slug, *more])


def test_six_actions_pass_at_once_and_the_heir_answers(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    giver, heir = town.people[Role.CONTRIBUTOR], town.people[Role.FINANCE]
    client = signed_in(Role.EDITOR)
    address = url(town, "handover", giver.pk)
    assert "6 choses dépendent" in client.get(address).text
    # Two clicks: who takes over, and the button; each line follows.
    client.fill(address, {"on": TODAY.isoformat(), "heir": heir.pk, "word": "Deux inventaires."})
    assert Action.objects.filter(pilot=heir).count() == 6
    made = Handover.objects.get()
    mine = signed_in(Role.FINANCE)
    home = mine.get(reverse("dashboard:page", args=[town.slug]))
    page = url(town, "received", made.pk)
    assert page in home.text
    told = mine.get(page).text
    assert "Deux inventaires." in told
    assert "Action 0" in told
    answered = mine.post(url(town, "take-over", made.pk, "accepted"), follow=True)
    assert "Réponse enregistrée." in answered.text
    assert page not in mine.get(reverse("dashboard:page", args=[town.slug])).text
    assert signed_in(Role.READER).get(page).status_code == 404
    assert mine.post(url(town, "take-over", made.pk, "perhaps")).status_code == 404


def test_who_opens_the_page(town: Town, plan: Plan, signed_in: SignIn) -> None:
    giver = town.people[Role.CONTRIBUTOR]
    for role in Role:
        client = signed_in(role)
        status = client.get(url(town, "handover", giver.pk)).status_code
        may = role in {Role.EDITOR, Role.ADMIN, Role.CONTRIBUTOR}
        assert status == (200 if may else 403), role
        assert client.get(url(town, "own-handover"), follow=True).status_code == 200
    assert signed_in(Role.ADMIN).get(url(town, "handover", 99999)).status_code == 404


def test_a_date_of_departure_leads_to_the_page(town: Town, plan: Plan, signed_in: SignIn) -> None:
    giver = town.people[Role.CONTRIBUTOR]
    client = signed_in(Role.ADMIN)
    edit = reverse("people:edit", args=[town.slug, giver.pk])
    left = client.fill(edit, {"left_on": (TODAY + timedelta(days=7)).isoformat()})
    assert left.url == url(town, "handover", giver.pk)
