"""The figure of a year as it was known on a past day: what was published, what the lines said.

Imports, closings and editions of the perimeter are read from the audit trail; what the lines of an
import added up to, from the sums kept for each day (`DaySums`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from portulan.budget.indicator.adjustments import Corrected, corrected, standing_at
from portulan.budget.indicator.reads import (
    YearFigure,
    YearStages,
    default_stage,
    in_order,
    year_figure,
)
from portulan.budget.lines.sums import Sums, total_of
from portulan.budget.models import (
    ORDER_BOOK,
    Adjustment,
    DaySums,
    FiscalYear,
    ImportBatch,
    IndicatorRun,
    ITPerimeter,
)
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus, Stage, YearStatus
from portulan.core.models import AuditEntry


@dataclass(frozen=True, slots=True)
class KnownOn:
    """What was known of a year at the end of a day, at one stage (None: no accounts then).

    `published` is the figure last published then, `computed` what the lines said, None when it
    cannot be known: the sums of an import in force that day were not kept yet (`is_kept`).
    `corrected` is what the corrections of the closed year that were known then make of it.
    """

    day: date
    stage: Stage | None
    stages: tuple[Stage, ...]
    batches: tuple[ImportBatch, ...]
    published: IndicatorRun | None
    computed: YearFigure | None
    is_kept: bool = True
    corrected: Corrected | None = None


def known_on(fiscal_year: FiscalYear, day: date, stage: Stage | None = None) -> KnownOn:
    """Return what was known of a year at the end of a day (eight queries at most).

    Without a stage, the one that the page of the year would have shown first that day.
    """
    end = _end_of(day)
    batches = _in_force(fiscal_year, end)
    is_closed, closed_at = _closing(fiscal_year, end)
    runs = list(
        IndicatorRun.objects.filter(fiscal_year=fiscal_year, published_at__lt=end)
        .select_related("perimeter")
        .order_by("-published_at", "-pk")
    )
    given = in_order({given for batch in batches for given in batch.stages})
    status = YearStatus.CLOSED if is_closed else YearStatus.EXECUTING
    then = FiscalYear(pk=fiscal_year.pk, status=status)
    stages = YearStages(given, runs[0].stage if runs else None)
    stage = stage or default_stage(then, stages) or (Stage(runs[0].stage) if runs else None)
    published = next((run for run in runs if run.stage == stage), None)
    sums = _sums(batches, stage, day) if stage in given else None
    computed = None
    if stage is not None and sums is not None:
        perimeter = _perimeter(fiscal_year.organisation_id, closed_at if is_closed else end)
        computed = year_figure(fiscal_year, stage, perimeter, sums)
    is_kept = stage not in given or sums is not None
    beside = _corrected(fiscal_year, computed, end) if computed is not None else None
    return KnownOn(day, stage, given, tuple(batches), published, computed, is_kept, beside)


def _corrected(fiscal_year: FiscalYear, computed: YearFigure, end: datetime) -> Corrected | None:
    said = Adjustment.objects.filter(fiscal_year=fiscal_year).select_related("line")
    return corrected(computed.figure, standing_at(said, end), computed.stage)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _in_force(fiscal_year: FiscalYear, end: datetime) -> list[ImportBatch]:
    batches = {
        batch.pk: batch
        for batch in ImportBatch.objects.filter(fiscal_year=fiscal_year)
        .exclude(format=ORDER_BOOK)
        .defer("report", "mapping")
        .order_by("pk")
    }
    last = {
        entry.subject_id: entry.verb
        for entry in _entries("importbatch", batches, end).filter(
            verb__in=(BatchStatus.CONFIRMED, BatchStatus.ROLLED_BACK)
        )
    }
    return [batch for pk, batch in batches.items() if last.get(pk) == BatchStatus.CONFIRMED]


def _closing(fiscal_year: FiscalYear, end: datetime) -> tuple[bool, datetime]:
    """Return whether the year was closed then, and since when."""
    is_closed, since = False, end
    for entry in _entries("fiscalyear", [fiscal_year.pk], end):
        if (change := entry.changes.get("status")) is not None:
            is_closed, since = change[1] == YearStatus.CLOSED, entry.at
    return is_closed, since


def _perimeter(organisation_id: int, end: datetime) -> ITPerimeter | None:
    editions = {
        edition.pk: edition for edition in ITPerimeter.objects.filter(organisation=organisation_id)
    }
    entries = _entries("itperimeter", editions, end).filter(verb__in=(Verb.LAID, Verb.IN_FORCE))
    last = entries.last()
    return editions[last.subject_id] if last else None


def _entries(kind: str, subjects: Iterable[int], end: datetime) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        subject_type=kind, subject_id__in=list(subjects), at__lt=end
    ).order_by("pk")


def _sums(batches: list[ImportBatch], stage: Stage | None, day: date) -> Sums | None:
    """Return the sums of imports as they stood at the end of a day, None if not all were kept."""
    rows = DaySums.objects.filter(
        batch__in=[batch.pk for batch in batches], stage=stage, on__lte=day
    )
    last = dict(rows.order_by("on").values_list("batch_id", "document"))
    if any(batch.pk not in last for batch in batches):
        return None
    return total_of(Sums.from_document(last[batch.pk]) for batch in batches)
