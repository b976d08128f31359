"""The money of actions, year by year: asked, reserved, and what lines dedicate to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.models import Allotment, CoFunding
from portulan.core.money import known_sum, to_cents
from portulan.plans.models import Action, Plan
from portulan.plans.money.funding import Funding, FundingYear
from portulan.plans.money.reads import planned_funding, rows_around

NOT_ASKED = FundingYear(0)


def funding_of(
    actions: Iterable[Action], figures: Mapping[int, YearFigure] | None = None
) -> dict[int, Funding]:
    """Return the money of each action by year, complete (five queries, whatever their number).

    `figures` are those of the organisation's years (`YearFacts.figures`), when they are known.
    """
    actions = list(actions)
    planned = planned_funding(actions)
    if not actions:
        return planned
    if figures is None:
        figures = year_facts(actions[0].plan.organisation_id).figures
    allotted = _allotted(actions)
    of_lines = sorted(figures)
    complete: dict[int, Funding] = {}
    for action in actions:
        known = {item.year: item for item in planned[action.pk].years}
        reserved = allotted[action.pk]
        others = (known.keys() | reserved.keys()) - figures.keys()
        complete[action.pk] = Funding(
            tuple(
                _complete(
                    year,
                    known.get(year, NOT_ASKED),
                    reserved.get(year),
                    figures.get(year),
                    action.pk,
                )
                for year in (sorted([*of_lines, *others]) if others else of_lines)
            )
        )
    return complete


def _complete(
    year: int,
    asked: FundingYear,
    allotted: Decimal | None,
    computed: YearFigure | None,
    action: int,
) -> FundingYear:
    attributed, outside, stage, basis = None, None, asked.stage, asked.basis
    if computed is not None:
        attributed = computed.figure.by_action.get(action)
        outside = computed.figure.outside_by_action.get(action)
        stage, basis = computed.stage.value, computed.fiscal_year.tax_basis
    return asked._replace(
        year=year,
        allotted=allotted,
        attributed=None if attributed is None else to_cents(attributed),
        stage=stage,
        outside_attributed=None if outside is None else to_cents(outside),
        basis=basis,
        who=(action,),
    )


def allotted_years_of(plan: Plan) -> frozenset[int]:
    """Return the years for which at least one action of a plan has an allotment (one query)."""
    years = Allotment.objects.filter(action__plan=plan).values_list("year", flat=True)
    return frozenset(years.distinct())


def _allotted(actions: list[Action]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    rows = Allotment.objects.filter(rows_around(actions))
    for action_id, year, amount in rows.values_list("action_id", "year", "amount"):
        found[action_id][year] = amount
    return found


@dataclass(frozen=True, slots=True)
class CoFunded:
    """What others bring to actions, in euros: never netted from the budget; None is unknown."""

    asked: Decimal | None
    granted: Decimal | None
    received: Decimal | None


def co_funding_of(plan: Plan) -> CoFunded | None:
    """Return the sums of co-funding of a plan, None when no funder is known (one query)."""
    funders = CoFunding.objects.filter(action__plan=plan)
    rows = list(funders.values_list("asked", "granted", "received"))
    if not rows:
        return None
    asked, granted, received = (known_sum(column) for column in zip(*rows, strict=True))
    return CoFunded(asked, granted, received)
