"""Prices apart: both effects in constant euros, and a share that prices do not move."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.prices import Constant, at_constant_prices, set_price_index
from portulan.budget.indicator.reads import YearFigure, figure_of
from portulan.budget.indicator.share import explain
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, PriceIndex
from portulan.budget.words import AttributionStatus, Stage
from portulan.budget.years.writes import open_year, say_whole
from portulan.core.errors import DeniedError
from tests.people import Town

D = Decimal
amounts = st.decimals(1, 1_000_000, places=2)


def typed(town: Town, year: int, it_budget: int, nr: int) -> YearFigure:
    fiscal_year: FiscalYear = open_year(town.finance, year=year)
    type_figures(
        town.finance,
        fiscal_year=fiscal_year,
        stage=Stage.REALISED,
        it_budget=D(it_budget),
        lines=[TypedLine("Batteries", D(nr), "pièces")],
        on=fiscal_year.ends_on,
    )
    say_whole(town.finance, fiscal_year=fiscal_year, whole=True, on=date(year + 1, 6, 12))
    fiscal_year.refresh_from_db()
    return figure_of(fiscal_year, Stage.REALISED)


@pytest.fixture
def after(town: Town) -> YearFigure:
    """From 2 % to 2,5 %, the IT budget growing as prices did: by a tenth."""
    typed(town, 2025, 100_000, 2_000)
    return typed(town, 2026, 110_000, 2_750)


def constant(after: YearFigure) -> Constant | None:
    compared = compare(after).compared
    assert compared is not None
    return at_constant_prices(after, compared, year_facts(after.fiscal_year.organisation_id))


def test_at_constant_prices_the_budget_did_not_grow(town: Town, after: YearFigure) -> None:
    assert constant(after) is None
    set_price_index(town.finance, year=2025, index=D("110"), source="IPC")
    assert constant(after) is None
    set_price_index(town.finance, year=2026, index=D("121"), source="IPC")
    found = constant(after)
    assert found is not None
    assert (found.prices, found.source) == (D("10.0"), "IPC")
    # 2 750 / 1,1 = 2 500 against 2 000: + 0,5 point, and nothing by the budget.
    assert found.variation.numerator_effect == D("0.5")
    assert abs(found.variation.denominator_effect) < D("1e-20")


def test_two_sources_do_not_compare_and_an_index_is_taken_back(
    town: Town, after: YearFigure
) -> None:
    set_price_index(town.finance, year=2025, index=D("110"), source="IPC")
    set_price_index(town.finance, year=2026, index=D("121"), source="Panier du maire")
    assert constant(after) is None
    assert set_price_index(town.finance, year=2026, index=None) is None
    assert PriceIndex.objects.count() == 1
    assert Attribution.objects.filter(status=AttributionStatus.DECLARED).count() == 2
    assert BudgetLine.objects.count() == 4  # no line and no figure heard of prices


@pytest.mark.parametrize(("index", "source"), [(D("0.5"), "IPC"), (D(100), " ")])
def test_an_index_has_a_size_and_a_source(town: Town, index: Decimal, source: str) -> None:
    with pytest.raises(ValidationError):
        set_price_index(town.finance, year=2026, index=index, source=source)
    with pytest.raises(DeniedError):
        set_price_index(town.editor, year=2026, index=D(100), source="IPC")


@given(n0=amounts, d0=amounts, n1=amounts, d1=amounts, change=st.decimals("0.5", 2, places=3))
def test_prices_swell_the_two_effects_and_not_their_sum(
    n0: Decimal, d0: Decimal, n1: Decimal, d1: Decimal, change: Decimal
) -> None:
    current = explain(n0=n0, d0=d0, n1=n1, d1=d1)
    real = explain(n0=n0, d0=d0, n1=n1 / change, d1=d1 / change)
    assert current is not None
    assert real is not None
    assert abs(current.total - real.total) < D("1e-9") * (1 + abs(current.total))
