"""What is ticked in the grid is not lost: over a refusal, over its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.plans.models import Plan
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    for rank in range(1, 46):
        make_action(town, plan, title=f"Action {rank}")
    return plan


def ticks(browser: Browser, address: str) -> list[str]:
    sent = browser.fields(address).get("a", [])
    return sent if isinstance(sent, list) else [sent]


def test_a_refused_change_keeps_its_ticks_and_says_what_is_accepted(
    town: Town, plan: Plan, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in(Role.EDITOR)
    grid = reverse("plans:grid", args=[town.slug, plan.slug])
    change = {"a": ["2", "3"], "field": "progress", "value": "bientôt", "preview": "1"}
    refused = browser.fill(f"{grid}?sort=title", change)
    tree = browser.tree(refused)
    said = tree.xpath("string(//*[@role='alert'])")
    assert "« bientôt » n’est pas accepté" in said
    assert "En cours" in said
    assert "Rien ne change" not in tree.text_content()
    (back,) = [one for one in tree.xpath("//main//a/@href") if "tick=" in one][:1]
    fields = browser.fields(back)
    assert "sort=title" in back
    assert sorted(fields["a"]) == ["2", "3"]
    assert (fields["field"], fields["value"]) == ("progress", "bientôt")
    right = browser.fill(back, {"a": ["2", "3"], "value": "en cours", "preview": "1"})
    assert "2 cases changent" in browser.tree(right).text_content()


def test_ticks_survive_the_pages_of_the_grid(
    town: Town, plan: Plan, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in(Role.EDITOR)
    grid = reverse("plans:grid", args=[town.slug, plan.slug])
    following = browser.fill(grid, {"a": ["1", "2"], "to": "2"}).headers["Location"]
    assert "page=2" in following
    there = browser.tree(browser.get(following)).xpath(
        "//input[@name='a'][@type='checkbox']/@value"
    )
    assert not {"1", "2"} & set(there)
    assert ticks(browser, following) == ["1", "2"]
    again = browser.fill(following, {"a": ["1", "2", there[0]], "to": "1"}).headers["Location"]
    assert sorted(ticks(browser, again)) == sorted(["1", "2", there[0]])
    # A link of the pages keeps those of the address, and one change is of all of them.
    change = {"a": ticks(browser, again), "field": "due", "value": "fin 2026", "preview": "1"}
    assert "3 cases changent" in browser.tree(browser.fill(again, change)).text_content()
    assert (
        date(2026, 12, 31).strftime("%d/%m/%Y")
        in browser.tree(browser.fill(again, change)).text_content()
    )
