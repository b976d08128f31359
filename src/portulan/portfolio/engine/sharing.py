"""The least that passes from a group to another for a plan to be fair (pure).

What passes is money or days: another group bears it, and the sum of all stays as it is. Adding to a
group would take as much at least, since its share grows with the sum: nothing is added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

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
    shared: defaultdict[tuple[str, str], list[Fairness]] = defaultdict(list)
    for rule in problem.fairness:
        shared[rule.by, rule.of].append(rule)
    for rules in shared.values():
        passed = _under(problem, plan, rules)
        if passed is None:
            return None
        found += passed
    return tuple(found)


def _under(
    problem: PortfolioProblem, plan: Plan, rules: Sequence[Fairness]
) -> list[Transfer] | None:
    """Compare what each group has with its lines, under rules that share the same out alike."""
    of, amounts = rules[0].of, of_groups(problem, plan, rules[0])
    least, most = _bounds(problem, amounts, rules)
    name = {one.at_most is None: Rule("fairness", one).name for one in rules}
    over = {one: has - most[one] for one, has in amounts.items() if has > most[one]}
    under = {one: least[one] - has for one, has in amounts.items() if has < least[one]}
    if not over and not under:
        return []
    short = sum(over.values()) - sum(under.values())
    room = {one: most[one] - max(has, least[one]) for one, has in amounts.items()}
    spare = {one: min(has, most[one]) - least[one] for one, has in amounts.items()}
    takers, givers = _with(under, room, short), _with(over, spare, -short)
    crossed = any(least[one] > most[one] for one in amounts)
    if of not in (MONEY, DAYS) or crossed or takers is None or givers is None:
        return None
    return [
        Transfer(name[giver not in over], of, giver, taker, amount)
        for giver, taker, amount in _paired(givers, takers)
    ]


def _bounds(
    problem: PortfolioProblem, amounts: Mapping[str, int], rules: Sequence[Fairness]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the least and the most of each group: whole numbers, on the fair side of its lines."""
    groups = problem.units if rules[0].by == "unit" else problem.themes
    total, people = sum(amounts.values()), 100 * sum(group.heads for group in groups)
    even = {group.id: group.heads * total for group in groups}
    floors = [one.share_at_least or 0 for one in rules if one.at_most is None]
    caps = [one.at_most for one in rules if one.at_most is not None]
    least, most = {}, {}
    for one, has in amounts.items():  # a measure may be under 0
        least[one] = max((-(-share * even[one] // people) for share in floors), default=min(has, 0))
        most[one] = min((share * even[one] // people for share in caps), default=max(has, total))
    return least, most


def _with(must: Mapping[str, int], may: Mapping[str, int], more: int) -> dict[str, int] | None:
    """Return what groups must pass and more of what they may, the largest first; None if short."""
    found = dict(must)
    for group, amount in sorted(may.items(), key=lambda one: (one[1], one[0]), reverse=True):
        if (passed := min(amount, more)) > 0:
            found[group] = found.get(group, 0) + passed
            more -= passed
    return None if more > 0 else found


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

    problem, limits, began = canonical(problem), limits or Limits(), monotonic()
    if not any(rule.of in (MONEY, DAYS) for rule in problem.fairness):
        return None
    model = build(problem)
    elastic, moved = _elastic(problem, model)
    found = highs.search(elastic.columns, elastic.rows, moved, sense="min", limits=limits)
    if found.worth is None:
        return None
    kept = [*elastic.rows, Row(moved, high=found.worth)]
    left = replace(limits, seconds=max(0.0, began + limits.seconds - monotonic()))
    best = highs.search(elastic.columns, kept, model.goal, limits=left, watch=limits.watch)
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
    slacks: dict[tuple[str, str, int], tuple[int, int]] = {}  # given and taken, of each group
    balances: defaultdict[tuple[str, str], Terms] = defaultdict(dict)
    seen: Counter[Fairness] = Counter()
    for row in model.rows:
        rule = row.rule.content if row.rule else None
        if isinstance(rule, Fairness) and rule.of in (MONEY, DAYS):
            groups = problem.units if rule.by == "unit" else problem.themes
            people = 100 * sum(group.heads for group in groups)
            group = (rule.by, rule.of, seen[rule])  # the rows of a rule follow its groups
            seen[rule] += 1
            if group not in slacks:
                most = sum(had(problem, pathway, rule.of) for pathway in model.pathways)
                slacks[group] = elastic.add(0, most), elastic.add(0, most)
            given, taken = slacks[group]
            moved[given] = _weight(problem, rule.of)
            balances[rule.by, rule.of] |= {given: 1, taken: -1}
            row = replace(row, terms=row.terms | {given: -people, taken: people})
        elastic.rows.append(row)
    elastic.rows += [Row(balance, low=0, high=0) for balance in balances.values()]
    return elastic, moved


def _weight(problem: PortfolioProblem, of: str) -> int:
    """Return what one unit weighs beside what there is of its kind in all."""
    there_is = sum(sum(one.capacity) for one in problem.resources if one.money == (of == MONEY))
    return max(1, _SHARES // max(1, there_is))
