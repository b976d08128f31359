"""The least that must be added to capacities for something to become possible.

Each addition is weighed against what there is of its resource in all, so that a day and a euro can
be compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import Model, Row
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.rules import Capacity

_SHARES = 10**6  # a resource is cut in so many shares to be weighed against another


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing of a resource in a year."""

    resource: str
    year: int
    missing: int


def least_additions(
    problem: PortfolioProblem, model: Model, limits: Limits, *, worth: int | None = None
) -> tuple[Shortfall, ...]:
    """Return the additions with which a plan exists, worth at least so much; nothing if none do."""
    from portulan.portfolio.engine import highs

    elastic = Model(model.pathways, list(model.columns))
    cost: dict[int, int] = {}
    added: dict[int, Capacity] = {}
    rows = [] if worth is None else [Row(model.value, low=worth)]
    for row in model.rows:
        content = row.rule.content if row.rule else None
        if isinstance(content, Capacity):
            column = elastic.add(0, None)
            added[column] = content
            total = sum(problem.resource(content.resource).capacity)
            cost[column] = max(1, _SHARES // max(1, total))
            row = replace(row, terms=row.terms | {column: -1})
        rows.append(row)
    answer = highs.search(
        elastic.columns, rows, cost, sense="min", limits=limits, watch=limits.watch
    )
    if not answer.values:
        return ()
    missing = {added[at]: round(answer.values[at]) for at in added}
    return tuple(
        Shortfall(capacity.resource, capacity.year, amount)
        for capacity, amount in missing.items()
        if amount > 0
    )
