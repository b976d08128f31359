"""The list of exercices: the figure shown first, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.reads import ambitions_of
from portulan.budget.imports.reads import sources_of
from portulan.budget.indicator.comparing import obstacles_between
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.labels import QUALITIES, STAGES
from portulan.budget.models import FiscalYear, ImportBatch, IndicatorRun
from portulan.budget.words import Obstacle, Stage, YearStatus
from portulan.web.budget.units import Unit, unit_for

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class YearRow:
    """An exercice at the stage shown first; `stage` is None while it has no accounts.

    `apart` is what forbids to compare it with the one before.
    """

    fiscal_year: FiscalYear
    stage: Stage | None = None
    value: Decimal | None = None
    is_unknown: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    provisional: bool = False
    published: IndicatorRun | None = None
    is_published: bool = False
    sources: Sequence[ImportBatch] = ()
    ambition: Decimal | None = None
    apart: tuple[Obstacle, ...] = ()
    unit: Unit = field(default_factory=Unit)

    @property
    def nr(self) -> str:
        """The numerator, bare, in the unit of the list."""
        return self.unit.bare(self.numerator)

    @property
    def it(self) -> str:
        """The denominator, bare, in the unit of the list."""
        return self.unit.bare(self.denominator)

    @property
    def stage_name(self) -> str:
        return str(STAGES[self.stage]) if self.stage else ""

    @property
    def qualities(self) -> str:
        """How good its sources are, the best first."""
        kinds = {source.quality for source in self.sources}
        return ", ".join(str(QUALITIES[quality]) for quality in QUALITIES if quality in kinds)


def year_rows(actor: Actor, known: YearFacts) -> list[YearRow]:
    """Return the exercices, the latest first. Raises DeniedError."""
    actor.require(Operation.READ_BUDGET)
    figures, apart, sources = known.figures, obstacles_between(known), sources_of(known)
    runs = known.once("runs", lambda: _published(known.organisation_id))
    rows = []
    for fiscal_year in sorted(known.years.values(), key=lambda one: -one.year):
        given = tuple(sources.get(fiscal_year.pk, ()))
        computed = figures.get(fiscal_year.year)
        if computed is None:
            rows.append(YearRow(fiscal_year, sources=given))
            continue
        run = runs.get((fiscal_year.pk, computed.stage))
        rows.append(_row(computed, given, run))
    largest = max((abs(row.denominator or ZERO) for row in rows), default=ZERO)
    unit, wanted = unit_for(largest), ambitions_of(known)
    return [
        replace(
            row,
            unit=unit,
            ambition=said.percent if (said := wanted.get(row.fiscal_year.year)) else None,
            apart=apart.get(row.fiscal_year.year, ()),
        )
        for row in rows
    ]


def _row(computed: YearFigure, sources: Sequence[ImportBatch], run: IndicatorRun | None) -> YearRow:
    fiscal_year, stage, figure = computed.fiscal_year, computed.stage, computed.figure
    if run is not None and fiscal_year.status == YearStatus.CLOSED:
        # Its lines are frozen: what was published is what they say.
        return YearRow(
            fiscal_year,
            stage,
            run.value,
            run.is_unknown,
            run.numerator,
            run.denominator,
            published=run,
            is_published=True,
            sources=sources,
        )
    return YearRow(
        fiscal_year,
        stage,
        figure.value,
        figure.is_unknown,
        figure.numerator,
        figure.denominator.amount,
        provisional=figure.provisional,
        published=run,
        is_published=run is not None and run.inputs_hash == computed.inputs_hash,
        sources=sources,
    )


def _published(organisation_id: int) -> dict[tuple[int, str], IndicatorRun]:
    runs = IndicatorRun.objects.filter(
        fiscal_year__organisation_id=organisation_id, published_at__isnull=False
    ).order_by("published_at")
    return {(run.fiscal_year_id, run.stage): run for run in runs}


def neighbours(fiscal_year: FiscalYear, known: YearFacts) -> list[tuple[int, str]]:
    """Return the other exercices, the oldest first, with the stage of each."""
    return [
        (year, str(STAGES[known.shown[year]]) if year in known.shown else "")
        for year in known.years
        if year != fiscal_year.year
    ]
