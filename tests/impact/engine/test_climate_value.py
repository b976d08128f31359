"""The value of a tonne, and what actions cost and are worth."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.impact.engine.climate_value import (
    abatement_cost,
    climate_value,
    kg_per_euro,
    net_benefit,
    trajectories,
)

D = Decimal


def test_years_of_the_reports_and_between_them() -> None:
    old, new = trajectories()["quinet2019"], trajectories()["quinet2025"]
    assert (old.basis, new.basis) == ("EUR2018", "EUR2023")
    assert [old.at(year) for year in (2018, 2030, 2040, 2050)] == [54, 250, 500, 775]
    assert old.at(2025) == 150
    assert new.at(2026) == D("264.2")
    assert (old.at(2017), new.at(2051)) == (None, None)


@given(st.integers(2025, 2050))
def test_at_its_own_rate_a_tonne_is_worth_the_same_any_year(year: int) -> None:
    value = climate_value({year: D(1000)}, 2025)
    assert value is not None
    assert float(value) == pytest.approx(256, rel=2e-4)


def test_the_worked_example_in_money() -> None:
    worth = climate_value({2026: D(18_509)}, 2026)
    assert worth is not None
    assert round(worth, -2) == 4_900
    costs, savings, carbon = {2026: D(7_000)}, {2026: D(90_000)}, {2026: D(18_509)}
    assert net_benefit(costs, savings, carbon, 2026) == 83_000 + worth
    cost = abatement_cost(costs, savings, carbon, 2026)
    assert cost is not None
    assert cost == pytest.approx(D(-83_000) / D("18.509"))


def test_a_negative_abatement_cost_prefers_the_worse_action_and_the_net_benefit_does_not() -> None:
    small, large = ({2026: D(kilograms)} for kilograms in (1_000, 10_000))
    saved = {2026: D(100)}
    assert abatement_cost({}, saved, small, 2026) == -100
    assert abatement_cost({}, saved, large, 2026) == -10
    worth = [net_benefit({}, saved, carbon, 2026) for carbon in (small, large)]
    assert worth[0] is not None
    assert worth[1] is not None
    assert worth[0] < worth[1]


def test_what_has_no_meaning_has_no_number() -> None:
    assert abatement_cost({2026: D(10)}, {}, {2026: D(0)}, 2026) is None
    assert abatement_cost({2026: D(10)}, {}, {2026: D(-5)}, 2026) is None
    assert net_benefit({}, {}, {2060: D(1)}, 2026) is None
    assert kg_per_euro(D(500), D(0)) is None
    assert kg_per_euro(D(500), D(250)) == 2
