"""The green budget of a year: its ratings and what they add up to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from portulan.budget.enums import Axis, Rating
from portulan.budget.green import RatedAmount, by_axis
from portulan.budget.models import FiscalYear, GreenRating
from portulan.budget.selectors.lines import lines_in_force
from portulan.budget.stages import Stage
from portulan.plans.enums import Section


@dataclass(frozen=True, slots=True)
class GreenYear:
    """What real investment adds up to on each axis, in euros; None is what nobody rated."""

    stage: Stage
    total: Decimal
    axes: dict[Axis, dict[Rating | None, Decimal]]


def ratings_of(fiscal_year: FiscalYear) -> QuerySet[GreenRating]:
    """Return the ratings of a year, those of accounts first."""
    return (
        GreenRating.objects.filter(fiscal_year=fiscal_year)
        .select_related("line__batch")
        .order_by("line_id", "nature", "axis")
    )


def green_year(fiscal_year: FiscalYear, stage: Stage) -> GreenYear:
    """Return the green budget of a year at a stage (two queries; reads the investment lines)."""
    own: dict[int, dict[Axis, Rating]] = defaultdict(dict)
    accounts: dict[tuple[str, Axis], Rating] = {}
    for line, nature, axis, rating in GreenRating.objects.filter(
        fiscal_year=fiscal_year
    ).values_list("line_id", "nature", "axis", "rating"):
        if line is None:
            accounts[nature, Axis(axis)] = Rating(rating)
        else:
            own[line][Axis(axis)] = Rating(rating)
    # Lines of one account that nobody rated apart weigh as one.
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    apart: list[RatedAmount] = []
    lines = lines_in_force(fiscal_year).filter(
        section=Section.INVESTMENT, **{f"{stage.column}__isnull": False}
    )
    rows = lines.values_list("pk", "nature", stage.column)
    for pk, nature, amount in rows.iterator(chunk_size=2000):
        if pk in own:
            apart.append(RatedAmount(nature, amount, own[pk]))
        else:
            amounts[nature] += amount
    items = [*apart, *(RatedAmount(nature, amount, {}) for nature, amount in amounts.items())]
    total = sum((item.amount for item in items), Decimal(0))
    return GreenYear(stage, total, by_axis(items, accounts))
