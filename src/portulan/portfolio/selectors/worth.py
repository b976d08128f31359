"""The actions of a plan in money: what a tonne costs, what the climate gains are worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portulan.budget.selectors.funding import funding_of
from portulan.impact.engine.samples import Quantiles
from portulan.impact.selectors.plan import impact_of
from portulan.plans.enums import Progress
from portulan.plans.models import Action, Plan
from portulan.portfolio.worth import Span, Worth, costs_of, worth_of

_RUNNING = {Progress.DONE, Progress.ONGOING}


@dataclass(frozen=True, slots=True)
class ActionWorth:
    """An action, the first year its effect is counted, and what it is worth."""

    action: Action
    starts: int
    worth: Worth


@dataclass(frozen=True, slots=True)
class PlanWorth:
    """The actions with a number for their reduction, the largest net benefit first.

    Those whose cost is unknown come last. `left_out` counts the actions of the plan that have no
    number: nothing can be said of them, which is not that they are worth nothing.
    """

    span: Span
    rows: tuple[ActionWorth, ...]
    left_out: int


def plan_worth(plan: Plan, today: date) -> PlanWorth:
    """Return what the actions of a plan are worth (the same number of queries for any plan)."""
    span = Span(plan.first_year, plan.last_year)
    impacts = impact_of(plan.actions.order_by("number"))
    for row in impacts.rows:
        row.action.plan = plan
    funding = funding_of([row.action for row in impacts.rows])
    rows = []
    for row in impacts.rows:
        latest = row.known.reduction
        if row.aside is not None or latest is None or not isinstance(latest.carbon, Quantiles):
            continue
        starts = _starts(row.action, today, span)
        costs = costs_of(funding[row.action.pk], span, today.year)
        worth = worth_of(latest.carbon, latest.view, starts, costs, span)
        rows.append(ActionWorth(row.action, starts, worth))
    rows.sort(key=_rank)
    return PlanWorth(span, tuple(rows), len(impacts.rows) - len(rows))


def _starts(action: Action, today: date, span: Span) -> int:
    """Return the year from which an effect counts: now if it is in place, else once it is due."""
    if action.progress in _RUNNING:
        return min(today.year, span.last + 1)
    due = action.due_on.year if action.due_on else span.last
    return min(due, span.last) + 1


def _rank(row: ActionWorth) -> tuple[bool, float, int]:
    net = row.worth.net
    return net is None, 0.0 if net is None else -float(net), row.action.number
