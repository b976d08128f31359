"""Many rows by one request: all or none, or each with its verdict, in the same few queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.budget.imports.typed import type_figures
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.core.storing import _write
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


def asked_for(caller: Caller, address: str, items: list[dict[str, Any]], **more: str) -> Any:
    """Send items to be judged each; return what is answered, and in how many queries."""
    with CaptureQueriesContext(connection) as queries:
        answer = caller("POST", address, {"items": items, "each": True}, **more)
    assert answer.status_code == 200, answer.content
    return answer, len(queries)


def test_however_many_are_refused_they_cost_one_try_more(caller: Caller, plan: Plan) -> None:
    address = f"plans/{plan.slug}/actions/batch"
    make_action(caller.town, plan, "Une", number=5)
    wrong = [
        sheet(" "),
        sheet("À l’envers", starts_on="2026-02-01", due_on="2026-01-01"),
        sheet("Le 5", number=5),
        sheet("D’ailleurs", unit=0x7FFFFFFF),
        sheet("Le 5 aussi", own_number="5"),
        sheet("x" * 300),
    ]
    paths = ["title", "due_on", "", "unit", "own_number", "title"]
    few, least = asked_for(caller, address, [*wrong, sheet("Bien")])
    assert [one["errors"][0]["path"] for one in few.json()["items"][:-1]] == paths
    Action.objects.filter(title="Bien").delete()
    many, most = asked_for(caller, address, [*wrong * 166, sheet("Bien"), *wrong[:3]])
    assert len(many.json()["items"]) == 1000
    told = [one["errors"][0]["path"] for one in many.json()["items"] if "errors" in one]
    assert told == [*paths * 166, *paths[:3]]
    assert many.json()["items"][996]["row"]["title"] == "Bien"
    assert most <= least + 4  # what the body names is fetched by some hundreds


def test_a_refused_item_takes_nothing_from_those_after_it(caller: Caller, plan: Plan) -> None:
    """A number, a name: what a refused item would have had goes to the next one."""
    items = [
        sheet(" ", number=3, own_number="A"),
        sheet("Trois", number=3, own_number="A"),
        sheet("", own_number="4"),
        sheet("Quatre"),
        sheet("Autre", number=4),
        sheet("Cinq", own_number="5"),
        sheet("Six", number=5),
    ]
    answer, _queries = asked_for(caller, f"plans/{plan.slug}/actions/batch", items)
    said = [one.get("row", {}).get("number") for one in answer.json()["items"]]
    assert said == [None, 3, None, 4, None, 5, None]


@pytest.mark.parametrize("bad", [1, 30])
def test_what_the_database_refuses_costs_itself(
    caller: Caller, plan: Plan, monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    """A guard speaks after all rules: the others are written, and the tries have an end."""
    written = Action.save_base

    def guarded(rows: Any, columns: Any) -> None:
        if any(row.title == "Non" for row in rows):
            raise IntegrityError("guard")
        _write(rows, columns)

    def save(self: Action, *args: Any, **kwargs: Any) -> None:
        if self.title == "Non":
            raise IntegrityError("guard")
        written(self, *args, **kwargs)

    monkeypatch.setattr("portulan.core.storing._write", guarded)
    monkeypatch.setattr(Action, "save_base", save)
    items = [sheet("Oui"), *[sheet("Non")] * bad, sheet("Encore")]
    answer, queries = asked_for(caller, f"plans/{plan.slug}/actions/batch", items)
    first, *others, last = answer.json()["items"]
    assert first["row"]["title"] == "Oui"
    codes = [one["errors"][0]["code"] for one in others]
    if bad == 1:
        assert codes == ["conflict"]
        assert last["row"]["title"] == "Encore"
    else:
        assert codes[:10] == ["conflict"] * 10
        assert last["errors"][0]["code"] == codes[-1] == "untried"
        assert queries < 1500
    assert Action.objects.filter(plan=plan).count() == (2 if bad == 1 else 1)
    # All or none: it is a conflict, and nothing is written.
    whole = caller("POST", f"plans/{plan.slug}/actions/batch", {"items": items})
    assert whole.status_code == 409


def test_shares_and_values_that_are_refused_cost_one_try_more(caller: Caller, plan: Plan) -> None:
    town = caller.town
    action = followed_action(town, plan)
    pk = action.indicators.get().pk
    wrong = {"action": action.pk, "indicator": pk, "on": "2999-01-31", "value": "1"}
    right = wrong | {"on": "2026-01-31"}
    address = f"plans/{plan.slug}/readings/batch"
    _answer, least = asked_for(caller, address, [wrong, right])
    answer, most = asked_for(caller, address, [*[wrong] * 400, right])
    assert len({one["errors"][0]["path"] for one in answer.json()["items"][:-1]}) == 1
    assert "row" in answer.json()["items"][-1]
    assert most <= least + 4
    year = open_year(town.finance, year=2026)
    lines = type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.OPENED,
        it_budget=Decimal(1000),
        lines=[],
        on=date(2026, 11, 24),
    )
    assert lines
    part = {"line": BudgetLine.objects.get().pk, "method": "key", "reason": "clé"}
    shares = [part | {"share": share} for share in ("-1", "0", "1.2", "3")] * 50
    address = "years/2026/attributions/batch"
    _answer, least = asked_for(caller, address, [*shares[:4], part | {"share": "0.1"}])
    answer, most = asked_for(caller, address, [*shares, part | {"share": "0.2"}])
    assert {one["errors"][0]["path"] for one in answer.json()["items"][:-1]} == {"share"}
    assert "row" in answer.json()["items"][-1]
    assert most <= least + 4


def test_sent_again_it_answers_the_same_word_for_word(caller: Caller, plan: Plan) -> None:
    address = f"plans/{plan.slug}/actions/batch"
    items = [sheet("Une"), sheet(" "), sheet("Trois")]
    first, _queries = asked_for(caller, address, items, Idempotency_Key="k")
    Action.objects.filter(title="Une").update(title="Changée")
    again, _queries = asked_for(caller, address, items, Idempotency_Key="k")
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert again["Content-Type"] == first["Content-Type"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert Action.objects.filter(plan=plan).count() == 2


def test_too_many_are_refused_before_anything_is_asked(caller: Caller, plan: Plan) -> None:
    axis = plan.axes.create(title="Achats", order=1)
    address = f"plans/{plan.slug}/actions/batch"
    few, many = (
        {"items": [sheet("Une", axis=axis.pk, unit=n + 1) for n in range(count)]}
        for count in (1001, 4000)
    )
    for sent in (few, many):
        with CaptureQueriesContext(connection) as queries:
            refused = caller("POST", address, sent)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "items"
        asked = " ".join(one["sql"] for one in queries)
        assert "plans_axis" not in asked
        assert "accounts_unit" not in asked
