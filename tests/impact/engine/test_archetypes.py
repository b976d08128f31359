"""Each archetype against the rows of the study our factors come from, and what it must refuse."""

from __future__ import annotations

from typing import Any

import pytest

from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.estimating import NotEstimated
from portulan.impact.engine.items import Indicator
from tests.impact.asking import central, interval, outcome, spared

LAPTOPS: dict[str, Any] = {"device": "laptop", "count": 1200, "life_before": 4, "life_after": 6}
STUDY = {"laptop.kwh_year": 31.8, "desktop_pro.kwh_year": 168.0}

# Each row of the study: the action, and its tCO2e a year with the digits that it prints.
ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("device-life", LAPTOPS, "18.5"),
    (
        "device-life",
        {**LAPTOPS, "achieved": 0.95, "parts_kg": 2, "use_drift": 0.05, "factors": STUDY},
        "15.085",
    ),
    (
        "device-life",
        {"device": "smartphone", "count": 800, "life_before": 2.5, "life_after": 4},
        "9.5",
    ),
    ("refurbished", {"device": "laptop", "count": 150, "second_life": 3}, "4.1"),
    ("refurbished", {"device": "smartphone", "count": 200, "second_life": 2}, "4.9"),
    ("device-removed", {"device": "monitor", "count": 500, "kwh_year": 80, "owned": False}, "7.9"),
    ("device-removed", {"device": "monitor", "count": 500, "kwh_year": 80, "owned": True}, "2.1"),
    (
        "device-replaced",
        {"count": 300, "from_": "desktop_pro", "to": "laptop", "factors": STUDY},
        "1.6",
    ),
    ("switch-off", {"count": 600, "watts": 70, "hours_per_day": 14, "days": 220}, "6.7"),
    ("host-switch-off", {"hosts": 10, "watts": 400, "pue": 1.6, "owned": True}, "2.9"),
    ("host-switch-off", {"hosts": 10, "watts": 400, "pue": 1.6, "owned": False}, "4.4"),
    ("pue", {"it_kw": 60, "pue_before": 1.8, "pue_after": 1.4}, "10.9"),
    ("device-life", {"device": "server", "count": 60, "life_before": 5, "life_after": 7}, "2.6"),
    (
        "device-life",
        {"device": "network_switch", "count": 100, "life_before": 5, "life_after": 8},
        "2.8",
    ),
    ("paper", {"sheets": 500_000, "grams": 4.99}, "2.3"),
    ("device-life", {"device": "tablet", "count": 300, "life_before": 3, "life_after": 5}, "3.4"),
    ("storage", {"gb": 24_000, "capacity_released": True}, "0.006"),
    ("web", {"views": 1_000_000, "mb_saved": 2}, "0.0185"),
]


@pytest.mark.parametrize(("archetype", "asked", "told"), ROWS)
def test_rows_of_the_study(archetype: str, asked: dict[str, Any], told: str) -> None:
    half_a_digit = 0.5 * 10 ** -len(told.partition(".")[2])
    assert central(archetype, **asked) / 1000 == pytest.approx(float(told), abs=half_a_digit)


def test_the_worked_example_has_its_interval_waste_and_purchases() -> None:
    shares = {"achieved": Triangle(0.7, 0.95, 1), "parts_kg": Triangle(0, 2, 6), "use_drift": 0.05}
    lives = {"life_before": Triangle(3.5, 4, 4.5), "life_after": Triangle(5, 6, 6.5)}
    found = interval("device-life", device="laptop", count=1200, factors=STUDY, **lives, **shares)
    told = (found.p5, found.p50, found.p95)
    assert told == pytest.approx((3_300, 11_700, 27_600), rel=0.1)
    assert central("device-life", Indicator.WEEE, **LAPTOPS) == pytest.approx(165, abs=0.5)
    assert central("device-life", Indicator.ELECTRICITY, **LAPTOPS) == 0
    bought = central("device-life", view=View.PURCHASE, **LAPTOPS)
    assert bought / 1000 == pytest.approx(111, abs=0.5)
    assert central("purchases-avoided", device="laptop", count=600) == pytest.approx(bought)


def test_a_new_disk_in_each_laptop_costs_more_than_it_spares() -> None:
    assert central("device-life", **LAPTOPS, parts_kg=135 / 6) / 1000 == pytest.approx(
        -8.5, abs=0.05
    )


def test_only_whole_hosts_count() -> None:
    asked = {"vcpu": 4, "host_vcpu": 96, "watts": 400, "pue": 1.6}
    assert central("vm-removal", vms=23, **asked) == 0
    one = central("host-switch-off", hosts=1, watts=400, pue=1.6, owned=True)
    assert central("vm-removal", vms=40, **asked) == one
    assert "no-whole-host" in codes(outcome("vm-removal", vms=23, **asked).warnings)


