"""Doors to the years of accounts, their imports, lines and attributions."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    ColumnMapping,
    FiscalYear,
    ImportBatch,
)
from portulan.core.errors import NotFoundError


def years(*, actor: Actor) -> QuerySet[FiscalYear]:
    """Return the organisation's exercices, the latest first."""
    actor.require(Operation.READ_BUDGET)
    return (
        FiscalYear.objects.filter(organisation_id=actor.organisation_id)
        .select_related("judged_under")
        .order_by("-year")
    )


def get_year(*, actor: Actor, year: int, need: Operation) -> FiscalYear:
    """Return an exercice. Raises NotFoundError, DeniedError."""
    actor.require(Operation.READ_BUDGET)
    found = years(actor=actor).filter(year=year).first()
    if found is None:
        raise NotFoundError(str(year))
    actor.require(need)
    return found


def get_batch(*, actor: Actor, year: int, pk: int, need: Operation) -> ImportBatch:
    """Return an import of a year. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    found = ImportBatch.objects.filter(fiscal_year=fiscal_year, pk=pk).first()
    if found is None:
        raise NotFoundError(str(pk))
    found.fiscal_year = fiscal_year
    return found


def get_column_mapping(*, actor: Actor, pk: int, need: Operation) -> ColumnMapping:
    """Return the columns remembered for a tool. Raises NotFoundError, DeniedError."""
    actor.require(need)
    found = ColumnMapping.objects.filter(organisation_id=actor.organisation_id, pk=pk).first()
    if found is None:
        raise NotFoundError(str(pk))
    return found


def get_line(*, actor: Actor, year: int, pk: int, need: Operation) -> BudgetLine:
    """Return a line of a year with its source and attributions. Raises NotFoundError."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    found = (
        BudgetLine.objects.filter(fiscal_year=fiscal_year, pk=pk)
        .select_related("batch", "fiscal_year", "override")
        .prefetch_related(
            Prefetch(
                "attributions",
                Attribution.objects.select_related("action__plan", "rule").order_by("pk"),
            )
        )
        .first()
    )
    if found is None:
        raise NotFoundError(str(pk))
    return found


def get_attribution(*, actor: Actor, year: int, pk: int, need: Operation) -> Attribution:
    """Return an attribution of a line of a year. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    found = (
        Attribution.objects.filter(line__fiscal_year=fiscal_year, pk=pk)
        .select_related("line__fiscal_year", "line__batch", "action__plan")
        .first()
    )
    if found is None:
        raise NotFoundError(str(pk))
    return found
