"""The register of contracts: its door, how each stands, what was spent, what is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.contracts.standing import (
    SINCE,
    Count,
    Leads,
    Standing,
    State,
    counted,
    standing_of,
)
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.labels import PROCEDURES
from portulan.budget.models import BudgetLine, Contract, ContractHabits
from portulan.core.money import known_sum
from portulan.core.periods import later
from portulan.core.storing import get_one

_GRAVITY = {State.TO_CORRECT: 0, State.TO_WRITE: 1, State.PRESENT: 2, State.NOT_CONCERNED: 2}


def contracts_of(*, actor: Actor) -> QuerySet[Contract]:
    """Return the contracts of the organisation by subject, with their actions (two queries)."""
    actor.require(Operation.READ_BUDGET)
    found = Contract.objects.filter(organisation_id=actor.organisation_id)
    return found.prefetch_related("actions__plan").order_by("subject", "pk")


def get_contract(*, actor: Actor, pk: int, need: Operation = Operation.READ_BUDGET) -> Contract:
    """Return a contract. Raises NotFoundError, DeniedError."""
    found = get_one(contracts_of(actor=actor), pk=pk)
    actor.require(need)
    return found


def habits_of(organisation_id: int) -> ContractHabits:
    """Return what an organisation chose, or the habits of the trade."""
    found = ContractHabits.objects.filter(organisation_id=organisation_id).first()
    return found or ContractHabits(organisation_id=organisation_id)


@dataclass(frozen=True, slots=True)
class Row:
    """A contract and how it stands on a day."""

    contract: Contract
    standing: Standing

    @property
    def procedure(self) -> str:
        return str(PROCEDURES[self.standing.procedure])

    @property
    def urgency(self) -> tuple[bool, date, int, str]:
        before = self.standing.before
        grave = _GRAVITY[self.standing.state]
        return before is None, before or date.max, grave, self.contract.subject


class Green(NamedTuple):
    """Counts of a year for the SPASER (CCP, L. 2111-3): of IT contracts, the environment alone.

    Its third paragraph asks real shares, in number or in euros, published every two years, of all
    purchases;
    what nobody said is in none of them.
    """

    either: Count
    condition: Count
    criterion: Count


@dataclass(frozen=True)
class Contracts:
    """All the contracts of an organisation on a day (three queries).

    Without `estimates`, for who may not read an amount before its award, nothing follows from one:
    neither a procedure, nor why nothing is due, nor the day by which something is.
    """

    organisation: Organisation
    on: date
    every: Sequence[Contract]
    habits: ContractHabits
    estimates: bool = True

    @cached_property
    def rows(self) -> list[Row]:
        """Every contract with its standing, the most urgent first."""
        habits = self.habits
        leads = Leads(habits.formal, habits.adapted, habits.purchasing_body)
        of_state = self.organisation.legal_form == LegalForm.STATE
        totals = self._totals
        rows = [
            Row(one, standing_of(one, totals[_family(one)], self.on, leads, of_state=of_state))
            for one in self.every
        ]
        return sorted(rows, key=lambda row: row.urgency)

    @cached_property
    def _totals(self) -> dict[tuple[object, ...], Decimal | None]:
        """The HT total of each contract with its lots: unknown where one of them is."""
        found: dict[tuple[object, ...], list[Decimal | None]] = defaultdict(list)
        for one in self.every:
            found[_family(one)].append(
                one.ceiling_ht
                if one.estimate_ht is None
                else one.estimate_ht
                if self.estimates
                else None
            )
        return {
            key: None if any(amount is None for amount in amounts) else known_sum(amounts)
            for key, amounts in found.items()
        }

    @cached_property
    def coming(self) -> list[Row]:
        """Those that end within the horizon, that are to be awarded, or whose consultation began.

        One that ended is told no more, unless a consultation is under way for it.
        """
        last = later(self.on, self.habits.horizon)
        return [row for row in self.rows if self._comes(row, last)]

    def _comes(self, row: Row, last: date) -> bool:
        end, its = row.standing.end, row.contract
        if its.notified_on is None or its.next_on is not None:
            return True
        return end is not None and self.on <= end <= last

    @cached_property
    def without_end(self) -> list[Row]:
        """Those in force whose end nobody knows: it is asked."""
        return [row for row in self.rows if row.contract.notified_on and not row.standing.end]

    def without_estimates(self) -> Contracts:
        """Return them as who may not read an amount before its award knows them."""
        return replace(self, estimates=False)

    def in_state(self, state: State) -> list[Row]:
        return [row for row in self.coming if row.standing.state is state]

    @cached_property
    def begun(self) -> Count:
        """Consultations begun since 21 August 2026, with a condition and a criterion.

        Those for which nothing is due, with a reason, are not counted: one value for all who read.
        """
        return counted(replace(self, estimates=True)._begun())

    def _begun(self) -> Iterable[tuple[bool | None, Decimal | None]]:
        for row in self.rows:
            one = row.contract
            if one.consultation_on and SINCE <= one.consultation_on <= self.on:
                yield both(one.clause, one.criterion), one.awarded_ht
            if one.next_on and SINCE <= one.next_on <= self.on and row.standing.why is None:
                yield one.has_condition and one.has_criterion, one.estimate_ht

    def weighed(self, year: int) -> Count:
        """Contracts notified in a year, with a criterion of the weight that the plan asks."""
        least = self.habits.least_weight
        return self._notified(year, lambda one: _weighs(one, least))

    def _notified(self, year: int, answer: Callable[[Contract], bool | None]) -> Count:
        return counted(
            (answer(one), one.awarded_ht)
            for one in self.every
            if one.notified_on and one.notified_on.year == year and one.notified_on <= self.on
        )

    def green(self, year: int) -> Green:
        """Contracts notified in a year with what the SPASER counts of the environment."""
        return Green(
            self._notified(year, lambda one: either(one.clause, one.criterion)),
            self._notified(year, lambda one: one.clause),
            self._notified(year, lambda one: one.criterion),
        )


def _family(one: Contract) -> tuple[object, ...]:
    """Return what lots of one consultation share: their number and their buyer."""
    return (one.buyer, one.number) if one.number and one.lot else (one.pk,)


def both(clause: bool | None, criterion: bool | None) -> bool | None:
    """Tell whether there are both; one that is missing is enough to say no."""
    if clause is False or criterion is False:
        return False
    return True if clause and criterion else None


def either(clause: bool | None, criterion: bool | None) -> bool | None:
    """Tell whether there is one at least; one that is there is enough to say yes."""
    if clause or criterion:
        return True
    return None if clause is None or criterion is None else False


def _weighs(one: Contract, least: Decimal) -> bool | None:
    if one.criterion is False:
        return False
    return None if one.weight is None else one.weight >= least


def contracts_on(organisation: Organisation, on: date, *, estimates: bool = True) -> Contracts:
    """Return all the contracts of an organisation, for who may read them already."""
    every = list(
        Contract.objects.filter(organisation=organisation).prefetch_related("actions__plan")
    )
    unasked = ContractHabits(organisation_id=organisation.pk)
    habits = habits_of(organisation.pk) if every else unasked
    return Contracts(organisation, on, every, habits, estimates)


def register_of(known: YearFacts, organisation: Organisation, on: date) -> Contracts:
    """Return the same, asked once of the facts that a request shares."""
    return known.once(("contracts", on), lambda: contracts_on(organisation, on))


def spent_on(contracts: Sequence[Contract], year: int) -> dict[int, Decimal | None]:
    """Return what the lines of a year paid of each contract, in their tax basis (one query).

    By its number, written on the line as its contract or its order, or by its holder where the
    organisation said that all its lines are of this contract.
    """
    numbers = {one.number for one in contracts if one.number}
    holders = {one.holder for one in contracts if one.by_supplier and one.holder}
    if not contracts or not (numbers or holders):
        return {}
    wanted = Q(contract_ref__in=numbers) | Q(order_ref__in=numbers) | Q(supplier__in=holders)
    lines = (
        BudgetLine.objects.filter(
            wanted,
            organisation_id=contracts[0].organisation_id,
            fiscal_year__year=year,
            is_expense=True,
            is_real=True,
        )
        .order_by()
        .values("contract_ref", "order_ref", "supplier")
        .annotate(paid=Sum("realised"))
    )
    groups = list(lines)
    return {
        one.pk: known_sum(group["paid"] for group in groups if _is_of(one, group))
        for one in contracts
        if any(_is_of(one, group) for group in groups)
    }


def _is_of(one: Contract, group: Mapping[str, object]) -> bool:
    if one.number and one.number in (group["contract_ref"], group["order_ref"]):
        return True
    return one.by_supplier and bool(one.holder) and one.holder == group["supplier"]
