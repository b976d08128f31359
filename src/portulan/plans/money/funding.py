"""The money of an action by year, as plans know it and as the budget completes it (pure).

`budget.funding.by_action.funding_of(actions)` returns `dict[action_id, Funding]`, starting from
`plans.money.reads.planned_funding(actions)`, which knows what was asked and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class FundingYear(NamedTuple):  # made thousands of times for a page: half the cost of a dataclass
    """One year of one action. Euros, exact, in the tax basis `basis`; None is unknown, never 0.

    `planned` is what the action asks in the IT budget: None when it is not known, which is either
    said (`planned_said`: "not costed") or not said at all. `allotted` is the money reserved by a
    decision (None: no allotment). `attributed` is what budget lines dedicate to the action at
    `stage` (a value of `budget.stages.Stage`), counted attributions only; None while the year has
    no accounts. The three `outside_` amounts stand beside the IT budget and are never added to it.
    """

    year: int
    planned: Decimal | None = None
    planned_said: bool = False
    allotted: Decimal | None = None
    attributed: Decimal | None = None
    stage: str = ""
    outside_planned: Decimal | None = None
    outside_said: bool = False
    outside_attributed: Decimal | None = None
    basis: str = "TTC"

    @property
    def expected(self) -> Decimal | None:
        """What it is to cost before it has accounts: what was reserved for it, else what it asks.

        A decision has been made once there is an allotment, whatever was asked before.
        """
        return self.planned if self.allotted is None else self.allotted


@dataclass(frozen=True, slots=True)
class Funding:
    """The years of one action, in order; a year about which nothing is known is left out."""

    years: tuple[FundingYear, ...] = ()

    def of(self, year: int) -> FundingYear:
        """Return a year, empty when nothing is known of it."""
        for item in self.years:
            if item.year == year:
                return item
        return FundingYear(year)


NO_FUNDING = Funding()


def allotted_years(facts: Mapping[int, Funding] | Iterable[Funding]) -> frozenset[int]:
    """Return the years for which at least one of the actions has an allotment."""
    fundings = facts.values() if isinstance(facts, Mapping) else facts
    return frozenset(
        item.year for funding in fundings for item in funding.years if item.allotted is not None
    )
