"""The money of actions, year by year: asked, reserved, and what lines dedicate to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from portulan.budget.models import Allotment, CoFunding, FiscalYear
from portulan.budget.selectors.figures import default_stage, stages_in_force
from portulan.budget.selectors.sums import sums_in_force
from portulan.budget.stages import Stage
from portulan.budget.sums import Sums, total_of
from portulan.core.money import to_cents
from portulan.plans.funding import Funding, FundingYear
from portulan.plans.models import Action
from portulan.plans.selectors import planned_funding

ZERO = Decimal(0)


def funding_of(actions: Iterable[Action]) -> dict[int, Funding]:
    """Return the money of each action by year, complete (six queries, whatever their number)."""
    actions = list(actions)
    planned = planned_funding(actions)
    if not actions:
        return planned
    years = _accounted_years(actions[0].plan.organisation_id)
    allotted = _allotted(actions)
    sums = _sums(years)
    complete: dict[int, Funding] = {}
    for action in actions:
        known = {item.year: item for item in planned.get(action.pk, Funding()).years}
        wanted = set(known) | set(years) | set(allotted[action.pk])
        complete[action.pk] = Funding(
            tuple(
                _complete(
                    known.get(year, FundingYear(year)),
                    allotted[action.pk].get(year),
                    years.get(year),
                    sums[year].actions.get(action.pk, ZERO),
                    sums[year].outside.get(action.pk),
                )
                for year in sorted(wanted)
            )
        )
    return complete


def _complete(
    item: FundingYear,
    allotted: Decimal | None,
    accounts: _Accounts | None,
    inside: Decimal,
    outside: Decimal | None,
) -> FundingYear:
    if accounts is None:
        return replace(item, allotted=allotted)
    fiscal_year, stage = accounts
    return replace(
        item,
        allotted=allotted,
        attributed=to_cents(inside),
        stage=stage.value,
        outside_attributed=None if outside is None else to_cents(outside),
        basis=fiscal_year.tax_basis,
    )


type _Accounts = tuple[FiscalYear, Stage]


def _accounted_years(organisation_id: int) -> dict[int, _Accounts]:
    """Return the years that have accounts, with the stage to read."""
    given = stages_in_force(organisation_id)
    found: dict[int, _Accounts] = {}
    for fiscal_year in FiscalYear.objects.filter(organisation_id=organisation_id):
        stage = default_stage(fiscal_year, given.get(fiscal_year.pk, []))
        if stage is not None:
            found[fiscal_year.year] = (fiscal_year, stage)
    return found


def _sums(years: dict[int, _Accounts]) -> dict[int, Sums]:
    """Return the sums of each year at its stage; nothing for a year without accounts."""
    by_import = sums_in_force((fiscal_year.pk, stage) for fiscal_year, stage in years.values())
    found: dict[int, Sums] = defaultdict(Sums)
    for year, (fiscal_year, stage) in years.items():
        found[year] = total_of(by_import[fiscal_year.pk, stage].values())
    return found


def _allotted(actions: list[Action]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for action_id, year, amount in Allotment.objects.filter(action__in=actions).values_list(
        "action_id", "year", "amount"
    ):
        found[action_id][year] = amount
    return found


@dataclass(frozen=True, slots=True)
class CoFunded:
    """What others bring to actions, in euros: never netted from the budget; None is unknown."""

    asked: Decimal | None
    granted: Decimal | None
    received: Decimal | None


def co_funding_of(actions: Iterable[Action]) -> CoFunded | None:
    """Return the sums of co-funding, None when no funder is known (one query)."""
    rows = list(
        CoFunding.objects.filter(action__in=list(actions)).values_list(
            "asked", "granted", "received"
        )
    )
    if not rows:
        return None
    asked, granted, received = (_sum_of_known(column) for column in zip(*rows, strict=True))
    return CoFunded(asked, granted, received)


def _sum_of_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None
