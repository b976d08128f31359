"""The verdicts that people gave in one year, and the lines of another that they follow to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from portulan.budget.lines.facts import LineFacts
from portulan.budget.lines.kept_sums import FACTS, real_expenses
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.precedents import (
    Judged,
    Likeness,
    Precedents,
    Proposal,
    not_followed,
    shared_otherwise,
)
from portulan.budget.words import BatchStatus, Stage, Verdict

# Beyond so many labels and suppliers, lines are looked for by their account alone.
_MOST_NAMES = 400
_LIKENESS = Likeness._fields


@dataclass(slots=True)
class _Names:
    """What the lines that people decided say: where to look for lines alike."""

    natures: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    suppliers: set[str] = field(default_factory=set)

    @property
    def alike(self) -> Q:
        found = Q(nature__in=self.natures)
        if len(self.labels) + len(self.suppliers) > _MOST_NAMES:
            return found
        said = Q(label__in=self.labels - {""}) | Q(supplier__in=self.suppliers - {""})
        return found & (said | Q(label="", supplier=""))


@dataclass(frozen=True, slots=True)
class Followed:
    """By year, how many lines lack a verdict given in the other year, or have another share."""

    lacking: Mapping[int, int] = field(default_factory=dict)
    otherwise: Mapping[int, int] = field(default_factory=dict)


def followed_between(
    before: FiscalYear, after: FiscalYear, stage: Stage, judge: Judge | None = None
) -> Followed:
    """Return how far what people decided in one of two years is in the other.

    Only lines that weigh at the stage; `judge` judges those of the year before again, as the
    comparison does. Two queries, one where nobody decided anything.
    """
    names = _names((before, after))
    if not names.natures:
        return Followed()
    judged, weighing = _judged((before, after), names, stage, judge)
    pairs = ((before.year, after.year), (after.year, before.year))

    def counted(told: Callable[..., Iterable[Judged]]) -> dict[int, int]:
        sums = {
            here: sum(one.lines for one in told(judged[there], weighing[here]))
            for here, there in pairs
        }
        return {year: lines for year, lines in sums.items() if lines}

    return Followed(counted(not_followed), counted(shared_otherwise))


def verdicts_to_take(
    fiscal_year: FiscalYear, source: FiscalYear
) -> Iterator[tuple[BudgetLine, Proposal | None]]:
    """Yield the lines of a year that lack a verdict given in another, with what follows.

    None where lines alike were judged in several ways there: a person has to tell. Three queries.
    """
    names = _names((source,))
    if not names.natures:
        return
    judged, _weighing = _judged((source,), names, None, None)
    precedents = Precedents(judged[source.year])
    lines = list(
        _lines((fiscal_year,), names)
        .select_related("batch")
        .prefetch_related("attributions")
        .order_by("nature", "function", "label", "pk")
    )
    standing = {line.pk: _standing(line, fiscal_year.year) for line in lines}
    lacking = {one.of for one in not_followed(judged[source.year], standing.values())}
    for line in lines:
        one = standing[line.pk]
        if one.of not in lacking or one.by_person:
            continue
        proposal = precedents.follows(one)
        if proposal is not None or precedents.propose(one.of) is None:
            yield line, proposal


def _standing(line: BudgetLine, year: int) -> Judged:
    of = Likeness(*(getattr(line, name) for name in _LIKENESS))
    return Judged(of, Verdict(line.verdict), line.it_share, year, 1, line.overridden)


def _names(years: tuple[FiscalYear, ...]) -> _Names:
    found = _Names()
    # An index has these lines alone.
    rows = (
        BudgetLine.objects.filter(
            fiscal_year__in=[year.pk for year in years],
            overridden=True,
            batch__status=BatchStatus.CONFIRMED,
        )
        .values_list("nature", "label", "supplier")
        .distinct()
    )
    for nature, label, supplier in rows:
        found.natures.add(nature)
        found.labels.add(label)
        found.suppliers.add(supplier)
    return found


def _lines(years: tuple[FiscalYear, ...], names: _Names) -> QuerySet[BudgetLine]:
    return real_expenses(
        BudgetLine.objects.filter(
            names.alike,
            fiscal_year__in=[year.pk for year in years],
        )
    )


def _judged(
    years: tuple[FiscalYear, ...], names: _Names, stage: Stage | None, judge: Judge | None
) -> tuple[dict[int, list[Judged]], dict[int, list[Judged]]]:
    """Return the lines alike by year, all of them, then those that weigh at a stage."""
    numbers = {year.pk: year.year for year in years}
    weighs = (
        Q() if stage is None else Q(**{f"{stage.column}__isnull": False}) & ~Q(**{stage.column: 0})
    )
    rows = (
        _lines(years, names)
        .order_by()
        .annotate(weighs=ExpressionWrapper(weighs or Q(pk__isnull=False), BooleanField()))
        .values_list(
            *("fiscal_year", "weighs", "overridden", "batch__nomenclature", "verdict", "it_share"),
            *FACTS,
        )
        .annotate(lines=Count("pk"))
    )
    every: dict[int, list[Judged]] = defaultdict(list)
    weighing: dict[int, list[Judged]] = defaultdict(list)
    for pk, does_weigh, by_person, nomenclature, verdict, share, *said, lines in rows:
        facts = LineFacts(*said)
        if judge is not None and not by_person and pk == years[0].pk:
            ruling = judge(facts, nomenclature or None)
            verdict, share = ruling.verdict, ruling.share
        of = Likeness(*(getattr(facts, name) for name in _LIKENESS))
        one = Judged(of, Verdict(verdict), share, numbers[pk], lines, by_person)
        every[one.year].append(one)
        if does_weigh:
            weighing[one.year].append(one)
    return every, weighing
