"""The least that passes from a group to another for a plan to be fair (pure).

What passes is money or days: another group bears it, and the sum of all stays as it is. Adding to a
group would take as much at least, since its share grows with the sum: nothing is added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from portulan.portfolio.engine.evaluator import evaluate, of_groups
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import Model, Row, Terms, build, had
from portulan.portfolio.engine.problem import (
    DAYS,
    MONEY,
    Fairness,
    Plan,
    PortfolioProblem,
    canonical,
)
from portulan.portfolio.engine.rules import Rule

_SHARES = 10**6  # money and days are each cut in so many shares to be weighed together


@dataclass(frozen=True, slots=True)
class Transfer:
    """How much of what a rule shares passes from a group to another."""

    rule: str
    of: str
    giver: str
    taker: str
    amount: int


@dataclass(frozen=True, slots=True)
class Fair:
    """The least transfers with which a plan is fair, and the best plan that they allow.

    `proved`: none is fair with less.
    """

    transfers: tuple[Transfer, ...]
    plan: Plan
    proved: bool


def transfers(problem: PortfolioProblem, plan: Plan) -> tuple[Transfer, ...] | None:
    """Return the least transfers that make a plan fair; None where none do."""
    found: list[Transfer] = []
    for rule in problem.fairness:
        passed = _of_rule(problem, plan, rule)
        if passed is None:
            return None
        found += passed
    return tuple(found)


def _of_rule(problem: PortfolioProblem, plan: Plan, rule: Fairness) -> list[Transfer] | None:
    """Compare what each group has with the whole number nearest to its line, on the fair side."""
    amounts = of_groups(problem, plan, rule)
    groups = problem.units if rule.by == "unit" else problem.themes
    heads = {group.id: group.heads for group in groups if group.heads}
    total, people = sum(amounts.values()), 100 * sum(heads.values())
    over: dict[str, int] = {}  # its line; under it where negative
    for group, amount in amounts.items():
        if rule.at_most is None:
            line = -(-(rule.share_at_least or 0) * heads[group] * total // people)
        else:
            line = rule.at_most * heads[group] * total // people
        over[group] = amount - line
    givers = {group: amount for group, amount in over.items() if amount > 0}
    takers = {group: -amount for group, amount in over.items() if amount < 0}
    needed, had_by = (takers, givers) if rule.at_most is None else (givers, takers)
    if not needed:
        return []
    if rule.of not in (MONEY, DAYS) or sum(needed.values()) > sum(had_by.values()):
        return None
    name = Rule("fairness", rule).name
    return [Transfer(name, rule.of, *passed) for passed in _paired(givers, takers)]


def _paired(givers: Mapping[str, int], takers: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    """Yield who gives how much to whom, the largest first, until a side has no more."""
    giving, taking = (
        sorted(side.items(), key=lambda one: (one[1], one[0])) for side in (givers, takers)
    )
    while giving and taking:
        (giver, given), (taker, taken) = giving.pop(), taking.pop()
        amount = min(given, taken)
        yield giver, taker, amount
        if given > amount:
            giving.append((giver, given - amount))
        if taken > amount:
            taking.append((taker, taken - amount))


def least_transfers(problem: PortfolioProblem, *, limits: Limits | None = None) -> Fair | None:
    """Return the least transfers with which a plan keeps all rules; None where none is known.

    The same model with what each group gives and takes, least first; then the best of such plans.
    """
    from portulan.portfolio.engine import highs

    problem, limits = canonical(problem), limits or Limits()
    if not any(rule.of in (MONEY, DAYS) for rule in problem.fairness):
        return None
    model = build(problem)
    elastic, moved = _elastic(problem, model)
    found = highs.search(elastic.columns, elastic.rows, moved, sense="min", limits=limits)
    if found.worth is None:
        return None
    kept = [*elastic.rows, Row(moved, high=found.worth)]
    best = highs.search(elastic.columns, kept, model.goal, limits=limits, watch=limits.watch)
    for answer in (best, found):  # the second where the first had no time
        plan = model.plan({at for at in answer.ones if at < len(model.pathways)})
        passed = transfers(problem, plan)
        if answer.worth is None or passed is None:
            continue
        if evaluate(replace(problem, fairness=()), plan).breaches:
            continue  # what the check does not agree with is not shown
        exact = sum(one.amount * _weight(problem, one.of) for one in passed) == found.worth
        return Fair(passed, plan, exact and found.status == "optimal")
    return None


def _elastic(problem: PortfolioProblem, model: Model) -> tuple[Model, Terms]:
    """Return the model where groups give and take, and what is given in all, weighed."""
    elastic = Model(model.pathways, list(model.columns))
    moved: Terms = {}
    balances: defaultdict[str, Terms] = defaultdict(dict)
    for row in model.rows:
        content = row.rule.content if row.rule else None
        if row.rule and isinstance(content, Fairness) and content.of in (MONEY, DAYS):
            groups = problem.units if content.by == "unit" else problem.themes
            people = 100 * sum(group.heads for group in groups)
            most = sum(had(problem, pathway, content.of) for pathway in model.pathways)
            given, taken = elastic.add(0, most), elastic.add(0, most)
            moved[given] = _weight(problem, content.of)
            balances[row.rule.name] |= {given: 1, taken: -1}
            row = replace(row, terms=row.terms | {given: -people, taken: people})
        elastic.rows.append(row)
    elastic.rows += [Row(balance, low=0, high=0) for balance in balances.values()]
    return elastic, moved


def _weight(problem: PortfolioProblem, of: str) -> int:
    """Return what one unit weighs beside what there is of its kind in all."""
    there_is = sum(sum(one.capacity) for one in problem.resources if one.money == (of == MONEY))
    return max(1, _SHARES // max(1, there_is))
