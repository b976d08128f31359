"""Keeping the sums of imports and the NR shares of lines true to what is written.

Whatever writes lines or attributions does it inside `following`, in the transaction that holds the
year: the lines written are taken out of the sums as they were and put back as they are. A page then
reads a figure without reading its lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import batched

from django.db import transaction
from django.utils import timezone

from portulan.budget.models import Attribution, BudgetLine, DaySums, ImportBatch, StageSums
from portulan.budget.selectors.sums import (
    real_expenses,
    shares_by_line,
    weighed_lines,
    without_sums,
)
from portulan.budget.services.year_lock import hold_year
from portulan.budget.stages import Stage
from portulan.budget.sums import Sums
from portulan.budget.verdicts import Verdict
from portulan.budget.weighing import WeighedLine, kept_of

_CHUNK = 500
_COLUMNS = tuple(stage.column for stage in Stage)


type _Shares = tuple[Decimal | None, Decimal | None]
_UNCLAIMED: _Shares = (None, None)


@dataclass(slots=True)
class _Weighed:
    """Some lines: their sums by import and stage, and the shares to write on those attributed."""

    sums: dict[tuple[int, Stage], Sums] = field(default_factory=lambda: defaultdict(Sums))
    shares: dict[int, _Shares] = field(default_factory=dict)


@contextmanager
def following(lines: Iterable[int]) -> Iterator[None]:
    """Follow what the block writes on these lines (identifiers) and on their attributions."""
    pks = list(lines)
    before = _weigh(pks)
    yield
    after = _weigh(pks)
    _write_shares({pk: after.shares.get(pk, _UNCLAIMED) for pk in before.shares | after.shares})
    for batch in {batch for batch, _ in before.sums | after.sums}:
        _follow_batch(batch, before, after)


def keep_sums(batch: ImportBatch, sums: Mapping[Stage, Sums]) -> None:
    """Keep the sums of an import whose lines were just written (two queries)."""
    _keep(batch, {stage: sums.get(stage, Sums()) for stage in Stage})


def count_again(batch: ImportBatch) -> None:
    """Add the lines of an import up again, and keep the sums and the NR shares."""
    attributed = Attribution.objects.filter(line__batch=batch).values_list("line_id", flat=True)
    _write_shares(_weigh(list(attributed.distinct())).shares)
    keep_sums(batch, {stage: Sums.of(weighed_lines([batch.pk], stage)) for stage in Stage})


def count_missing() -> int:
    """Count the imports that have lines and no sums kept, and return how many there were."""
    count = 0
    for batch in without_sums().order_by("pk"):
        with transaction.atomic():
            hold_year(batch.fiscal_year_id)
            count_again(batch)
        count += 1
    return count


def _follow_batch(pk: int, before: _Weighed, after: _Weighed) -> None:
    batch = ImportBatch.objects.only("pk").get(pk=pk)
    kept = {row.stage: Sums.from_document(row.document) for row in batch.sums.all()}
    if not kept:
        count_again(batch)
        return
    nothing = Sums()
    _keep(
        batch,
        {
            stage: kept[stage].plus(was, -1).plus(now)
            for stage in Stage
            if (was := before.sums.get((pk, stage), nothing))
            != (now := after.sums.get((pk, stage), nothing))
        },
    )


def _keep(batch: ImportBatch, sums: Mapping[Stage, Sums]) -> None:
    """Write the sums of some stages, as they are now and as they are at the end of this day."""
    documents = {stage: its.document() for stage, its in sums.items()}
    StageSums.objects.bulk_create(
        [StageSums(batch=batch, stage=stage, document=said) for stage, said in documents.items()],
        update_conflicts=True,
        unique_fields=["batch", "stage"],
        update_fields=["document"],
    )
    today = timezone.localdate()
    DaySums.objects.bulk_create(
        [
            DaySums(batch=batch, stage=stage, on=today, document=said)
            for stage, said in documents.items()
        ],
        update_conflicts=True,
        unique_fields=["batch", "stage", "on"],
        update_fields=["document"],
    )


def _weigh(pks: list[int]) -> _Weighed:
    """Weigh lines at every stage (two queries a chunk)."""
    weighed = _Weighed()
    for chunk in batched(pks, _CHUNK):
        shares = shares_by_line(Attribution.objects.filter(line__in=chunk))
        found: dict[tuple[int, Stage], list[WeighedLine]] = defaultdict(list)
        lines = real_expenses(BudgetLine.objects.filter(pk__in=chunk)).values_list(
            *("pk", "batch_id", "section", "verdict", "it_share", "reviewed_on"),
            *("post", "run_build", *_COLUMNS),
        )
        for pk, batch, section, verdict, share, reviewed_on, post, run_build, *amounts in lines:
            its = shares.get(pk, ())
            if its:
                kept = kept_of(share, its)
                weighed.shares[pk] = (kept.retained, kept.retained + kept.proposed)
            line = partial(
                WeighedLine,
                pk,
                section,
                verdict=Verdict(verdict),
                it_share=share,
                reviewed=reviewed_on is not None,
                shares=its,
                post=post,
                run_build=run_build or "",
            )
            for stage, amount in zip(Stage, amounts, strict=True):
                found[batch, stage].append(line(amount=amount))
        for key, at_stage in found.items():
            weighed.sums[key].add(at_stage)
    return weighed


def _write_shares(shares: Mapping[int, _Shares]) -> None:
    """Write on each line what its attributions hold of it, where that changed."""
    for chunk in batched(shares, _CHUNK):
        stale = []
        for line in BudgetLine.objects.filter(pk__in=chunk).only("nr_share", "claimed_share"):
            if (line.nr_share, line.claimed_share) != shares[line.pk]:
                line.nr_share, line.claimed_share = shares[line.pk]
                stale.append(line)
        BudgetLine.objects.bulk_update(stale, ["nr_share", "claimed_share"])
