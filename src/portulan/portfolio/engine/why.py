"""Questions about a plan, answered by solving again: exact, or an interval where unproved.

Duals of the linear relaxation would be cheaper and wrong: up to 4.8 times at 30 actions
(docs/reference/truths.md, Portfolios). Each question is a problem of its own: a wish, more
capacity, a rule less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from portulan.core.contracts import Answer
from portulan.portfolio.engine.additions import Shortfall, least_additions
from portulan.portfolio.engine.conflicts import conflicting
from portulan.portfolio.engine.evaluator import Usage, evaluate
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import build
from portulan.portfolio.engine.problem import Level, Plan, PortfolioProblem, Step, Wish, canonical
from portulan.portfolio.engine.rules import Rule, rules_of, without
from portulan.portfolio.engine.sentences import ToldRule
from portulan.portfolio.engine.solving import Result, solve


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference of value: one number when both searches are proved. `high` None: unbounded."""

    low: int
    high: int | None

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Move:
    """An action that both plans take, otherwise."""

    action: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What another plan does otherwise: actions that enter, that leave, with their steps; moves."""

    enters: Plan
    leaves: Plan
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Below(Answer):
    """What it would be to stop an action short of the level chosen, at one of those below.

    `delta` is what the plan would lose, None where that is impossible: `ruled_out_by` then says
    which rules forbid it.
    """

    BESIDE: ClassVar[tuple[str, ...]] = ("difference",)

    level: Level
    delta: Interval | None
    ruled_out_by: tuple[ToldRule, ...] | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class Why(Answer):
    """Why an action is in the plan, or out of it.

    `delta` is what the plan would lose otherwise, None when otherwise is impossible: `ruled_out_by`
    then says which rules forbid it. `binding` are the capacities that cannot hold both, `missing`
    with how much more it would enter, `below` why it stops no sooner, where that was asked.
    """

    BESIDE: ClassVar[tuple[str, ...]] = ("difference",)
    UNSAID: ClassVar[frozenset[str]] = frozenset({"missing", "below"})

    action: str
    selected: bool
    delta: Interval | None
    ruled_out_by: tuple[ToldRule, ...] | None
    difference: Difference
    binding: tuple[Usage, ...]
    missing: tuple[Shortfall, ...] | None = None
    below: Below | None = None


@dataclass(frozen=True, slots=True)
class Purchase(Answer):
    """What an addition, or a rule less, brings; the plan is the same where it brings nothing.

    `amount` is how much is added where several are asked, `rule` the one that is lifted.
    """

    BESIDE: ClassVar[tuple[str, ...]] = ("rule", "difference")
    UNSAID: ClassVar[frozenset[str]] = frozenset({"amount"})

    amount: int | None = field(default=None, kw_only=True)
    rule: ToldRule | None = field(default=None, kw_only=True)
    delta: Interval
    difference: Difference


def difference(before: Plan, after: Plan) -> Difference:
    """Return what `after` does otherwise than `before`."""
    return Difference(
        enters={action: steps for action, steps in after.items() if action not in before},
        leaves={action: steps for action, steps in before.items() if action not in after},
        moves=tuple(
            Move(action, before[action], steps)
            for action, steps in after.items()
            if action in before and before[action] != steps
        ),
    )


def why(
    problem: PortfolioProblem, base: Result, action_id: str, *, limits: Limits | None = None
) -> Why:
    """Return what it costs to do the contrary of the base plan for one action.

    Raises KeyError for an action that is not in the problem.
    """
    problem = canonical(problem)
    problem.action(action_id)
    selected = action_id in base.plan
    contrary = replace(problem, wish=Wish(action_id, taken=not selected))
    result = solve(contrary, limits=limits, tie_break=False)
    if result.status == "infeasible":
        found = conflicting(contrary, limits=limits)
        rules = tuple(rule for rule in found if rule.kind != "wish")
        return Why(action_id, selected, None, rules, Difference({}, {}, ()), ())
    with_it, without_it = (base, result) if selected else (result, base)
    return Why(
        action=action_id,
        selected=selected,
        delta=_loss(base, result),
        ruled_out_by=None,
        difference=difference(base.plan, result.plan),
        binding=tuple(_binding(problem, action_id, with_it.plan, without_it.plan)),
    )


def below(
    problem: PortfolioProblem, base: Result, action_id: str, *, limits: Limits | None = None
) -> Below | None:
    """Return what the plan would lose, were the action to stop at a level below the one chosen.

    None for an action that is left out, or has no level below. Raises KeyError for an action that
    is not in the problem.
    """
    problem = canonical(problem)
    action, steps = problem.action(action_id), base.plan.get(action_id)
    lower = [one for one in action.levels if steps and one.level < steps[-1].level]
    if not lower:
        return None
    short = replace(action, levels=tuple(lower))
    contrary = replace(
        problem,
        wish=Wish(action_id, taken=True),
        actions=tuple(short if one.id == action_id else one for one in problem.actions),
    )
    result = solve(contrary, limits=limits, tie_break=False)
    taken = result.plan.get(action_id, ())
    if result.status != "infeasible":
        level = taken[-1].level if taken else lower[-1].level
        return Below(level, _loss(base, result), None, difference(base.plan, result.plan))
    found = conflicting(contrary, limits=limits)
    rules = tuple(rule for rule in found if rule.kind != "wish")
    return Below(lower[-1].level, None, rules, Difference({}, {}, ()))


def buy(
    problem: PortfolioProblem,
    base: Result,
    resource_id: str,
    year: int,
    amount: int,
    *,
    limits: Limits | None = None,
) -> Purchase:
    """Return what `amount` more of a resource in a year brings.

    Raises KeyError for an unknown resource, ValueError for a year that is not in the problem or an
    amount that is not positive.
    """
    return buys(problem, base, resource_id, year, [amount], limits=limits)[amount]


def buys(
    problem: PortfolioProblem,
    base: Result,
    resource_id: str,
    year: int,
    amounts: Iterable[int],
    *,
    limits: Limits | None = None,
) -> dict[int, Purchase]:
    """Return what each amount more of a resource in a year brings, as `buy` does of one.

    The largest first: a plan that needs less than what was added is the best with less as well, so
    that nothing is searched again until it no longer fits.
    """
    found: dict[int, Purchase] = {}
    purchase, plan = None, base.plan
    for amount in sorted(set(amounts), reverse=True):
        richer = _with_more(canonical(problem), resource_id, year, amount)
        if purchase is None or evaluate(richer, plan).breaches:
            result = solve(richer, limits=limits, tie_break=False, start=base.plan)
            purchase, plan = _purchase(base, result)
        found[amount] = purchase
    return found


def _with_more(
    problem: PortfolioProblem, resource_id: str, year: int, amount: int
) -> PortfolioProblem:
    resource = problem.resource(resource_id)
    at = problem.years.index(year)
    if amount <= 0:
        raise ValueError(amount)
    capacity = list(resource.capacity)
    capacity[at] += amount
    return replace(
        problem,
        resources=tuple(
            replace(one, capacity=tuple(capacity)) if one.id == resource_id else one
            for one in problem.resources
        ),
    )


def price(
    problem: PortfolioProblem, base: Result, rule: Rule, *, limits: Limits | None = None
) -> Purchase:
    """Return what the plan would gain without a rule. Raises ValueError for a capacity."""
    freed = without(canonical(problem), rule)
    result = solve(freed, limits=limits, tie_break=False, start=base.plan)
    return replace(_purchase(base, result)[0], rule=rule)


def priced(problem: PortfolioProblem) -> list[Rule]:
    """Return the rules that have a price: all but capacities."""
    return [rule for rule in rules_of(canonical(problem)) if rule.kind not in ("capacity", "wish")]


def prices(
    problem: PortfolioProblem, base: Result, *, limits: Limits | None = None
) -> Iterator[Purchase]:
    """Yield what the plan would gain without each rule but capacities: a solve each."""
    for rule in priced(problem):
        yield price(problem, base, rule, limits=limits)


def entry(
    problem: PortfolioProblem, base: Result, action_id: str, *, limits: Limits | None = None
) -> tuple[Shortfall, ...]:
    """Return the least additions with which the action is taken and the plan worth no less.

    Nothing for an action that is taken, that rules forbid, or for which more capacity would not do.
    Raises KeyError for an action that is not in the problem.
    """
    problem = canonical(problem)
    problem.action(action_id)
    if action_id in base.plan or base.worth is None:
        return ()
    wished = replace(problem, wish=Wish(action_id, taken=True))
    return least_additions(wished, build(wished), limits or Limits(), worth=base.worth)


def _purchase(base: Result, result: Result) -> tuple[Purchase, Plan]:
    """Return what a freer problem brings, with its plan: the same where it brings nothing."""
    delta = _gain(base, result)
    after = base.plan if delta.high == 0 else result.plan
    return Purchase(delta, difference(base.plan, after)), after


def _loss(base: Result, other: Result) -> Interval:
    """base − other, for a problem with one rule more: never negative."""
    return _subtract(base, other)


def _gain(base: Result, other: Result) -> Interval:
    """other − base, for a problem with one rule less: never negative."""
    return _subtract(other, base)


def _subtract(larger: Result, smaller: Result) -> Interval:
    low = 0
    if larger.worth is not None and smaller.most is not None:
        low = max(0, larger.worth - smaller.most)
    high = None
    if larger.most is not None and smaller.worth is not None:
        high = max(0, larger.most - smaller.worth)
    return Interval(low, high)


def _binding(
    problem: PortfolioProblem, action_id: str, with_it: Plan, without_it: Plan
) -> Iterator[Usage]:
    """Yield the capacities that the plan without the action would exceed by taking it as well."""
    if action_id in with_it:
        both = dict(without_it) | {action_id: with_it[action_id]}
        yield from (use for use in evaluate(problem, both).usage if use.left < 0)
