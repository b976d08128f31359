"""The least that must be added to capacities for something to become possible.

Each addition is weighed against what there is of its resource in all, so that a day and a euro can
be compared.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import Column, Model, Row, Terms
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Target
from portulan.portfolio.engine.relaxation import Narrowed, narrow, relax
from portulan.portfolio.engine.rules import Capacity

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer

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
    elastic = Model(model.pathways, list(model.columns))
    value: dict[int, int] = {}  # to be the greatest: the least additions, weighed
    added: dict[int, Capacity] = {}
    rows = [] if worth is None else [Row(model.goal, low=worth)]
    for row in model.rows:
        content = row.rule.content if row.rule else None
        if isinstance(content, Capacity):
            # What all pathways use together is enough; one row has it, so that it comes out whole.
            column = elastic.add(0, sum(map(abs, row.terms.values())), whole=False)
            added[column] = content
            total = sum(problem.resource(content.resource).capacity)
            value[column] = -max(1, _SHARES // max(1, total))
            row = replace(row, terms=row.terms | {column: -1})
        rows.append(row)
    values = _best(elastic.columns, rows, value, limits)
    if not values:
        return ()
    missing = {added[at]: round(values[at]) for at in added}
    return tuple(
        Shortfall(capacity.resource, capacity.year, amount)
        for capacity, amount in missing.items()
        if amount > 0
    )


def _best(
    columns: Sequence[Column], rows: Sequence[Row], value: Terms, limits: Limits
) -> Sequence[float]:
    """Return the columns of the greatest value, few searched before all; none where none fit."""
    from portulan.portfolio.engine import highs

    began, best = time.monotonic(), None

    def left() -> float:
        return limits.seconds - (time.monotonic() - began)

    def tried(narrowed: Narrowed, *, nodes: int | None) -> Answer:
        nonlocal best
        known = narrowed.rows(value)
        answer = highs.search(
            narrowed.columns,
            [*rows, *known],
            value,
            limits=Limits(left(), nodes),
            start=None if known else narrowed.start,
            watch=limits.watch,
        )
        if answer.worth is not None and (best is None or answer.worth >= (best.worth or 0)):
            best = answer
        return answer

    relaxed = highs.relaxed(columns, rows, value, limits=limits)
    found = None if relaxed is None else relax(columns, rows, value, relaxed.prices)
    narrowed = Narrowed(columns, None, None)
    if found is not None:
        narrowed = narrow(found, None, None, tried, lambda: left() > 0)
    if narrowed.answer is None:
        tried(narrowed, nodes=limits.nodes)
    return () if best is None else best.values


def nearest_plan(model: Model, limits: Limits) -> Plan | None:
    """Return a plan that misses the least of the targets; None when other rules forbid any."""
    elastic = Model(model.pathways, list(model.columns))
    value: dict[int, int] = {}
    rows = []
    for row in model.rows:
        if row.rule is not None and isinstance(row.rule.content, Target):
            wanted = row.rule.content.at_least
            # All that pathways may take away of the measure could be missing as well.
            worst = -sum(min(0, amount) for amount in row.terms.values())
            column = elastic.add(0, max(0, wanted) + worst, whole=False)
            value[column] = -max(1, _SHARES // max(1, wanted))
            row = replace(row, terms=row.terms | {column: 1})
        rows.append(row)
    values = _best(elastic.columns, rows, value, limits)
    if not values and elastic.columns:
        return None
    return model.plan({at for at in range(len(model.pathways)) if values[at] > 0.5})
