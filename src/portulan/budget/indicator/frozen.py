"""The lines that made a figure, kept with it as they were: what a published share can show."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Prefetch, Q

from portulan.budget.indicator.reads import YearFigure
from portulan.budget.lines.reads import CLAIMED, LineFilter, kept_lines
from portulan.budget.models import Attribution, IndicatorRun, RunLines
from portulan.budget.words import AttributionStatus
from portulan.core.money import ZERO

# Beyond so many lines, only those that are attributed are kept one by one.
MOST = 5_000


class Row(NamedTuple):
    """A line as it was: where its file has it, its amount in euros, its shares in [0, 1].

    `given` are its attributions: status, share, number of the action, whether outside the budget.
    Amounts and shares are exact texts; `it_share` is None where nobody had decided. No supplier:
    whoever reads a figure may not read names.
    """

    file: str
    row: int
    label: str
    nature: str
    function: str
    section: str
    amount: str
    verdict: str
    it_share: str | None
    nr_share: str
    given: list[tuple[str, str, int | None, bool]]
    reasons: Sequence[str] = ()  # of each of them; a figure kept before has none

    @property
    def nr(self) -> Decimal:
        """What of it counts as dedicated to NR, in euros."""
        return Decimal(self.amount) * Decimal(self.nr_share)


def freeze_lines(run: IndicatorRun, computed: YearFigure) -> RunLines:
    """Keep the lines that make a figure: all that count in one of its terms, or are attributed."""
    kept = kept_lines(computed.fiscal_year, LineFilter(computed.stage))
    lines = kept.filter(Q(it_share__gt=0) | Q(**CLAIMED))
    complete = lines.count() <= MOST
    if not complete:
        lines = kept.filter(**CLAIMED)
    standing = Attribution.objects.exclude(status=AttributionStatus.WITHDRAWN)
    rows = [
        Row(
            file=line.batch.file_name,
            row=line.row,
            label=str(line),
            nature=line.nature,
            function=line.function,
            section=line.section,
            amount=str(getattr(line, computed.stage.column)),
            verdict=line.verdict,
            it_share=None if line.it_share is None else str(line.it_share),
            nr_share=str(line.nr_share or ZERO),
            given=[
                (
                    one.status,
                    str(one.share),
                    one.action.number if one.action else None,
                    one.outside_it,
                )
                for one in line.attributions.all()
            ],
            reasons=[one.reason for one in line.attributions.all()],
        )
        for line in lines.select_related("batch").prefetch_related(
            Prefetch("attributions", standing.select_related("action").order_by("pk"))
        )
    ]
    rows.sort(key=lambda row: (-row.nr, -abs(Decimal(row.amount)), row.file, row.row))
    return RunLines.objects.create(run=run, rows=rows, complete=complete)


def rows_of(run: IndicatorRun) -> tuple[list[Row], bool] | None:
    """Return the lines kept with a run, and whether they are all; None for an older run."""
    frozen = RunLines.objects.filter(run=run).first()
    return None if frozen is None else ([Row(*row) for row in frozen.rows], frozen.complete)
