"""What the law asks: whom it binds, from which year, through which practices of the guide."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import (
    BY_KEY,
    CATALOGUE,
    EDITION,
    OBLIGATIONS,
    Bound,
    Key,
    Threshold,
)
from portulan.catalogue.readers.edition_file import load_builtin
from portulan.core.say.country import settled

STRATEGY, REUSE, PURCHASES = (BY_KEY[key] for key in (Key.STRATEGY, Key.REUSE, Key.PURCHASES))


def test_every_practice_named_is_one_of_the_guide() -> None:
    guide = load_builtin()
    assert (guide.slug, guide.version) == (CATALOGUE, EDITION)
    codes = {practice.code for practice in guide.practices}
    for one in OBLIGATIONS:
        assert one.practices
        assert one.practices <= codes
        assert one.source
        years = [threshold.since for threshold in one.thresholds]
        assert years == sorted(set(years))
        with_share = {threshold.percent is not None for threshold in one.thresholds}
        assert with_share == {"{percent}" in one.asks.fr} == {"{percent}" in one.asks.en}


@pytest.mark.parametrize(
    ("form", "population", "bound"),
    [
        (LegalForm.TOWN, 50_000, Bound.NO),
        (LegalForm.TOWN, 50_001, Bound.YES),
        (LegalForm.INTERCOMMUNAL, 320_000, Bound.YES),
        (LegalForm.TOWN, None, Bound.POPULATION),
        (LegalForm.REGION, 3_000_000, Bound.NO),
        (LegalForm.DEPARTMENT, None, Bound.NO),
        (LegalForm.COMPANY, None, Bound.NO),
    ],
)
def test_a_strategy_is_asked_of_towns_and_groupings_over_50000(
    form: LegalForm, population: int | None, bound: Bound
) -> None:
    assert STRATEGY.binds(form, population) is bound


def test_reuse_is_asked_of_the_state_and_local_bodies_of_any_size() -> None:
    for one in (REUSE, PURCHASES, BY_KEY[Key.REPAIRABILITY]):
        assert {form for form in LegalForm if one.binds(form, None) is Bound.YES} == {
            LegalForm.TOWN,
            LegalForm.INTERCOMMUNAL,
            LegalForm.DEPARTMENT,
            LegalForm.REGION,
            LegalForm.STATE,
        }
        assert one.binds(LegalForm.PUBLIC_BODY, 12) is Bound.STATUTE, "its statute decides"
    plan = BY_KEY[Key.STATE_PLAN]
    assert [form for form in LegalForm if plan.binds(form, None) is Bound.YES] == [LegalForm.STATE]


def test_a_law_binds_nobody_in_another_country() -> None:
    with settled("CHE", "CHF"):
        assert {one.binds(form, 90_000) for one in OBLIGATIONS for form in LegalForm} == {Bound.NO}


def test_it_binds_to_its_next_threshold_else_it_is_due_already() -> None:
    assert PURCHASES.due(2026, 2028) == (2027, Threshold(2027, Decimal(25)))
    assert PURCHASES.due(2027, 2028) == (2027, Threshold(2027, Decimal(25)))
    assert PURCHASES.due(2028, 2029) == (2028, Threshold(2027, Decimal(25)))
    assert PURCHASES.due(2028, 2031) == (2030, Threshold(2030, Decimal(30)))
    assert REUSE.due(2027, 2029) == (2027, Threshold(2025, Decimal(50)))
    assert STRATEGY.due(2027, 2028) == (2027, Threshold(2025))
    assert STRATEGY.due(2020, 2023) is None


@given(st.integers(2018, 2045), st.integers(0, 14))
def test_what_is_due_stands_within_the_years_and_in_force_then(first: int, more: int) -> None:
    for obligation in OBLIGATIONS:
        due = obligation.due(first, first + more)
        if due is None:
            assert obligation.threshold(first + more) is None
            continue
        assert first <= due[0] <= first + more
        assert obligation.threshold(due[0]) == due[1]
