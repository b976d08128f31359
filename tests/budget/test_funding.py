"""What others bring: unknown is not nothing."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.selectors.funding import CoFunded, co_funding_of
from portulan.budget.services.wanted import set_co_funding
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan


def test_an_amount_that_nobody_knows_is_not_a_zero(town: Town) -> None:
    action = make_action(town, make_plan(town))
    assert co_funding_of([action]) is None
    set_co_funding(town.finance, action=action, funder="A", year=2026, asked=Decimal(130))
    assert co_funding_of([action]) == CoFunded(Decimal(130), None, None)
    set_co_funding(town.finance, action=action, funder="B", year=2026, received=Decimal(0))
    assert co_funding_of([action]) == CoFunded(Decimal(130), None, Decimal(0))
