"""Indicators that contracts compute themselves, in number; what is unsaid is said beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.accounts.models import Organisation
from portulan.accounts.reads import today as today_of
from portulan.budget.contracts.reads import Contracts, contracts_on
from portulan.budget.contracts.standing import SINCE, Count
from portulan.indicators.computed import ComputedValue

BEGUN = "budget.contracts_begun"
WEIGHED = "budget.contracts_weighed"
SPASER = "budget.contracts_spaser"
NAMES = (BEGUN, WEIGHED, SPASER)


def begun_with_both(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield, at the end of each year or today, the consultations begun since with both."""
    place = Organisation.objects.get(pk=organisation_id)
    today = today_of(place)
    ends = [date(year, 12, 31) for year in range(SINCE.year, today.year)]
    for on in [*ends, today]:
        if on >= SINCE:
            yield _value(on, contracts_on(place, on).begun, _("marchés et contrats"))


def notified_with_a_weight(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield, for each year, the contracts notified with a criterion of the weight asked."""
    return _of_years(organisation_id, Contracts.weighed)


def notified_with_either(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield, for each year, the contracts notified with a condition or a criterion."""
    return _of_years(organisation_id, lambda found, year: found.green(year).either)


def _of_years(
    organisation_id: int, count: Callable[[Contracts, int], Count]
) -> Iterator[ComputedValue]:
    place = Organisation.objects.get(pk=organisation_id)
    today = today_of(place)
    found = contracts_on(place, today)
    years = {one.notified_on.year for one in found.every if one.notified_on}
    for year in sorted(years):
        if year <= today.year:
            on = min(today, date(year, 12, 31))
            source = _("marchés notifiés en %(year)s") % {"year": year}
            yield _value(on, count(found, year), source)


def _value(on: date, count: Count, source: str) -> ComputedValue:
    unsaid = _("sans réponse, hors du compte : %(count)s") % {"count": count.unsaid}
    return ComputedValue(
        on=on,
        value=count.percent,
        numerator=None if count.percent is None else Decimal(count.kept),
        denominator=None if count.percent is None else Decimal(count.all),
        source=source,
        note=unsaid if count.unsaid else "",
    )