def test_erasing_without_releasing_capacity_spares_nothing_and_says_so() -> None:
    found = outcome("storage", gb=24_000, capacity_released=False)
    assert spared(found).central == 0
    assert "capacity-kept" in codes(found.warnings)


def test_moving_computing_spares_the_gap_of_mixes_and_no_electricity() -> None:
    moved = {"kwh": 1000, "from_": "POL", "to": "FRA"}
    gap = {"electricity.gwp.POL": 0.5886, "electricity.gwp.FRA": 0.0519}
    assert central("cloud-region", **moved, factors=gap) == pytest.approx(536.7)
    assert central("cloud-region", Indicator.ELECTRICITY, **moved) == 0
    assert "two-sources" in codes(outcome("cloud-region", **moved).warnings)
    assert central("cloud-region", kwh=1000, from_="FRA", to="FRA") == 0


def test_stopping_instances_follows_the_mix_of_the_country() -> None:
    stopped = {"kwh": 1000, "share": 0.65}
    assert central("cloud-off", **stopped) == pytest.approx(650 * 0.0519)
    assert central("cloud-off", country="POL", **stopped) > 10 * central("cloud-off", **stopped)


def test_a_gift_is_avoided_elsewhere_and_only_if_it_replaces() -> None:
    gift = {"device": "laptop", "count": 100, "second_life": 2.5}
    found = outcome("reuse", **gift, replacement_rate=0.5)
    assert found.archetype.reach is Reach.AVOIDED
    assert spared(found).central == pytest.approx(100 * 0.5 * (2.5 / 5) * 185.09)
    assert central("reuse", **gift, replacement_rate=0) == 0


def test_an_enabling_action_has_no_number() -> None:
    found = outcome("enabling")
    assert all(isinstance(found.spared(one), NotEstimated) for one in Indicator)


def test_what_has_no_factor_is_not_estimated_and_never_zero() -> None:
    found = outcome("device-life", **LAPTOPS)
    assert isinstance(found.spared(Indicator.ADPE), NotEstimated)
    for archetype, asked in (
        ("refurbished", {"device": "monitor", "second_life": 3}),
        ("device-removed", {"device": "network_switch", "owned": True}),
        ("reuse", {"device": "laptop_charger", "second_life": 2, "replacement_rate": 1}),
    ):
        found = outcome(archetype, count=10, **asked)
        assert isinstance(found.spared(Indicator.GWP), NotEstimated), archetype


def test_minerals_are_estimated_when_the_request_brings_their_factor() -> None:
    own = {"laptop.adpe.embedded": 0.0086}
    assert central("device-life", Indicator.ADPE, **LAPTOPS, factors=own) == pytest.approx(0.86)
    world_average_only = outcome("cloud-off", country="AFG", kwh=1, share=1)
    assert isinstance(world_average_only.spared(Indicator.ADPE), NotEstimated)


def test_a_whole_embedded_figure_replaces_the_sum_of_the_stages() -> None:
    own = {"laptop.gwp.embedded": 181.0, "laptop.gwp.manufacturing": 1.0}
    found = interval("device-life", **LAPTOPS, factors=own)
    assert found.p5 == found.central == found.p95 == pytest.approx(18_100)


def test_yearly_use_is_no_purchase() -> None:
    removed = {"device": "monitor", "count": 500, "owned": False}
    found = outcome("device-removed", view=View.PURCHASE, **removed)
    assert spared(found).central == pytest.approx(500 * 69.84)
    assert isinstance(found.spared(Indicator.ELECTRICITY), NotEstimated)
    other = outcome("cloud-off", view=View.PURCHASE, kwh=1000, share=1)
    assert other.view is View.AMORTISED
    assert "other-view" in codes(other.warnings)


def test_what_is_left_out_is_assumed_and_said() -> None:
    found = outcome("device-removed", device="monitor", count=500)
    assert found.assumed == {"owned": True}
    assert {"assumed", "sunk", "screening"} <= set(codes(found.warnings))
    told = outcome("device-removed", device="monitor", count=500, owned=True, kwh_year=80)
    assert "assumed" not in codes(told.warnings)


def test_the_registry_names_each_archetype_once() -> None:
    assert all(name == archetype.name for name, archetype in ARCHETYPES.items())
    assert len(ARCHETYPES) == 16


def codes(problems: object) -> list[str]:
    return [problem.kind.code for problem in problems]  # type: ignore[attr-defined]


def test_an_action_that_makes_things_worse_says_so() -> None:
    shorter = outcome("device-life", device="laptop", count=10, life_before=6, life_after=4)
    (told,) = (one for one in shorter.warnings if one.kind.code == "increase")
    assert "augmente l’impact (carbone" in told.message("fr")
    longer = outcome("device-life", device="laptop", count=10, life_before=4, life_after=6)
    assert "increase" not in codes(longer.warnings)
