"""The alerts of a year, from its figure and what surrounds it."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Value

from portulan.budget.alerts.rules import Alert, Facts, alerts_of
from portulan.budget.imports.inspection import is_doubtful
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.models import Attribution, FiscalYear, ImportBatch, IndicatorRun
from portulan.budget.words import AttributionStatus, BatchStatus, Stage


def year_alerts(
    computed: YearFigure, published: IndicatorRun | None, ambition: Decimal | None
) -> list[Alert]:
    """Return what of a year's figure calls somebody (two queries).

    `published` is the figure last published at the stage, `ambition` is in percent.
    """
    facts = Facts(
        published=published.value if published else None,
        ambition=ambition,
        shrunk=_shrunk(computed.fiscal_year),
        unlikely=_unlikely(computed.fiscal_year),
    )
    return alerts_of(computed.figure, facts)


def _shrunk(fiscal_year: FiscalYear) -> int:
    """Count the lines worth less than when a share of one of their orders was attributed.

    A share follows its line; one that was drawn from an order does not hold any more once a credit
    note or a decision has made the line smaller than it was. The year is written so that no
    index serves it: the few shares of orders are read first, not the lines of the year.
    """
    given = (
        Attribution.objects.alias(year=F("line__fiscal_year_id") + Value(0))
        .filter(year=fiscal_year.pk, line__batch__status=BatchStatus.CONFIRMED, key__isnull=False)
        .exclude(status=AttributionStatus.WITHDRAWN)
        .select_related("line")
    )
    lines = set()
    for attribution in given:
        key = attribution.key or {}
        amount = getattr(attribution.line, Stage(key["stage"]).column)
        if key["of"] and amount is not None and abs(amount) < abs(Decimal(key["of"])):
            lines.add(attribution.line_id)
    return len(lines)


def _unlikely(fiscal_year: FiscalYear) -> tuple[str, ...]:
    batches = ImportBatch.objects.filter(
        fiscal_year=fiscal_year, status=BatchStatus.CONFIRMED
    ).values_list("file_name", "report__problems")
    return tuple(name for name, problems in batches if is_doubtful({"problems": problems or ()}))
