"""The figure of a year: what the lines say now, what runs said, and why it moved."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.enums import BatchStatus, PerimeterStatus, YearStatus
from portulan.budget.indicator import Figure, Variation, explain, figure_from
from portulan.budget.judging import Judge
from portulan.budget.models import FiscalYear, ImportBatch, IndicatorRun, ITPerimeter
from portulan.budget.selectors.sums import restated_sums, sums_in_force
from portulan.budget.stages import Stage
from portulan.budget.sums import Sums, total_of

# The stage shown first: what was realised once the year is closed, else what is opened
# (reference `budget`, section 9, published default).
_PREFERRED = (Stage.OPENED, Stage.VOTED, Stage.COMMITTED, Stage.REALISED)


@dataclass(frozen=True, slots=True)
class YearFigure:
    """The figure of one year at one stage under the perimeter in force, as the lines say now."""

    fiscal_year: FiscalYear
    stage: Stage
    perimeter: ITPerimeter | None
    figure: Figure
    inputs_hash: str


def stages_in_force(organisation_id: int) -> dict[int, list[Stage]]:
    """Return, by fiscal year's id, the stages its confirmed imports give (one query)."""
    given: dict[int, set[str]] = defaultdict(set)
    for fiscal_year_id, stages in ImportBatch.objects.filter(
        fiscal_year__organisation_id=organisation_id, status=BatchStatus.CONFIRMED
    ).values_list("fiscal_year_id", "stages"):
        given[fiscal_year_id].update(stages)
    return {
        fiscal_year_id: [
            stage for stage in Stage if stage in stages and stage is not Stage.CARRIED_OVER
        ]
        for fiscal_year_id, stages in given.items()
    }


def stages_of(fiscal_year: FiscalYear) -> list[Stage]:
    """Return the stages for which the year has accounts, in the order of the year."""
    return stages_in_force(fiscal_year.organisation_id).get(fiscal_year.pk, [])


def default_stage(fiscal_year: FiscalYear, stages: list[Stage] | None = None) -> Stage | None:
    """Return the stage to show first, None when the year has no accounts."""
    stages = stages_of(fiscal_year) if stages is None else stages
    if fiscal_year.status == YearStatus.CLOSED and Stage.REALISED in stages:
        return Stage.REALISED
    return next((stage for stage in _PREFERRED if stage in stages), None)


def perimeter_of(organisation_id: int) -> ITPerimeter | None:
    """Return the perimeter in force, None before the first year is opened."""
    return ITPerimeter.objects.filter(
        organisation_id=organisation_id, status=PerimeterStatus.IN_FORCE
    ).first()


def figure_of(
    fiscal_year: FiscalYear, stage: Stage, *, restated_on: ITPerimeter | None = None
) -> YearFigure:
    """Return the figure of a year at a stage (two queries, whatever the number of lines).

    A closed year stands under the perimeter it was closed with; `restated_on` weighs its lines one
    by one under another, to compare, and writes nothing.
    """
    if restated_on is not None:
        sums = restated_sums(fiscal_year.pk, stage, Judge(restated_on))
        return _year_figure(fiscal_year, stage, restated_on, sums)
    return figures_of([(fiscal_year, stage)])[fiscal_year.pk, stage]


def figures_of(
    asked: Iterable[tuple[FiscalYear, Stage]],
) -> dict[tuple[int, Stage], YearFigure]:
    """Return the figures of several years by their id and stage (two queries)."""
    asked = list(asked)
    sums = sums_in_force((fiscal_year.pk, stage) for fiscal_year, stage in asked)
    return {
        (fiscal_year.pk, stage): _year_figure(
            fiscal_year,
            stage,
            fiscal_year.judged_under,
            total_of(sums[fiscal_year.pk, stage].values()),
        )
        for fiscal_year, stage in asked
    }


def _year_figure(
    fiscal_year: FiscalYear, stage: Stage, perimeter: ITPerimeter | None, sums: Sums
) -> YearFigure:
    edition = perimeter and perimeter.edition
    # All that makes the figure, in one form whatever the way it was reached.
    inputs = [fiscal_year.year, stage, fiscal_year.tax_basis, edition, sums.document()]
    digest = hashlib.sha256(json.dumps(inputs).encode()).hexdigest()
    return YearFigure(fiscal_year, stage, perimeter, figure_from(sums), digest)


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


@dataclass(frozen=True, slots=True)
class Compared:
    """The same stage and perimeter a year before, and what moved the share, in points.

    `restated`: the year before was weighed again under the perimeter of the year after.
    """

    before: YearFigure
    variation: Variation
    restated: bool = False


def variation_of(after: YearFigure) -> Compared | None:
    """Compare with the year before at the same stage, restated on today's perimeter.

    None when that year has no accounts at this stage or either share cannot be computed.
    """
    earlier = (
        FiscalYear.objects.filter(
            organisation_id=after.fiscal_year.organisation_id, year=after.fiscal_year.year - 1
        )
        .select_related("judged_under")
        .first()
    )
    if earlier is None or after.stage not in stages_of(earlier):
        return None
    if earlier.tax_basis != after.fiscal_year.tax_basis:
        return None
    restated = after.perimeter is not None and earlier.judged_under != after.perimeter
    before = figure_of(earlier, after.stage, restated_on=after.perimeter if restated else None)
    variation = explain(
        n0=before.figure.numerator,
        d0=before.figure.denominator.amount,
        n1=after.figure.numerator,
        d1=after.figure.denominator.amount,
    )
    return Compared(before, variation, restated) if variation else None


def ambition_amount(percent: Decimal, figure: Figure) -> Decimal:
    """Return the amount that an ambition in percent means on a figure's denominator."""
    return figure.denominator.amount * percent / 100
