"""The figures computed and kept; what was published of them, year by year, as an indicator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.access import get_year
from portulan.budget.indicator.comparing import obstacles_in
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.sentences import apart_words
from portulan.budget.models import FiscalYear, IndicatorRun
from portulan.budget.words import Stage
from portulan.core.storing import get_one
from portulan.indicators.computed import ComputedValue

NR_SHARE = "budget.nr_share"


def published_shares(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield the last published share of each year, in percent.

    A realised share is dated at the end of its year, any other at its publication: it says what
    was known that day. It breaks the series where it does not compare with that of the year before.
    """
    runs = _last_published(organisation_id)
    apart = obstacles_in(figure_of(run.fiscal_year, Stage(run.stage)) for run in runs)
    for run in runs:
        obstacles = apart.get(run.fiscal_year.year, ())
        yield ComputedValue(
            on=_dated(run),
            value=run.shares[0],
            numerator=run.numerator,
            denominator=run.denominator,
            source=_("%(stage)s %(year)s, périmètre édition %(edition)s")
            % {
                "stage": run.get_stage_display(),
                "year": run.fiscal_year.year,
                "edition": run.perimeter.edition,
            },
            breaks=bool(obstacles),
            note=apart_words(run.fiscal_year.year, obstacles) if obstacles else "",
        )


def published_stages(organisation_id: int) -> dict[date, Stage]:
    """Return the stage of each published share, by the day that it is dated (one query)."""
    return {_dated(run): Stage(run.stage) for run in _last_published(organisation_id)}


def _dated(run: IndicatorRun) -> date:
    if run.stage == Stage.REALISED:
        return run.fiscal_year.ends_on
    return timezone.localdate(run.published_at)


def _last_published(organisation_id: int) -> list[IndicatorRun]:
    """Return the run last published of each year, the oldest year first (one query)."""
    runs = (
        IndicatorRun.objects.filter(
            fiscal_year__organisation_id=organisation_id, published_at__isnull=False
        )
        .select_related("fiscal_year__judged_under", "perimeter")
        .order_by("fiscal_year__year", "published_at", "pk")
    )
    return list({run.fiscal_year_id: run for run in runs}.values())


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
    found = get_one(runs_of(fiscal_year), pk=pk)
    found.fiscal_year = fiscal_year
    return found
