"""The best plan of a problem, what is proved of it, and its independent check.

By the goals of its objective, one after the other; then the one of least money, of the earliest
starts, and whose marks are least: a search each, the best so far held by a row. See
docs/reference/portfolio.md.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import PlainSerializer

from portulan.portfolio.engine.evaluator import Evaluation, evaluate
from portulan.portfolio.engine.limits import Limits, Status, StoppedBy
from portulan.portfolio.engine.model import Column, Model, Row, Terms
from portulan.portfolio.engine.problem import (
    Goal,
    Plan,
    PortfolioProblem,
    canonical,
    digest,
)
from portulan.portfolio.engine.searching import Searcher, signed, worth_of

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer

SOLVER = "HiGHS"


@dataclass(frozen=True, slots=True)
class Proof:
    """How the answer was found.

    `stopped_by` is “proof” once ties are settled too: then one problem has one plan, unless two
    have the same marks as well. An optimal value whose ties were not settled says what stopped
    that.
    """

    solver: str
    version: str
    nodes: int
    seconds: Annotated[float, PlainSerializer(lambda seconds: round(seconds, 3), float)]
    stopped_by: StoppedBy


@dataclass(frozen=True, slots=True)
class Result:
    """A plan with its value, and `bound`, beyond which no plan is; either may be unknown, None.

    The bound is of the first goal of the `objective`: under it where the goal is to be least.
    """

    status: Status
    plan: Plan
    value: int | None
    bound: int | None
    evaluation: Evaluation | None
    proof: Proof
    digest: str
    objective: tuple[Goal, ...] = ("value",)

    @property
    def gap(self) -> float | None:
        """How far the bound is from the first goal, as a share of it; None without both."""
        if self.worth is None or self.most is None:
            return None
        return (self.most - self.worth) / max(1, abs(self.worth))

    @property
    def worth(self) -> int | None:
        """The first goal as what is to be the greatest: money is counted under 0."""
        if self.evaluation is None:
            return None
        return signed(self.objective[0], self.evaluation.goals[0])

    @property
    def most(self) -> int | None:
        """What no plan is worth more than, counted in the same way."""
        return None if self.bound is None else signed(self.objective[0], self.bound)

    @property
    def proved(self) -> bool:
        return self.status in ("optimal", "infeasible")


class DisagreementError(Exception):
    """The solver's plan breaks a rule, or is not worth what it says: it must not be shown."""


def solve(
    problem: PortfolioProblem,
    *,
    limits: Limits | None = None,
    tie_break: bool = True,
    start: Plan | None = None,
) -> Result:
    """Return the best plan. `start` is a plan to begin from, if it keeps the rules of this problem.

    Raises DisagreementError when the evaluator finds otherwise than the solver, twice.
    """
    problem, limits = canonical(problem), limits or Limits()
    began = time.monotonic()
    try:
        return _Solving(problem, limits, 1e-6, began).run(start, tie_break=tie_break)
    except DisagreementError:  # what is left of the time is for the second
        return _Solving(problem, limits, 1e-9, began).run(start, tie_break=tie_break)


