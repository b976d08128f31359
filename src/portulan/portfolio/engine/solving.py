"""The best plan of a problem, what is proved of it, and its independent check.

Among plans of the greatest value the one of least money, then of the earliest starts, then the one
whose marks are least: a search each, the best so far held by a row. Source: reference/portfolio.md
section 4.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from portulan.portfolio.engine.evaluator import Evaluation, evaluate
from portulan.portfolio.engine.limits import Limits, Sighting, Status, StoppedBy
from portulan.portfolio.engine.model import Column, Model, Row, Terms, build
from portulan.portfolio.engine.narrowing import Narrowed, narrow
from portulan.portfolio.engine.neighbourhoods import improve
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, canonical, digest
from portulan.portfolio.engine.ratio import sort_by_ratio
from portulan.portfolio.engine.relaxation import Relaxation, relax

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer

SOLVER = "HiGHS"
FIRST = 1000  # nodes of a search before what it found is improved otherwise
MANY = 1000  # columns: that search is then long
ROUNDS = 4  # of improvement at most, for each second of the limit


@dataclass(frozen=True, slots=True)
class Proof:
    """How the answer was found.

    `stopped_by` is “proof” once ties are settled too: then one problem has one plan. An optimal
    value whose ties were not settled says what stopped that.
    """

    solver: str
    version: str
    nodes: int
    seconds: float
    stopped_by: StoppedBy


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
) -> Result:
    """Return the best plan. `start` is a plan to begin from, if it keeps the rules of this problem.

    Raises DisagreementError when the evaluator finds otherwise than the solver, twice.
    """
    problem, limits = canonical(problem), limits or Limits()
    try:
        return _Search(problem, limits).run(start, tie_break=tie_break)
    except DisagreementError:
        return _Search(problem, limits, tolerance=1e-9).run(start, tie_break=tie_break)


class _Search:
    def __init__(
        self,
        problem: PortfolioProblem,
        limits: Limits,
        tolerance: float = 1e-6,
    ) -> None:
        self._began = time.monotonic()
        self._problem, self._limits, self._tolerance = problem, limits, tolerance
        self._model = build(problem)
        self._relaxation: Relaxation | None = None
        self._nodes = 0

    def run(self, start: Plan | None, *, tie_break: bool) -> Result:
        first = self._best(*self._start(start))
        if first.status in ("infeasible", "unknown"):
            bound = first.bound if first.status == "unknown" else None
            return self._result(first.status, {}, None, bound, _stopped_by(first, first.status))
        plan = self._model.plan(set(first.ones))
        evaluation = self._checked(plan)
        value, bound = evaluation.value, first.bound
        if bound is not None and bound < value:
            raise DisagreementError(f"{value}: over the bound, {bound}")
        # Proved is what the bound says, in whole numbers, and not what the solver calls optimal.
        status: Status = "optimal" if bound == value else "feasible"
        stopped_by = _stopped_by(first, status)
        if status == "optimal" and tie_break:
            plan, evaluation, stopped_by = self._break_ties(first, evaluation)
        return self._result(status, plan, evaluation, bound, stopped_by)

    def _best(self, start: frozenset[int] | None, worth: int | None) -> Answer:
        """Return the best value found, among the columns that can have it."""
        from portulan.portfolio.engine import highs

        model = self._model
        limits = replace(self._limits, seconds=self._left())
        prices = highs.prices(model.columns, model.rows, model.value, limits=limits)
        if prices is not None:
            self._relaxation = relax(model.columns, model.rows, model.value, prices)
        if self._relaxation is None:
            return self._settled(Narrowed(model.columns, start, worth))
        narrowed = narrow(self._relaxation, start, worth, self._tried, self._goes_on)
        answer = narrowed.answer or self._settled(narrowed)
        return replace(answer, bound=_least(answer.bound, self._relaxation.bound))

    def _tried(
        self, columns: Sequence[Column], start: frozenset[int] | None, *, nodes: int
    ) -> Answer:
        """Search among some columns, which proves nothing of the others."""
        return self._search(columns, self._model.value, "max", (), start, nodes=nodes)

    def _settled(self, narrowed: Narrowed) -> Answer:
        """Search, then improve what is found, then search to the end.

        Most problems are proved by the first search. Where many columns are left, prices say little
        and a search is long: what is known is improved before. All but the last search are stopped
        by numbers of nodes or of rounds, the same on any machine, unless time is nearly out.
        """
        if self._limits.nodes is not None:
            return self._last(narrowed)
        if narrowed.size > MANY:
            narrowed = self._improved(self._begun(narrowed), seed=0)
        first = self._last(narrowed, nodes=FIRST)
        if first.stopped_by not in ("nodes", "time"):
            return first
        narrowed = replace(narrowed, start=first.ones, worth=first.worth)
        last = self._last(self._improved(narrowed, seed=1))
        return replace(last, bound=_least(first.bound, last.bound))

    def _begun(self, narrowed: Narrowed) -> Narrowed:
        """Return the same with a plan to begin from, if a sort by ratio has one."""
        if narrowed.worth is not None:
            return narrowed
        start, worth = self._start(sort_by_ratio(self._problem).plan)
        return replace(narrowed, start=start, worth=worth)

    def _last(self, narrowed: Narrowed, nodes: int | None = None) -> Answer:
        """Search among columns outside of which no plan is worth as much as the start."""
        answer = self._search(
            narrowed.columns,
            self._model.value,
            "max",
            (),
            narrowed.start,
            nodes=nodes,
            seconds=None if nodes is None else self._left() / 2,
            proves=True,
        )
        if (
            narrowed.start is not None and answer.worth is None
        ):  # there was no time left to look at it
            answer = replace(answer, status="feasible", ones=narrowed.start, worth=narrowed.worth)
        return answer

    def _improved(self, narrowed: Narrowed, *, seed: int) -> Narrowed:
        if narrowed.start is None or narrowed.worth is None:
            return narrowed
        start, worth = improve(
            self._model,
            narrowed.columns,
            (narrowed.start, narrowed.worth),
            rounds=round(ROUNDS * self._limits.seconds),
            seconds=self._left() / 2,
            seed=seed,
            tolerance=self._tolerance,
            goes_on=self._goes_on,
        )
        columns = narrowed.columns
        if self._relaxation is not None:
            columns = self._relaxation.within(self._relaxation.room(worth))
        return Narrowed(columns, start, worth)

    def _goes_on(self) -> bool:
        """Return whether whoever waits still does, and there is time left."""
        return self._left() > 0 and self._told(Sighting(0, None, None), proves=False)

    def _told(self, seen: Sighting, *, proves: bool) -> bool:
        """Tell where a search stands; what it proves of some columns is not proved of all."""
        if self._limits.watch is None:
            return True
        least = None if self._relaxation is None else float(self._relaxation.bound)
        bound = seen.bound if proves and seen.bound is not None else least
        return self._limits.watch(Sighting(time.monotonic() - self._began, seen.found, bound))

    def _break_ties(
        self, first: Answer, evaluation: Evaluation
    ) -> tuple[Plan, Evaluation, StoppedBy]:
        """Settle, among plans worth as much: money, then starts, then which of them it is.

        Each search is for another plan that does no worse: mostly there is none, and all is said.
        """
        model, relaxation = self._model, self._relaxation
        columns: Sequence[Column] = model.columns
        if relaxation is not None:
            columns = relaxation.within(relaxation.room(evaluation.value))
        rows = [Row(model.value, low=evaluation.value)]
        ones, stopped_by = first.ones, first.stopped_by
        for terms in (model.money, model.lateness, model.marks):
            own = sum(terms.get(at, 0) for at in ones)
            rows.append(Row(terms, high=own))
            other = self._search(columns, terms, "min", [*rows, _another(model, ones)], None)
            if other.worth is not None:
                ones, rows[-1] = other.ones, Row(terms, high=other.worth)
            stopped_by = other.stopped_by
            if other.status == "infeasible" or stopped_by != "proof":
                break
        plan = model.plan(set(ones))
        checked = self._checked(plan)
        if checked.value != evaluation.value or checked.money > evaluation.money:
            raise DisagreementError(f"{checked.value}, {checked.money}: not as good as before")
        return plan, checked, stopped_by

    def _search(
        self,
        columns: Sequence[Column],
        objective: Terms,
        sense: Literal["max", "min"],
        rows: Sequence[Row],
        start: frozenset[int] | None,
        *,
        nodes: int | None = None,
        seconds: float | None = None,
        proves: bool = False,
    ) -> Answer:
        """Search within the limits, or so many nodes and seconds if that is less."""
        from portulan.portfolio.engine import highs

        left, watch = self._left(), None
        if self._limits.watch is not None:

            def watch(seen: Sighting) -> bool:
                return self._told(seen, proves=proves)

        answer = highs.search(
            columns,
            [*self._model.rows, *rows],
            objective,
            sense=sense,
            limits=Limits(
                seconds=left if seconds is None else min(left, seconds),
                nodes=_least(nodes, self._limits.nodes),
            ),
            start=start,
            watch=watch,
            tolerance=self._tolerance,
        )
        self._nodes += answer.nodes
        return answer

    def _left(self) -> float:
        return self._limits.seconds - (time.monotonic() - self._began)

    def _start(self, plan: Plan | None) -> tuple[frozenset[int] | None, int | None]:
        """Return the columns of a plan and what it is worth, if it keeps the rules."""
        if plan is None:
            return None, None
        evaluation, chosen = evaluate(self._problem, plan), self._model.chosen(plan)
        if evaluation.breaches or len(chosen) != len(plan):
            return None, None
        return frozenset(chosen), evaluation.value

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
            bound=bound,
            evaluation=evaluation,
            proof=Proof(
                solver=SOLVER,
                version=version,
                nodes=self._nodes,
                seconds=time.monotonic() - self._began,
                stopped_by=stopped_by,
            ),
            digest=digest(
                self._problem,
                solver=f"{SOLVER} {version}",
                seconds=limits.seconds,
                nodes=limits.nodes,
            ),
        )


def _another(model: Model, ones: frozenset[int]) -> Row:
    """Return the row of all plans but one."""
    terms = {at: 1 if at in ones else -1 for at in range(len(model.pathways))}
    return Row(terms, high=len(ones) - 1)


def _stopped_by(answer: Answer, status: Status) -> StoppedBy:
    if status in ("optimal", "infeasible"):
        return "proof"
    return "precision" if answer.status == "optimal" else answer.stopped_by


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)
