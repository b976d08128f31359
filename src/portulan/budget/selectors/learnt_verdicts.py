"""What the verdicts of the organisation suggest for the lines that wait."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q

from portulan.budget.enums import BatchStatus
from portulan.budget.learning import RECENT_YEARS, Likeness, Past, Proposal, propose
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.selectors.sums import real_expenses
from portulan.budget.verdicts import Verdict


def proposals_for(fiscal_year: FiscalYear, lines: Sequence[BudgetLine]) -> dict[int, Proposal]:
    """Return, by line of a year, what was decided of lines alike, then and the year before.

    One query. By whom they were decided, a person or the perimeter, does not matter.
    """
    past = _past(fiscal_year, lines)
    found = {
        line.pk: propose(Likeness(line.nature, line.supplier, line.label), past) for line in lines
    }
    return {pk: proposal for pk, proposal in found.items() if proposal is not None}


def _past(fiscal_year: FiscalYear, lines: Sequence[BudgetLine]) -> list[Past]:
    if not lines:
        return []
    same = Q(label__in={line.label for line in lines} - {""})
    same &= Q(nature__in={line.nature for line in lines})
    years = [fiscal_year.year - before for before in range(RECENT_YEARS)]
    rows = (
        real_expenses(BudgetLine.objects.all())
        .filter(
            same | Q(supplier__in={line.supplier for line in lines} - {""}),
            organisation=fiscal_year.organisation_id,
            fiscal_year__year__in=years,
            batch__status=BatchStatus.CONFIRMED,
            it_share__isnull=False,
        )
        .order_by()
        .values_list("nature", "supplier", "label", "verdict", "it_share", "fiscal_year__year")
        .annotate(lines=Count("pk"))
    )
    return [
        Past(Likeness(nature, supplier, label), Verdict(verdict), share, year, count)
        for nature, supplier, label, verdict, share, year, count in rows
    ]
