"""What must hold of any estimate, whatever its numbers."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.impact.engine.archetype import View
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.reckoning import reckon
from portulan.impact.engine.request import Estimate, Request
from portulan.impact.engine.samples import Sample, probability_better, quantiles
from tests.impact.asking import central, outcome, spared

DRAWS = 60
counts = st.integers(0, 100_000)
lives = st.floats(0.5, 20)
shares = st.floats(0, 1)


@st.composite
def ranges(draw: st.DrawFn, low: float = 1, high: float = 15) -> Triangle:
    return Triangle(*sorted(draw(st.tuples(*[st.floats(low, high)] * 3))))


devices = st.sampled_from(["laptop", "smartphone", "monitor", "server", "tablet"])
views = st.sampled_from(View)


def draws_of(found: Sample) -> list[float]:
    return [found.central] if found.draws is None else list(found.draws)


def laptops(**inputs: Any) -> Sample:
    return spared(outcome("device-life", draws=DRAWS, **inputs))


@given(counts, ranges(), shares, devices, views)
@settings(max_examples=40)
def test_nothing_changed_spares_exactly_nothing(
    count: int, life: Triangle, achieved: float, device: str, view: View
) -> None:
    found = laptops(
        device=device,
        count=count,
        life_before=life,
        life_after=life,
        achieved=achieved,
        view=view,
    )
    assert set(draws_of(found)) == {0.0}
    assert found.central == 0


@given(counts, ranges(), ranges(), shares, devices, views)
@settings(max_examples=40)
def test_swapping_before_and_after_changes_the_sign_of_each_draw(
    count: int, one: Triangle, other: Triangle, achieved: float, device: str, view: View
) -> None:
    asked: dict[str, Any] = {"device": device, "count": count, "achieved": achieved, "view": view}
    there = laptops(life_before=one, life_after=other, **asked)
    back = laptops(life_before=other, life_after=one, **asked)
    scale = 1 + count * 2000
    assert draws_of(there) == pytest.approx([-draw for draw in draws_of(back)], abs=1e-9 * scale)


@given(counts, ranges(), ranges(), ranges(0, 1), ranges(0, 30), devices)
@settings(max_examples=40)
def test_twice_as_many_spare_twice_as_much(
    count: int, one: Triangle, other: Triangle, achieved: Triangle, parts: Triangle, device: str
) -> None:
    asked: dict[str, Any] = {
        "device": device,
        "life_before": one,
        "life_after": other,
        "achieved": achieved,
        "parts_kg": parts,
    }
    once, twice = laptops(count=count, **asked), laptops(count=2 * count, **asked)
    assert draws_of(twice) == pytest.approx([2 * draw for draw in draws_of(once)], rel=1e-9)


@given(counts, lives, st.floats(1, 3), shares, devices)
@settings(max_examples=40)
def test_a_longer_life_never_costs(
    count: int, life: float, longer: float, achieved: float, device: str
) -> None:
    found = laptops(
        device=device, count=count, life_before=life, life_after=life * longer, achieved=achieved
    )
    assert min(draws_of(found)) >= -1e-6


@given(counts, lives, devices)
@settings(max_examples=40)
def test_amortised_over_its_life_is_one_purchase(count: int, life: float, device: str) -> None:
    asked: dict[str, Any] = {"device": device, "count": count, "owned": False, "kwh_year": 0}
    yearly = central("device-removed", life=life, **asked)
    once = central("device-removed", life=life, view=View.PURCHASE, **asked)
    assert yearly * life == pytest.approx(once)
    assert once == pytest.approx(central("purchases-avoided", device=device, count=count))


@given(st.integers(-(10**9), 10**9), st.permutations(range(4)))
@settings(max_examples=20)
def test_the_same_seed_gives_the_same_numbers_in_any_company(seed: int, order: list[int]) -> None:
    inputs = {"device": "laptop", "life_before": Triangle(3, 4, 5), "life_after": 6}
    estimates = [Estimate(f"a{n}", "device-life", {**inputs, "count": n + 1}) for n in range(4)]
    alone = reckon(Request("FRA", (estimates[2],), seed=seed, draws=DRAWS)).results[0]
    mixed = tuple(estimates[at] for at in order)
    together = {
        one.id: one for one in reckon(Request("FRA", mixed, seed=seed, draws=DRAWS)).results
    }
    assert together["a2"] == alone


def test_another_seed_gives_other_draws_of_the_same_thing() -> None:
    asked: dict[str, Any] = {"device": "laptop", "count": 10, "life_before": 4, "life_after": 6}
    one, other = (spared(outcome("device-life", seed=seed, **asked)) for seed in (1, 2))
    assert one.draws != other.draws
    assert quantiles(one).p50 == pytest.approx(quantiles(other).p50, rel=0.05)


def test_the_same_draw_of_a_factor_serves_both_sides_and_all_estimates() -> None:
    """Independent draws would leave a quarter of the chances below zero."""
    asked: dict[str, Any] = {"device": "laptop", "life_before": 4, "life_after": 6}
    small = spared(outcome("device-life", name="small", count=1000, **asked))
    large = spared(outcome("device-life", name="large", count=1001, **asked))
    assert min(draws_of(small)) > 0
    assert probability_better(large, small) == 1
    assert probability_better(small, large) == 0
    assert probability_better(small, small) == 0.5


def test_what_counts_in_no_indicator_is_not_a_zero_in_it() -> None:
    found = outcome("paper", sheets=10)
    for indicator in (Indicator.ELECTRICITY, Indicator.ADPE, Indicator.WEEE):
        assert not isinstance(found.spared(indicator), Sample)


def test_the_engine_needs_the_standard_library_only() -> None:
    code = (
        "import sys; import portulan.impact.engine.reckoning, portulan.impact.readers.request;"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.strip("[]\n").replace("'", "").split(", "))
    assert not loaded & {"django", "typer", "lxml", "yaml", "numpy"}
    assert "portulan" in loaded
