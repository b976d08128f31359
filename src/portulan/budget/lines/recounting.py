"""Whether the sums kept are those of the lines, and making them so: what doctor looks at.

Services keep them true (`kept_sums.following`). A restored file, another program or a hand in the
database may not: every line is then weighed again, and nothing that was kept is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet

from portulan.budget.access import hold_year
from portulan.budget.lines.kept_sums import UNCLAIMED, count_again, weigh_lines
from portulan.budget.lines.sums import Sums
from portulan.budget.models import ORDER_BOOK, BudgetLine, DaySums, ImportBatch, StageSums
from portulan.budget.words import BatchStatus, Stage


def stale_imports() -> Iterator[ImportBatch]:
    """Yield the imports whose kept sums, or shares of lines, are not what their lines say.

    Reads every line: some seconds for a hundred thousand.
    """
    for batch in _with_sums().defer("report").order_by("pk"):
        if BudgetLine.everything.filter(batch=batch).exists() and not _is_true(batch):
            yield batch


def recount() -> int:
    """Add up again the imports whose sums are not those of their lines; return how many."""
    count = 0
    for batch in list(stale_imports()):
        with transaction.atomic():
            hold_year(batch.fiscal_year_id)
            count_again(batch)
        count += 1
    return count


def _with_sums() -> QuerySet[ImportBatch]:
    """Return the imports that have sums: one that is being written gets them when it is whole."""
    return ImportBatch.objects.exclude(format=ORDER_BOOK).exclude(status=BatchStatus.WRITING)


def _is_true(batch: ImportBatch) -> bool:
    lines = BudgetLine.everything.filter(batch=batch).order_by("pk")
    weighed = weigh_lines(list(lines.values_list("pk", flat=True)))
    kept = dict(StageSums.objects.filter(batch=batch).values_list("stage", "document"))
    days = DaySums.objects.filter(batch=batch).order_by("on").values_list("stage", "document")
    last = dict(days)
    for stage in Stage:
        document = weighed.sums.get((batch.pk, stage), Sums()).document()
        if kept.get(stage) != document or last.get(stage, document) != document:
            return False
    shares = BudgetLine.everything.filter(batch=batch).filter(
        Q(claimed_share__isnull=False) | Q(nr_share__isnull=False)
    )
    said = {
        pk: (nr, claimed)
        for pk, nr, claimed in shares.values_list("pk", "nr_share", "claimed_share")
    }
    return all(
        said.get(pk, UNCLAIMED) == weighed.shares.get(pk, UNCLAIMED)
        for pk in said.keys() | weighed.shares.keys()
    )
