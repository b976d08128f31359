"""The figure of a year: what the lines say now, what runs said, and why it moved."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from portulan.budget.indicator.restating import restate
from portulan.budget.indicator.share import Figure, counts_alike, figure_from
from portulan.budget.lines.kept_sums import sums_in_force
from portulan.budget.lines.sums import Sums, total_of
from portulan.budget.models import FiscalYear, ImportBatch, IndicatorRun, ITPerimeter
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.words import BatchStatus, PerimeterStatus, Stage, YearStatus
from portulan.core.amounts import Share, share_of

# The stage shown first: the one last published, else what was realised once the year is closed,
# else what is opened (docs/reference/truths.md, Cases of the indicator).
_PREFERRED = (Stage.OPENED, Stage.VOTED, Stage.COMMITTED, Stage.REALISED)


@dataclass(frozen=True, slots=True)
class YearFigure:
    """The figure of one year at one stage under the perimeter in force, as the lines say now."""

    fiscal_year: FiscalYear
    stage: Stage
    perimeter: ITPerimeter | None
    figure: Figure
    sums: Sums

    @property
    def share(self) -> Share:
        """Its share, with the scope without which it says nothing."""
        edition = self.perimeter.edition if self.perimeter else None
        year, of = self.fiscal_year, self.figure
        scope = (year.year, self.stage.value, edition, year.tax_basis)
        return Share(of.value, *scope, of.is_unknown, of.provisional)

    @property
    def inputs_hash(self) -> str:
        """What identifies all that makes the figure, in one form whatever the way it was reached.

        Dear where many actions are funded: asked for by those who compare, not made for all.
        """
        year, edition = self.fiscal_year, self.perimeter and self.perimeter.edition
        made_of = self.sums.without_posts().document()
        inputs = [year.year, self.stage, year.tax_basis, edition, made_of]
        if year.costing is not None:
            inputs.append(year.costing)
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class YearStages:
    """The stages for which a year has accounts, in the order of the year, and how they came.

    `batches` are its imports in force, `budgets` the budgets and bodies that their lines are of;
    `published` is the stage of the figure published last.
    """

    given: tuple[Stage, ...] = ()
    published: str | None = None
    batches: tuple[int, ...] = ()
    budgets: frozenset[str] = frozenset()


def stages_in_force(organisation_id: int) -> dict[int, YearStages]:
    """Return, by fiscal year's id, the stages its confirmed imports give (one query)."""
    runs = IndicatorRun.objects.filter(
        fiscal_year=OuterRef("fiscal_year"), published_at__isnull=False
    ).order_by("-published_at", "-pk")
    batches = (
        ImportBatch.objects.filter(
            fiscal_year__organisation_id=organisation_id, status=BatchStatus.CONFIRMED
        )
        .order_by("pk")
        .values_list(
            *("pk", "fiscal_year_id", "stages", "budgets"), Subquery(runs.values("stage")[:1])
        )
    )
    found: dict[int, YearStages] = defaultdict(YearStages)
    for pk, fiscal_year_id, stages, budgets, published in batches:
        before = found[fiscal_year_id]
        given = in_order({*before.given, *stages})
        found[fiscal_year_id] = YearStages(
            given, published, (*before.batches, pk), before.budgets.union(budgets)
        )
    return dict(found)


def in_order(stages: set[str]) -> tuple[Stage, ...]:
    """Return the stages of a year in order; what is carried over is no stage of a figure."""
    return tuple(stage for stage in Stage if stage in stages and stage is not Stage.CARRIED_OVER)


def stages_of(fiscal_year: FiscalYear) -> YearStages:
    """Return the stages for which the year has accounts (one query)."""
    return stages_in_force(fiscal_year.organisation_id).get(fiscal_year.pk, YearStages())


def default_stage(fiscal_year: FiscalYear, stages: YearStages | None = None) -> Stage | None:
    """Return the stage to show first, None when the year has no accounts.

    What was published stands until another stage is: a draft does not take its place.
    """
    stages = stages_of(fiscal_year) if stages is None else stages
    first = [stages.published] if stages.published else []
    if fiscal_year.status == YearStatus.CLOSED:
        first.append(Stage.REALISED)
    return next((Stage(stage) for stage in (*first, *_PREFERRED) if stage in stages.given), None)


def perimeter_of(organisation_id: int) -> ITPerimeter | None:
    """Return the perimeter in force, None before the first year is opened."""
    return ITPerimeter.objects.filter(
        organisation_id=organisation_id, status=PerimeterStatus.IN_FORCE
    ).first()


def figure_of(
    fiscal_year: FiscalYear,
    stage: Stage,
    *,
    restated_on: ITPerimeter | None = None,
    until: date | None = None,
) -> YearFigure:
    """Return the figure of a year at a stage (two queries, whatever the number of lines).

    A closed year stands under the perimeter it was closed with; `restated_on` judges its lines
    again under another, to compare, and writes nothing; then `until` keeps those dated until a day.
    """
    if restated_on is not None:
        sums = restate(fiscal_year.pk, stage, Judge(restated_on), until=until).sums
        return year_figure(fiscal_year, stage, restated_on, sums)
    sums = total_of(sums_in_force(fiscal_year.pk, stage).values())
    return year_figure(fiscal_year, stage, fiscal_year.judged_under, sums)


def year_figure(
    fiscal_year: FiscalYear, stage: Stage, perimeter: ITPerimeter | None, sums: Sums
) -> YearFigure:
    """Return the figure that sums make, which says what it is of."""
    edition = perimeter.edition if perimeter else None
    of = share_of(fiscal_year.year, stage.value, edition, fiscal_year.tax_basis)
    return YearFigure(fiscal_year, stage, perimeter, figure_from(sums).is_of(of), sums)


def run_of(year_figure: YearFigure) -> IndicatorRun | None:
    """Return the run made of exactly these inputs, if the figure was already computed."""
    return IndicatorRun.objects.filter(
        fiscal_year=year_figure.fiscal_year,
        stage=year_figure.stage,
        inputs_hash=year_figure.inputs_hash,
    ).first()


def last_published(fiscal_year: FiscalYear, stage: Stage) -> IndicatorRun | None:
    """Return the run last published for a year and stage."""
    return (
        IndicatorRun.objects.filter(
            fiscal_year=fiscal_year, stage=stage, published_at__isnull=False
        )
        .select_related("perimeter")
        .order_by("-published_at")
        .first()
    )


def counted_otherwise(after: YearFigure) -> bool:
    """Return whether the year before states another policy of what counts of a purchase."""
    before = FiscalYear.objects.filter(
        organisation_id=after.fiscal_year.organisation_id, year=after.fiscal_year.year - 1
    ).values_list("costing", flat=True)
    return any(counts_alike(costing, after.fiscal_year.costing) is False for costing in before)


def ambition_amount(percent: Decimal, figure: Figure) -> Decimal:
    """Return the amount that an ambition in percent means on a figure's denominator."""
    return figure.denominator.amount * percent / 100
