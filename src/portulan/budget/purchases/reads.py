"""What was bought in a civil year, and what of the accounts still waits to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from django.db.models import DecimalField, F, Prefetch, Q, QuerySet, Sum, Value
from django.db.models.functions import Abs, Coalesce

from portulan.budget.lines.kept_sums import real_expenses
from portulan.budget.models import BudgetLine, FiscalYear, Gift, PurchasePart
from portulan.budget.purchases.rules import NOT_PRODUCTS, PRODUCT_ACCOUNTS, Bought, bought
from portulan.budget.words import BatchStatus
from portulan.core.money import ZERO

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Taken(TypedDict):
    taken: Decimal


type Line = WithAnnotations[BudgetLine, Taken]
_CENTS = DecimalField(max_digits=18, decimal_places=2)


def lines_bought(fiscal_years: Iterable[FiscalYear]) -> QuerySet[Line]:
    """Return the realised lines of years whose account may hold products, or that have parts.

    Whatever the perimeter says: the declaration is of the whole organisation. Each has `taken`,
    what its parts come to, and its `purchase_parts` by origin.
    """
    may = Q()
    for prefix in PRODUCT_ACCOUNTS:
        may |= Q(nature__startswith=prefix)
    for prefix in NOT_PRODUCTS:
        may &= ~Q(nature__startswith=prefix)
    parts = PurchasePart.objects.order_by("category", "origin", "invoice_year")
    lines = BudgetLine.objects.filter(fiscal_year__in=list(fiscal_years))
    taken = Coalesce(Sum("purchase_parts__amount"), Value(ZERO), output_field=_CENTS)
    return (
        real_expenses(lines)
        .exclude(realised=None)
        .exclude(realised=0)
        .annotate(taken=taken)
        .filter(may | ~Q(purchase_parts=None))
        .select_related("fiscal_year", "batch")
        .prefetch_related(Prefetch("purchase_parts", parts))
        .order_by(Abs(F("realised")).desc(), "pk")
    )


def waiting(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Return those of which something is not qualified yet."""
    return lines.exclude(taken=F("realised"))


@dataclass(frozen=True, slots=True)
class Year:
    """A civil year of purchases: what was bought by type, and what waits, in euros of the accounts.

    `over` counts the lines whose parts are more than they are now.
    """

    kinds: dict[str, Bought]
    gifts: tuple[Gift, ...]
    waiting_lines: int
    waiting_amount: Decimal
    over: int


def purchases_of(organisation_id: int, year: int) -> Year:
    """Return the purchases of a civil year (four queries)."""
    left = _left(waiting(lines_bought(_exercices(organisation_id, year))))
    gifts = tuple(gifts_of(organisation_id, year))
    return Year(
        bought(_parts(organisation_id, year).order_by("pk"), gifts),
        gifts,
        sum(one > 0 for one in left),
        sum((one for one in left if one > 0), ZERO),
        sum(one < 0 for one in left),
    )


def is_begun(organisation_id: int, year: int) -> bool:
    """Tell whether anything of a civil year is qualified, or was given (two queries)."""
    return _parts(organisation_id, year).exists() or gifts_of(organisation_id, year).exists()


def waiting_lines(organisation_id: int, year: int, *, most: int) -> int:
    """Count the lines of which something waits, and stop beyond `most` (three queries)."""
    lines = lines_bought(_exercices(organisation_id, year)).prefetch_related(None).order_by()
    bare = len(lines.filter(purchase_parts=None).values_list("pk")[: most + 1])
    if bare > most:
        return bare
    begun = _left(waiting(lines.exclude(purchase_parts=None)))
    return bare + sum(one > 0 for one in begun)


def _exercices(organisation_id: int, year: int) -> QuerySet[FiscalYear]:
    return FiscalYear.objects.filter(
        organisation_id=organisation_id,
        starts_on__lte=date(year, 12, 31),
        ends_on__gte=date(year, 1, 1),
    )


def _parts(organisation_id: int, year: int) -> QuerySet[PurchasePart]:
    return PurchasePart.objects.filter(
        line__organisation_id=organisation_id,
        line__batch__status=BatchStatus.CONFIRMED,
        invoice_year=year,
    )


def _left(lines: QuerySet[Line]) -> list[Decimal]:
    """Return what of each line is not qualified, below zero where its parts are more than it."""
    amounts = lines.prefetch_related(None).order_by().values_list("realised", "taken")
    return [abs(realised) - abs(taken) for realised, taken in amounts if realised is not None]


def gifts_of(organisation_id: int, year: int) -> QuerySet[Gift]:
    return Gift.objects.filter(organisation_id=organisation_id, year=year).order_by(
        "category", "label"
    )
