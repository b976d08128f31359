"""The alerts of a year, from its figure and what surrounds it."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Value

from portulan.budget.alerts.rules import Alert, Facts, alerts_of
from portulan.budget.attributions.reads import settled
from portulan.budget.imports.inspection import is_doubtful
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.models import Attribution, FiscalYear, ImportBatch
from portulan.budget.words import AttributionStatus, BatchStatus, Stage


def year_alerts(
    computed: YearFigure, ambition: Decimal | None, known: YearFacts | None = None
) -> list[Alert]:
    """Return what of a year's figure calls somebody; `ambition` is in percent (three queries).

    `known` is what is known of the exercices, where a page has it.
    """
    known = known or year_facts(computed.fiscal_year.organisation_id)
    return known.once(
        ("alerts", computed.fiscal_year.year, computed.stage, ambition),
        lambda: _year_alerts(computed, ambition, known),
    )


def _year_alerts(computed: YearFigure, ambition: Decimal | None, known: YearFacts) -> list[Alert]:
    published = known.published(computed.fiscal_year, computed.stage)
    facts = Facts(
        published=published.value if published else None,
        ambition=ambition,
        **_of_shares(computed.fiscal_year),
        unlikely=_unlikely(computed.fiscal_year),
    )
    return alerts_of(computed.figure, facts)


def _of_shares(fiscal_year: FiscalYear) -> dict[str, int]:
    """Count the lines of which a part was given for what they were, and that are so no more.

    A share follows its line; one that was drawn from an order does not hold any more once a credit
    note or a decision has made the line smaller than it was (`shrunk`), nor do euros that the line
    does not contain any more (`unsettled`). The few shares of orders and amounts typed are read
    first, each by its own index, and the year is written so that none serves it: the lines of the
    year are not gone through.
    """
    every = Attribution.objects.order_by()
    few = every.filter(key__isnull=False).union(every.filter(amount__isnull=False), all=True)
    given = (
        Attribution.objects.alias(year=F("line__fiscal_year_id") + Value(0))
        .filter(
            pk__in=few.values("pk"),
            year=fiscal_year.pk,
            line__batch__status=BatchStatus.CONFIRMED,
        )
        .exclude(status=AttributionStatus.WITHDRAWN)
        .select_related("line")
    )
    shrunk, unsettled = set(), set()
    for attribution in given:
        if not settled(attribution.line, attribution):
            unsettled.add(attribution.line_id)
        if not (key := attribution.key):
            continue
        amount = getattr(attribution.line, Stage(key["stage"]).column)
        if key["of"] and amount is not None and abs(amount) < abs(Decimal(key["of"])):
            shrunk.add(attribution.line_id)
    return {"shrunk": len(shrunk), "unsettled": len(unsettled)}


def _unlikely(fiscal_year: FiscalYear) -> tuple[str, ...]:
    batches = ImportBatch.objects.filter(
        fiscal_year=fiscal_year, status=BatchStatus.CONFIRMED
    ).values_list("file_name", "report__problems")
    return tuple(name for name, problems in batches if is_doubtful({"problems": problems or ()}))
