"""The figure of each budget of a year: main and annex budgets, which may not be taxed alike."""

from __future__ import annotations

from portulan.budget.indicator.share import Figure, figure_from
from portulan.budget.lines.kept_sums import real_expenses, sums_of, weighed_lines
from portulan.budget.lines.sums import Sums, total_of
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.words import BatchStatus, Stage


def figures_by_budget(fiscal_year: FiscalYear, stage: Stage) -> list[tuple[str, Figure]]:
    """Return the figure of each budget of a year, none where all lines are of one (five queries).

    The sums are kept by import: the lines of those that hold several budgets are added up.
    """
    batches = dict(
        ImportBatch.objects.filter(
            fiscal_year=fiscal_year, status=BatchStatus.CONFIRMED
        ).values_list("pk", "budgets")
    )
    if len({name for budgets in batches.values() for name in budgets}) < 2:
        return []
    mixed = [pk for pk, budgets in batches.items() if len(budgets) > 1]
    found = _of_lines(mixed, stage)
    whole = sums_of([(pk, stage) for pk in batches if pk not in mixed])
    for (pk, _stage), sums in whole.items():
        name = next(iter(batches[pk]), "")
        found[name] = total_of([found.get(name, Sums()), sums])
    figures = ((name, figure_from(sums)) for name, sums in sorted(found.items()))
    return [(name, figure) for name, figure in figures if figure.lines]


def _of_lines(batches: list[int], stage: Stage) -> dict[str, Sums]:
    if not batches:
        return {}
    lines = real_expenses(BudgetLine.objects.filter(batch__in=batches))
    budgets = dict(lines.values_list("pk", "budget"))
    found: dict[str, Sums] = {}
    for line in weighed_lines(batches, stage):
        found.setdefault(budgets[line.key], Sums()).add([line])
    return found
