"""A town that estimates: a plan, an action with an indicator, and short ways to its screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from portulan.plans.models import Action, Plan
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_plan

type Url = Callable[..., str]


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    town.organisation.frozen_on = TODAY
    town.organisation.save()


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


@pytest.fixture
def action(town: Town, plan: Plan) -> Action:
    return followed_action(town, plan)


@pytest.fixture
def url(town: Town) -> Url:
    """The address of a screen of impact in the town."""
    return lambda name, *args: reverse(f"impact:{name}", args=[town.slug, *args])


def text_of(response: Any) -> str:
    """What a reader sees, on one line."""
    return re.sub(r"\s+", " ", html.fromstring(response.content.decode()).text_content())
