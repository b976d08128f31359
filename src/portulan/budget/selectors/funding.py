"""The money of actions, year by year: asked, reserved, and what lines dedicate to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from portulan.budget.enums import BatchStatus
from portulan.budget.models import (
    COUNTED,
    Allotment,
    Attribution,
    CoFunding,
    FiscalYear,
)
from portulan.budget.selectors.figures import default_stage, stages_in_force
from portulan.budget.stages import Stage
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
    inside, outside = _attributed(actions, {year: stage for year, (stage, _) in years.items()})
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
                    inside[action.pk].get(year, ZERO),
                    outside[action.pk].get(year),
                )
                for year in sorted(wanted)
            )
        )
    return complete


def _complete(
    item: FundingYear,
    allotted: Decimal | None,
    accounts: tuple[Stage, str] | None,
    inside: Decimal,
    outside: Decimal | None,
) -> FundingYear:
    if accounts is None:
        return replace(item, allotted=allotted)
    stage, basis = accounts
    return replace(
        item,
        allotted=allotted,
        attributed=to_cents(inside),
        stage=stage.value,
        outside_attributed=None if outside is None else to_cents(outside),
        basis=basis,
    )


def _accounted_years(organisation_id: int) -> dict[int, tuple[Stage, str]]:
    """Return the years that have accounts, with the stage to read and the tax basis."""
    given = stages_in_force(organisation_id)
    found: dict[int, tuple[Stage, str]] = {}
    for fiscal_year in FiscalYear.objects.filter(organisation_id=organisation_id):
        stage = default_stage(fiscal_year, given.get(fiscal_year.pk, []))
        if stage is not None:
            found[fiscal_year.year] = (stage, fiscal_year.tax_basis)
    return found


def _allotted(actions: list[Action]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for action_id, year, amount in Allotment.objects.filter(action__in=actions).values_list(
        "action_id", "year", "amount"
    ):
        found[action_id][year] = amount
    return found


type _Sums = dict[int, dict[int, Decimal]]


def _attributed(actions: list[Action], stages: dict[int, Stage]) -> tuple[_Sums, _Sums]:
    """Return, inside and outside the IT budget, what counted attributions give by year."""
    inside: _Sums = defaultdict(lambda: defaultdict(Decimal))
    outside: _Sums = defaultdict(lambda: defaultdict(Decimal))
    columns = [f"line__{stage.column}" for stage in Stage]
    rows = Attribution.objects.filter(
        action__in=actions, status__in=COUNTED, line__batch__status=BatchStatus.CONFIRMED
    ).values_list("action_id", "line__fiscal_year__year", "share", "outside_it", *columns)
    for action_id, year, share, outside_it, *amounts in rows:
        if (stage := stages.get(year)) is None:
            continue
        amount = amounts[list(Stage).index(stage)]
        if amount is not None:
            (outside if outside_it else inside)[action_id][year] += amount * share
    return inside, outside


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
