"""The level of prices of each year, and what prices do to a variation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.indicator.comparing import Compared
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.share import Variation, explain
from portulan.budget.models import PriceIndex
from portulan.budget.verbs import Verb
from portulan.core import trail
from portulan.core.storing import store

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


def at_constant_prices(after: YearFigure, compared: Compared, known: YearFacts) -> Constant | None:
    """Return the two effects with the prices of the year before (one query).

    None unless both years have an index of one source. Both terms are divided by the change of
    prices, so the share itself does not move: prices only swell its two effects.
    """
    return known.once(
        ("prices", after.fiscal_year.year, after.stage),
        lambda: _at_constant_prices(after, compared),
    )


def _at_constant_prices(after: YearFigure, compared: Compared) -> Constant | None:
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


@transaction.atomic
def set_price_index(
    actor: Actor, *, year: int, index: Decimal | None, source: str = ""
) -> PriceIndex | None:
    """Say the index of prices of a year and where it comes from; None takes it back.

    Raises DeniedError; ValidationError without a source, or for an index under 1.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    found = PriceIndex.objects.filter(organisation_id=actor.organisation_id, year=year).first()
    if index is None:
        if found is not None:
            record(actor, found, Verb.DELETED, {"index": (found.index, None)})
            found.delete()
        return None
    found = found or PriceIndex(organisation_id=actor.organisation_id, year=year)
    changes = trail.set_fields(found, {"index": index, "source": source.strip()})
    found.person_id, found.recorded_at = actor.person_id, timezone.now()
    store(found)
    record(actor, found, Verb.SET, changes)
    return found
