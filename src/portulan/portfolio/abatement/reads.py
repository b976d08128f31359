"""The actions of a plan in money: what a tonne costs, what the climate gains are worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portulan.budget.funding.by_action import funding_of
from portulan.budget.models import Saving
from portulan.impact.effects import ActionImpact, Aside, impact_of
from portulan.impact.engine.archetype import View
from portulan.impact.engine.samples import Quantiles
from portulan.plans.models import Action, Plan
from portulan.plans.words import Progress
from portulan.portfolio.abatement.rules import Span, Worth, costs_of, worth_of

_RUNNING = {Progress.DONE, Progress.ONGOING}


@dataclass(frozen=True, slots=True)
class ActionWorth:
    """An action, the first year its effect is counted, and what it is worth."""

    action: Action
    starts: int
    worth: Worth


@dataclass(frozen=True, slots=True)
class PlanWorth:
    """The actions with a number for their reduction a year, the largest net benefit first.

    Those whose cost is unknown come last. `left_out` has the actions that were not dropped and
    have no such number: nothing can be said of them, which is not that they are worth nothing.
    """

    span: Span
    rows: tuple[ActionWorth, ...]
    left_out: tuple[Action, ...]


def plan_worth(plan: Plan, today: date) -> PlanWorth:
    """Return what the actions of a plan are worth (the same number of queries for any plan)."""
    span = Span(plan.first_year, plan.last_year)
    impacts = impact_of(plan.actions.order_by("number"))
    for row in impacts.rows:
        row.action.plan = plan
    spares = [_spared(row) for row in impacts.rows]
    actions = [
        row.action for row, spared in zip(impacts.rows, spares, strict=True) if spared is not None
    ]
    funding, saved = funding_of(actions), _savings(actions, span)
    rows, left_out = [], []
    for row, spared in zip(impacts.rows, spares, strict=True):
        if spared is not None:
            starts = _starts(row.action, today, span)
            costs = costs_of(funding[row.action.pk], span, today.year)
            worth = worth_of(spared, starts, costs, saved.get(row.action.pk, {}), span)
            rows.append(ActionWorth(row.action, starts, worth))
        elif row.aside is not Aside.DROPPED:
            left_out.append(row.action)
    return PlanWorth(span, tuple(sorted(rows, key=_rank)), tuple(left_out))


def _spared(row: ActionImpact) -> Quantiles | None:
    """Return what an action spares a year in the organisation's own footprint, if it counts."""
    latest = row.known.reduction
    if row.aside is not None or latest is None or latest.view != View.AMORTISED:
        return None
    return latest.carbon


def _savings(actions: Iterable[Action], span: Span) -> dict[int, dict[int, Decimal]]:
    """Return what actions spare in money, by year: as observed, else as assumed (one query)."""
    said = Saving.objects.filter(action__in=actions, year__range=(span.first, span.end))
    found: dict[int, dict[int, Decimal]] = {}
    for action_id, year, potential, realised in said.values_list(
        "action_id", "year", "potential", "realised"
    ):
        amount = potential if realised is None else realised
        if amount is not None:
            years = found.setdefault(action_id, {})
            years[year] = years.get(year, Decimal(0)) + amount
    return found


def _starts(action: Action, today: date, span: Span) -> int:
    """Return the year from which an effect counts: now if it is in place, else once it is due."""
    if action.progress in _RUNNING:
        return min(today.year, span.last + 1)
    due = action.due_on.year if action.due_on else span.last
    return min(due, span.last) + 1


def _rank(row: ActionWorth) -> tuple[bool, float, int]:
    net = row.worth.net
    return net is None, 0.0 if net is None else -float(net), row.action.number
