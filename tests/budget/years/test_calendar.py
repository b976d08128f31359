"""An exercice has its own dates: what a day belongs to is read from them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.imports.typed import type_figures
from portulan.budget.words import Stage
from portulan.budget.years.calendar import Span, span_like, year_of
from portulan.budget.years.reads import year_on
from portulan.budget.years.writes import open_year
from portulan.plans.models import Plan
from portulan.publication.board import dashboard_of
from tests.people import Town

SCHOOL = Span(2026, date(2025, 9, 1), date(2026, 8, 31))
starts = st.dates(date(2015, 1, 1), date(2030, 12, 31)).filter(lambda day: day.day < 29)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 9, 1), 2026),
        (date(2026, 8, 31), 2026),
        (date(2026, 9, 1), 2027),
        (date(2027, 12, 24), 2028),
        (date(2025, 8, 31), 2025),
        (date(2021, 1, 1), 2021),
    ],
)
def test_a_year_from_september_to_august(day: date, year: int) -> None:
    assert year_of(day, [SCHOOL]) == year


def test_without_an_exercice_the_calendar_year() -> None:
    assert year_of(date(2026, 3, 1), []) == 2026
    assert span_like(2026, []) == Span(2026, date(2026, 1, 1), date(2026, 12, 31))


@given(
    start=starts, name=st.integers(2000, 2050), years=st.integers(-12, 12), into=st.integers(0, 364)
)
def test_a_span_that_repeats_names_every_day_once(
    start: date, name: int, years: int, into: int
) -> None:
    end = start.replace(year=start.year + 1) - timedelta(days=1)
    span = Span(name, start, end)
    later = span.moved(years)
    day = min(later.starts_on + timedelta(days=into), later.ends_on)
    assert year_of(day, [span]) == later.year == name + years
    assert year_of(day, [span, later]) == later.year


def test_the_next_exercice_follows_the_shape_of_the_one_before(town: Town) -> None:
    open_year(town.finance, year=2026, starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
    following = open_year(town.finance, year=2027)
    assert (following.starts_on, following.ends_on) == (date(2026, 9, 1), date(2027, 8, 31))
    assert year_on(town.organisation.pk, date(2026, 9, 15)) == 2027
    with pytest.raises(ValidationError, match="ces jours y sont"):
        open_year(town.finance, year=2028, starts_on=date(2027, 8, 1), ends_on=date(2028, 7, 31))


def test_the_dashboard_opens_on_the_exercice_of_the_day(town: Town) -> None:
    plan = Plan.objects.create(
        organisation=town.organisation, slug="plan", title="Plan", first_year=2025, last_year=2028
    )
    for year, budget in ((2026, 1000), (2027, 2000)):
        fiscal_year = open_year(
            town.finance,
            year=year,
            starts_on=date(year - 1, 9, 1),
            ends_on=date(year, 8, 31),
        )
        type_figures(
            town.finance,
            fiscal_year=fiscal_year,
            stage=Stage.OPENED,
            it_budget=Decimal(budget),
            lines=[],
            on=date(2026, 10, 1),
        )
    # On 1 October 2026 the exercice 2027 has begun.
    assert dashboard_of(plan, date(2026, 10, 1)).year == 2027
    assert dashboard_of(plan, date(2026, 8, 31)).year == 2026
