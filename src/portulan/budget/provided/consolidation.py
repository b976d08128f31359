"""Several organisations as one: what a member pays to a provider among them counts once.

A contribution that takes the share of a provider is in neither term of its member when that
provider is in the set: the provider's own lines hold those euros. Of a provider that is not, it
stays, as its member declares it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.share import HUNDRED
from portulan.budget.lines.kept_sums import real_expenses
from portulan.budget.models import COUNTED, BudgetLine, FiscalYear
from portulan.budget.words import Stage
from portulan.core.money import ZERO


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a member pays to a provider of the set, in euros: its IT part, and what is NR of it."""

    member: str
    provider: str  # SIREN
    amount: Decimal
    nr: Decimal


@dataclass(slots=True)
class Consolidated:
    """The terms of a set, in euros; `value` is None where there is no IT budget."""

    numerator: Decimal = ZERO
    denominator: Decimal = ZERO
    eliminated: list[Contribution] = field(default_factory=list)

    @property
    def value(self) -> Decimal | None:
        return HUNDRED * self.numerator / self.denominator if self.denominator > 0 else None


def consolidated(years: Iterable[FiscalYear], stage: Stage) -> Consolidated:
    """Return the terms of the years of several organisations, each with its `organisation`.

    Three queries a year.
    """
    found, chosen = Consolidated(), list(years)
    providers = {year.organisation.siren for year in chosen} - {""}
    for year in chosen:
        figure = figure_of(year, stage).figure
        found.numerator += figure.numerator
        found.denominator += figure.denominator.amount
        found.eliminated += _contributions(year, stage, providers - {year.organisation.siren})
    for one in found.eliminated:
        found.numerator -= one.nr
        found.denominator -= one.amount
    return found


def _contributions(year: FiscalYear, stage: Stage, providers: set[str]) -> list[Contribution]:
    of_provider = Q(attributions__provided__siren__in=providers, attributions__status__in=COUNTED)
    lines = (
        real_expenses(BudgetLine.objects.filter(fiscal_year=year))
        .filter(of_provider)
        .order_by("row", "pk")
        .values_list(stage.column, "it_share", "nr_share", "attributions__provided__siren")
    )
    return [
        Contribution(
            year.organisation.slug, provider, amount * (share or ZERO), amount * (nr or ZERO)
        )
        for amount, share, nr, provider in lines
        if amount is not None
    ]
