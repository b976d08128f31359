"""What lines, orders and rules of the database say of themselves, for the pure rules."""

from __future__ import annotations

from portulan.budget.attribution_rules import Criteria, Named
from portulan.budget.models import AttributionRule, BudgetLine, Order


def criteria_of(rule: AttributionRule) -> Criteria:
    """Return what a rule asks of a line."""
    return Criteria(
        nature_prefix=rule.nature_prefix,
        service=rule.service,
        supplier=rule.supplier,
        contract=rule.contract_ref,
        label=rule.label,
    )


def named(item: BudgetLine | Order) -> Named:
    """Return what a line or an order says of itself."""
    return Named(
        item.nature, item.service, item.manager, item.supplier, item.contract_ref, item.label
    )
