"""Why nothing is feasible: a minimal set of rules that cannot hold together, and the least repair.

Junker's QuickXplain (AAAI 2004) over the named rules, each test a search of any plan; HiGHS finds
irreducible sets for linear programmes only. Repair: the smallest addition to capacities, each
weighed against what there is of its resource in all; where a rule of fairness is part of it, the
least that passes between groups too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portulan.portfolio.engine.additions import Shortfall, least_additions
from portulan.portfolio.engine.limits import Limits, Sighting
from portulan.portfolio.engine.model import Model, build
from portulan.portfolio.engine.problem import PortfolioProblem, canonical
from portulan.portfolio.engine.rules import Rule, rules_of
from portulan.portfolio.engine.sharing import Fair, least_transfers


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot hold together, none of which can be spared; what would let them.

    `repair` is empty when no amount of anything would do: one of the rules must be lifted. `fair`
    is None where no fairness is at stake, or where no transfer would do.
    """

    rules: tuple[Rule, ...]
    repair: tuple[Shortfall, ...]
    fair: Fair | None = None


def find_conflict(problem: PortfolioProblem, *, limits: Limits | None = None) -> Conflict:
    """Return the conflict of an infeasible problem; no rule at all when it is feasible."""
    problem, limits = canonical(problem), limits or Limits()
    if not (rules := conflicting(problem, limits=limits)):
        return Conflict((), ())
    # Other rules that cannot hold together leave no plan to be made fair.
    is_unfair = any(rule.kind == "fairness" for rule in rules)
    return Conflict(
        rules,
        least_additions(problem, build(problem), limits),
        least_transfers(problem, limits=limits) if is_unfair else None,
    )


def conflicting(problem: PortfolioProblem, *, limits: Limits | None = None) -> tuple[Rule, ...]:
    """Return rules that cannot hold together, none of which can be spared; none where all hold.

    The limits hold for each of the few tens of searches; one that they stop counts as feasible, and
    the set may then be larger than it must. Rules lifted first: capacities, then the least firm.
    """
    problem = canonical(problem)
    tests = _Tests(build(problem), limits or Limits())
    rules = list(rules_of(problem))
    if tests.feasible(rules):
        return ()
    found = tests.quick_explain([], rules, untested=False)
    return tuple(rule for rule in rules if rule in found)


class _Tests:
    def __init__(self, model: Model, limits: Limits) -> None:
        self._model, self.limits = model, limits

    def feasible(self, rules: Sequence[Rule]) -> bool:
        """Return whether a plan keeps these rules, or whether that is not known in time."""
        from portulan.portfolio.engine import highs

        watch = self.limits.watch
        # Asked between searches too: many of them end before the solver asks.
        if watch is not None and not watch(Sighting(0, None, None)):
            return True
        kept = set(rules)
        rows = [row for row in self._model.rows if row.rule is None or row.rule in kept]
        answer = highs.search(self._model.columns, rows, {}, limits=self.limits, watch=watch)
        return answer.status != "infeasible"

    def quick_explain(
        self, background: list[Rule], rules: list[Rule], *, untested: bool
    ) -> list[Rule]:
        """Return a minimal subset of `rules` that is infeasible with the background."""
        if untested and not self.feasible(background):
            return []
        if len(rules) == 1:
            return rules
        half = len(rules) // 2
        first, second = rules[:half], rules[half:]
        of_second = self.quick_explain([*background, *first], second, untested=bool(first))
        of_first = self.quick_explain([*background, *of_second], first, untested=bool(of_second))
        return [*of_first, *of_second]
