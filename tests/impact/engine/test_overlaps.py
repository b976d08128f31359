"""Actions on the same assets: applied in sequence, and never counted twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.estimating import Outcome
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.overlaps import Overlap, claim, linked, overlap, together
from portulan.impact.engine.reckoning import reckon
from portulan.impact.engine.request import Estimate, Request
from tests.impact.asking import outcome, spared

FLEET = ("laptops",)


def longer(count: int = 1200, **asked: Any) -> Outcome:
    asked = {"name": "longer", "assets": FLEET, "life_after": 6, **asked}
    return outcome("device-life", device="laptop", count=count, life_before=4, draws=50, **asked)


def fewer(count: int = 300, **asked: Any) -> Outcome:
    asked = {"name": "fewer", "assets": FLEET, "kwh_year": 0, "owned": False, **asked}
    return outcome("device-removed", device="laptop", count=count, life=4, draws=50, **asked)


def joint_of(*outcomes: Outcome) -> Overlap:
    found = overlap(map(claim, outcomes))
    assert found is not None
    return found


def groups(outcomes: list[Outcome], view: View = View.AMORTISED) -> list[list[str]]:
    found = linked([one.estimate for one in outcomes], view)
    return [[one.id for one in group] for group in found]


def test_a_longer_life_then_fewer_devices_is_what_the_fleet_really_buys() -> None:
    """1200 bought each 4 years, then 900 each 6: 150 purchases a year are spared, not 175."""
    found = joint_of(fewer(), longer())
    assert found.estimates == ("longer", "fewer")
    assert (found.assets, found.view, found.reach) == (FLEET, View.AMORTISED, Reach.REDUCTION)
    carbon = found.indicators[Indicator.GWP]
    assert carbon.separate == pytest.approx(175 * 185.09)
    assert carbon.quantiles.central == pytest.approx(150 * 185.09)
    assert carbon.in_sequence == pytest.approx({"longer": 100 * 185.09, "fewer": 50 * 185.09})


@given(
    st.integers(0, 2000),
    st.integers(0, 2000),
    st.floats(4, 12),
    st.floats(0, 500),
    st.permutations(range(3)),
)
@settings(max_examples=60)
def test_together_is_between_the_best_and_the_sum_whatever_the_order(
    kept: int, gone: int, life: float, watts: float, order: list[int]
) -> None:
    three = [
        longer(kept, life_after=life),
        fewer(gone, kwh_year=Triangle(20, 30, 60)),
        outcome(
            "switch-off",
            name="nights",
            assets=FLEET,
            count=kept,
            watts=watts,
            hours_per_day=14,
            days=220,
            draws=50,
        ),
    ]
    joint = together([claim(three[at]) for at in order], Indicator.GWP)
    assert joint is not None
    apart = [spared(one).central for one in three]
    assert joint.separate == pytest.approx(sum(apart))
    assert joint.quantiles.central <= sum(apart) + 1e-6
    assert joint.quantiles.central >= max(apart) - 1e-6
    assert joint == together(map(claim, three), Indicator.GWP)


def test_the_building_serves_what_is_left_on() -> None:
    """Of 100 MWh at PUE 1.8, hosts that took a tenth are off before the PUE comes to 1.5."""
    room = ("room",)
    hosts = outcome(
        "host-switch-off",
        name="hosts",
        assets=room,
        hosts=10,
        watts=1_000_000 / 8760,
        pue=1.8,
        owned=True,
    )
    cooling = outcome(
        "pue", name="cooling", assets=room, it_kwh=100_000, pue_before=1.8, pue_after=1.5
    )
    found = joint_of(cooling, hosts).indicators[Indicator.ELECTRICITY]
    assert found.quantiles.central == pytest.approx(10_000 * 1.8 + 90_000 * 0.3)


def test_only_what_shares_assets_and_may_be_added_is_linked() -> None:
    gift = outcome(
        "reuse",
        name="gift",
        assets=FLEET,
        device="laptop",
        count=10,
        second_life=2,
        replacement_rate=1,
    )
    page = outcome("web", name="page", assets=FLEET, views=1, mb_saved=1)
    nights = outcome("cloud-off", name="nights", assets=FLEET, kwh=1, share=1)
    alone, other = fewer(name="alone", assets=()), fewer(name="other", assets=("screens",))
    all_of_them = [longer(), gift, page, alone, nights, other, fewer()]
    assert groups(all_of_them) == [
        ["longer", "nights", "fewer"],
        ["gift"],
        ["page"],
        ["alone"],
        ["other"],
    ]
    # Bought or not is counted once, electricity every year: they are not added.
    assert ["nights"] in groups(all_of_them, View.PURCHASE)


def test_actions_linked_by_a_third_make_one_overlap_where_only_neighbours_compete() -> None:
    both = longer(name="both", assets=("north", "south"))
    north, south = (fewer(name=place, assets=(place,)) for place in ("north", "south"))
    assert groups([north, south, both]) == [["north", "south", "both"]]
    joint = joint_of(north, south, both)
    assert joint.assets == ("north", "south")
    parts = joint.indicators[Indicator.GWP].in_sequence
    assert parts["north"] == pytest.approx(parts["south"])
    assert parts["north"] == pytest.approx(75 * 185.09 * 2 / 3)


def test_an_asset_of_one_action_alone_changes_nothing_and_costs_nothing() -> None:
    """A thousand actions on one fleet, each with a room of its own, in as many steps as without."""
    common = [fewer(count=300 + at, name=f"a{at}", assets=("fleet",)) for at in range(40)]
    own = [fewer(count=300 + at, name=f"a{at}", assets=("fleet", f"room{at}")) for at in range(40)]
    assert joint_of(*own) == joint_of(*common)


def test_what_has_no_number_overlaps_with_nothing() -> None:
    assert overlap(map(claim, [longer(), outcome("enabling", assets=FLEET)])) is None


def test_a_request_says_its_overlaps_once() -> None:
    life = {"device": "laptop", "count": 1200, "life_before": 4, "life_after": 6}
    gone = {"device": "laptop", "count": 300, "life": 4, "owned": False}
    assets = frozenset(FLEET)
    request = Request(
        "FRA",
        (
            Estimate("longer", "device-life", life, assets),
            Estimate("fewer", "device-removed", gone, assets),
            Estimate("policy", "enabling", {}, assets),
        ),
        draws=50,
    )
    (found,) = reckon(request).overlaps
    assert found.estimates == ("longer", "fewer")
    assert set(found.indicators[Indicator.GWP].in_sequence) == {"longer", "fewer"}
