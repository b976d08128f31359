"""The imports of a year, and where its lines come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.access import get_year
from portulan.budget.imports.plausibility import Known
from portulan.budget.imports.proofs import Grade, proved_part
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.models import (
    ORDER_BOOK,
    BudgetLine,
    FiscalYear,
    ImportBatch,
    Order,
)
from portulan.budget.readers.lines import Header
from portulan.budget.words import BatchStatus, Stage
from portulan.core.money import ZERO
from portulan.core.storing import get_one

type Judge = Callable[[str, int, Mapping[str, Any]], Grade]


def batches_of(fiscal_year: FiscalYear) -> QuerySet[ImportBatch]:
    """Return the imports of a year, the latest first, each with `lines_kept` (one query)."""
    kept = (
        Coalesce(
            Subquery(
                model.everything.filter(batch=OuterRef("pk"))
                .order_by()
                .values("batch")
                .annotate(count=Count("pk"))
                .values("count")
            ),
            0,
        )
        for model in (BudgetLine, Order)
    )
    return (
        ImportBatch.objects.filter(fiscal_year=fiscal_year)
        .annotate(lines_kept=reduce(add, kept))
        .defer("report", "mapping")
        .order_by("-created_at", "-pk")
    )


def known_of(fiscal_year: FiscalYear, header: Header) -> Known:
    """Return what the amounts of a file are to be like: those of the nearest years of its body.

    Only with sources of the same format: a ledger and whole accounts do not compare (one query).
    """
    others = (
        ImportBatch.objects.filter(
            fiscal_year__organisation_id=fiscal_year.organisation_id,
            status=BatchStatus.CONFIRMED,
            format=header.format,
            siret=(header.siret or "")[:14],
            delta=False,
        )
        .exclude(fiscal_year=fiscal_year)
        .values_list("fiscal_year__year", "report__totals")
    )
    years: dict[Stage, tuple[int, Decimal]] = {}
    for year, totals in sorted(others, key=lambda other: abs(other[0] - fiscal_year.year)):
        spent: dict[Stage, Decimal] = {}
        for total in totals or ():
            if total["flow"] == "expense":
                stage = Stage(total["stage"])
                spent[stage] = spent.get(stage, ZERO) + Decimal(total["amount"])
        for stage, amount in spent.items():
            years.setdefault(stage, (year, amount))
    body = fiscal_year.organisation
    return Known(body.population, body.headcount, years)


def waiting_preview(fiscal_year: FiscalYear, sha256: str) -> ImportBatch | None:
    """Return the preview of a file that nobody has confirmed yet, None if there is none."""
    return ImportBatch.objects.filter(
        fiscal_year=fiscal_year, sha256=sha256, status=BatchStatus.PREVIEWED
    ).first()


def sources_of(known: YearFacts) -> dict[int, list[ImportBatch]]:
    """Return the imports in force of each year, by the year's id, the oldest first (one query).

    Of each, what says where the figures of the year come from.
    """
    return known.once("imports", lambda: _sources_of(known.organisation_id))


def accounts_day(known: YearFacts, year: int) -> date | None:
    """Return when the accounts of a year came last, None without any."""
    fiscal_year = known.years.get(year)
    if fiscal_year is None:
        return None
    days = [
        timezone.localdate(one.confirmed_at)
        for one in sources_of(known).get(fiscal_year.pk, [])
        if one.confirmed_at is not None
    ]
    return max(days, default=None)


def _sources_of(organisation_id: int) -> dict[int, list[ImportBatch]]:
    found: dict[int, list[ImportBatch]] = {}
    batches = (
        ImportBatch.objects.filter(
            fiscal_year__organisation_id=organisation_id, status=BatchStatus.CONFIRMED
        )
        .exclude(format=ORDER_BOOK)
        .order_by("confirmed_at", "pk")
        .only(
            *("fiscal_year_id", "quality", "file_name", "confirmed_at", "delta", "sha256"),
            *("budgets", "nomenclature"),
        )
    )
    for batch in batches:
        found.setdefault(batch.fiscal_year_id, []).append(batch)
    return found


def proved_part_of(fiscal_year: FiscalYear, stage: Stage, judge: Judge) -> Decimal | None:
    """Return the part of a year’s expenses that comes from proved files (`proofs`; one query).

    `judge` grades a file by the SIREN that it says, its year and its report.
    """
    names = ("format", "stages", "totals", "controls", "cells", "it")
    batches = fiscal_year.batches.filter(status=BatchStatus.CONFIRMED).exclude(format=ORDER_BOOK)
    rows = batches.values_list("siret", *(f"report__{name}" for name in names))
    reports = [(siret[:9], dict(zip(names, said, strict=True))) for siret, *said in rows]
    graded = ((one, judge(siren, fiscal_year.year, one)) for siren, one in reports)
    return proved_part(graded, stage.value)


def get_batch(*, actor: Actor, year: int, pk: int, need: Operation) -> ImportBatch:
    """Return an import of a year. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=actor, year=year, need=need)
    found = get_one(ImportBatch.objects.filter(fiscal_year=fiscal_year), pk=pk)
    found.fiscal_year = fiscal_year
    return found
