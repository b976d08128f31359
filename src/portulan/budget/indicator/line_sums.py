"""What the lines that a filter keeps add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.share import Figure, figure_from, weigh
from portulan.budget.lines.reads import AMOUNT, CLAIMED, LineFilter, kept_lines, product
from portulan.budget.lines.sums import Heap, Kind, Sums
from portulan.budget.lines.weighing import FIRMNESS, WeighedLine, WeighedShare
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
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
    """The sums of a year's lines at a stage, asked for by filter.

    `known` is what is known of the exercices, where a page has it.
    """

    def __init__(
        self, fiscal_year: FiscalYear, stage: Stage, known: YearFacts | None = None
    ) -> None:
        self.fiscal_year, self.stage = fiscal_year, stage
        self._known = known or year_facts(fiscal_year.organisation_id)
        self._by_batch = self._known.sums(fiscal_year, stage)

    @property
    def computed(self) -> YearFigure:
        """The figure that these sums make."""
        return self._known.figure(self.fiscal_year, self.stage)

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
        return self.computed.figure

    def of(self, wanted: LineFilter) -> LineSums:
        """Return the count and sums of the lines a filter keeps.

        Without a query when the filter keeps whole heaps, else in four at most.
        """
        if _is_about_heaps(wanted):
            return _from_heaps(self._heaps(wanted))
        kept, column = kept_lines(self.fiscal_year, wanted), wanted.stage.column
        sums = kept.aggregate(
            count=Count("pk"),
            amount=Sum(column),
            it=Sum(product(F(column), F("it_share")), output_field=AMOUNT),
        )
        parts = self._parts(wanted, kept)
        amounts = {name: sums[name] or ZERO for name in ("amount", "it")} | parts
        return LineSums(sums["count"], **{name: to_cents(one) for name, one in amounts.items()})

    def count(self, wanted: LineFilter) -> int:
        """Return how many lines a filter keeps, in one query at most."""
        if not _is_about_heaps(wanted):
            return kept_lines(self.fiscal_year, wanted).count()
        return sum(heap.lines for _kind, heap in self._heaps(wanted))

    def _parts(self, wanted: LineFilter, kept: QuerySet[BudgetLine]) -> dict[str, Decimal]:
        """Return what the attributions of filtered lines add up to, by status.

        Lines that nothing is attributed of have none: of those attributed, heaps tell. Else the
        database adds them up, where the lines are filtered again: a sum over grouped lines takes
        PostgreSQL minutes where this takes milliseconds. Those that hold less than was attributed
        to them are weighed one by one, as the figure weighs them.
        """
        whole = replace(wanted, attribution="")
        if wanted.attribution == "attributed" and _is_about_heaps(whole):
            parts = _from_heaps(self._heaps(whole))
            return {status: getattr(parts, status) for status in FIRMNESS}
        over = set[int]().union(*(sums.over for sums in self._by_batch.values()))
        share = product(F(f"line__{wanted.stage.column}"), F("share"))
        sums = (
            Attribution.objects.filter(line__in=kept.filter(**CLAIMED).values("pk"))
            .filter(outside_it=False)
            .exclude(line__in=over)
            .aggregate(
                **{
                    status.value: Sum(share, filter=Q(status=status), output_field=AMOUNT)
                    for status in FIRMNESS
                }
            )
        )
        lines = kept.filter(pk__in=over).prefetch_related("attributions") if over else ()
        capped = weigh(weighed_line(line, wanted.stage) for line in lines)
        return {
            status: (sums[status] or ZERO) + getattr(capped, status).amount for status in FIRMNESS
        }

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
    words = wanted.search.strip() or wanted.among is not None
    about_lines = bool(words or wanted.alike or wanted.budget) or of_action
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
