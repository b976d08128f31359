"""The lines that a rule of attribution is about in a year, and what it comes to on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched

from django.db.models import Q, QuerySet

from portulan.budget.attributions.free_share import free_of_order, free_share
from portulan.budget.attributions.orders import WHO
from portulan.budget.attributions.rules import Fraction, WhyNot, fraction_of
from portulan.budget.lines.facts import Criteria, LineFacts, criteria_in, facts_of
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import Attribution, AttributionRule, BudgetLine, FiscalYear, Order
from portulan.budget.words import AttributionStatus, Stage

_CHUNK = 500
_ASKED = (
    *LineFacts._fields[:-1],
    *("contract_ref", "order_ref"),
    *("it_share", "committed", "realised", "fiscal_year_id", "batch_id", "organisation_id"),
)


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule comes to on a line: a share of the whole line, or why it proposes none.

    `key` explains the share where it is that of orders; `existing` is what the rule proposed
    already on that line, whatever became of it.
    """

    line: BudgetLine
    share: Decimal | None
    key: dict[str, str] | None
    why_not: WhyNot | None
    existing: Attribution | None = None

    @property
    def shown(self) -> Match | Attribution:
        """What has the share and the key to show: those proposed, else those that would be."""
        return self.existing or self


def matches(
    rule: AttributionRule, fiscal_year: FiscalYear, *, among: Collection[int] | None = None
) -> list[Match]:
    """Return the lines of a year that a rule is about (four queries, and one by 500 lines).

    `among` keeps only these lines (identifiers).
    """
    criteria = Criteria(**criteria_in(rule))
    lines = lines_in_force(fiscal_year)
    own = [
        line
        for line in _narrowed(lines if among is None else lines.filter(pk__in=among), criteria)
        .only(*_ASKED)
        .order_by("pk")
        .iterator(chunk_size=2000)
        if criteria.matches(facts_of(line))
    ]
    detailed, shared = _by_orders(criteria, fiscal_year, {line.pk for line in own})
    found: list[Match] = [Match(line, rule.share, None, None) for line in own]
    found += [_of_orders(rule, line, orders) for line, orders in detailed]
    found += [Match(line, None, None, WhyNot.SHARED) for line in shared]
    if among is not None:
        found = [match for match in found if match.line.pk in among]
    return list(_with_room(rule, found))


def _narrowed[T: (BudgetLine, Order)](items: QuerySet[T], criteria: Criteria) -> QuerySet[T]:
    """Leave to Python only what the database cannot tell: words without accents."""
    items = items.filter(nature__startswith=criteria.nature_prefix)
    if criteria.contract:
        items = items.filter(contract_ref__iexact=criteria.contract)
    return items


def _by_orders(
    criteria: Criteria, fiscal_year: FiscalYear, own: set[int]
) -> tuple[list[tuple[BudgetLine, list[Order]]], list[BudgetLine]]:
    """Return the lines that only the orders tell of, and those that nobody can tell apart.

    An order that a line of its own account holds whole (`own`) is in that line's share already.
    """
    in_force = Order.objects.filter(fiscal_year=fiscal_year)
    orders = [
        order
        for order in _narrowed(in_force, criteria).order_by("pk")
        if order.nature and criteria.matches(facts_of(order))
    ]
    prefixes = {order.nature[:end] for order in orders for end in range(1, len(order.nature) + 1)}
    by_nature: dict[str, list[BudgetLine]] = defaultdict(list)
    held = lines_in_force(fiscal_year).filter(nature__in=prefixes).only(*_ASKED)
    for line in held.order_by("pk"):
        by_nature[line.nature].append(line)
    detailed: dict[int, tuple[BudgetLine, list[Order]]] = {}
    shared: dict[int, BudgetLine] = {}
    for order in orders:
        lines = [
            line
            for end in range(1, len(order.nature) + 1)
            for line in by_nature.get(order.nature[:end], ())
            if _may_hold(line, order)
        ]
        if own & {line.pk for line in lines}:
            continue
        if len(lines) == 1:
            detailed.setdefault(lines[0].pk, (lines[0], []))[1].append(order)
        shared |= {line.pk: line for line in lines if len(lines) > 1}
    certain = [pair for pk, pair in detailed.items() if pk not in shared]
    return certain, list(shared.values())


def _may_hold(line: BudgetLine, order: Order) -> bool:
    """Tell whether nothing that both say of themselves differs, as `orders_of` does."""
    return all(
        not said or not its or said.lower() == its.lower()
        for said, its in ((getattr(line, name), getattr(order, name)) for name in WHO)
    )


def _of_orders(rule: AttributionRule, line: BudgetLine, orders: list[Order]) -> Match:
    amounts = {stage: getattr(line, stage.column) for stage in (Stage.REALISED, Stage.COMMITTED)}
    found = fraction_of(rule.share, orders, amounts)
    if not isinstance(found, Fraction):
        return Match(line, None, None, found)
    order = orders[0].order_ref if len(orders) == 1 else ""
    contract = rule.contract_ref or (orders[0].contract_ref if len(orders) == 1 else "")
    key = found.key(rule.share, order=order, contract=contract, orders=len(orders))
    return Match(line, found.share, key, None)


def _with_room(rule: AttributionRule, found: Iterable[Match]) -> Iterator[Match]:
    for chunk in batched(found, _CHUNK):
        standing: dict[int, list[Attribution]] = defaultdict(list)
        given = Attribution.objects.filter(line__in=[match.line.pk for match in chunk]).filter(
            ~Q(status=AttributionStatus.WITHDRAWN) | Q(rule=rule)
        )
        for attribution in given.order_by("pk"):
            standing[attribution.line_id].append(attribution)
        for match in chunk:
            yield _judged(rule, match, standing[match.line.pk])


def _judged(rule: AttributionRule, match: Match, given: list[Attribution]) -> Match:
    existing = next((item for item in given if item.rule_id == rule.pk), None)
    others = [
        item
        for item in given
        if item is not existing and item.status != AttributionStatus.WITHDRAWN
    ]
    why_not = match.why_not or _why_not(rule, match, others)
    return Match(match.line, match.share, match.key, why_not, existing)


def _why_not(rule: AttributionRule, match: Match, others: list[Attribution]) -> WhyNot | None:
    pairs = [(item.outside_it, item.share) for item in others]
    free = free_share(match.line.it_share, pairs, outside_it=False)
    if free is None:
        return WhyNot.UNDECIDED
    if any(_meets(match.key, item.key) for item in others if item.action_id == rule.action_id):
        return WhyNot.ALREADY
    if match.key is not None:
        keys = [item.key for item in others if item.key]
        if free_of_order(match.key, keys) < rule.share:
            return WhyNot.NO_ROOM
    return WhyNot.NO_ROOM if match.share is None or match.share > free else None


def _meets(key: dict[str, str] | None, other: dict[str, str] | None) -> bool:
    """Tell whether two shares of a line are of the same money: the line, or an order of both."""
    return key is None or other is None or free_of_order(key, [other]) < 1
