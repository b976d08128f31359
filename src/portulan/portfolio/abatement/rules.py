"""What actions cost, and what the climate gains from them is worth to the community (pure).

An outlay per tonne below the value of climate action makes sense; it is no tax. Actions are ranked
by net benefit and never by the cost of a tonne: a negative one prefers, of two actions that pay for
themselves, the one that spares less (Criqui commission, 2021). Each action is taken alone, and the
cost of a tonne is no order of execution (Vogt-Schilb & Hallegatte, Energy Policy 66, 2014).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portulan.impact.engine.climate_value import (
    abatement_cost,
    climate_value,
    kg_per_euro,
    net_benefit,
    present_value,
)
from portulan.impact.engine.samples import Quantiles
from portulan.plans.money.funding import Funding, FundingYear

# After the plan, an effect is counted as long again as devices usually last: five years.
RESIDUAL_YEARS = 5

type ByYear = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Span:
    """The years that count: those of the plan bear costs, and effects go on some years after."""

    first: int
    last: int

    @property
    def end(self) -> int:
        return self.last + RESIDUAL_YEARS


@dataclass(frozen=True, slots=True)
class Worth:
    """An action in money. Euros of each year, discounted to the first year of the plan.

    `kilograms` is what it spares in all over the span, `a_year` what it spares each of these years
    (medians). `cost` None is unknown, never 0, and what rests on it is then None; `savings` None
    is that none was said. `per_tonne` is cost less savings, with its sign; its bounds are those of
    nine chances in ten, and None where the interval of what is spared reaches 0.
    """

    a_year: Decimal
    kilograms: Decimal
    cost: Decimal | None
    savings: Decimal | None
    climate: Decimal | None
    net: Decimal | None
    per_tonne: Decimal | None
    per_tonne_low: Decimal | None
    per_tonne_high: Decimal | None
    kg_per_euro: Decimal | None


def worth_of(
    found: Quantiles, starts: int, costs: ByYear | None, savings: ByYear, span: Span
) -> Worth:
    """Return what an action is worth: kgCO2e a year from the year `starts` on, euros by year."""
    low, likely, high = (
        dict.fromkeys(range(starts, span.end + 1), Decimal(str(kilograms)))
        for kilograms in (found.p5, found.p50, found.p95)
    )
    total = sum(likely.values(), Decimal(0))
    cost = None if costs is None else present_value(costs, span.first)

    def per_tonne(kilograms: ByYear) -> Decimal | None:
        if costs is None:
            return None
        return abatement_cost(costs, savings, kilograms, span.first)

    return Worth(
        a_year=Decimal(str(found.p50)),
        kilograms=total,
        cost=cost,
        savings=present_value(savings, span.first) if savings else None,
        climate=climate_value(likely, span.first),
        net=None if costs is None else net_benefit(costs, savings, likely, span.first),
        per_tonne=per_tonne(likely),
        per_tonne_low=per_tonne(high),
        per_tonne_high=per_tonne(low),
        kg_per_euro=None if cost is None else kg_per_euro(total, cost),
    )


def costs_of(funding: Funding, span: Span, today: int) -> dict[int, Decimal] | None:
    """Return what an action costs by year, in the IT budget and beside it; None is unknown.

    Past years: what lines dedicate to it, else what was asked; then what is asked, else reserved.
    One year of the plan that is said not to be known leaves the whole unknown, and so does an
    action of which nothing was ever said.
    """
    costs: dict[int, Decimal] = {}
    for item in funding.years:
        if not span.first <= item.year <= span.last:
            continue
        if _is_unknown(item, today):
            return None
        amounts = (_inside(item, today), _outside(item, today))
        known = [amount for amount in amounts if amount is not None]
        if known:
            costs[item.year] = sum(known, Decimal(0))
    return costs or None


def _inside(item: FundingYear, today: int) -> Decimal | None:
    if item.year < today and item.attributed is not None:
        return item.attributed
    return item.allotted if item.planned is None else item.planned


def _outside(item: FundingYear, today: int) -> Decimal | None:
    if item.year < today and item.outside_attributed is not None:
        return item.outside_attributed
    return item.outside_planned


def _is_unknown(item: FundingYear, today: int) -> bool:
    said = item.planned_said and _inside(item, today) is None
    return said or (item.outside_said and _outside(item, today) is None)
