"""The best plan of a problem, what is proved of it, and its independent check.

Among plans of the greatest value the one of least money, then of the earliest starts: one search
each, the best so far held by a row. Source: reference/portfolio.md section 4.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from portulan.portfolio.engine.evaluator import Evaluation, evaluate
from portulan.portfolio.engine.limits import Limits, Sighting, Status, StoppedBy, Watch
from portulan.portfolio.engine.model import Model, Row, Terms, build
from portulan.portfolio.engine.neighbourhoods import improve
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, canonical, digest

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer

SOLVER = "HiGHS"


@dataclass(frozen=True, slots=True)
class Proof:
    """How the answer was found. `ties`: least money and earliest starts are proved too."""

    solver: str
    version: str
    nodes: int
    seconds: float
    stopped_by: StoppedBy
    ties: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A plan with its value, and `bound`, which no plan exceeds; either may be unknown, None."""

    status: Status
    plan: Plan
    value: int | None
    bound: int | None
    evaluation: Evaluation | None
    proof: Proof
    digest: str

    @property
    def gap(self) -> float | None:
        """(bound − value) / max(1, |value|); None without both."""
        if self.value is None or self.bound is None:
            return None
        return (self.bound - self.value) / max(1, abs(self.value))

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
    watch: Watch | None = None,
) -> Result:
    """Return the best plan. `start` is a plan to begin from, if it keeps the rules of this problem.

    Raises DisagreementError when the evaluator finds otherwise than the solver, twice.
    """
    problem, limits = canonical(problem), limits or Limits()
    try:
        return _Search(problem, limits, watch).run(start, tie_break=tie_break)
    except DisagreementError:
        return _Search(problem, limits, watch, tolerance=1e-9).run(start, tie_break=tie_break)


class _Search:
    def __init__(
        self,
        problem: PortfolioProblem,
        limits: Limits,
        watch: Watch | None,
        tolerance: float = 1e-6,
    ) -> None:
        self._began = time.monotonic()
        self._problem, self._limits = problem, limits
        self._watch, self._tolerance = watch, tolerance
        self._model = build(problem)
        self._nodes = 0

    def run(self, start: Plan | None, *, tie_break: bool) -> Result:
        first = self._best(self._start(start))
        if first.status in ("infeasible", "unknown"):
            bound = first.bound if first.status == "unknown" else None
            return self._result(first, first.status, {}, None, bound, ties=True)
        plan = self._model.plan(set(first.ones))
        evaluation = self._checked(plan)
        value, bound, ties = evaluation.value, first.bound, False
        if bound is not None and bound < value:
            raise DisagreementError(f"{value}: over the bound, {bound}")
        # Proved is what the bound says, in whole numbers, and not what the solver calls optimal.
        status: Status = "optimal" if bound == value else "feasible"
        if status == "optimal" and tie_break:
            plan, evaluation, ties = self._break_ties(first, evaluation)
        return self._result(first, status, plan, evaluation, bound, ties=ties)

    def _best(self, start: frozenset[int] | None) -> Answer:
        """Return the best value found: a search, then what it finds is improved, then another.

        Most problems are proved by the first. Under a limit of nodes there is but one, which gives
        the same answer on any machine.
        """
        model, seconds = self._model, self._limits.seconds
        if self._limits.nodes is not None:
            return self._search(model, model.value, "max", (), start)
        first = self._search(model, model.value, "max", (), start, until=seconds / 4)
        if first.stopped_by != "time":
            return first
        if first.ones:
            start = improve(
                model,
                first,
                seconds=seconds / 8,
                tolerance=self._tolerance,
                goes_on=lambda: self._goes_on(first),
            )
        again = self._search(model, model.value, "max", (), start)
        if start and not again.ones:  # there was no time left to look at it
            again = replace(again, status="feasible", ones=start)
        bounds = [one.bound for one in (first, again) if one.bound is not None]
        return replace(again, bound=min(bounds, default=None))

    def _goes_on(self, first: Answer) -> bool:
        """Return whether whoever waits still does, told what was known before improving."""
        if self._watch is None:
            return True
        spent = time.monotonic() - self._began
        return self._watch(Sighting(spent, None, first.bound))

    def _break_ties(self, first: Answer, evaluation: Evaluation) -> tuple[Plan, Evaluation, bool]:
        model = self._model
        rows = [Row(model.value, low=evaluation.value)]
        ones, ties = first.ones, True
        for terms in (model.money, model.lateness):
            if terms and ties:
                answer = self._search(model, terms, "min", rows, ones)
                ones = answer.ones if answer.status in ("optimal", "feasible") else ones
                ties = answer.status == "optimal"
                rows.append(Row(terms, high=sum(terms.get(at, 0) for at in ones)))
        plan = model.plan(set(ones))
        checked = self._checked(plan)
        if checked.value != evaluation.value or checked.money > evaluation.money:
            raise DisagreementError(f"{checked.value}, {checked.money}: not as good as before")
        return plan, checked, ties

    def _search(
        self,
        model: Model,
        objective: Terms,
        sense: Literal["max", "min"],
        rows: Sequence[Row],
        start: frozenset[int] | None,
        until: float | None = None,
    ) -> Answer:
        """Search until so many seconds after the beginning, by default those of the limits."""
        from portulan.portfolio.engine import highs

        spent = time.monotonic() - self._began
        end = self._limits.seconds if until is None else until
        answer = highs.search(
            model.columns,
            [*model.rows, *rows],
            objective,
            sense=sense,
            limits=replace(self._limits, seconds=end - spent),
            start=start,
            watch=self._watch,
            tolerance=self._tolerance,
        )
        self._nodes += answer.nodes
        return answer

    def _start(self, plan: Plan | None) -> frozenset[int] | None:
        if plan is None or evaluate(self._problem, plan).breaches:
            return None
        chosen = self._model.chosen(plan)
        return frozenset(chosen) if len(chosen) == len(plan) else None

    def _checked(self, plan: Plan) -> Evaluation:
        evaluation = evaluate(self._problem, plan)
        if evaluation.breaches:
            raise DisagreementError("; ".join(evaluation.breaches))
        return evaluation

    def _result(
        self,
        first: Answer,
        status: Status,
        plan: Plan,
        evaluation: Evaluation | None,
        bound: int | None,
        *,
        ties: bool,
    ) -> Result:
        from portulan.portfolio.engine import highs

        version = highs.version()
        limits = self._limits
        return Result(
            status=status,
            plan=dict(sorted(plan.items())),
            value=None if evaluation is None else evaluation.value,
            bound=bound,
            evaluation=evaluation,
            proof=Proof(
                solver=SOLVER,
                version=version,
                nodes=self._nodes,
                seconds=time.monotonic() - self._began,
                stopped_by=_stopped_by(first, status),
                ties=ties,
            ),
            digest=digest(
                self._problem,
                solver=f"{SOLVER} {version}",
                seconds=limits.seconds,
                nodes=limits.nodes,
            ),
        )


def _stopped_by(first: Answer, status: Status) -> StoppedBy:
    if status in ("optimal", "infeasible"):
        return "proof"
    return "precision" if first.status == "optimal" else first.stopped_by
