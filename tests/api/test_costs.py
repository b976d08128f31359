"""What actions cost leaves with its scope, and sums keep it."""

from __future__ import annotations

from decimal import Decimal

from portulan.plans.money.writes import set_planned_money
from tests.api.callers import Caller
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan


def test_each_amount_has_its_stage_its_basis_and_its_side(town: Town) -> None:
    plan = make_plan(town)
    first, second = make_action(town, plan), make_action(town, plan, "Autre")
    set_planned_money(town.editor, action=first, year=2026, amount=Decimal(1000))
    set_planned_money(town.editor, action=first, year=2026, amount=Decimal(50), in_it_budget=False)
    set_planned_money(town.editor, action=second, year=2026, amount=None)
    said = Caller(town).get(f"plans/{plan.slug}/costs")
    asked = {"year": 2026, "at_least": False, "stage": "asked", "basis": "TTC"}
    assert said["actions"] == [
        {"action": 1, **asked, "value": "1000.00", "in_it_budget": True},
        {"action": 1, **asked, "value": "50.00", "in_it_budget": False},
        {"action": 2, **asked, "value": None, "in_it_budget": True},
    ]
    assert said["totals"] == [
        {**asked, "value": "1000.00", "in_it_budget": True, "actions": 1},
        {**asked, "value": "50.00", "in_it_budget": False, "actions": 1},
    ]
