"""Quartiles and ranks, against a plain definition."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.observatory.ranks import Place, euros, place_among

PEERS = st.lists(
    st.tuples(st.integers(-(10**9), 10**12), st.integers(1, 2_500_000)), min_size=1, max_size=60
)


def by_definition(values: list[Fraction], part: Fraction) -> Decimal:
    place = (len(values) - 1) * part
    low = place.numerator // place.denominator
    high = min(low + 1, len(values) - 1)
    value = values[low] * (1 - (place - low)) + values[high] * (place - low)
    sign = -1 if value < 0 else 1
    return Decimal(sign * ((abs(value) + Fraction(1, 2)).__floor__())) / 100


@given(PEERS, st.data())
def test_a_place_is_exact_and_silent_among_few(
    peers: list[tuple[int, int]], data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from(peers))
    values = sorted(Fraction(*peer) for peer in peers)
    found = place_among(own, peers)
    assert found.count == len(peers)
    known = len(peers) >= 5
    assert found.median == (by_definition(values, Fraction(1, 2)) if known else None)
    placed = len(peers) >= 20
    assert found.q1 == (by_definition(values, Fraction(1, 4)) if placed else None)
    assert found.q3 == (by_definition(values, Fraction(3, 4)) if placed else None)
    rank = 1 + sum(value < Fraction(*own) for value in values)
    assert found.rank == (rank if placed else None)


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (Fraction(1, 2), "0.01"),
        (Fraction(-1, 2), "-0.01"),
        (Fraction(149, 100), "0.01"),
        (5, "0.05"),
    ],
)
def test_half_a_cent_goes_up(cents: Fraction | int, expected: str) -> None:
    assert euros(cents) == Decimal(expected)


def test_ties_share_the_lowest_rank_and_who_is_not_whole_has_none() -> None:
    peers = [(100, 10)] * 19 + [(50, 10)]
    assert place_among((100, 10), peers).rank == 2
    assert place_among(None, peers) == Place(
        20, Decimal("0.10"), Decimal("0.10"), Decimal("0.10"), None
    )
