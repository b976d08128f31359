"""What a plain sort by ratio chooses: the baseline that a best plan is shown beside (pure).

Every pathway of every action by value per money, taken as long as it fits: what a spreadsheet does.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from portulan.portfolio.engine.pathways import NEVER, Pathway, enumerate_pathways
from portulan.portfolio.engine.problem import Action, Plan, PortfolioProblem, Step, canonical


def sort_by_ratio(problem: PortfolioProblem) -> Plan:
    """Return the plan of the sort: what is decided or an obligation first, then by ratio.

    There are rules that a sort cannot keep: the evaluation of its plan says which it breaks.
    Without money in the problem, the effort is the share of all resources. The list is gone through
    until nothing enters, so that an action finds the prerequisites taken after it.
    """
    problem = canonical(problem)
    sheet = _Sheet(problem)
    candidates = [
        (_rank(problem, action, pathway), pathway)
        for action in problem.actions
        for pathway in enumerate_pathways(problem, action)
        if _is_wanted(problem, action, pathway)
    ]
    waiting = [pathway for _, pathway in sorted(candidates, key=lambda one: one[0])]
    entered = True
    while entered:
        entered = False
        for pathway in waiting:
            entered = sheet.take(pathway) or entered
        waiting = [pathway for pathway in waiting if pathway.action not in sheet.taken]
    return {action: pathway.steps for action, pathway in sorted(sheet.taken.items())}


def _is_wanted(problem: PortfolioProblem, action: Action, pathway: Pathway) -> bool:
    if isinstance(action.lock, Step):
        return action.lock in pathway.steps
    if action.must:
        return pathway.reached(action.must.level) <= action.must.by - problem.years[0]
    return action.lock != "out" and pathway.value > 0


def _rank(
    problem: PortfolioProblem, action: Action, pathway: Pathway
) -> tuple[bool, Fraction, str, tuple[Step, ...]]:
    free = action.must is None and action.lock is None
    effort = Fraction(pathway.money)
    if not any(resource.money for resource in problem.resources):
        totals = {resource.id: sum(resource.capacity) for resource in problem.resources}
        effort = sum(
            (Fraction(amount, max(1, totals[one])) for (one, _), amount in pathway.use.items()),
            Fraction(0),
        )
    ratio = pathway.value / effort if effort else Fraction(pathway.value) * NEVER
    return free, -ratio, pathway.action, pathway.steps


class _Sheet:
    """What is taken so far, and what it leaves."""

    def __init__(self, problem: PortfolioProblem) -> None:
        self._problem = problem
        self.taken: dict[str, Pathway] = {}
        self._used: Counter[tuple[str, int]] = Counter()

    def take(self, pathway: Pathway) -> bool:
        """Take the pathway if its action is not there yet and it fits; return whether it did."""
        if pathway.action in self.taken or not self._keeps_rules(pathway):
            return False
        used = self._used + Counter(pathway.use)
        if not all(self._fits(resource, used) for resource, _ in pathway.use):
            return False
        self.taken[pathway.action], self._used = pathway, used
        return True

    def _keeps_rules(self, pathway: Pathway) -> bool:
        for arc in self._problem.prerequisites:
            if arc.action == pathway.action and arc.level in pathway.starts:
                needed = pathway if arc.needs == pathway.action else self.taken.get(arc.needs)
                due = pathway.starts[arc.level] - arc.lag
                if needed is None or needed.reached(arc.needs_level) > due:
                    return False
        return not any(
            pathway.action in exclusion.actions
            and pathway.reached(exclusion.level) < NEVER
            and any(
                other in self.taken and self.taken[other].reached(exclusion.level) < NEVER
                for other in exclusion.actions
            )
            for exclusion in self._problem.exclusions
        )

    def _fits(self, resource_id: str, used: Counter[tuple[str, int]]) -> bool:
        resource = self._problem.resource(resource_id)
        carried = 0
        for year, given in enumerate(resource.capacity):
            left = given + carried - used[resource_id, year]
            if left < 0:
                return False
            carried = min(resource.carry_over, left)
        return True
