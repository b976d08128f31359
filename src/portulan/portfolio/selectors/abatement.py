"""What a tonne costs for the actions of a plan: their money beside their estimates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.selectors.funding import funding_of
from portulan.impact.engine.archetype import View
from portulan.impact.engine.samples import Quantiles
from portulan.impact.selectors.estimates import NOTHING_KNOWN, Known, latest_estimates
from portulan.plans.enums import Progress
from portulan.plans.funding import Funding, FundingYear
from portulan.plans.models import Action
from portulan.portfolio.abatement import Missing, TonneCost, tonne_cost
from portulan.portfolio.facts import Impact


@dataclass(frozen=True, slots=True)
class ActionTonne:
    """An action, what it spares a year in kgCO2e, and what a tonne costs, or why it is unknown."""

    action: Action
    spared: Impact | None
    found: TonneCost | Missing


def tonne_costs(actions: Iterable[Action], *, start: int) -> list[ActionTonne]:
    """Return the actions that were not dropped, in the order given.

    As many queries for any number. Reductions alone: what is avoided elsewhere is never mixed with
    them. Only estimates by year count, those of the amortised view.
    """
    kept = [action for action in actions if action.progress != Progress.DROPPED]
    estimates, money = latest_estimates(kept), funding_of(kept)
    rows = []
    for action in kept:
        spared = _spared(estimates.get(action.pk, NOTHING_KNOWN))
        costs = _costs(money[action.pk])
        rows.append(ActionTonne(action, spared, tonne_cost(costs, spared, start)))
    return rows


def _spared(known: Known) -> Impact | None:
    latest = known.reduction
    if latest is None or latest.view != View.AMORTISED or latest.is_indicative:
        return None
    carbon = latest.carbon
    if not isinstance(carbon, Quantiles):
        return None
    return Impact(round(carbon.p5), round(carbon.central), round(carbon.p95))


def _costs(funding: Funding) -> dict[int, Decimal] | None:
    """Return the euros of each year, inside and outside the IT budget; None when one is unknown."""
    years = {year.year: _cost(year) for year in funding.years if _is_said(year)}
    known = {year: cost for year, cost in years.items() if cost is not None}
    return known if known and len(known) == len(years) else None


def _is_said(year: FundingYear) -> bool:
    return year.planned_said or year.outside_said


def _cost(year: FundingYear) -> Decimal | None:
    """What a year asks. An amount that is said to be unknown makes the year unknown."""
    sides = [(year.planned_said, year.planned), (year.outside_said, year.outside_planned)]
    said = [amount for is_said, amount in sides if is_said]
    return None if None in said else sum((one for one in said if one is not None), Decimal(0))
