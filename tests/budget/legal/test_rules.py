"""Legal ratios: their own terms, thresholds by year, and who they bind."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.legal.rules import law_of, stand
from portulan.budget.words import LegalRatio

D = Decimal
TERMS = st.decimals(min_value=0, max_value=10**9, places=2)


def percent(ratio: LegalRatio, year: int) -> Decimal | None:
    return law_of(ratio).threshold(year)


def test_a_threshold_holds_from_its_year_to_the_next() -> None:
    agec = {year: percent(LegalRatio.AGEC_PURCHASES, year) for year in (2023, 2024, 2026, 2027)}
    assert agec == {2023: None, 2024: 20, 2026: 20, 2027: 25}
    assert percent(LegalRatio.AGEC_PURCHASES, 2031) == 30
    reen = {year: percent(LegalRatio.REEN_REUSE, year) for year in (2022, 2023, 2024, 2025, 2040)}
    assert reen == {2022: None, 2023: 25, 2024: 35, 2025: 50, 2040: 50}


def test_being_under_the_threshold_is_derived_with_what_is_missing() -> None:
    under = stand(LegalRatio.REEN_REUSE, 2025, numerator=D(888), denominator=D(2400))
    assert (under.value, under.is_under, under.missing) == (D(37), True, D(312))
    just = stand(LegalRatio.REEN_REUSE, 2025, numerator=D(1200), denominator=D(2400))
    assert (just.is_under, just.missing) == (False, None)
    third = stand(LegalRatio.REEN_REUSE, 2025, numerator=D(1), denominator=D(3))
    assert third.value == D(100) / 3
    nothing = stand(LegalRatio.REEN_REUSE, 2025, numerator=D(0), denominator=D(0))
    assert (nothing.value, nothing.is_under) == (None, False)


@given(TERMS, TERMS, st.sampled_from(LegalRatio), st.integers(2019, 2040))
def test_with_what_is_missing_the_threshold_is_met(
    numerator: Decimal, denominator: Decimal, ratio: LegalRatio, year: int
) -> None:
    here = stand(ratio, year, numerator=numerator, denominator=denominator)
    if here.missing is not None:
        again = stand(ratio, year, numerator=numerator + here.missing, denominator=denominator)
        assert again.value is not None
        assert again.threshold is not None
        assert abs(again.value - again.threshold) < D("1e-20")
