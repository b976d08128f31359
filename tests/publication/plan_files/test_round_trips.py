"""Three hundred plans go round: what leaves, entered elsewhere, leaves again as the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from portulan.plans.files.document import PlanFolder
from tests.publication.plan_files.plans import folders
from tests.publication.plan_files.test_entering import goes_round

PLANS = 300


@pytest.mark.django_db
@given(folders())
@settings(
    max_examples=PLANS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_three_hundred_plans_go_round(folder: PlanFolder) -> None:
    goes_round(folder)
