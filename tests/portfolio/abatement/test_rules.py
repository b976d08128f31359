"""Actions in money: net benefit first, the cost of a tonne with its sign, unknown never 0."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.savings import set_saving
from portulan.budget.words import SavingKind
from portulan.impact.engine.samples import Quantiles
from portulan.impact.estimates.writes import estimate_action
from portulan.plans.actions.progress import drop_action
from portulan.plans.models import Action, Plan
from portulan.plans.money.funding import Funding, FundingYear
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel, Progress
from portulan.portfolio.abatement.reads import plan_worth
from portulan.portfolio.abatement.rules import RESIDUAL_YEARS, Span, costs_of, worth_of
from tests.impact.asked import longer_life, request
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

SPAN = Span(2025, 2027)
TEN_TONNES = Quantiles(10_000, 5_000, 10_000, 20_000)
euros = st.integers(0, 10**7).map(Decimal)


def test_a_worked_example() -> None:
    # 10 t a year from 2028 to 2032; 30 k€ in 2025; at 3.2 % a tonne is worth 256 € of 2025.
    found = worth_of(TEN_TONNES, 2028, {2025: Decimal(30_000)}, {}, SPAN)
    assert SPAN.end == 2027 + RESIDUAL_YEARS
    assert found.kilograms == 50_000
    assert found.cost == 30_000
    assert found.per_tonne == Decimal(600)
    assert (found.per_tonne_low, found.per_tonne_high) == (Decimal(300), Decimal(1200))
    assert found.kg_per_euro == pytest.approx(Decimal("1.6667"), rel=Decimal("1e-4"))
    assert found.climate == pytest.approx(Decimal(50 * 256), rel=Decimal("0.01"))
    assert found.net == found.climate - 30_000


def test_savings_are_beside_the_cost_and_may_turn_the_sign() -> None:
    saved = {2027: Decimal(40_000)}
    found = worth_of(TEN_TONNES, 2028, {2027: Decimal(30_000)}, saved, SPAN)
    alone = worth_of(TEN_TONNES, 2028, {2027: Decimal(30_000)}, {}, SPAN)
    assert found.cost == alone.cost
    assert alone.savings is None
    assert found.savings is not None
    assert found.net is not None
    assert alone.net is not None
    assert found.net == pytest.approx(alone.net + found.savings)
    assert found.per_tonne is not None
    assert found.per_tonne < 0


@given(cost=euros, more=euros)
def test_a_dearer_action_is_worth_less_and_an_unknown_cost_tells_nothing(
    cost: Decimal, more: Decimal
) -> None:
    one, other = (
        worth_of(TEN_TONNES, 2028, {2025: amount}, {}, SPAN) for amount in (cost, cost + more)
    )
    assert one.net is not None
    assert other.net is not None
    assert one.net - other.net == pytest.approx(more, abs=Decimal("1e-9"))
    unknown = worth_of(TEN_TONNES, 2028, None, {}, SPAN)
    assert (unknown.cost, unknown.net, unknown.per_tonne, unknown.kg_per_euro) == (None,) * 4
    assert unknown.climate == one.climate


def test_a_gain_that_may_be_none_has_no_upper_cost() -> None:
    unsure = Quantiles(1_000, -500, 1_000, 3_000)
    found = worth_of(unsure, 2028, {2025: Decimal(9)}, {}, SPAN)
    assert found.per_tonne_high is None
    assert found.per_tonne is not None


def year(number: int, **more: object) -> FundingYear:
    return FundingYear(number, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ((), None),
        ((year(2025, planned=Decimal(5), attributed=Decimal(4)),), {2025: 4}),
        ((year(2027, planned=Decimal(5), attributed=Decimal(4)),), {2027: 5}),
        ((year(2027, allotted=Decimal(3)),), {2027: 3}),
        ((year(2026, planned=Decimal(5), outside_planned=Decimal(2)),), {2026: 7}),
        ((year(2025, planned=Decimal(5)), year(2027, planned_said=True)), None),
        ((year(2026, outside_said=True, planned=Decimal(1)),), None),
        ((year(2024, planned=Decimal(9)), year(2026, planned=Decimal(0))), {2026: 0}),
    ],
)
def test_what_an_action_costs(
    years: tuple[FundingYear, ...], expected: dict[int, int] | None
) -> None:
    assert costs_of(Funding(years), SPAN, 2026) == expected


def estimated(town: Town, plan: Plan, count: int, cost: int | None) -> Action:
    action = make_action(town, plan)
    action.level, action.progress = CommitmentLevel.IMPLEMENTATION, Progress.ONGOING
    action.save()
    estimate_action(town.editor, action=action, request=longer_life(count), today=TODAY)
    amount = None if cost is None else Decimal(cost)
    set_planned_money(town.editor, action=action, year=2026, amount=amount)
    return action


def test_ranked_by_net_benefit_the_unknown_last(town: Town) -> None:
    plan = make_plan(town)
    unknown = estimated(town, plan, 5000, None)
    dear = estimated(town, plan, 1000, 900_000)
    cheap = estimated(town, plan, 100, 100)
    enabling = make_action(town, plan)
    estimate_action(town.editor, action=enabling, request=request("enabling"), today=TODAY)
    bought = make_action(town, plan)
    asked = request("purchases-avoided", device="laptop", count=9)
    estimate_action(town.editor, action=bought, request=asked, today=TODAY)
    dropped = make_action(town, plan)
    drop_action(town.editor, action=dropped, reason="Sans objet", today=TODAY)
    found = plan_worth(plan, TODAY)
    assert [row.action for row in found.rows] == [cheap, dear, unknown]
    assert found.left_out == (enabling, bought)
    assert {row.starts for row in found.rows} == {2026}


def test_what_was_saved_is_counted_before_what_was_assumed(town: Town) -> None:
    plan = make_plan(town)
    action = estimated(town, plan, 100, 1000)
    for year, potential, realised in ((2026, 600, 500), (2027, 600, None), (2040, 9, None)):
        set_saving(
            town.finance,
            action=action,
            year=year,
            kind=SavingKind.ENERGY,
            potential=Decimal(potential),
            realised=None if realised is None else Decimal(realised),
            assumption="Hypothèse",
            evidence="Facture" if realised else "",
        )
    (row,) = plan_worth(plan, TODAY).rows
    assert row.worth.savings == pytest.approx(
        Decimal(500) / Decimal("1.032") + Decimal(600) / Decimal("1.032") ** 2
    )


def test_the_same_queries_for_any_plan(town: Town) -> None:
    plan = make_plan(town)
    counts = []
    for _ in range(3):
        estimated(town, plan, 10, 10)
        with CaptureQueriesContext(connection) as queries:
            plan_worth(plan, TODAY)
        counts.append(len(queries))
    assert len(set(counts)) == 1
