"""Whether two years compare, and why the share moved between them.

A variation is given only between the same stage, two whole years, the same set of budgets, one
perimeter whose verdicts and shares by people are in both, one way to count a purchase, and enough
looked at on both sides (docs/reference/truths.md, cases 5, 12 to 14 and two years of the
indicator). Otherwise what fails is named, and nothing is computed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from django.db.models import Count, Max
from django.utils import timezone

from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.indicator.reads import YearFigure, YearStages, figure_of
from portulan.budget.indicator.share import PROVISIONAL_BELOW, Variation, counts_alike, explain
from portulan.budget.lines.kept_sums import real_expenses
from portulan.budget.models import ORDER_BOOK, BudgetLine, FiscalYear, ImportBatch, ITPerimeter
from portulan.budget.perimeter.followed import Followed, followed_between
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.words import (
    Act,
    BatchStatus,
    Obstacle,
    SourceQuality,
    Stage,
    YearStatus,
)
from portulan.budget.years.calendar import year_before
from portulan.core.folding import fold


@dataclass(frozen=True, slots=True)
class Sources:
    """Whose accounts give a year at a stage: names by budget, and how they are kept.

    An account that names no budget is the organisation's own, under "". `are_closing`: all of them
    are the accounts that close the year (CA, CFU).
    """

    budgets: Mapping[str, str] = field(default_factory=dict)
    qualities: frozenset[str] = frozenset()
    are_closing: bool = False


_NO_SOURCES = Sources()


@dataclass(frozen=True, slots=True)
class Compared:
    """The same stage and perimeter a year before, and what moved the share, in points.

    Where the year before was judged under another edition, `before` is that year under the
    perimeter of the year after, and `as_judged` its own figure. `until`: the year after is under
    way, and both are held until that same day (of the year before, of the year after).
    """

    before: YearFigure
    variation: Variation
    as_judged: YearFigure | None = None
    until: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A year beside the one before: either `compared`, or the `obstacles` that forbid it.

    `earlier` is None where that year is not open; `before` is its figure, None without accounts at
    the stage. `sources` are those of the two years; `followed` says how many lines of each year
    lack a verdict that a person gave in the other, or have another share; `part_years` are not
    whole.
    """

    after: YearFigure
    earlier: FiscalYear | None = None
    stages: YearStages = field(default_factory=YearStages)
    before: YearFigure | None = None
    obstacles: tuple[Obstacle, ...] = ()
    compared: Compared | None = None
    sources: tuple[Sources, Sources] = (_NO_SOURCES, _NO_SOURCES)
    followed: Followed = field(default_factory=Followed)
    part_years: tuple[FiscalYear, ...] = ()


def compare(after: YearFigure, known: YearFacts | None = None) -> Comparison:
    """Compare a year with the one before at the same stage, restated on its perimeter.

    Twelve queries at most, whatever the number of lines, once for the facts of a page (`known`).
    """
    year = after.fiscal_year
    known = known or year_facts(year.organisation_id)
    return known.once(("compared", year.year, after.stage), lambda: _compare(after, known))


def _compare(after: YearFigure, known: YearFacts) -> Comparison:
    year = after.fiscal_year
    earlier = known.years.get(year.year - 1)
    if earlier is None:
        return Comparison(after, obstacles=(Obstacle.STAGE,))
    stages = known.stages_of(earlier)
    if after.stage not in stages.given:
        costing = () if _counted_alike(earlier, year) else (Obstacle.COSTING,)
        return Comparison(after, earlier, stages, obstacles=(Obstacle.STAGE, *costing))
    restated = after.perimeter is not None and earlier.judged_under != after.perimeter
    as_judged = known.figure(earlier, after.stage)
    before, judge = as_judged, None
    if restated and after.perimeter is not None:
        before = figure_of(earlier, after.stage, restated_on=after.perimeter)
        judge = Judge(after.perimeter)
    found = replace(_between(before, after, _sources(known), judge), stages=stages)
    if found.obstacles == (Obstacle.PART_YEAR,) and (days := _same_day(found)) is not None:
        before = figure_of(earlier, after.stage, restated_on=after.perimeter, until=days[0])
        variation = _explained(before, after)
        if variation is None or too_little_qualified(before):
            return found
        return replace(found, obstacles=(), compared=Compared(before, variation, until=days))
    if found.obstacles or (variation := _explained(before, after)) is None:
        return found
    return replace(found, compared=Compared(before, variation, as_judged if restated else None))


