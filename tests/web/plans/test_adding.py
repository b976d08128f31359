"""Six answers make an action, with its indicator and its money, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.core.folding import fold, squeeze
from portulan.core.models import AuditEntry
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.words import Direction, Kind, MeasurementRole
from portulan.plans.models import Action, Plan, PlannedMoney
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel
from portulan.web.plans.actions.near import FEW, nearest
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

SIX = {
    "title": "Réparer les écrans",
    "level": "2",
    "pilot_function": "Support de proximité",
    "due_on": "T2 2027",
    "indicator": "Écrans réparés",
    "baseline": "0",
    "target": "25",
    "money_0": "0",
    "money_1": "6 000",
}


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    return make_plan(town)


@pytest.fixture
def browser(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in(Role.EDITOR)


def address(town: Town, plan: Plan) -> str:
    return reverse("plans:create-action", args=[town.slug, plan.slug])


def test_one_form_makes_all_of_it(town: Town, plan: Plan, browser: Browser) -> None:
    answer = browser.fill(address(town, plan), SIX)
    action = plan.actions.get()
    assert answer.headers["Location"].endswith(f"/{action.number}/")
    assert (action.level, action.due_on) == (CommitmentLevel.EXPERIMENT, date(2027, 6, 30))
    indicator = action.indicators.get()
    assert (indicator.kind, indicator.direction) == (Kind.QUANTITY, Direction.UP)
    aim, start = indicator.targets.get(), indicator.measurements.get()
    assert (aim.due_on, aim.value) == (date(2027, 6, 30), 25)
    assert (start.on, start.value, start.role) == (TODAY, 0, MeasurementRole.BASELINE)
    money = {row.year: row.amount for row in action.planned_money.all()}
    assert money == {2026: Decimal(0), 2027: Decimal(6000)}
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"created", "indicator added", "money planned"} <= verbs


def test_a_refusal_writes_nothing_and_keeps_what_was_typed(
    town: Town, plan: Plan, browser: Browser
) -> None:
    where = address(town, plan)
    wrong = SIX | {"money_1": "beaucoup", "days_per_year": "x", "due_on": "bientôt"}
    refused = browser.fill(where, wrong)
    assert refused.status_code == 422
    tree = browser.tree(refused)
    said = tree.xpath("string(//*[@role='alert'])")
    assert "2027" in said
    assert "Écrivez une date, comme 30/06/2027" in said
    # What is folded is shown when it is wrong.
    assert tree.xpath("//details[@open]//input[@name='days_per_year']")
    fields = browser.fields_of(refused)
    assert {name: fields[name] for name in wrong} == wrong
    for model in (Action, Indicator, Measurement, PlannedMoney):
        assert not model._default_manager.exists()
    # The service refuses the last of what is written: nothing is left of the rest.
    refused = browser.fill(where, SIX | {"starts_on": "2027-12-01"})
    assert refused.status_code == 422
    assert not Indicator.objects.exists()


@pytest.mark.parametrize(
    ("said", "kind", "value", "text", "way"),
    [
        ({"target": "80 %"}, Kind.PERCENTAGE, 80, "", Direction.NONE),
        ({"target": "l’atelier est ouvert"}, Kind.TEXT, None, "l’atelier est ouvert", "none"),
        ({"target": "5", "baseline": "12"}, Kind.QUANTITY, 5, "", Direction.DOWN),
    ],
)
def test_a_target_is_a_number_a_share_or_a_sentence(
    town: Town, plan: Plan, browser: Browser, said: dict[str, str], *, kind: Kind, value: Any,
    text: str, way: str,
) -> None:  # fmt: skip
    browser.fill(address(town, plan), SIX | {"baseline": ""} | said)
    indicator = Indicator.objects.get()
    aim = indicator.targets.get()
    assert (indicator.kind, indicator.direction) == (kind, way)
    assert (aim.value, aim.text) == (value, text)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"indicator": ""}, "indicator"),
        ({"target": "l’atelier est ouvert"}, "baseline"),
    ],
)
def test_a_target_that_says_nothing_is_refused_where_it_stands(
    town: Town, plan: Plan, browser: Browser, said: dict[str, str], where: str
) -> None:
    refused = browser.fill(address(town, plan), SIX | said)
    assert refused.status_code == 422
    assert browser.tree(refused).xpath(f"//input[@name='{where}']/@aria-invalid") == ["true"]
    assert not Action.objects.exists()


def test_a_pilot_is_a_function_or_somebody(town: Town, plan: Plan, browser: Browser) -> None:
    someone = town.people[Role.CONTRIBUTOR]
    for typed, pilot in (
        (someone.name.upper(), someone),
        (f"{someone.function} ({someone.name})", someone),
        ("Fonction nouvelle", None),
    ):
        browser.fill(address(town, plan), SIX | {"pilot_function": typed})
        action = plan.actions.latest("pk")
        assert action.pilot == pilot
        assert action.pilot_function == (someone.function if pilot else typed)


def test_unknown_is_not_zero_and_another_may_follow(
    town: Town, plan: Plan, browser: Browser
) -> None:
    where = address(town, plan)
    bare = {"title": "Étudier", "level": "1", "pilot_function": "DSI", "money_1": "?"}
    answer = browser.fill(where, {**bare, "deliverable": "Une note", "another": "1"})
    assert answer.headers["Location"] == where
    action = plan.actions.get()
    assert action.planned_money.get().amount is None
    assert action.deliverables.get().title == "Une note"
    assert not action.indicators.exists()


def test_what_is_near_and_what_the_plan_becomes_are_seen_before(
    town: Town, plan: Plan, browser: Browser
) -> None:
    """Rare words of the title find actions and practices; the look writes nothing."""
    near = make_action(town, plan, title="Réparation des portables")
    make_action(town, plan, title="Former les élus")
    set_planned_money(town.editor, action=near, year=2027, amount=Decimal(493000))
    seen = browser.fill(address(town, plan), SIX | {"preview": "1"}).text
    assert f"/{near.number}/" in seen
    assert "Former les élus" not in seen.partition("Proche")[2]
    assert "Le plan aura 3 actions, dont 1 à ce niveau." in seen
    assert "493 k€ → 499 k€" in squeeze(seen)
    assert plan.actions.count() == 2
    # A title alone is enough to see what is near; nothing is ticked for anybody.
    alone = browser.fill(address(town, plan), {"title": "Réparer", "preview": "1"}).text
    assert f"/{near.number}/" in alone
    assert "Ce qui changera" not in alone


@given(
    rows=st.lists(st.text(alphabet="abcdé ", max_size=30), max_size=30),
    title=st.text(alphabet="abcdé ", max_size=30),
)
def test_the_nearest_share_a_word_and_come_by_weight(rows: list[str], title: str) -> None:
    found = nearest(title, [(words, at) for at, words in enumerate(rows)])
    assert len(found) == len(set(found)) <= FEW
    begun = {word[:5] for word in fold(title).split() if len(word) > 3}
    assert all(begun & {word[:5] for word in fold(rows[at]).split()} for at in found)
