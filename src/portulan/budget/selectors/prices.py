"""The levels of prices, and what they do to a variation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.indicator import Variation, explain
from portulan.budget.models import PriceIndex
from portulan.budget.selectors.figures import Compared, YearFigure

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Constant:
    """A variation in euros of the first year: `prices` is the change of prices, in percent."""

    prices: Decimal
    variation: Variation
    source: str


def price_indexes(*, actor: Actor) -> QuerySet[PriceIndex]:
    """Return the indexes of prices, the latest year first (one query)."""
    actor.require(Operation.READ_BUDGET)
    indexes = PriceIndex.objects.filter(organisation_id=actor.organisation_id)
    return indexes.order_by("-year")


def at_constant_prices(after: YearFigure, compared: Compared) -> Constant | None:
    """Return the two effects with the prices of the year before (one query).

    None unless both years have an index of one source. Both terms are divided by the change of
    prices, so the share itself does not move: prices only swell its two effects.
    """
    before = compared.before.fiscal_year
    known = {
        index.year: index
        for index in PriceIndex.objects.filter(
            organisation=before.organisation_id,
            year__in=(before.year, after.fiscal_year.year),
        )
    }
    if len(known) < 2 or len({index.source for index in known.values()}) > 1:
        return None
    change = known[after.fiscal_year.year].index / known[before.year].index
    variation = explain(
        n0=compared.before.figure.numerator,
        d0=compared.before.figure.denominator.amount,
        n1=after.figure.numerator / change,
        d1=after.figure.denominator.amount / change,
    )
    if variation is None:
        return None
    return Constant(HUNDRED * (change - 1), variation, known[before.year].source)
