"""The sums of many actions, whatever they are and in whatever order they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.factors import shipped
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.request import Estimate, Request
from portulan.impact.engine.together import FEWEST_DRAWS, HELD_DRAWS, Standing, ceilings, sum_up

MAIN = (View.AMORTISED, Reach.REDUCTION)
rooms = st.sets(st.sampled_from(["salle", "annexe", "portables"])).map(frozenset)
lives = st.integers(1, 500).map(
    lambda count: (
        "device-life",
        {"device": "laptop", "count": count, "life_before": 4, "life_after": Triangle(5, 6, 7)},
    )
)
cooling = st.floats(1, 50).map(
    lambda power: ("pue", {"it_kw": power, "pue_before": 1.9, "pue_after": 1.4})
)
hosts = st.integers(1, 30).map(
    lambda count: ("host-switch-off", {"hosts": count, "watts": 400, "pue": 1.8})
)
enabling = st.just(("enabling", {}))
actions = st.lists(st.tuples(lives | cooling | hosts | enabling, rooms), max_size=6)


def standing(number: int, what: tuple[str, dict[str, object]], assets: frozenset[str]) -> Standing:
    archetype, inputs = what
    estimate = Estimate("a", archetype, inputs, assets)  # type: ignore[arg-type]
    return Standing(str(number), Reach.REDUCTION, Request("FRA", (estimate,)), shipped())


@given(given=actions, order=st.randoms())
def test_a_sum_counts_each_at_most_once_in_any_order(
    given: list[tuple[tuple[str, dict[str, object]], frozenset[str]]], order: st.DataObject
) -> None:
    several = [standing(number, *one) for number, one in enumerate(given)]
    sums = sum_up(several)
    for group in sums.groups.values():
        for joint in group.joints.values():
            assert set(joint.in_sequence) == set(joint.alone)
            assert joint.twice >= -1e-9 * max(sum(joint.alone.values()), 1)
            total = pytest.approx(sum(joint.in_sequence.values()), rel=1e-9, abs=1e-9)
            assert joint.quantiles.central == total
            for action, counted in joint.in_sequence.items():
                assert 0 <= counted <= joint.alone[action] * (1 + 1e-9)
        assert all(0 <= share <= 1 for share in group.leads.values())
    order.shuffle(several)  # type: ignore[attr-defined]
    again = sum_up(several)
    assert set(again.shared) == set(sums.shared)
    if MAIN in sums.groups:
        assert again.groups[MAIN].joints == sums.groups[MAIN].joints


@given(given=actions)
def test_what_shares_nothing_takes_nothing(
    given: list[tuple[tuple[str, dict[str, object]], frozenset[str]]],
) -> None:
    apart = [
        standing(number, what, frozenset([f"only {number}"]))
        for number, (what, _) in enumerate(given)
    ]
    for group in sum_up(apart).groups.values():
        for joint in group.joints.values():
            assert joint.in_sequence == pytest.approx(joint.alone)


def test_actions_tied_from_asset_to_asset_have_one_ceiling() -> None:
    cooler = ("pue", {"it_kw": 40, "pue_before": 1.9, "pue_after": 1.4})
    fewer = ("host-switch-off", {"hosts": 20, "watts": 400, "pue": 1.9})
    ties = [(fewer, {"salle"}), (cooler, {"salle", "annexe"}), (fewer, {"annexe"}), (cooler, {"b"})]
    sums = sum_up([standing(n, what, frozenset(on)) for n, (what, on) in enumerate(ties)])
    (found,) = ceilings(sums)
    assert found.actions == ("0", "1", "2")
    joint = sums.groups[MAIN].joints[Indicator.GWP]
    assert 0 < found.share < 1
    assert found.share == pytest.approx(
        sum(joint.in_sequence[one] for one in found.actions)
        / sum(joint.alone[one] for one in found.actions)
    )


def test_many_actions_are_drawn_fewer_times_and_say_nearly_the_same() -> None:
    what = ("device-life", {"device": "laptop", "count": 10, "life_before": 4, "life_after": 6})
    few, many = (
        sum_up([standing(number, what, frozenset()) for number in range(count)])
        .groups[MAIN]
        .joints[Indicator.GWP]
        .quantiles
        for count in (1, HELD_DRAWS // FEWEST_DRAWS)
    )
    assert many.p5 / few.p5 == pytest.approx(many.central / few.central, rel=0.01)