def _same_day(found: Comparison) -> tuple[date, date] | None:
    """Return the last dated entry of a year under way, and the same day a year before.

    None unless every expense of both years has its date, the two start on the same day, all files
    of the year end on one, not after they came, and the year before, where it is not whole either,
    goes as far (one query).
    """
    before, after = found.earlier, found.after.fiscal_year
    if before is None or after not in found.part_years:
        return None
    rows = (
        real_expenses(BudgetLine.objects.filter(fiscal_year__in=(before.pk, after.pk)))
        .filter(**{f"{found.after.stage.column}__isnull": False})
        .order_by()
        .values_list("fiscal_year", "batch", "batch__created_at")
        .annotate(lines=Count("pk"), dated=Count("dated_on"), last=Max("dated_on"))
    )
    ends: dict[int, set[date]] = {before.pk: set(), after.pk: set()}
    for year, _file, came, lines, dated, day in rows:
        if lines != dated or (year == after.pk and day > timezone.localdate(came)):
            return None
        ends[year].add(day)
    if len(ends[after.pk]) != 1 or not ends[before.pk]:
        return None
    (last,) = ends[after.pk]
    day = year_before(last)
    reaches = before not in found.part_years or min(ends[before.pk]) >= day
    starts = year_before(after.starts_on) == before.starts_on
    return (day, last) if reaches and starts else None


def obstacles_in(
    figures: Iterable[YearFigure], sources: Mapping[tuple[int, Stage], Sources] | None = None
) -> dict[int, tuple[Obstacle, ...]]:
    """Return what forbids to compare each year with the one before it, by the later year.

    As each was judged: nothing is restated. One query, and two for each pair at one stage.
    """
    ordered = sorted(figures, key=lambda figure: figure.fiscal_year.year)
    if sources is None:
        sources = sources_of([figure.fiscal_year for figure in ordered])
    return {
        after.fiscal_year.year: _between(before, after, sources).obstacles
        for before, after in pairwise(ordered)
        if after.fiscal_year.year - before.fiscal_year.year == 1
    }


def obstacles_between(known: YearFacts) -> dict[int, tuple[Obstacle, ...]]:
    """Return what forbids to compare the figures shown of each two years, by the later year."""
    return known.once("obstacles", lambda: obstacles_in(known.figures.values(), _sources(known)))


def _sources(known: YearFacts) -> dict[tuple[int, Stage], Sources]:
    return known.once("sources", lambda: sources_of(known.years.values()))


def sources_of(years: Iterable[FiscalYear]) -> dict[tuple[int, Stage], Sources]:
    """Return whose accounts give each year at each stage, by the year's id (one query)."""
    names: dict[tuple[int, Stage], dict[str, str]] = defaultdict(dict)
    qualities: dict[tuple[int, Stage], set[str]] = defaultdict(set)
    acts: dict[tuple[int, Stage], set[str | None]] = defaultdict(set)
    batches = (
        ImportBatch.objects.filter(
            fiscal_year__in=[year.pk for year in years], status=BatchStatus.CONFIRMED
        )
        .exclude(format=ORDER_BOOK)
        .order_by("pk")
        .only("fiscal_year_id", "stages", "siret", "entity", "mapping", "quality", "budgets", "act")
    )
    for batch in batches:
        for stage in batch.stages:
            key = (batch.fiscal_year_id, Stage(stage))
            names[key] |= budgets_in(batch)
            qualities[key].add(batch.quality)
            acts[key].add(batch.act)
    return {
        key: Sources(its, frozenset(qualities[key]), acts[key] == {Act.CLOSING})
        for key, its in names.items()
    }


def is_whole(
    fiscal_year: FiscalYear, stage: Stage, sources: Mapping[tuple[int, Stage], Sources]
) -> bool:
    """Return whether a year holds all that it will at a stage.

    Credits are for the whole year as soon as they are voted. What is committed and realised is
    whole once the accounts are voted (the document that closes the year, for each of its budgets)
    or a person said so; the date of the last entry proves nothing: others come after the year's
    end (complementary days, accruals, what is carried over).
    """
    if stage in (Stage.VOTED, Stage.OPENED) or fiscal_year.whole_on is not None:
        return True
    closing = sources.get((fiscal_year.pk, Stage.REALISED), _NO_SOURCES).are_closing
    return closing or fiscal_year.status == YearStatus.CLOSED


