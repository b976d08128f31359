"""What actions ask for, by year; the budget completes it from above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Q

from portulan.core.money import known_sum
from portulan.plans.models import Action, PlannedMoney
from portulan.plans.money.funding import Funding, FundingYear

type _Asked = tuple[bool, Decimal | None]  # in the IT budget, amount


def rows_around(actions: Sequence[Action]) -> Q:
    """Return what finds the rows that point to these actions: those of one, or of whole plans.

    A list of five hundred numbers is dearer to write in a query than the rows are to read: whoever
    asks for some actions of a plan leaves out the rows of the others.
    """
    if len(actions) == 1:
        return Q(action=actions[0].pk)
    return Q(action__plan__in={action.plan_id for action in actions})


def planned_funding(actions: Iterable[Action]) -> dict[int, Funding]:
    """Return what each action asks for, by year, in euros (one query).

    A year with one amount said to be unknown is unknown as a whole: a sum of what is known would
    be read as the cost.
    """
    actions = list(actions)
    asked: dict[int, dict[int, list[_Asked]]] = {one.pk: defaultdict(list) for one in actions}
    for action_id, year, in_it_budget, amount in (
        PlannedMoney.objects.filter(rows_around(actions))
        .order_by("year")
        .values_list("action_id", "year", "in_it_budget", "amount")
    ):
        if action_id in asked:
            asked[action_id][year].append((in_it_budget, amount))
    return {
        pk: Funding(tuple(_year(pk, year, amounts) for year, amounts in years.items()))
        for pk, years in asked.items()
    }


def _year(action: int, year: int, asked: list[_Asked]) -> FundingYear:
    inside = [amount for in_it_budget, amount in asked if in_it_budget]
    outside = [amount for in_it_budget, amount in asked if not in_it_budget]
    return FundingYear(
        year,
        planned=_sum(inside),
        planned_said=bool(inside),
        outside_planned=_sum(outside),
        outside_said=bool(outside),
        planned_least=known_sum(inside),
        outside_least=known_sum(outside),
        who=(action,),
    )


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None
