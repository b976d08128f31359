"""The sums of a year’s lines: kept with its imports, and true to what is written.

Whatever writes lines or attributions does it inside `following`, in the transaction that holds the
year: the lines written are taken out of the sums as they were and put back as they are. A page then
reads a figure without reading its lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import batched

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portulan.budget.access import hold_year
from portulan.budget.lines.facts import Judging, LineFacts
from portulan.budget.lines.sums import Sums
from portulan.budget.lines.weighing import WeighedLine, WeighedShare, kept_of
from portulan.budget.models import Attribution, BudgetLine, DaySums, ImportBatch, StageSums
from portulan.budget.words import AttributionStatus, BatchStatus, SourceQuality, Stage, Verdict

FACTS = LineFacts._fields[:-1]  # a perimeter asks no contract


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
    kept: dict[tuple[int, Stage], Sums] = {}
    rows = StageSums.objects.filter(
        batch__in={batch for batch, _ in asked}, stage__in={stage for _, stage in asked}
    ).values_list("batch_id", "stage", "document", "batch__quality")
    for batch, stage, document, quality in rows:
        sums = kept[batch, Stage(stage)] = Sums.from_document(document)
        sums.declared = quality == SourceQuality.TYPED
    return {
        (batch, stage): kept.get((batch, stage)) or Sums.of(weighed_lines([batch], stage))
        for batch, stage in asked
    }


def without_sums() -> QuerySet[ImportBatch]:
    """Return the imports that have lines and no sums kept (accounts older than the sums).

    One that is being written gets them when it is in force.
    """
    return ImportBatch.objects.exclude(status=BatchStatus.WRITING).filter(
        Exists(BudgetLine.everything.filter(batch=OuterRef("pk"))), sums=None
    )


def weighed_lines(
    batches: list[int],
    stage: Stage,
    judge: Judging | None = None,
    until: date | None = None,
) -> Iterator[WeighedLine]:
    """Yield the real expense lines of imports with their attributions (two queries).

    With a judge, only those that are attributed, and what no person decided is judged on the way;
    with a day, only those dated until it.
    """
    shares = shares_by_line(Attribution.objects.filter(line__batch__in=batches))
    columns = ["pk", "section", stage.column, "verdict", "it_share", "reviewed_on"]
    columns += ["post", "run_build"]
    lines = real_expenses(BudgetLine.everything.filter(batch__in=batches), until)
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


def real_expenses(lines: QuerySet[BudgetLine], until: date | None = None) -> QuerySet[BudgetLine]:
    """Keep the lines that the indicator and the lines page are about, those dated until a day."""
    kept = lines.filter(is_expense=True, is_real=True, is_carried=False)
    return kept if until is None else kept.filter(dated_on__lte=until)


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


_CHUNK = 500
_COLUMNS = tuple(stage.column for stage in Stage)
type _Shares = tuple[Decimal | None, Decimal | None]
UNCLAIMED: _Shares = (None, None)


@dataclass(slots=True)
class _Weighed:
    """Some lines: their sums by import and stage, and the shares to write on those attributed."""

    sums: dict[tuple[int, Stage], Sums] = field(default_factory=lambda: defaultdict(Sums))
    shares: dict[int, _Shares] = field(default_factory=dict)


@contextmanager
def following(lines: Iterable[int]) -> Iterator[None]:
    """Follow what the block writes on these lines (identifiers) and on their attributions."""
    pks = list(lines)
    before = weigh_lines(pks)
    yield
    after = weigh_lines(pks)
    _write_shares({pk: after.shares.get(pk, UNCLAIMED) for pk in before.shares | after.shares})
    for batch in {batch for batch, _ in before.sums | after.sums}:
        _follow_batch(batch, before, after)


def keep_sums(batch: ImportBatch, sums: Mapping[Stage, Sums]) -> None:
    """Keep the sums of an import whose lines were just written (two queries)."""
    _keep(batch, {stage: sums.get(stage, Sums()) for stage in Stage})


def count_again(batch: ImportBatch) -> None:
    """Add the lines of an import up again, and keep the sums and the NR shares."""
    attributed = Attribution.objects.filter(line__batch=batch).values_list("line_id", flat=True)
    bearing = BudgetLine.everything.filter(
        Q(claimed_share__isnull=False) | Q(nr_share__isnull=False), batch=batch
    )
    pks = {*attributed, *bearing.values_list("pk", flat=True)}
    shares = weigh_lines(sorted(pks)).shares
    _write_shares({pk: shares.get(pk, UNCLAIMED) for pk in pks})
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


def weigh_lines(pks: list[int]) -> _Weighed:
    """Weigh lines at every stage (two queries a chunk)."""
    weighed = _Weighed()
    for chunk in batched(pks, _CHUNK):
        shares = shares_by_line(Attribution.objects.filter(line__in=chunk))
        found: dict[tuple[int, Stage], list[WeighedLine]] = defaultdict(list)
        lines = real_expenses(BudgetLine.everything.filter(pk__in=chunk)).values_list(
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
        for line in BudgetLine.everything.filter(pk__in=chunk).only("nr_share", "claimed_share"):
            if (line.nr_share, line.claimed_share) != shares[line.pk]:
                line.nr_share, line.claimed_share = shares[line.pk]
                stale.append(line)
        BudgetLine.everything.bulk_update(stale, ["nr_share", "claimed_share"])
