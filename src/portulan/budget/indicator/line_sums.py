"""What the lines that a filter keeps add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from portulan.budget.indicator.reads import YearFigure, year_figure
from portulan.budget.indicator.share import Figure, figure_from, weigh
from portulan.budget.lines.kept_sums import sums_in_force
from portulan.budget.lines.reads import AMOUNT, LineFilter, by_attribution, kept_lines, product
from portulan.budget.lines.sums import Heap, Kind, Sums, total_of
from portulan.budget.lines.weighing import WeighedLine, WeighedShare
from portulan.budget.models import COUNTED, Attribution, BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Stage, Verdict
from portulan.core.money import to_cents

ZERO = Decimal(0)
# The filters on attributions that tell heaps apart; the others are about single attributions.
_OF_HEAPS = ("", "to_review", "reviewed")


@dataclass(frozen=True, slots=True)
class LineSums:
    """What the filtered lines add up to, in euros to the cent, at one stage.

    `it` is their part inside the perimeter; attributions as the figure counts them, within the IT
    share of each line.
    """

    count: int
    amount: Decimal
    it: Decimal
    justified: Decimal
    declared: Decimal
    proposed: Decimal

    @property
    def nr(self) -> Decimal:
        return self.justified + self.declared


class YearSums:
    """The sums of a year's lines at a stage, asked for by filter (two queries to begin with)."""

    def __init__(self, fiscal_year: FiscalYear, stage: Stage) -> None:
        self.fiscal_year, self.stage = fiscal_year, stage
        self._by_batch = sums_in_force(fiscal_year.pk, stage)

    @property
    def computed(self) -> YearFigure:
        """The figure that these sums make (`figures.figure_of`, without asking again)."""
        perimeter = self.fiscal_year.judged_under
        return year_figure(
            self.fiscal_year, self.stage, perimeter, total_of(self._by_batch.values())
        )

    @property
    def total(self) -> int:
        """How many lines the year has, those without an amount at the stage included."""
        return sum(
            sums.without_amount + sum(heap.lines for heap in sums.heaps.values())
            for sums in self._by_batch.values()
        )

    @property
    def figure(self) -> Figure:
        """The figure that all the lines of the year make."""
        return figure_from(total_of(self._by_batch.values()))

    def of(self, wanted: LineFilter) -> LineSums:
        """Return the count and sums of the lines a filter keeps.

        Without a query when the filter keeps whole heaps, else in four at most.
        """
        if not _is_about_heaps(wanted):
            return _from_lines(self.fiscal_year, wanted)
        return _from_heaps(self._heaps(wanted))

    def count(self, wanted: LineFilter) -> int:
        """Return how many lines a filter keeps, in one query at most."""
        if not _is_about_heaps(wanted):
            return kept_lines(self.fiscal_year, wanted).count()
        return sum(heap.lines for _kind, heap in self._heaps(wanted))

    def _heaps(self, wanted: LineFilter) -> Iterator[tuple[Kind, Heap]]:
        yield from (
            (kind, heap)
            for batch, sums in self._by_batch.items()
            if not wanted.batch.isdecimal() or batch == int(wanted.batch)
            for kind, heap in sums.heaps.items()
            if _keeps(wanted, kind)
        )


def _is_about_heaps(wanted: LineFilter) -> bool:
    of_action = wanted.action.isdecimal() or wanted.number.isdecimal()
    about_lines = bool(wanted.search.strip() or wanted.alike or wanted.budget) or of_action
    return wanted.attribution in _OF_HEAPS and not about_lines


def _keeps(wanted: LineFilter, kind: Kind) -> bool:
    is_candidate = kind.verdict in {Verdict.IN, Verdict.MIXED}
    match wanted.verdict:
        case "counted":
            fits = bool(kind.it_share)
        case "perimeter":
            fits = is_candidate
        case "undecided":
            fits = kind.it_share is None
        case verdict:
            fits = verdict not in set(Verdict) or kind.verdict == verdict
    match wanted.attribution:
        case "to_review":
            is_decided = is_candidate and kind.it_share is not None
            fits &= is_decided and not (kind.reviewed or kind.counted)
        case "reviewed":
            fits &= kind.reviewed
    return fits and wanted.section in {"", kind.section}


def _from_heaps(heaps: Iterable[tuple[Kind, Heap]]) -> LineSums:
    kept = Sums()
    for kind, heap in heaps:
        kept.heaps[kind] = kept.heaps.get(kind, Heap()).plus(heap)
    figure = figure_from(kept)
    return LineSums(
        count=figure.lines,
        amount=to_cents(sum((heap.amount for heap in kept.heaps.values()), ZERO)),
        it=to_cents(figure.denominator.amount),
        justified=to_cents(figure.justified.amount),
        declared=to_cents(figure.declared.amount),
        proposed=to_cents(figure.proposed.amount),
    )


def _from_lines(fiscal_year: FiscalYear, wanted: LineFilter) -> LineSums:
    """Add the lines up in the database; the few that are attributed, by their attributions.

    The lines are filtered here again, without what each carries: a sum over grouped lines takes
    PostgreSQL minutes where this takes milliseconds. Those that hold less than was attributed to
    them are weighed one by one, as the figure weighs them.
    """
    kept, stage = kept_lines(fiscal_year, wanted), wanted.stage
    sums = kept.aggregate(
        count=Count("pk"),
        amount=Sum(stage.column),
        it=Sum(product(F(stage.column), F("it_share")), output_field=AMOUNT),
    )
    count = sums.pop("count")
    attributed, over = kept.filter(claimed_share__isnull=False), by_attribution(kept, "over")
    share = product(F(f"line__{stage.column}"), F("share"))
    sums |= (
        Attribution.objects.filter(line__in=attributed.values("pk"), outside_it=False)
        .exclude(line__in=over.values("pk"))
        .aggregate(
            **{
                status.value: Sum(share, filter=Q(status=status), output_field=AMOUNT)
                for status in (*COUNTED, AttributionStatus.PROPOSED)
            }
        )
    )
    capped = weigh(weighed_line(line, stage) for line in over.prefetch_related("attributions"))
    for name in ("justified", "declared", "proposed"):
        sums[name] = (sums[name] or ZERO) + getattr(capped, name).amount
    return LineSums(count=count, **{name: to_cents(total or ZERO) for name, total in sums.items()})


def weighed_line(
    line: BudgetLine, stage: Stage, ruled: tuple[Verdict, Decimal] | None = None
) -> WeighedLine:
    """Return what a line weighs at a stage, or would, were it judged so."""
    verdict, it_share = ruled or (Verdict(line.verdict), line.it_share)
    return WeighedLine(
        key=line.pk,
        section=line.section,
        amount=getattr(line, stage.column),
        verdict=verdict,
        it_share=it_share,
        reviewed=line.reviewed_on is not None,
        post=line.post,
        run_build=line.run_build or "",
        shares=tuple(
            WeighedShare(
                attribution.share,
                AttributionStatus(attribution.status),
                outside_it=attribution.outside_it,
            )
            for attribution in line.attributions.all()
        ),
    )
