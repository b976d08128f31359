"""The sheets of decisions of a year, and the door of each."""

from __future__ import annotations

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.access import get_year
from portulan.budget.models import DecisionSheet, FiscalYear
from portulan.core.storing import get_one


def sheets_of(fiscal_year: FiscalYear) -> QuerySet[DecisionSheet]:
    """Return the sheets that came back into a year, the latest first."""
    return (
        DecisionSheet.objects.filter(fiscal_year=fiscal_year)
        .defer("said", "before")
        .order_by("-read_at", "-pk")
    )


def get_sheet(*, actor: Actor, year: int, pk: int) -> DecisionSheet:
    """Return a sheet of a year, for who may decide. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=Operation.EDIT_BUDGET)
    found = get_one(DecisionSheet.objects.filter(fiscal_year=fiscal_year), pk=pk)
    found.fiscal_year = fiscal_year
    return found
