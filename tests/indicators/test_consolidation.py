"""What is told becomes a series: one source a day, units together, flows by year (pure)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.indicators.consolidation import Rule, by_year, counted, put_together
from portulan.indicators.series import Aim, Reading, Series, days_behind, due_next, stand
from portulan.indicators.words import (
    Direction,
    Frequency,
    Kind,
    MeasurementRole,
    OverTime,
    OverUnits,
)

DAY = date(2026, 6, 30)
SUM = Rule(Kind.COUNT)
SHARE = Rule(Kind.PERCENTAGE)


def of(unit: int, value: int | None, on: date = DAY, **more: object) -> Reading:
    number = None if value is None else Decimal(value)
    return Reading(on, number, unit=unit, **more)  # type: ignore[arg-type]


def share(unit: int, top: int, bottom: int, on: date = DAY) -> Reading:
    terms = {"numerator": Decimal(top), "denominator": Decimal(bottom)}
    return of(unit, round(100 * top / bottom), on, **terms)


def test_a_sum_that_is_not_whole_is_a_floor_and_no_value() -> None:
    [found] = put_together([of(1, 10), of(2, None), of(3, 5)], SUM)
    assert (found.value, found.at_least, found.parts, found.expected) == (None, 15, 2, 3)
    [whole] = put_together([of(1, 10), of(2, 0), of(3, 5)], SUM)
    assert (whole.value, whole.at_least, whole.parts) == (15, None, 3)
    [none] = put_together([of(1, None), of(2, None)], SUM)
    assert (none.value, none.at_least) == (None, None)


def test_a_share_is_that_of_the_sums_and_no_mean() -> None:
    [found] = put_together([share(1, 1, 100), share(2, 90, 100), share(3, 9, 10)], SHARE)
    assert found.value == Decimal("47.6190")  # 100 of 210, where the mean says 60
    assert (found.numerator, found.denominator, found.parts) == (100, 210, 3)
    # A percentage without its terms cannot be weighed: it is said, and left out.
    [partial] = put_together([share(1, 1, 100), of(2, 50)], SHARE)
    assert (partial.value, partial.parts, partial.expected) == (1, 1, 2)


def test_a_stock_stands_until_told_again_and_what_the_whole_told_holds() -> None:
    later = DAY + timedelta(days=90)
    first, second = put_together([of(1, 10), of(2, 5), of(1, 12, later)], SUM)
    assert (first.value, second.value, second.on) == (15, 17, later)
    flow = Rule(Kind.COUNT, over_time=OverTime.FLOW, frequency=Frequency.HALF)
    [year] = put_together([of(1, 10), of(2, 5), of(1, 12, later)], flow)
    assert (year.value, year.at_least) == (None, 27)
    told = put_together([of(1, 10), of(2, 5), Reading(DAY, Decimal(99))], SUM)
    assert [item.value for item in told] == [99]
    last = put_together([of(1, 10), of(2, 5, later)], Rule(Kind.COUNT, OverUnits.LAST))
    assert [item.value for item in last] == [10, 5]


def quarters(*values: int | None, year: int = 2025) -> list[Reading]:
    return [
        Reading(date(year, 3 * rank, 28), None if value is None else Decimal(value))
        for rank, value in enumerate(values, 1)
    ]


def test_flows_add_up_by_civil_year_and_a_part_of_one_is_a_floor() -> None:
    told = [*quarters(10, 20, 30, 40), *quarters(11, 21, year=2026)]
    whole, partial = by_year(told, Frequency.QUARTER)
    assert (whole.on, whole.value) == (date(2025, 12, 28), 100)
    assert (partial.on, partial.value, partial.at_least) == (date(2026, 6, 28), None, 32)
    [hole] = by_year(quarters(10, None, 30, 40), Frequency.QUARTER)
    assert (hole.value, hole.at_least) == (None, 80)
    base = Reading(date(2024, 12, 31), Decimal(120), role=MeasurementRole.BASELINE)
    assert by_year([base, *quarters(5)], None)[0] == base


def test_unknown_never_takes_the_place_of_a_value() -> None:
    known, unknown = Reading(DAY, Decimal(7)), Reading(DAY)
    assert counted([known, unknown]) == [known]
    assert counted([unknown, known]) == [known]
    assert counted([known, Reading(DAY, Decimal(8))]) == [Reading(DAY, Decimal(8))]
    assert counted([Reading(DAY, Decimal(7), breaks=True), Reading(DAY, Decimal(8))])[0].breaks


counts = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 50), st.integers(1, 50)), min_size=1)


@given(counts)
def test_the_whole_is_between_its_parts(told: list[tuple[int, int, int]]) -> None:
    """A share of sums stands between the least and the largest share; a sum is that of the last."""
    parts = {unit: (min(top, bottom), bottom) for unit, top, bottom in told}
    [found] = put_together([share(unit, *terms) for unit, terms in parts.items()], SHARE)
    shares = [Decimal(100) * top / bottom for top, bottom in parts.values()]
    assert found.value is not None
    assert min(shares) - 1 <= found.value <= max(shares) + 1
    [total] = put_together([of(unit, top) for unit, (top, _b) in parts.items()], SUM)
    assert total.value == sum(top for top, _bottom in parts.values())


# --- by how much it is late ---------------------------------------------------------------------

START, END = date(2024, 1, 1), date(2028, 1, 1)


def trajectory(on: date, value: str) -> tuple[Series, Reading]:
    reading = Reading(on, Decimal(value))
    base = Reading(START, Decimal(0), role=MeasurementRole.BASELINE)
    return Series((base, reading), (Aim(END, Decimal(100)),), Direction.UP), reading


@pytest.mark.parametrize(
    ("value", "late", "arrives"),
    [
        ("50", 0, date(2028, 1, 1)),  # on the line
        ("60", 0, date(2027, 5, 3)),  # ahead
        ("25", 365, date(2032, 1, 2)),  # where the line was a year ago
        ("-5", 731, None),  # worse than the start
    ],
)
def test_by_how_much_it_is_late_and_when_it_would_come(
    value: str, late: int, arrives: date | None
) -> None:
    series, reading = trajectory(date(2026, 1, 1), value)
    assert days_behind(series, reading) == pytest.approx(late, abs=1)
    standing = stand(series, date(2026, 1, 1))
    assert standing.days_behind == days_behind(series, reading)
    if arrives is None:
        assert standing.arrives_on is None
    else:
        assert standing.arrives_on is not None
        assert abs((standing.arrives_on - arrives).days) <= 2


@given(st.integers(1, 1460), st.decimals(-50, 150, places=1))
def test_late_is_behind_and_never_longer_than_the_line(days: int, value: Decimal) -> None:
    series, reading = trajectory(START + timedelta(days=days), str(value))
    late = days_behind(series, reading)
    assert late is not None
    assert 0 <= late <= days
    standing = stand(series, reading.on)
    assert not (late > 0) or standing.behind


def test_a_value_is_expected_at_the_end_of_its_period() -> None:
    series = Series((Reading(date(2026, 1, 15), Decimal(1)), Reading(date(2026, 2, 3))))
    assert due_next(series, Frequency.QUARTER) == date(2026, 4, 30)
    assert due_next(series, None) is None
    assert due_next(Series(), Frequency.YEAR) is None
