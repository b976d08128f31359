"""The arbitration of 2027, as the mock-up draws it: 227 k€, and what 10 k€ more would change."""

from __future__ import annotations

import pytest

from portulan.accounts.models import Organisation
from portulan.portfolio.from_plan.reads import proposals
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.reads import Reading, latest_selection
from portulan.portfolio.scenarios.reads import facts_of
from portulan.portfolio.scenarios.table import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(demonstration: Organisation) -> Reading:
    selection = latest_selection(
        Scenario.objects.get(organisation=demonstration, slug="tenir-lambition-2027")
    )
    assert selection is not None
    return Reading(selection)


def test_what_is_under_way_asks_493_and_the_ambition_leaves_227(
    demonstration: Organisation,
) -> None:
    scenario = Scenario.objects.get(organisation=demonstration, slug="tenir-lambition-2027")
    rows = listing(facts_of(scenario))
    assert sum(row.cost or 0 for row in rows if row.decided) == 493_000
    assert max(row.left or 0 for row in rows if row.total == 493_000) == 227_000
    assert proposals(scenario) == []


def test_the_best_choice_spends_all_and_ten_more_start_action_16_a_year_earlier(
    reading: Reading,
) -> None:
    assert reading.is_current
    assert reading.selection.result["status"] == "optimal"
    starts = {one["action"]: one["steps"][0]["start"] for one in reading.selection.result["plan"]}
    added = {name: year for name, year in starts.items() if "." in name}
    assert added == {
        "9.1": 2027,
        "12.1": 2027,
        "13.1": 2027,
        "18.1": 2027,
        "16.1": 2028,
        "4.1": 2028,
    }
    used = {
        (one["resource"], one["year"]): one["used"] for one in reading.selection.result["usage"]
    }
    assert used["budget-nr", 2027] == 720_000
    assert reading.selection.baseline["value"] < reading.selection.result["value"]
    assert [one.id for one in reading.facts.excluded if one.level is None] == ["17"]
    assert reading.facts.candidate("11").out_reason.startswith("Pas de suite")
    assert reading.explanation is not None
    ten = next(
        step
        for bought in reading.explanation["purchases"]
        for step in bought["steps"]
        if (bought["year"], step["amount"]) == (2027, 10_000)
    )
    moved = {move["action"]: move["after"][0]["start"] for move in ten["moves"]}
    assert moved == {"16.1": 2027, "13.1": 2028}
