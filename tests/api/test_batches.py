"""Many rows by one request: all or none, or each with its verdict, in the same few queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.budget.imports.typed import type_figures
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.indicators.models import Measurement
from portulan.plans.models import Action, Plan
from tests.api.callers import Caller
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_action, make_plan


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


def sheet(title: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "pilot_function": "DSI"} | more


def test_actions_are_created_together(caller: Caller, plan: Plan) -> None:
    address = f"plans/{plan.slug}/actions/batch"
    items = [sheet("Une"), sheet("Deux", number=7, level="experiment"), sheet("Trois")]
    answer = caller("POST", address, {"items": items})
    assert answer.status_code == 200, answer.content
    rows = [one["row"] for one in answer.json()["items"]]
    assert [(row["title"], row["number"]) for row in rows] == [
        ("Une", 1),
        ("Deux", 7),
        ("Trois", 8),
    ]
    # Each is answered as it is read.
    assert rows[1] == caller.get(f"plans/{plan.slug}/actions/7")


def test_one_that_is_refused_keeps_all_out(caller: Caller, plan: Plan) -> None:
    address = f"plans/{plan.slug}/actions/batch"
    wrong = [sheet("Une"), sheet(" "), sheet("Trois", starts_on="2026-02-01", due_on="2026-01-01")]
    answer = caller("POST", address, {"items": wrong})
    assert answer.status_code == 422
    assert [one["path"] for one in answer.json()["errors"]] == ["items/1/title", "items/2/due_on"]
    assert not Action.objects.filter(plan=plan).exists()
    answer = caller("POST", address, {"items": wrong, "each": True})
    assert answer.status_code == 200
    first, second, third = answer.json()["items"]
    assert first["row"]["title"] == "Une"
    assert [one["path"] for one in second["errors"]] == ["title"]
    assert [one["path"] for one in third["errors"]] == ["due_on"]
    assert Action.objects.get(plan=plan).title == "Une"


def test_values_are_recorded_together_by_who_may(caller: Caller, plan: Plan) -> None:
    town = caller.town
    mine = followed_action(town, plan, title="Mienne", pilot=town.people[Role.CONTRIBUTOR])
    other = followed_action(town, plan, title="Autre")
    items = [
        {
            "action": action.pk,
            "indicator": action.indicators.get().pk,
            "on": "2026-01-31",
            "value": "1.4",
        }
        for action in (mine, other)
    ]
    contributor = Caller(town, Role.CONTRIBUTOR)
    address = f"plans/{plan.slug}/readings/batch"
    assert contributor("POST", address, {"items": items}).status_code == 403
    answer = contributor("POST", address, {"items": items, "each": True})
    first, second = answer.json()["items"]
    assert Decimal(first["row"]["value"]) == Decimal("1.4")
    assert second["errors"][0]["code"] == "denied"
    assert Measurement.objects.filter(on=date(2026, 1, 31)).count() == 1


def test_shares_are_given_together(caller: Caller, plan: Plan) -> None:
    town = caller.town
    year = open_year(town.finance, year=2026)
    type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.OPENED,
        it_budget=Decimal(1000),
        lines=[],
        on=date(2026, 11, 24),
    )
    line, action = BudgetLine.objects.get(), make_action(town, plan)
    part = {"line": line.pk, "method": "key", "reason": "clé", "share": "0.6", "action": action.pk}
    address = "years/2026/attributions/batch"
    refused = caller("POST", address, {"items": [part, part | {"again": True}]})
    assert [one["path"] for one in refused.json()["errors"]] == ["items/1/share"]
    answer = caller("POST", address, {"items": [part, part | {"again": True}], "each": True})
    first, second = answer.json()["items"]
    assert first["row"]["id"] == Attribution.objects.get().pk
    assert second["errors"][0]["path"] == "share"


def test_what_is_not_here_is_refused(caller: Caller, plan: Plan, elsewhere: Town) -> None:
    other = make_action(elsewhere, make_plan(elsewhere))
    item = {"action": other.pk, "indicator": 1, "on": "2026-01-31", "value": "1"}
    answer = caller("POST", f"plans/{plan.slug}/readings/batch", {"items": [item]})
    assert answer.status_code == 422
    many = {"items": [sheet("Une")] * 1001}
    assert caller("POST", f"plans/{plan.slug}/actions/batch", many).status_code == 422


def test_as_many_queries_for_two_as_for_forty(caller: Caller, plan: Plan) -> None:
    axis = plan.axes.create(title="Achats", order=1)
    address = f"plans/{plan.slug}/actions/batch"

    def asked(count: int) -> int:
        items = [sheet(f"{count} {rank}", axis=axis.pk) for rank in range(count)]
        with CaptureQueriesContext(connection) as queries:
            assert caller("POST", address, {"items": items}).status_code == 200
        return len(queries)

    asked(2)
    assert asked(40) == asked(2)
