"""The money of an action by year, as plans know it and as the budget completes it (pure).

`budget.funding.by_action.funding_of(actions)` returns `dict[action_id, Funding]`, starting from
`plans.money.reads.planned_funding(actions)`, which knows what was asked and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from portulan.core.amounts import Amount, Scope, total

# What an amount is before the accounts of its year say more.
ASKED, ALLOTTED, EXPECTED = "asked", "allotted", "expected"


class FundingYear(NamedTuple):  # made thousands of times for a page: half the cost of a dataclass
    """One year of one action. Euros, exact, in the tax basis `basis`; None is unknown, never 0.

    `planned` is what the action asks in the IT budget: None when it is not known, which is either
    said (`planned_said`: "not costed") or not said at all. `allotted` is the money reserved by a
    decision (None: no allotment). `attributed` is what budget lines dedicate to the action at
    `stage` (a value of `budget.words.Stage`, "" while the year has no accounts), counted
    attributions only; None as long as no line is flagged for it, which is not 0. The `outside_`
    amounts stand beside the IT budget and are never added to it. The two `_least` are what is known
    of what is asked where a part of it is not.
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
    planned_least: Decimal | None = None
    outside_least: Decimal | None = None
    who: tuple[int, ...] = ()  # the action

    @property
    def expected(self) -> Decimal | None:
        """What it is to cost before it has accounts: what was reserved for it, else what it asks.

        A decision has been made once there is an allotment, whatever was asked before.
        """
        return self.planned if self.allotted is None else self.allotted

    @property
    def is_expected(self) -> bool:
        """Tell whether its cost in the IT budget was spoken of, be it that nobody knows it."""
        return self.planned_said or self.allotted is not None

    @property
    def asked(self) -> Amount:
        """What it asks in the IT budget, unknown as soon as a part of it is."""
        return self._amount(self.planned, ASKED)

    @property
    def inside(self) -> Amount:
        """What it costs in the IT budget: what its lines hold, else what is expected."""
        if self.attributed is not None:
            return self._amount(self.attributed, self.stage)
        return self.inside_expected

    @property
    def inside_expected(self) -> Amount:
        """What it is to cost in the IT budget, whatever its lines hold."""
        if self.allotted is not None:
            return self._amount(self.allotted, ALLOTTED)
        return self._amount(self.planned, ASKED, self.planned_least)

    @property
    def outside(self) -> Amount:
        """What it costs beside the IT budget: what lines hold there, else what is asked."""
        if self.outside_attributed is not None:
            return self._amount(self.outside_attributed, self.stage, is_inside=False)
        return self.outside_expected

    @property
    def outside_expected(self) -> Amount:
        """What it asks beside the IT budget."""
        return self._amount(self.outside_planned, ASKED, self.outside_least, is_inside=False)

    def _amount(
        self,
        value: Decimal | None,
        stage: str,
        least: Decimal | None = None,
        *,
        is_inside: bool = True,
    ) -> Amount:
        is_partial = value is None and least is not None
        scope = Scope(stage, self.basis, is_inside)
        known = least if is_partial else value
        return Amount(known, scope, self.year, is_partial=is_partial, who=self.who)


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

    def expected(self, years: Iterable[int]) -> Amount | None:
        """Return what it is to cost in the IT budget over some years; None where it asks nothing.

        An action of which no cost was ever spoken of has one, and it is unknown.
        """
        found = [self.of(year) for year in years]
        said = [one.inside_expected for one in found if one.is_expected]
        if not said and not all(self.is_costed(one.year) for one in found):
            return Amount(None, Scope(EXPECTED))
        return together(said) if said else None

    def beside(self, years: Iterable[int]) -> Amount | None:
        """Return what it asks beside the IT budget over some years; None where it asks nothing."""
        said = [item.outside_expected for item in map(self.of, years) if item.outside_said]
        return together(said) if said else None

    @property
    def costs(self) -> list[Amount]:
        """What is known or was spoken of, by year, in the IT budget then beside it."""
        found = []
        for item in self.years:
            if item.is_expected or item.attributed is not None:
                found.append(item.inside)
            if item.outside_said or item.outside_attributed is not None:
                found.append(item.outside)
        return found

    def is_costed(self, year: int) -> bool:
        """Tell whether its cost of a year is known in full; nothing is asked of other years."""
        item = self.of(year)
        said = [item.inside_expected] if item.is_expected else []
        said += [item.outside_expected] if item.outside_said else []
        if said:
            return all(one.value is not None and not one.is_partial for one in said)
        return any(one.planned_said or one.outside_said for one in self.years)


def together(amounts: Iterable[Amount | None]) -> Amount:
    """Return the sum of what is expected, reserved or asked, in the IT budget or on both sides.

    Amounts that are only asked have the tax basis of the accounts to come: they are added whatever
    the accounts of their years say.
    """
    found = [one for one in amounts if one is not None]
    scope = found[-1].scope._replace(stage=EXPECTED) if found else Scope(EXPECTED)
    return total((replace(one, scope=scope) for one in found), scope)


NO_FUNDING = Funding()


def allotted_years(facts: Mapping[int, Funding] | Iterable[Funding]) -> frozenset[int]:
    """Return the years for which at least one of the actions has an allotment."""
    fundings = facts.values() if isinstance(facts, Mapping) else facts
    return frozenset(
        item.year for funding in fundings for item in funding.years if item.allotted is not None
    )
