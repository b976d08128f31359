"""The sums of a year's lines: those kept with its imports, or the lines themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from portulan.budget.enums import AttributionStatus, BatchStatus
from portulan.budget.judging import Judge
from portulan.budget.models import Attribution, BudgetLine, ImportBatch, StageSums
from portulan.budget.perimeter import LineFacts
from portulan.budget.stages import Stage
from portulan.budget.sums import Sums
from portulan.budget.verdicts import Verdict
from portulan.budget.weighing import WeighedLine, WeighedShare

FACTS = LineFacts._fields


def sums_in_force(fiscal_year: int, stage: Stage) -> dict[int, Sums]:
    """Return the sums at a stage of each import in force of a fiscal year, by its id.

    Two queries, whatever the number of lines.
    """
    batches = ImportBatch.objects.filter(fiscal_year=fiscal_year, status=BatchStatus.CONFIRMED)
    asked = [(batch, stage) for batch in batches.order_by("pk").values_list("pk", flat=True)]
    return {batch: sums for (batch, _), sums in sums_of(asked).items()}


def sums_of(asked: list[tuple[int, Stage]]) -> dict[tuple[int, Stage], Sums]:
    """Return the sums of imports, by their id and stage (one query).

    An import whose sums are not kept is added up from its lines.
    """
    kept = {
        (batch, stage): document
        for batch, stage, document in StageSums.objects.filter(
            batch__in={batch for batch, _ in asked}, stage__in={stage for _, stage in asked}
        ).values_list("batch_id", "stage", "document")
    }
    return {
        (batch, stage): Sums.from_document(kept[batch, stage])
        if (batch, stage) in kept
        else Sums.of(weighed_lines([batch], stage))
        for batch, stage in asked
    }


def without_sums() -> QuerySet[ImportBatch]:
    """Return the imports that have lines and no sums kept (accounts older than the sums)."""
    return ImportBatch.objects.filter(
        Exists(BudgetLine.objects.filter(batch=OuterRef("pk"))), sums=None
    )


def weighed_lines(
    batches: list[int], stage: Stage, judge: Judge | None = None
) -> Iterator[WeighedLine]:
    """Yield the real expense lines of imports with their attributions (two queries).

    With a judge, only those that are attributed, and what no person decided is judged on the way.
    """
    shares = shares_by_line(Attribution.objects.filter(line__batch__in=batches))
    columns = ["pk", "section", stage.column, "verdict", "it_share", "reviewed_on"]
    columns += ["post", "run_build"]
    lines = real_expenses(BudgetLine.objects.filter(batch__in=batches))
    if judge is not None:
        lines = lines.filter(claimed_share__isnull=False)
        columns += ["overridden", "batch__nomenclature", *FACTS]
    for row in lines.values_list(*columns).iterator(chunk_size=2000):
        pk, section, amount, verdict, it_share, reviewed_on, post, run_build, *facts = row
        if judge is not None and not facts[0]:
            ruling = judge(LineFacts(*facts[2:]), facts[1] or None)
            verdict, it_share = ruling.verdict, ruling.share
            post, run_build = ruling.post or "", ruling.run_build
        yield WeighedLine(
            key=pk,
            section=section,
            amount=amount,
            verdict=Verdict(verdict),
            it_share=it_share,
            reviewed=reviewed_on is not None,
            shares=shares.get(pk, ()),
            post=post,
            run_build=run_build or "",
        )


def real_expenses(lines: QuerySet[BudgetLine]) -> QuerySet[BudgetLine]:
    """Keep the lines that the indicator and the lines page are about."""
    return lines.filter(is_expense=True, is_real=True, is_carried=False)


def shares_by_line(attributions: QuerySet[Attribution]) -> dict[int, tuple[WeighedShare, ...]]:
    """Return the attributions that are not withdrawn, by line (one query)."""
    found: dict[int, tuple[WeighedShare, ...]] = defaultdict(tuple)
    rows = (
        attributions.exclude(status=AttributionStatus.WITHDRAWN)
        .order_by("pk")
        .values_list("line_id", "share", "status", "action_id", "outside_it")
    )
    for line, share, status, action, outside_it in rows:
        found[line] += (WeighedShare(share, AttributionStatus(status), action, outside_it),)
    return found
