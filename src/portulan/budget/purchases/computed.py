"""The share of circular purchases, year by year, as an indicator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from portulan.budget.models import PurchasePart
from portulan.budget.purchases.reads import purchases_of
from portulan.budget.purchases.rules import readings
from portulan.budget.words import BatchStatus
from portulan.core.money import ZERO
from portulan.indicators.computed import ComputedValue

CIRCULAR = "budget.agec_circular"
# The type of the arrêté of 13 January 2025 that holds computers and telephones.
COMPUTING = "Matériel informatique et téléphonie"


def circular_shares(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield, for each civil year qualified, what of the computing bought is reused or recycled.

    In percent HT, gifts left out (law 2020-105, article 58). Lines that still wait are said.
    """
    parts = PurchasePart.objects.filter(
        line__organisation_id=organisation_id,
        line__batch__status=BatchStatus.CONFIRMED,
        category=COMPUTING,
    )
    for year in sorted(set(parts.values_list("invoice_year", flat=True))):
        found = purchases_of(organisation_id, year)
        kind = found.kinds.get(COMPUTING)
        if kind is None:
            continue
        waiting = found.waiting_lines
        yield ComputedValue(
            on=date(year, 12, 31),
            value=readings(kind).without_gifts,
            numerator=kind.reuse + kind.recycled,
            denominator=kind.total if kind.total > ZERO else None,
            source=_("achats qualifiés de %(year)s") % {"year": year},
            note=_("lignes encore à qualifier : %(count)s") % {"count": waiting} if waiting else "",
        )
