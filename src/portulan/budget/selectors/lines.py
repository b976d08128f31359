"""The lines page: filters, sums, order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Least

from portulan.budget.enums import AttributionStatus, BatchStatus
from portulan.budget.indicator import WeighedLine, WeighedShare, weigh
from portulan.budget.models import (
    COUNTED,
    Attribution,
    BudgetLine,
    FiscalYear,
)
from portulan.budget.stages import Stage
from portulan.budget.verdicts import Verdict
from portulan.core.money import to_cents

ZERO = Decimal(0)
_AMOUNT = DecimalField(max_digits=30, decimal_places=10)


@dataclass(frozen=True, slots=True)
class LineFilter:
    """What the address of the lines page says; "" is "all".

    verdict: `counted` (what the denominator adds up), `perimeter` (in or mixed), or a verdict;
    attribution: `attributed` (or proposed), a status, `waiting` (without proof), `to_review`,
    `reviewed`, `over` (beyond its IT share), `outside`; section: F or I.
    """

    stage: Stage
    search: str = ""
    verdict: str = ""
    attribution: str = ""
    section: str = ""
    batch: str = ""
    action: str = ""
    order: str = "-nr"


ORDERS = ("nr", "amount", "label", "nature", "row")


def lines_in_force(fiscal_year: FiscalYear) -> QuerySet[BudgetLine]:
    """Return the real expense lines of the year's confirmed imports."""
    return BudgetLine.objects.filter(
        fiscal_year=fiscal_year,
        batch__status=BatchStatus.CONFIRMED,
        is_expense=True,
        is_real=True,
        is_carried=False,
    )


def filtered_lines(fiscal_year: FiscalYear, wanted: LineFilter) -> QuerySet[BudgetLine]:
    """Return the lines asked for, each with `amount`, `nr` (retained) and `nr_proposed` in euros.

    Two queries when evaluated: the lines with their import, their attributions.
    """
    annotated = _kept(fiscal_year, wanted).annotate(amount=F(wanted.stage.column))
    annotated = annotated.annotate(
        retained=_within_it(_shares(COUNTED)),
        claimed=_within_it(_shares((*COUNTED, AttributionStatus.PROPOSED))),
    ).annotate(
        nr=_product(F("amount"), F("retained")),
        nr_proposed=_product(F("amount"), F("claimed") - F("retained")),
    )
    described = annotated.select_related("batch").defer("batch__report", "batch__mapping")
    return _ordered(described, wanted.order).prefetch_related(
        Prefetch(
            "attributions",
            Attribution.objects.exclude(status=AttributionStatus.WITHDRAWN)
            .select_related("action__plan")
            .order_by("pk"),
        ),
    )


def _kept(fiscal_year: FiscalYear, wanted: LineFilter) -> QuerySet[BudgetLine]:
    """Return the lines that the filter keeps.

    A line without an amount at the stage weighs nothing there: it is left out, as the figure leaves
    it out.
    """
    at_stage = lines_in_force(fiscal_year).filter(**{f"{wanted.stage.column}__isnull": False})
    lines = _by_verdict(at_stage, wanted.verdict)
    lines = by_attribution(lines, wanted.attribution)
    if wanted.section:
        lines = lines.filter(section=wanted.section)
    if wanted.batch.isdecimal():
        lines = lines.filter(batch_id=int(wanted.batch))
    if wanted.action.isdecimal():
        lines = lines.filter(_active("attributions__action_id", int(wanted.action)))
    for word in wanted.search.split():
        lines = lines.filter(
            Q(label__icontains=word)
            | Q(nature__startswith=word)
            | Q(supplier__icontains=word)
            | Q(service__icontains=word)
            | Q(contract_ref__icontains=word)
            | Q(order_ref__icontains=word)
        )
    return lines


def _active(lookup: str, value: object) -> Q:
    matching = Attribution.objects.filter(line=OuterRef("pk"))
    field = lookup.removeprefix("attributions__")
    return Q(Exists(matching.filter(**{field: value}).exclude(status=AttributionStatus.WITHDRAWN)))


def _shares(statuses: tuple[AttributionStatus, ...]) -> Coalesce:
    # A Sum over a filtered join, so that one query gives the lines and their NR amount.
    shares = Sum(
        "attributions__share",
        filter=Q(attributions__status__in=statuses, attributions__outside_it=False),
    )
    return Coalesce(shares, Value(ZERO), output_field=_AMOUNT)


def _within_it(shares: Coalesce) -> Least:
    """Return these shares, or the IT share of a line that holds less: the figure caps it so."""
    return Least(shares, Coalesce(F("it_share"), Value(ZERO), output_field=_AMOUNT))


