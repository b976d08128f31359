"""The figures computed and kept; what was published of them, year by year, as an indicator."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.access import get_year
from portulan.budget.models import FiscalYear, IndicatorRun
from portulan.budget.words import Stage
from portulan.core.errors import NotFoundError
from portulan.indicators.computed import ComputedValue

NR_SHARE = "budget.nr_share"


def published_shares(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield the last published share of each year, in percent (one query).

    A realised share is dated at the end of its year, any other at its publication: it says what
    was known that day.
    """
    runs = (
        IndicatorRun.objects.filter(
            fiscal_year__organisation_id=organisation_id, published_at__isnull=False
        )
        .select_related("fiscal_year", "perimeter")
        .order_by("fiscal_year__year", "-published_at", "-pk")
    )
    done: set[int] = set()
    for run in runs:
        if run.fiscal_year_id in done or run.published_at is None:
            continue
        done.add(run.fiscal_year_id)
        realised = run.stage == Stage.REALISED
        yield ComputedValue(
            on=run.fiscal_year.ends_on if realised else timezone.localdate(run.published_at),
            value=run.value,
            numerator=run.numerator,
            denominator=run.denominator,
            source=_("%(stage)s %(year)s, périmètre édition %(edition)s")
            % {
                "stage": run.get_stage_display(),
                "year": run.fiscal_year.year,
                "edition": run.perimeter.edition,
            },
        )


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
