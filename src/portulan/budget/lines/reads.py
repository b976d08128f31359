"""The lines page: filters, order, one page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    DecimalField,
    Exists,
    ExpressionWrapper,
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
from django.db.models.functions import Coalesce, Collate, StrIndex
from django.db.models.lookups import GreaterThan

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.access import get_year
from portulan.budget.lines.kept_sums import real_expenses
from portulan.budget.models import (
    COUNTED,
    Attribution,
    BudgetLine,
    FiscalYear,
    ImportBatch,
)
from portulan.budget.words import AttributionStatus, BatchStatus, Stage, Verdict
from portulan.core.folding import sought
from portulan.core.storing import get_one

ZERO = Decimal(0)
AMOUNT = DecimalField(max_digits=30, decimal_places=10)


@dataclass(frozen=True, slots=True)
class LineFilter:
    """What the address of the lines page says; "" is "all".

    verdict: `counted` (what the denominator adds up), `perimeter` (in or mixed), or a verdict;
    attribution: `attributed` (or proposed), a status, `waiting` (without proof), `to_review`
    (decided, and neither attributed nor `reviewed`), `over` (beyond its IT share), `outside`;
    section: F or I; number: of an action, in any plan; budget: as lines name it; suppliers: whether
    the search looks at suppliers too, for who may see them: finding is seeing; alike: columns, and
    what they must be equal to; among: lines, where which may be kept is known (`found_first`).
    """

    stage: Stage
    search: str = ""
    verdict: str = ""
    attribution: str = ""
    section: str = ""
    budget: str = ""
    batch: str = ""
    action: str = ""
    number: str = ""
    order: str = "-nr"
    suppliers: bool = False
    alike: tuple[tuple[str, str], ...] = ()
    among: tuple[int, ...] | None = None


ORDERS = ("nr", "amount", "label", "nature", "row")
CLAIMED = {"claimed_share__isnull": False}


# An index followed to a fifth of what is kept is worth it; further, reading the table is.
_WALK = 5
# So many lines are looked at by their numbers; an index soon meets some of those that are more.
_FEW = 500


def lines_in_force(fiscal_year: FiscalYear) -> QuerySet[BudgetLine]:
    """Return the real expense lines of the year's confirmed imports.

    The same as `objects` has, looked for among the imports of the year: beside thousands of
    organisations, those in force are many.
    """
    return _in_force(fiscal_year, BudgetLine.everything.all())


def _in_force(fiscal_year: FiscalYear, among: QuerySet[BudgetLine]) -> QuerySet[BudgetLine]:
    in_force = ImportBatch.objects.filter(fiscal_year=fiscal_year, status=BatchStatus.CONFIRMED)
    return real_expenses(among.filter(fiscal_year=fiscal_year)).filter(
        batch__in=in_force.values("pk")
    )


def actions_of_lines(fiscal_year: FiscalYear) -> QuerySet[Attribution, Any]:
    """Return the identifiers of the actions that lines of a year go to, to be asked within."""
    # Joined and told once: PostgreSQL, without statistics, asked a nested list for each action.
    of_year = Attribution.objects.filter(
        line__fiscal_year=fiscal_year,
        line__batch__status=BatchStatus.CONFIRMED,
        **{f"line__{name}": value for name, value in CLAIMED.items()},
    )
    return of_year.order_by().values("action").distinct()


def found_first(fiscal_year: FiscalYear, wanted: LineFilter) -> LineFilter:
    """Return the filter, with the lines that its words find where they are few (one query at most).

    Words are looked for in all lines of the year, in the index that has them (decision 104): once,
    and not for each thing that is asked of the lines found.
    """
    if not wanted.search.strip():
        return wanted
    found = _in_force(fiscal_year, _with_words(BudgetLine.everything.all(), wanted))
    pks = tuple(found.order_by().values_list("pk", flat=True)[: _FEW + 1])
    return wanted if len(pks) > _FEW else replace(wanted, search="", among=pks)


def filtered_lines(fiscal_year: FiscalYear, wanted: LineFilter) -> QuerySet[BudgetLine]:
    """Return the lines asked for, each with `amount`, `nr` (retained) and `nr_proposed` in euros.

    Two queries when evaluated: the lines with their import, their attributions. Ordered by NR,
    lines with attributions come first, proposals where they would stand if they counted.
    """
    return _described(_ordered(kept_lines(fiscal_year, wanted), wanted), wanted.stage)


def page_of_lines(
    fiscal_year: FiscalYear, wanted: LineFilter, part: range, count: int
) -> list[BudgetLine]:
    """Return the lines at these places (from 0) of `filtered_lines`, which keeps `count` in all.

    Four queries at most, whatever the page: which lines stand there, then what they carry.
    """
    if wanted.order.removeprefix("-") == "nr":
        ids = _by_nr(fiscal_year, wanted, part, count)
    else:
        ids = _places(fiscal_year, wanted, part, count)
    found = {
        line.pk: line for line in _described(BudgetLine.objects.filter(pk__in=ids), wanted.stage)
    }
    return [found[pk] for pk in ids]


def _by_nr(fiscal_year: FiscalYear, wanted: LineFilter, part: range, count: int) -> list[int]:
    """Return the lines at these places: the few that are attributed are sorted apart."""
    claimed = _ordered(kept_lines(fiscal_year, wanted).filter(**CLAIMED), wanted)
    by_amount, comes_first = replace(wanted, order="-amount"), wanted.order.startswith("-")
    # Where these stand first, those of further pages are not looked at.
    first = list(claimed.values_list("pk", flat=True)[: part.stop if comes_first else None])
    if comes_first and len(first) == part.stop:
        return first[part.start :]
    others = count - len(first)
    if comes_first:
        here = range(max(part.start - len(first), 0), max(part.stop - len(first), 0))
        rest = _places(fiscal_year, by_amount, here, others, claimed_share__isnull=True)
        return first[part.start : part.stop] + rest
    here = range(min(part.start, others), min(part.stop, others))
    rest = _places(fiscal_year, by_amount, here, others, claimed_share__isnull=True)
    return rest + first[max(part.start - others, 0) : max(part.stop - others, 0)]


def _places(
    fiscal_year: FiscalYear, wanted: LineFilter, part: range, count: int, **besides: bool
) -> list[int]:
    """Return the lines at these places (one query at most).

    By amount, an index gives the lines in their order: it is read from its nearest end. But not
    when it would be read whole for the few lines that a filter keeps: reading the table and sorting
    what is kept is then quicker.
    """
    if not (count and part):
        return []
    from_end = part.start > count // 2
    start, stop = (count - part.stop, count - part.start) if from_end else (part.start, part.stop)
    # The index knows what a page asks of each line where nothing is filtered: it is read alone.
    all_of_them = LineFilter(wanted.stage, order=wanted.order, suppliers=wanted.suppliers)
    is_quick = wanted == all_of_them or (wanted.among is None and stop * _WALK <= count)
    along = wanted.order.removeprefix("-") == "amount" and is_quick
    lines = kept_lines(fiscal_year, wanted, along_amounts=along).filter(**besides)
    lines = _ordered(lines, wanted)
    ids = list((lines.reverse() if from_end else lines).values_list("pk", flat=True)[start:stop])
    return ids[::-1] if from_end else ids


def _described(lines: QuerySet[BudgetLine], stage: Stage) -> QuerySet[BudgetLine]:
    retained, claimed = (
        Coalesce(F(name), Value(ZERO), output_field=AMOUNT)
        for name in ("nr_share", "claimed_share")
    )
    return (
        lines.annotate(
            amount=F(stage.column),
            nr=product(F(stage.column), F("nr_share")),
            nr_proposed=product(F(stage.column), claimed - retained),
        )
        .select_related("batch")
        .defer("batch__report", "batch__mapping", "words", "supplier_words")
        .prefetch_related(
            Prefetch(
                "attributions",
                Attribution.objects.exclude(status=AttributionStatus.WITHDRAWN)
                .select_related("action")
                .only("line", "share", "status", "outside_it", "reason", "action__number")
                .order_by("pk"),
            ),
        )
    )


def product(amount: F, share: F | CombinedExpression) -> CombinedExpression:
    """Return an amount times a share, what is unknown being worth nothing."""
    return Coalesce(amount, Value(ZERO), output_field=AMOUNT) * Coalesce(
        share, Value(ZERO), output_field=AMOUNT
    )


def _ordered(lines: QuerySet[BudgetLine], wanted: LineFilter) -> QuerySet[BudgetLine]:
    name, column = wanted.order.removeprefix("-"), wanted.stage.column
    sign = "-" if wanted.order.startswith("-") else ""
    match name:
        case "amount":
            return lines.order_by(f"{sign}{column}", f"{sign}pk")
        case "label" | "nature" | "row":
            place = _by_label() if name == "label" else F(name)
            first = place.desc() if sign else place.asc()
            return lines.order_by(first, f"-{column}", "-pk")
        case _:
            is_claimed = ExpressionWrapper(Q(claimed_share__isnull=False), BooleanField())
            key = product(F(column), F("claimed_share"))
            if name == "nr" and not sign:
                return lines.order_by(is_claimed.asc(), key.asc(), f"-{column}", "-pk")
            return lines.order_by(is_claimed.desc(), key.desc(), f"-{column}", "-pk")


def _by_label() -> F | Collate:
    """Return where a line stands by its label: its words begin with it, and take É for E.

    Folded, they are compared sign by sign: the languages of PostgreSQL leave out what parts rows.
    """
    return F("words") if connection.vendor == "sqlite" else Collate("words", "C")


def kept_lines(
    fiscal_year: FiscalYear, wanted: LineFilter, *, along_amounts: bool = False
) -> QuerySet[BudgetLine]:
    """Return the lines that the filter keeps.

    A line without an amount at the stage weighs nothing there: it is left out, as the figure leaves
    it out. SQLite would follow the index of amounts to find those that have one, and fetch the
    lines in that order, many times slower than as they stand: unless told (`along_amounts`), the
    condition is written so that it cannot.
    """
    column = wanted.stage.column
    known = F(column) if along_amounts else F(column) + Value(0)
    # Conditions are looked at in their order: words set most lines aside at once.
    if wanted.among is None:
        found = _in_force(fiscal_year, _with_words(BudgetLine.everything.all(), wanted))
    else:  # they are in force: asked for that again, an index of them all would be read
        found = BudgetLine.everything.filter(pk__in=wanted.among)
    at_stage = found.alias(known=known).filter(known__isnull=False)
    lines = _by_verdict(at_stage, wanted.verdict)
    lines = by_attribution(lines, wanted.attribution)
    lines = lines.filter(**dict(wanted.alike))
    if wanted.section:
        lines = lines.filter(section=wanted.section)
    if wanted.budget:
        lines = lines.filter(budget=wanted.budget)
    if wanted.batch.isdecimal():
        lines = lines.filter(batch_id=int(wanted.batch))
    if wanted.action.isdecimal():
        its = Attribution.objects.filter(action_id=int(wanted.action))
        lines = _attributed(lines, its)
    if wanted.number.isdecimal():
        lines = _attributed(lines, Attribution.objects.filter(action__number=int(wanted.number)))
    return lines


def _with_words(lines: QuerySet[BudgetLine], wanted: LineFilter) -> QuerySet[BudgetLine]:
    """Keep the lines that hold each word of the search, accents and capitals aside.

    A word that folds to nothing (an accent alone) is in no line, and not in all.
    """
    columns = ("supplier_words", "words") if wanted.suppliers else ("words",)
    for word in wanted.search.split():
        found = _of_account(word)
        if folded := sought(word):
            for column in columns:
                found = Q(GreaterThan(StrIndex(column, Value(folded)), 0)) | found
        lines = lines.filter(found)
    return lines


def _of_account(word: str) -> Q:
    """Return what accounts that begin with a word hold, capitals or not.

    SQLite is told first between which texts they stand: that is read sooner than how they begin.
    PostgreSQL, which may order texts otherwise, and takes long to find the capitals of each, is
    told their first letter.
    """
    begins = Q(nature__istartswith=word)
    first, last = (
        "".join(to(one) if one.isascii() else one for one in word) for to in (str.upper, str.lower)
    )
    if connection.vendor != "sqlite":
        either = Q(nature__startswith=first[0]) | Q(nature__startswith=last[0])
        return Q(nature__startswith=word) if first == last else either & begins
    return Q(nature__gte=first, nature__lte=f"{last}\U0010ffff") & begins


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


def _attributed(lines: QuerySet[BudgetLine], given: QuerySet[Attribution]) -> QuerySet[BudgetLine]:
    """Keep the lines that have such an attribution, asked only of those that have some."""
    standing = given.filter(line=OuterRef("pk")).exclude(status=AttributionStatus.WITHDRAWN)
    return lines.filter(Exists(standing), **CLAIMED)


def by_attribution(lines: QuerySet[BudgetLine], wanted: str) -> QuerySet[BudgetLine]:
    """Keep the lines whose attributions are as `LineFilter.attribution` wants them."""
    inside = Attribution.objects.filter(outside_it=False)
    match wanted:
        case "attributed":
            return _attributed(lines, inside)
        case "proposed" | "declared" | "justified":
            return _attributed(lines, inside.filter(status=wanted))
        case "waiting":
            return _attributed(lines, not_proved())
        case "reviewed":
            return lines.filter(reviewed_on__isnull=False)
        case "to_review":
            counted = inside.filter(line=OuterRef("pk"), status__in=COUNTED)
            return lines.filter(
                Q(claimed_share__isnull=True) | ~Exists(counted),
                reviewed_on__isnull=True,
                verdict__in=(Verdict.IN, Verdict.MIXED),
                it_share__isnull=False,
            )
        case "over":
            given = inside.filter(line=OuterRef("pk")).exclude(status=AttributionStatus.WITHDRAWN)
            total = given.order_by().values("line").annotate(total=Sum("share")).values("total")
            return (
                lines.filter(claimed_share__isnull=False)
                .annotate(attributed=Subquery(total), room=Coalesce(F("it_share"), Value(ZERO)))
                .filter(attributed__gt=F("room"))
            )
        case "outside":
            return _attributed(lines, Attribution.objects.filter(outside_it=True))
        case _:
            return lines


def not_proved() -> QuerySet[Attribution]:
    """Return the attributions inside the IT budget that wait for a proof or for an answer."""
    return Attribution.objects.filter(
        outside_it=False,
        status__in=(AttributionStatus.DECLARED, AttributionStatus.PROPOSED),
    )


def get_line(*, actor: Actor, year: int, pk: int, need: Operation) -> BudgetLine:
    """Return a line of a year with its source and attributions, in force or no more.

    Raises NotFoundError.
    """
    fiscal_year = get_year(actor=actor, year=year, need=need)
    return get_one(
        BudgetLine.everything.filter(fiscal_year=fiscal_year)
        .exclude(batch__status=BatchStatus.WRITING)
        .select_related("batch", "fiscal_year", "override")
        .prefetch_related(
            Prefetch(
                "attributions",
                Attribution.objects.select_related("action__plan", "rule").order_by("pk"),
            )
        ),
        pk=pk,
    )
