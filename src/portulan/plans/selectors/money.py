"""What actions ask for, by year; the budget completes it from above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from portulan.plans.funding import Funding, FundingYear
from portulan.plans.models import Action, PlannedMoney


def planned_funding(actions: Iterable[Action]) -> dict[int, Funding]:
    """Return what each action asks for, by year, in euros (one query).

    A year with one amount said to be unknown is unknown as a whole: a sum of what is known would
    be read as the cost.
    """
    ids = [action.pk for action in actions]
    rows: dict[int, list[PlannedMoney]] = defaultdict(list)
    for row in PlannedMoney.objects.filter(action_id__in=ids):
        rows[row.action_id].append(row)
    return {pk: planned_of(rows[pk]) for pk in ids}


def planned_of(rows: Iterable[PlannedMoney]) -> Funding:
    """Return the funding of one action from its rows of planned money."""
    years: dict[int, list[PlannedMoney]] = defaultdict(list)
    for row in rows:
        years[row.year].append(row)
    return Funding(tuple(_year(year, years[year]) for year in sorted(years)))


def _year(year: int, rows: list[PlannedMoney]) -> FundingYear:
    inside = [row.amount for row in rows if row.in_it_budget]
    outside = [row.amount for row in rows if not row.in_it_budget]
    return FundingYear(
        year,
        planned=_sum(inside),
        planned_said=bool(inside),
        outside_planned=_sum(outside),
        outside_said=bool(outside),
    )


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None
