"""The exercices of an organisation as a calendar."""

from __future__ import annotations

from datetime import date

from portulan.budget.models import FiscalYear
from portulan.budget.years.calendar import Span, year_of


def spans_of(organisation_id: int) -> list[Span]:
    """Return the exercices of an organisation, the oldest first (one query)."""
    years = FiscalYear.objects.filter(organisation_id=organisation_id).order_by("year")
    return [Span(*row) for row in years.values_list("year", "starts_on", "ends_on")]


def year_on(organisation_id: int, day: date) -> int:
    """Return the exercice that a day is in, by the years’ own dates (one query)."""
    return year_of(day, spans_of(organisation_id))
