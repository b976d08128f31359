"""Fiscal years: their doors, their lock (held while written in, frozen once closed), the trail."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import YearStatus
from portulan.core.storing import get_one

_AT_ONCE = 500


def hold_year(pk: int) -> FiscalYear:
    """Return a year as it is now, held until the transaction ends.

    All that writes in a year holds it first, then what is inside: two people at once wait for each
    other, and never across. On SQLite the transaction is the lock.
    """
    return FiscalYear.objects.select_for_update(no_key=True).get(pk=pk)


def hold_line(line: BudgetLine) -> BudgetLine:
    """Return a line as it is now, held with its year: what makes the sum of its shares safe."""
    return hold_lines([line])[line.pk]


def hold_lines(lines: Iterable[BudgetLine]) -> dict[int, BudgetLine]:
    """Return lines as they are now, by their identifiers, held with their years.

    Two queries for 500. Two people at once hold them in one order.
    """
    lines = list(lines)
    years = FiscalYear.objects.select_for_update(no_key=True)
    list(years.filter(pk__in={line.fiscal_year_id for line in lines}).order_by("pk"))
    asked = BudgetLine.everything.select_for_update(of=("self",)).select_related(
        "fiscal_year", "batch"
    )
    held: dict[int, BudgetLine] = {}
    for some in batched(sorted({line.pk for line in lines}), _AT_ONCE):
        held |= {line.pk: line for line in asked.filter(pk__in=some).order_by("pk")}
    if any(line.pk not in held for line in lines):
        raise BudgetLine.DoesNotExist
    return held


def require_open(fiscal_year: FiscalYear) -> None:
    """Raise ValidationError when the year is closed: its figures are frozen."""
    if fiscal_year.status == YearStatus.CLOSED:
        raise ValidationError(
            _("L’exercice %(year)s est clos : ses chiffres ne changent plus.")
            % {"year": fiscal_year.year}
        )


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
    found = get_one(years(actor=actor), year=year)
    actor.require(need)
    return found