def budgets_in(batch: ImportBatch) -> dict[str, str]:
    """Return the names of the budgets that an account holds, by what identifies each.

    Those that its lines name, of several; those that a person chose; else its establishment, which
    an annex budget has of its own; else the name that the file gives.
    """
    if len(batch.budgets) > 1:
        return {fold(name): name for name in batch.budgets}
    said = [one.strip() for one in str(batch.mapping.get("entity", "")).split(",")]
    chosen = {fold(one): one for one in said if one}
    if any(one.partition(":")[2] for one in chosen):
        return chosen
    if batch.siret:
        return {batch.siret: batch.entity or batch.siret}
    return chosen or {fold(batch.entity): batch.entity}


def whole_at(computed: YearFigure, known: YearFacts | None = None) -> bool:
    """Return whether the year of a figure holds all that it will at its stage (a query at most)."""
    year = computed.fiscal_year
    return is_whole(year, computed.stage, _sources(known or year_facts(year.organisation_id)))


def _between(
    before: YearFigure,
    after: YearFigure,
    sources: Mapping[tuple[int, Stage], Sources],
    judge: Judge | None = None,
) -> Comparison:
    """Return two figures side by side, with what forbids to compare them."""
    years = (before.fiscal_year, after.fiscal_year)
    if before.stage != after.stage:
        return Comparison(after, years[0], before=before, obstacles=(Obstacle.STAGE,))
    part = tuple(year for year in years if not is_whole(year, after.stage, sources))
    its = tuple(sources.get((year.pk, after.stage), _NO_SOURCES) for year in years)
    first, last = its
    followed = followed_between(*years, after.stage, judge)
    checks = (
        (Obstacle.PART_YEAR, bool(part)),
        (Obstacle.BUDGETS, set(first.budgets) != set(last.budgets)),
        (Obstacle.PERIMETER, not _judged_alike(before, after, first, last)),
        (Obstacle.VERDICTS, bool(followed.lacking)),
        (Obstacle.SHARES, bool(followed.otherwise)),
        (Obstacle.COSTING, not _counted_alike(*years)),
        (Obstacle.COVERAGE, any(map(too_little_qualified, (before, after)))),
    )
    obstacles = tuple(one for one, fails in checks if fails)
    return Comparison(
        after,
        years[0],
        before=before,
        obstacles=obstacles,
        sources=(first, last),
        followed=followed,
        part_years=part,
    )


def too_little_qualified(computed: YearFigure) -> bool:
    """Return whether less of a year is qualified than two years need to be compared."""
    coverage = computed.figure.coverage
    return coverage is not None and coverage < PROVISIONAL_BELOW


def _judged_alike(before: YearFigure, after: YearFigure, first: Sources, last: Sources) -> bool:
    """Return whether one perimeter tells the IT budget of both years, and there is one.

    Where it looks at services, accounts by nature give it nothing to look at.
    """
    perimeter = after.perimeter
    if perimeter is None or before.perimeter != perimeter or _explained(before, after) is None:
        return False
    kept = [SourceQuality.ACCOUNTS in sources.qualities for sources in (first, last)]
    return kept[0] == kept[1] or not asks_services(perimeter)


def asks_services(perimeter: ITPerimeter) -> bool:
    """Return whether an edition looks at the codes of services (a query at most)."""
    return bool(perimeter.service_codes) or perimeter.rules.exclude(service="").exists()


def _counted_alike(before: FiscalYear, after: FiscalYear) -> bool:
    """Return whether two years count a purchase alike: by one policy, in one tax basis."""
    same = counts_alike(before.costing, after.costing) is True
    return same and before.tax_basis == after.tax_basis


def _explained(before: YearFigure, after: YearFigure) -> Variation | None:
    return explain(
        n0=before.figure.numerator,
        d0=before.figure.denominator.amount,
        n1=after.figure.numerator,
        d1=after.figure.denominator.amount,
    )