def _by_verdict(lines: QuerySet[BudgetLine], verdict: str) -> QuerySet[BudgetLine]:
    if verdict == "counted":
        return lines.filter(it_share__gt=0)
    if verdict == "perimeter":
        return lines.filter(verdict__in=(Verdict.IN, Verdict.MIXED))
    if verdict == "undecided":
        # To decide: nobody said what share of the line is IT.
        return lines.filter(it_share__isnull=True)
    if verdict in set(Verdict):
        return lines.filter(verdict=verdict)
    return lines


def by_attribution(lines: QuerySet[BudgetLine], wanted: str) -> QuerySet[BudgetLine]:
    """Keep the lines whose attributions are as `LineFilter.attribution` wants them."""
    inside = Attribution.objects.filter(line=OuterRef("pk"), outside_it=False).exclude(
        status=AttributionStatus.WITHDRAWN
    )
    match wanted:
        case "attributed":
            return lines.filter(Exists(inside))
        case "proposed" | "declared" | "justified":
            return lines.filter(Exists(inside.filter(status=wanted)))
        case "reviewed":
            return lines.filter(reviewed_on__isnull=False)
        case "to_review":
            return lines.filter(
                ~Exists(inside.filter(status__in=COUNTED)),
                reviewed_on__isnull=True,
                verdict__in=(Verdict.IN, Verdict.MIXED),
            )
        case "waiting":
            return lines.filter(Exists(not_proved()))
        case "over":
            shares = inside.order_by().values("line").annotate(total=Sum("share")).values("total")
            return lines.annotate(
                attributed=Subquery(shares), room=Coalesce(F("it_share"), Value(ZERO))
            ).filter(attributed__gt=F("room"))
        case "outside":
            outside = Attribution.objects.filter(line=OuterRef("pk"), outside_it=True)
            return lines.filter(Exists(outside.exclude(status=AttributionStatus.WITHDRAWN)))
        case _:
            return lines


def _ordered(lines: QuerySet[BudgetLine], order: str) -> QuerySet[BudgetLine]:
    name = order.removeprefix("-")
    if name not in ORDERS:
        order, name = "-nr", "nr"
    # Proposals are not counted, but stand where they would if they were.
    key = F("nr") + F("nr_proposed") if name == "nr" else F(name)
    wanted = key.desc(nulls_last=True) if order.startswith("-") else key.asc(nulls_last=True)
    return lines.order_by(wanted, F("amount").desc(nulls_last=True), "pk")


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


def sums_of(fiscal_year: FiscalYear, wanted: LineFilter) -> LineSums:
    """Return the count and sums of the lines a filter keeps (four queries at most).

    The lines are filtered here again, without what each carries: a sum over grouped lines takes
    PostgreSQL minutes where this takes milliseconds. The few lines that hold less than was
    attributed to them are weighed one by one, as the figure weighs them.
    """
    kept, stage = _kept(fiscal_year, wanted), wanted.stage
    lines_sums = kept.aggregate(
        count=Count("pk"),
        amount=Sum(stage.column),
        it=Sum(_product(F(stage.column), F("it_share")), output_field=_AMOUNT),
    )
    over = by_attribution(kept, "over")
    share = _product(F(f"line__{stage.column}"), F("share"))
    nr_sums = (
        Attribution.objects.filter(line__in=kept, outside_it=False)
        .exclude(line__in=over.values("pk"))
        .aggregate(
            **{
                status.value: Sum(share, filter=Q(status=status), output_field=_AMOUNT)
                for status in (*COUNTED, AttributionStatus.PROPOSED)
            }
        )
    )
    capped = weigh(_weighed(line, stage) for line in over.prefetch_related("attributions"))
    count = lines_sums.pop("count")
    cents = {name: to_cents(total or ZERO) for name, total in lines_sums.items()}
    for name, tally in (
        ("justified", capped.justified),
        ("declared", capped.declared),
        ("proposed", capped.proposed),
    ):
        cents[name] = to_cents((nr_sums[name] or ZERO) + tally.amount)
    return LineSums(count=count, **cents)


def _weighed(line: BudgetLine, stage: Stage) -> WeighedLine:
    return WeighedLine(
        key=line.pk,
        section=line.section,
        amount=getattr(line, stage.column),
        verdict=Verdict(line.verdict),
        it_share=line.it_share,
        shares=tuple(
            WeighedShare(
                attribution.share,
                AttributionStatus(attribution.status),
                outside_it=attribution.outside_it,
            )
            for attribution in line.attributions.all()
        ),
    )


def _product(amount: F, share: F | CombinedExpression) -> CombinedExpression:
    return Coalesce(amount, Value(ZERO), output_field=_AMOUNT) * Coalesce(
        share, Value(ZERO), output_field=_AMOUNT
    )


def not_proved() -> QuerySet[Attribution]:
    """Return, for the line of an outer query, the attributions without a proof or an answer."""
    return Attribution.objects.filter(
        line=OuterRef("pk"),
        outside_it=False,
        status__in=(AttributionStatus.DECLARED, AttributionStatus.PROPOSED),
    )
