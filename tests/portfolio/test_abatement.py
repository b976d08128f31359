"""Euros per tonne: with their sign and their interval, or the reason why there are none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.plans.enums import Progress, Section
from portulan.plans.models import Action
from portulan.plans.services import set_planned_money
from portulan.portfolio.abatement import Missing, TonneCost, tonne_cost
from portulan.portfolio.facts import Impact
from portulan.portfolio.selectors.abatement import tonne_costs
from tests.people import Town
from tests.portfolio.scenario_of_town import make_town_plan

impacts = st.lists(st.integers(1, 10**6), min_size=3, max_size=3).map(
    lambda ends: Impact(*sorted(ends))
)


@given(
    impacts, st.dictionaries(st.integers(2026, 2030), st.decimals(0, 10**6, places=2), min_size=1)
)
def test_the_cost_of_a_tonne_is_between_its_ends(spared: Impact, costs: dict[int, Decimal]) -> None:
    found = tonne_cost(costs, spared, 2026)
    assert isinstance(found, TonneCost)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.cost <= found.high


def test_it_is_money_over_tonnes_discounted() -> None:
    found = tonne_cost({2027: Decimal(1_032)}, Impact(500, 1_000, 2_000), 2026)
    assert isinstance(found, TonneCost)
    assert (found.low, found.cost, found.high) == (500, 1_000, 2_000)
    unsure = tonne_cost({2026: Decimal(10)}, Impact(-5, 10, 20), 2026)
    assert isinstance(unsure, TonneCost)
    assert unsure.high is None


@pytest.mark.parametrize(
    ("costs", "spared", "reason"),
    [
        ({2026: Decimal(1)}, None, Missing.NOT_ESTIMATED),
        (None, Impact(1, 2, 3), Missing.NOT_COSTED),
        ({2026: Decimal(1)}, Impact(-3, 0, 3), Missing.NO_GAIN),
    ],
)
def test_what_is_not_known_is_said(
    costs: dict[int, Decimal] | None, spared: Impact | None, reason: Missing
) -> None:
    assert tonne_cost(costs, spared, 2026) is reason


def test_the_actions_of_a_plan_say_why_they_have_none(town: Town) -> None:
    plan = make_town_plan(town)
    actions = Action.objects.filter(plan=plan).select_related("plan").order_by("number")
    rows = tonne_costs(actions, start=2026)
    assert {row.found for row in rows} == {Missing.NOT_ESTIMATED}
    Action.objects.filter(plan=plan, number=2).update(progress=Progress.DROPPED)
    set_planned_money(
        town.editor, action=actions[0], year=2028, section=Section.OPERATING, amount=None
    )
    assert [row.action.number for row in tonne_costs(actions.all(), start=2026)] == [1, 3]
