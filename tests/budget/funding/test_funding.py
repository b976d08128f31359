"""What others bring: unknown is not nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portulan.budget.funding.by_action import CoFunded, co_funding_of, funding_of
from portulan.budget.funding.by_year import sources_in, year_money
from portulan.budget.funding.writes import allot, set_co_funding, set_forecast
from portulan.budget.indicator.trajectory import trajectory_of
from portulan.plans.money.funding import FundingYear
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import Section
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

D = Decimal
DAY = date(2026, 11, 24)


def test_an_amount_that_nobody_knows_is_not_a_zero(town: Town) -> None:
    action = make_action(town, make_plan(town))
    assert co_funding_of(action.plan) is None
    set_co_funding(town.finance, action=action, funder="A", year=2026, asked=Decimal(130))
    assert co_funding_of(action.plan) == CoFunded(Decimal(130), None, None)
    set_co_funding(town.finance, action=action, funder="B", year=2026, received=Decimal(0))
    assert co_funding_of(action.plan) == CoFunded(Decimal(130), None, Decimal(0))


def test_the_money_of_some_actions_is_theirs_alone(town: Town) -> None:
    plan = make_plan(town)
    actions = [make_action(town, plan, f"Action {number}") for number in range(3)]
    for rank, action in enumerate(actions, start=1):
        set_planned_money(town.editor, action=action, year=2027, amount=D(100 * rank))
        allot(town.finance, action=action, year=2027, amount=D(10 * rank), decided_on=DAY)
    for some in ([actions[1]], actions[1:], actions):
        assert {pk: money.of(2027) for pk, money in funding_of(some).items()} == {
            action.pk: FundingYear(
                2027,
                planned=D(100 * rank),
                planned_said=True,
                allotted=D(10 * rank),
                planned_least=D(100 * rank),
                who=(action.pk,),
            )
            for rank, action in enumerate(actions, start=1)
            if action in some
        }


def test_the_sentence_of_a_year_and_its_table_say_the_same(town: Town) -> None:
    plan = make_plan(town)
    first, second = make_action(town, plan), make_action(town, plan, "Une autre")
    for action, section, amount in (
        (first, Section.OPERATING, D(100)), (first, None, None), (second, None, D("70.50")),
    ):  # fmt: skip
        set_planned_money(town.editor, action=action, year=2026, section=section, amount=amount)
    allot(town.finance, action=second, year=2026, amount=Decimal(30), decided_on=date(2026, 1, 1))
    table = year_money(actor=town.reader, year=2026).sources
    assert sources_in(town.organisation.pk, 2026, {}) == table
    # What one amount of is not known is not known as a whole.
    assert (table.planned, table.allotted, table.to_fund) == (D("70.50"), 30, D("40.50"))
    assert table.not_costed == 1
    assert sources_in(town.organisation.pk, 2031, {}) is None


def test_a_year_to_come_counts_what_was_reserved_else_what_is_asked(town: Town) -> None:
    plan = make_plan(town)
    first, second, third = (make_action(town, plan, name) for name in ("A", "B", "C"))
    set_forecast(town.finance, year=2027, amount=D(1000), source="Cadrage")
    for action in (first, second):
        set_planned_money(town.editor, action=action, year=2027, amount=D(30))
    set_planned_money(town.editor, action=third, year=2027, amount=None)
    money = funding_of(list(plan.actions.all()))
    asked = trajectory_of(plan, money.values())[-1]
    assert (asked.year, asked.numerator, asked.value, asked.not_costed) == (2027, D(60), D(6), 1)
    allot(town.finance, action=first, year=2027, amount=D(50), decided_on=DAY)
    allot(town.finance, action=third, year=2027, amount=D(20), decided_on=DAY)
    decided = trajectory_of(plan, funding_of(list(plan.actions.all())).values())[-1]
    assert (decided.numerator, decided.value, decided.not_costed) == (D(100), D(10), 0)
