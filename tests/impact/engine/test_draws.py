"""Streams of draws: stratified, each in an order of its own."""

from __future__ import annotations

from itertools import combinations
from math import sqrt
from statistics import correlation, fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.impact.engine.draws import LogNormal, Streams, Triangle
from portulan.impact.engine.samples import Sample, quantiles
from tests.impact.asking import interval

SHAPE = Triangle(3.5, 4, 6)
seeds = st.integers(-(10**9), 10**9)


def drawn(sample: Sample) -> list[float]:
    assert sample.draws is not None
    return list(sample.draws)


@given(seed=seeds, size=st.integers(1, 400), name=st.text(max_size=5))
def test_one_stream_has_a_draw_in_each_slice_whatever_its_order(
    seed: int, size: int, name: str
) -> None:
    streams = Streams(seed, size)
    for draws, again in (
        (streams.triangular(name, SHAPE), Streams(0, size).triangular("other", SHAPE)),
        (
            streams.lognormal(name, 9, LogNormal(1.4)),
            Streams(0, size).lognormal("", 9, LogNormal(1.4)),
        ),
    ):
        assert sorted(drawn(draws)) == sorted(drawn(again))
    assert drawn(streams.triangular(name, SHAPE)) == drawn(streams.triangular(name, SHAPE))


def test_a_whole_number_is_the_same_however_it_is_written() -> None:
    streams = Streams(2024, 50)
    written = (Triangle(3, 4, 6), Triangle(3.0, 4.0, 6.0))
    assert drawn(streams.triangular("life", written[0])) == drawn(
        streams.triangular("life", written[1])
    )


def test_streams_are_independent_of_each_other() -> None:
    streams = Streams(2024, 5000)
    several = [drawn(streams.triangular(f"input {number}", SHAPE)) for number in range(40)]
    found = [abs(correlation(one, other)) for one, other in combinations(several, 2)]
    # For 5000 independent draws: 0.011 on average, and 0.06 is one pair in 45,000.
    assert fmean(found) == pytest.approx(0.0113, rel=0.15)
    assert max(found) < 0.06


def test_a_lone_uncertainty_has_the_quantiles_of_its_law() -> None:
    found = quantiles(Streams(3, 5000).lognormal("laptop", 100, LogNormal(1.5)))
    assert (found.p5, found.p50, found.p95) == pytest.approx(
        (100 * 1.5**-1.6449, 100, 100 * 1.5**1.6449), rel=1e-3
    )


# The law of the worked example: 100 million independent draws by another generator, to 0.1 %.
LAW = {"p5": 3_602, "p50": 11_923, "p95": 27_355}


def test_the_worked_example_has_the_quantiles_of_its_law_whatever_the_seed() -> None:
    told = [
        interval(
            "device-life",
            seed=seed,
            device="laptop",
            count=1200,
            life_before=Triangle(3.5, 4, 4.5),
            life_after=Triangle(5, 6, 6.5),
            achieved=Triangle(0.7, 0.95, 1),
            parts_kg=Triangle(0, 2, 6),
            use_drift=0.05,
            factors={"laptop.kwh_year": 31.8},
        )
        for seed in range(60)
    ]
    for quantile, spread in (("p5", 0.025), ("p50", 0.006), ("p95", 0.010)):
        ratios = [getattr(one, quantile) / LAW[quantile] for one in told]
        assert all(abs(ratio - 1) < 0.1 for ratio in ratios), quantile
        assert stdev(ratios) == pytest.approx(spread, rel=0.3), quantile
        # Neither too high nor too low: within three deviations of the mean of sixty.
        assert fmean(ratios) == pytest.approx(1, abs=3 * spread / sqrt(60)), quantile
