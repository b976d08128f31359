"""The figures computed and kept."""

from __future__ import annotations

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.models import FiscalYear, IndicatorRun
from portulan.budget.selectors.doors import get_year
from portulan.core.errors import NotFoundError


def runs_of(fiscal_year: FiscalYear) -> QuerySet[IndicatorRun]:
    """Return the runs of a year, the latest first, with their perimeter."""
    return (
        IndicatorRun.objects.filter(fiscal_year=fiscal_year)
        .select_related("perimeter")
        .order_by("-computed_at", "-pk")
    )


def get_run(*, actor: Actor, year: int, pk: int) -> IndicatorRun:
    """Return a run of a year. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=Operation.READ_BUDGET)
    found = runs_of(fiscal_year).filter(pk=pk).first()
    if found is None:
        raise NotFoundError(str(pk))
    found.fiscal_year = fiscal_year
    return found
