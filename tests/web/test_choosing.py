"""A choice among more than twenty is searched on the page of its form, with no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Person
from portulan.plans.models import Action, Plan
from portulan.web.choosing import MANY
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


@pytest.fixture
def action(town: Town, plan: Plan) -> Action:
    return make_action(town, plan)


def crowd(town: Town, count: int) -> list[Person]:
    return Person.objects.bulk_create(
        Person(
            organisation=town.organisation, function=f"Agent n° {rank:02}", name=f"Zoé {rank:02}"
        )
        for rank in range(count)
    )


def test_few_people_are_a_list_and_many_a_search(
    town: Town, plan: Plan, action: Action, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in(Role.EDITOR)
    where = reverse("plans:pilot", args=[town.slug, plan.slug, action.number])
    assert browser.tree(browser.get(where)).xpath("//select[@name='pilot']")
    people = crowd(town, MANY + 30)
    tree = browser.tree(browser.get(where))
    assert not tree.xpath("//select[@name='pilot']")
    (label,) = tree.xpath("//label[@for='id_pilot']")
    assert "Personne" in label.text_content()

    # Words are searched whatever sent them; what was typed is kept, and nothing is written.
    found = browser.fill(where, {"pilot_function": "Support", "pilot-words": "zoe 07"})
    assert found.status_code == 200
    tree = browser.tree(found)
    assert "Une réponse" in tree.xpath("string(//*[@role='status'])")
    assert not tree.xpath("//*[@role='alert']")
    keys = [key for key in tree.xpath("//input[@name='pilot']/@value") if key]
    assert keys == [str(people[7].pk)]
    assert browser.fields_of(found)["pilot_function"] == "Support"
    action.refresh_from_db()
    assert action.pilot is None

    sent = browser.fields_of(found) | {"pilot": keys[0]}
    assert browser.post(where, sent).status_code == 302
    action.refresh_from_db()
    assert (action.pilot, action.pilot_function) == (people[7], "Support")
    # What is chosen is shown, and sent again by who touches nothing.
    assert browser.fields(where)["pilot"] == keys[0]
    assert browser.fill(where, {}).status_code == 302
    action.refresh_from_db()
    assert action.pilot == people[7]


def test_a_search_of_nothing_shows_the_first_page_and_says_how_many(
    town: Town, plan: Plan, action: Action, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in(Role.EDITOR)
    where = reverse("plans:pilot", args=[town.slug, plan.slug, action.number])
    crowd(town, MANY + 30)
    tree = browser.tree(browser.fill(where, {"search": "pilot"}))
    assert len([key for key in tree.xpath("//input[@name='pilot']/@value") if key]) == MANY
    assert "les vingt premières" in tree.xpath("string(//*[@role='status'])")
    none = browser.tree(browser.fill(where, {"pilot-words": "introuvable"}))
    assert "essayez-en d’autres" in none.xpath("string(//*[@role='status'])")


def test_the_whole_of_a_wrong_form_comes_back_from_a_search(
    town: Town, plan: Plan, action: Action, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in(Role.EDITOR)
    crowd(town, MANY + 30)
    where = reverse("plans:edit-action", args=[town.slug, plan.slug, action.number])
    wrong = {"days_per_year": "x", "title": "Autre", "pilot-words": "zoe"}
    found = browser.fill(where, wrong)
    assert found.status_code == 200
    assert {name: browser.fields_of(found)[name] for name in wrong} == wrong
    # Sent again, it is judged: what was searched is not searched twice.
    assert browser.post(where, browser.fields_of(found)).status_code == 422
