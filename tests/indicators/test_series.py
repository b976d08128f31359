"""Trajectories: the expected line, the gap, what is reached, what breaks of perimeter forbid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portulan.indicators.series import Aim, Reading, Series, expected_on, reaches, stand
from portulan.indicators.words import Direction, MeasurementRole, TargetKind

TODAY = date(2026, 11, 24)
UP, DOWN, NONE = Direction.UP, Direction.DOWN, Direction.NONE


def baseline(on: date, value: str) -> Reading:
    return Reading(on, Decimal(value), role=MeasurementRole.BASELINE)


PUE = Series(
    (
        Reading(date(2026, 9, 30), Decimal("1.71")),
        baseline(date(2023, 12, 31), "1.85"),
        Reading(date(2025, 12, 31)),
    ),
    (Aim(date(2027, 12, 31), Decimal("1.50")),),
    DOWN,
)


def test_the_power_usage_of_action_19_is_above_its_line() -> None:
    standing = stand(PUE, TODAY)
    assert standing.last is not None
    assert standing.last.value == Decimal("1.71")
    # 1 004 days of 1 461 from 1,85 to 1,50.
    assert standing.expected is not None
    assert round(standing.expected, 4) == Decimal("1.6095")
    assert standing.gap == Decimal("1.71") - standing.expected
    assert (standing.behind, standing.reached, standing.broken) == (True, False, False)


def test_the_line_goes_through_each_target_and_stays_at_the_last() -> None:
    series = Series(
        (baseline(date(2024, 1, 1), "0"),),
        (Aim(date(2028, 1, 1), Decimal(100)), Aim(date(2025, 1, 1), Decimal(40))),
        UP,
    )
    assert expected_on(series, date(2023, 12, 31)) is None
    assert expected_on(series, date(2024, 1, 1)) == 0
    assert expected_on(series, date(2024, 7, 2)) == 20
    assert expected_on(series, date(2025, 1, 1)) == 40
    assert expected_on(series, date(2026, 1, 1)) == 60
    assert expected_on(series, date(2031, 1, 1)) == 100


def test_what_is_not_known_is_never_zero() -> None:
    series = Series((baseline(date(2024, 1, 1), "6"), Reading(date(2025, 1, 1))), (), UP)
    assert series.last is not None
    assert not series.last.is_known
    assert series.last_known is series.readings[0]
    silent = stand(Series((Reading(date(2025, 1, 1)),), PUE.aims, UP), TODAY)
    assert (silent.last, silent.gap, silent.behind, silent.reached) == (None, None, None, None)


def test_a_break_of_perimeter_forbids_comparing_until_a_new_baseline() -> None:
    broken = Reading(date(2026, 1, 1), Decimal(90), breaks=True)
    series = Series((*PUE.readings[:1], broken), PUE.aims, DOWN)
    assert expected_on(series, TODAY) is None
    assert stand(series, TODAY).broken
    mended = Series(
        (*series.readings, Reading(date(2026, 1, 1), Decimal(90), role=MeasurementRole.BASELINE)),
        PUE.aims,
        DOWN,
    )
    assert not stand(mended, TODAY).broken
    assert expected_on(mended, date(2026, 1, 1)) == 90


@pytest.mark.parametrize(
    ("reading", "aim", "direction", "reached"),
    [
        (Reading(TODAY, Decimal(44)), Aim(TODAY, Decimal(44)), UP, True),
        (Reading(TODAY, Decimal(44)), Aim(TODAY, Decimal(45)), UP, False),
        (Reading(TODAY, Decimal(44)), Aim(TODAY, Decimal(45)), DOWN, True),
        (Reading(TODAY, Decimal(44)), Aim(TODAY, Decimal(45)), NONE, False),
        (Reading(TODAY, Decimal("44.0")), Aim(TODAY, Decimal(44)), NONE, True),
        (Reading(TODAY, text="Niveau 2"), Aim(TODAY, text="niveau 2"), UP, True),
        (Reading(TODAY, text="niveau 1"), Aim(TODAY, text="niveau 2"), UP, False),
        (Reading(TODAY, Decimal(1)), Aim(TODAY, text="niveau 2"), UP, None),
        (Reading(TODAY, text="niveau 1"), Aim(TODAY, Decimal(2)), UP, None),
        (Reading(TODAY), Aim(TODAY, Decimal(2)), UP, None),
    ],
)
def test_what_reaches_an_aim(
    reading: Reading, aim: Aim, direction: Direction, reached: bool | None
) -> None:
    assert reaches(reading, aim, direction) is reached


def test_the_legal_threshold_in_force_is_the_last_that_came() -> None:
    legal = [
        Aim(date(year, 1, 1), Decimal(value), kind=TargetKind.LEGAL)
        for year, value in ((2023, 25), (2024, 35), (2025, 50))
    ]
    series = Series((Reading(date(2024, 6, 1), Decimal(44)),), tuple(legal), UP)
    assert series.legal_threshold(date(2022, 1, 1)) is None
    assert stand(series, date(2022, 1, 1)).under_legal is None
    assert stand(series, date(2024, 12, 31)).under_legal is False
    assert stand(series, date(2025, 1, 1)).under_legal is True
    assert series.target is None


days = st.integers(0, 2000).map(lambda n: date(2023, 1, 1) + timedelta(days=n))
values = st.decimals(-1000, 1000, places=2)
readings = st.builds(Reading, on=days, value=st.none() | values, breaks=st.booleans())


@given(days, days, days, values, values)
def test_the_line_stays_between_its_ends_and_goes_one_way(
    start: date, end: date, day: date, low: Decimal, high: Decimal
) -> None:
    assume(start < end)
    series = Series((Reading(start, low, role=MeasurementRole.BASELINE),), (Aim(end, high),), UP)
    here = expected_on(series, day)
    assert (here is None) == (day < start)
    if here is not None:
        assert min(low, high) <= here <= max(low, high)
        after = expected_on(series, day + timedelta(days=30))
        assert after is not None
        assert (after - here) * (high - low) >= 0


@given(st.lists(readings, max_size=8), days)
def test_order_and_later_readings_change_nothing(items: list[Reading], day: date) -> None:
    series = Series(tuple(items), (Aim(date(2027, 1, 1), Decimal(5)),), UP)
    known = Series(tuple(i for i in items if i.on <= day), series.aims, UP)
    assert stand(series, day) == stand(known, day)
