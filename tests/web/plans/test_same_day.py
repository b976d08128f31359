"""Two readings of one day: a sentence says both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portulan.indicators.models import Indicator
from portulan.indicators.series import Reading, Series
from portulan.web.plans.indicators.page import standing_words

D, DAY = Decimal, date(2026, 11, 2)


def said(*readings: Reading) -> str:
    return standing_words(
        Indicator(name="Âge", unit="an", kind="quantity"), Series(readings), date(2026, 11, 30)
    )


def test_another_reading_of_the_day_is_said() -> None:
    earlier, last = Reading(date(2026, 10, 1), D(3)), Reading(DAY, D(5))
    assert "du même jour" not in said(earlier, last, Reading(DAY, D(5)))
    both = said(earlier, Reading(DAY, D(4)), last)
    assert both.startswith("5\u00a0an")
    assert "Autre relevé du même jour\u00a0: 4" in both
