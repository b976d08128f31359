"""The orders that detail a line: those of its account, and of its manager where both name one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from portulan.budget.lines.facts import Criteria, criteria_in, facts_of
from portulan.budget.models import Attribution, BudgetLine, Order
from portulan.budget.words import Stage
from portulan.core.money import as_text

_DIGITS = 18  # more than any identifier has
WHO = ("manager", "service", "supplier", "contract_ref", "order_ref")


def orders_of(line: BudgetLine) -> QuerySet[Order]:
    """Return the orders in force of a line, the largest first.

    An order is of a line when its account is, or is below it (accounts voted at three digits), and
    when nothing that both say of themselves (manager, supplier, contract…) differs.
    """
    if not line.nature:
        return Order.objects.none()
    found = Order.objects.filter(
        fiscal_year=line.fiscal_year_id,
        nature__startswith=line.nature,
    )
    for name in WHO:
        if said := getattr(line, name):
            found = found.filter(Q(**{name: ""}) | Q(**{f"{name}__iexact": said}))
    amount = Coalesce(F("realised"), F("committed"))
    return found.order_by(amount.desc(nulls_last=True), "pk")


def searched(orders: QuerySet[Order], words: str, *, suppliers: bool) -> QuerySet[Order]:
    """Return the orders that hold each of the words, in the supplier too if it may be seen."""
    for word in words.split():
        found = Q(label__icontains=word) | Q(order_ref__icontains=word)
        found |= Q(contract_ref__icontains=word) | Q(manager__icontains=word)
        orders = orders.filter(found | Q(supplier__icontains=word) if suppliers else found)
    return orders


def order_of(line: BudgetLine, pk: str) -> Order | None:
    """Return an order of a line, None when it is of another or of none."""
    readable = pk.isdecimal() and len(pk) <= _DIGITS
    return orders_of(line).filter(pk=int(pk)).first() if readable else None


def outdated(line: BudgetLine, attributions: Iterable[Attribution]) -> set[int]:
    """Return the ids of the attributions whose orders, or line, have another amount than their key.

    One query, none without a key. An order that is gone has another amount too.
    """
    keyed = [given for given in attributions if given.key]
    if not keyed:
        return set()
    orders = list(orders_of(line))
    return {given.pk for given in keyed if _has_changed(line, given, orders)}


def _has_changed(line: BudgetLine, given: Attribution, orders: list[Order]) -> bool:
    key: dict[str, str] = given.key or {}
    stage = Stage(key["stage"])
    of_line: Decimal | None = getattr(line, stage.column)
    if of_line is None or as_text(of_line) != key["of"]:
        return True
    if given.rule is not None:
        criteria = Criteria(**criteria_in(given.rule))
        its = [order for order in orders if criteria.matches(facts_of(order))]
    else:
        its = [order for order in orders if order.order_ref == key["order"]][:1]
    amounts = [amount for order in its if (amount := getattr(order, stage.column)) is not None]
    return not its or as_text(sum(amounts, Decimal(0))) != key["amount"]


@dataclass(frozen=True, slots=True)
class OrderSums:
    """What the orders of a line add up to, in euros; None where none has an amount."""

    count: int
    committed: Decimal | None
    realised: Decimal | None

    def at(self, stage: Stage) -> Decimal | None:
        """Return the sum at a stage, None at those that orders do not have."""
        return {Stage.COMMITTED: self.committed, Stage.REALISED: self.realised}.get(stage)


def order_sums(line: BudgetLine) -> OrderSums:
    """Return the sums of the orders of a line (one query)."""
    sums = orders_of(line).aggregate(
        count=Count("pk"), committed=Sum("committed"), realised=Sum("realised")
    )
    return OrderSums(**sums)
