"""What a draft edition of the perimeter would change, before it is brought into force."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from portulan.budget.enums import BatchStatus, YearStatus
from portulan.budget.judging import Judge
from portulan.budget.models import BudgetLine, FiscalYear, ITPerimeter
from portulan.budget.perimeter import LineFacts
from portulan.budget.selectors.figures import (
    YearFigure,
    YearStages,
    default_stage,
    figure_of,
    stages_in_force,
)
from portulan.budget.selectors.sums import FACTS, real_expenses
from portulan.budget.stages import Stage

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class EditionEffect:
    """A year that is open, today and under the draft.

    `lines` would have another verdict or another IT share; `amount` is theirs, in euros at the
    stage of the figures, credit notes turned positive.
    """

    before: YearFigure
    after: YearFigure
    lines: int
    amount: Decimal

    @property
    def newly_over(self) -> int:
        """How many lines would hold less than is attributed to them, and do not today."""
        today = set(self.before.figure.over_attributed)
        return len(set(self.after.figure.over_attributed) - today)


def edition_effects(draft: ITPerimeter) -> list[EditionEffect]:
    """Return what each open year with accounts would become, the latest first.

    Reads every line of those years and writes nothing.
    """
    given = stages_in_force(draft.organisation_id)
    judge_line = Judge(draft)
    effects = []
    for fiscal_year in (
        FiscalYear.objects.filter(organisation_id=draft.organisation_id)
        .exclude(status=YearStatus.CLOSED)
        .select_related("judged_under")
        .order_by("-year")
    ):
        stage = default_stage(fiscal_year, given.get(fiscal_year.pk, YearStages()))
        if stage is None:
            continue
        lines, amount = _moved(fiscal_year, stage, judge_line)
        effects.append(
            EditionEffect(
                before=figure_of(fiscal_year, stage),
                after=figure_of(fiscal_year, stage, restated_on=draft),
                lines=lines,
                amount=amount,
            )
        )
    return effects


def _moved(fiscal_year: FiscalYear, stage: Stage, judge_line: Judge) -> tuple[int, Decimal]:
    """Count the lines that the draft judges otherwise; lines alike are judged once."""
    lines = BudgetLine.objects.filter(
        fiscal_year=fiscal_year, batch__status=BatchStatus.CONFIRMED, overridden=False
    )
    alike = (
        real_expenses(lines)
        .order_by()
        .values_list("batch__nomenclature", "verdict", "it_share", *FACTS)
        .annotate(count=Count("pk"), total=Sum(stage.column))
    )
    moved, amount = 0, ZERO
    for nomenclature, verdict, it_share, *rest in alike.iterator(chunk_size=2000):
        *facts, count, total = rest
        ruling = judge_line(LineFacts(*facts), nomenclature or None)
        if (verdict, it_share) != (ruling.verdict, ruling.share):
            moved += count
            amount += abs(total or ZERO)
    return moved, amount