class _Solving:
    def __init__(
        self, problem: PortfolioProblem, limits: Limits, tolerance: float, began: float
    ) -> None:
        self._problem, self._limits = problem, limits
        self._searcher = Searcher(problem, limits, tolerance, began)

    def run(self, start: Plan | None, *, tie_break: bool) -> Result:
        first = self._searcher.best(start)
        if first.status in ("infeasible", "unknown"):
            bound = first.bound if first.status == "unknown" else None
            return self._result(first.status, {}, None, bound, _stopped_by(first, first.status))
        plan = self._searcher.model.plan(set(first.ones))
        evaluation = self._checked(plan)
        worth, bound = worth_of(self._problem, evaluation), first.bound
        if bound is not None and bound < worth:
            raise DisagreementError(f"{worth}: over the bound, {bound}")
        # Proved is what the bound says, in whole numbers, and not what the solver calls optimal.
        status: Status = "optimal" if bound == worth else "feasible"
        stopped_by = _stopped_by(first, status)
        if status == "optimal" and tie_break:
            plan, evaluation, stopped_by = self._break_ties(first, evaluation)
        return self._result(status, plan, evaluation, bound, stopped_by)

    def _break_ties(
        self, first: Answer, evaluation: Evaluation
    ) -> tuple[Plan, Evaluation, StoppedBy]:
        """Settle, among plans worth as much: the next goals, money, starts, then which it is.

        Each search is for another plan that does no worse: mostly there is none, and all is said.
        """
        model, relaxation = self._searcher.model, self._searcher.relaxation
        columns: Sequence[Column] = model.columns
        if relaxation is not None:
            columns = relaxation.within(relaxation.room(worth_of(self._problem, evaluation)))
        rows = [Row(model.goal, low=worth_of(self._problem, evaluation))]
        ones, stopped_by, checked = first.ones, first.stopped_by, evaluation
        ties = (model.money, model.lateness, model.marks)
        for rank, terms in enumerate([*map(_least, model.goals[1:]), *ties], 1):
            own = self._own(rank, terms, ones, checked)
            rows.append(Row(terms, high=own))
            other = self._searcher.search(
                columns, terms, "min", [*rows, _another(model, ones)], None
            )
            if other.worth is not None:
                ones = frozenset(at for at in other.ones if at < len(model.pathways))
                checked = self._checked(model.plan(set(ones)))
                if (now := self._own(rank, terms, ones, checked)) > own:
                    raise DisagreementError(f"{now}: not as good as {own}")
                rows[-1] = Row(terms, high=now)
            stopped_by = other.stopped_by
            if other.status == "infeasible" or stopped_by != "proof":
                break
        if worth_of(self._problem, checked) != worth_of(self._problem, evaluation):
            raise DisagreementError(f"{checked.goals}: not as good as {evaluation.goals}")
        return model.plan(set(ones)), checked, stopped_by

    def _own(self, rank: int, terms: Terms, ones: frozenset[int], evaluation: Evaluation) -> int:
        """Return what a plan has of the goal of that rank, or of what settles ties: the least."""
        if rank < len(evaluation.goals):
            return -signed(self._problem.objective[rank], evaluation.goals[rank])
        return sum(terms.get(at, 0) for at in ones)

    def _checked(self, plan: Plan) -> Evaluation:
        evaluation = evaluate(self._problem, plan)
        if evaluation.breaches:
            raise DisagreementError("; ".join(evaluation.breaches))
        return evaluation

    def _result(
        self,
        status: Status,
        plan: Plan,
        evaluation: Evaluation | None,
        bound: int | None,
        stopped_by: StoppedBy,
    ) -> Result:
        from portulan.portfolio.engine import highs

        version, limits = highs.version(), self._limits
        return Result(
            status=status,
            plan=dict(sorted(plan.items())),
            value=None if evaluation is None else evaluation.value,
            bound=None if bound is None else signed(self._problem.objective[0], bound),
            objective=self._problem.objective,
            evaluation=evaluation,
            proof=Proof(
                solver=SOLVER,
                version=version,
                nodes=self._searcher.nodes,
                seconds=self._searcher.seconds,
                stopped_by=stopped_by,
            ),
            digest=digest(
                self._problem,
                solver=f"{SOLVER} {version}",
                seconds=limits.seconds,
                nodes=limits.nodes,
            ),
        )


def _least(terms: Terms) -> Terms:
    return {at: -amount for at, amount in terms.items()}


def _another(model: Model, ones: frozenset[int]) -> Row:
    """Return the row of all plans but one."""
    terms = {at: 1 if at in ones else -1 for at in range(len(model.pathways))}
    return Row(terms, high=len(ones) - 1)


def _stopped_by(answer: Answer, status: Status) -> StoppedBy:
    if status in ("optimal", "infeasible"):
        return "proof"
    return "precision" if answer.status == "optimal" else answer.stopped_by
