"""The best value of a model: few columns first where that pays, then all that may do better.

What is found is proved, or it is said what stopped the search. See
docs/adr/0036-the-core-of-a-problem-first.md and docs/adr/0067-what-decides-is-the-shape.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from portulan.portfolio.engine.digits import WHOLE_WITHIN, worth_at_least
from portulan.portfolio.engine.evaluator import Evaluation, evaluate
from portulan.portfolio.engine.improving import Improver
from portulan.portfolio.engine.limits import Best, Limits, Sighting, Status
from portulan.portfolio.engine.model import Column, Row, Terms, build
from portulan.portfolio.engine.problem import Plan, PortfolioProblem
from portulan.portfolio.engine.relaxation import VAGUE, Narrowed, Relaxation, narrow, relax

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer


PRICED = 1 / 4  # of the time, for the linear relaxation at most: it is deaf, and others follow
# Few choices are torn where actions are so many times more than those the relaxation cuts in two.
LOOSE = 30


def signed(goal: str, amount: int) -> int:
    """Return an amount of a goal as what is to be the greatest: of value most, of others least."""
    return amount if goal == "value" else -amount


def worth_of(problem: PortfolioProblem, evaluation: Evaluation) -> int:
    """Return what a plan is worth by the first goal of its problem."""
    return signed(problem.objective[0], evaluation.goals[0])


class Searcher:
    """A model and the time there is for it. `nodes` and `seconds` count from the beginning.

    `began` is when it was, on the monotonic clock, if some of the time is spent already.
    """

    def __init__(
        self,
        problem: PortfolioProblem,
        limits: Limits,
        tolerance: float,
        began: float | None = None,
    ) -> None:
        self._began = time.monotonic() if began is None else began
        self._problem, self._limits, self._tolerance = problem, limits, tolerance
        self.model = build(problem)
        self.relaxation: Relaxation | None = None
        self.nodes = 0
        self._found: int | None = None  # the worth of the best plan of all searches
        self._bound: float | None = None  # what none is worth more than
        self._restarts = True

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def best(self, plan: Plan | None) -> Answer:
        """Return the best value found, from a plan if it keeps the rules."""
        from portulan.portfolio.engine import highs

        model = self.model
        start, worth = self._start(plan)
        limits = replace(self._limits, seconds=self._left() * PRICED)
        relaxed = highs.relaxed(model.columns, model.rows, model.goal, limits=limits)
        if relaxed is not None:
            # Where it tears more choices than it takes, what its prices settle is not much.
            self._restarts = relaxed.torn <= relaxed.taken + WHOLE_WITHIN
            self.relaxation = relax(model.columns, model.rows, model.goal, relaxed.prices)
        if relaxed is None or self.relaxation is None:
            return self._settled(Narrowed(model.columns, start, worth))
        if relaxed.torn * LOOSE <= len(self._problem.actions):
            narrowed = narrow(self.relaxation, start, worth, self._tried, self._goes_on)
        else:
            narrowed = self._narrowed(start, worth)
        # Where prices say little, plans found by them spoil those found next; one that somebody
        # gives is a good one, of a problem nearly the same.
        begins = plan is not None or narrowed.size <= VAGUE * len(narrowed.columns)
        answer = narrowed.answer or self._settled(narrowed, begins=begins)
        answer = replace(answer, bound=_least(answer.bound, self.relaxation.bound))
        return self._closed(answer)

    def _closed(self, answer: Answer) -> Answer:
        """Return the same, or better, proved to the last unit where floats cannot tell it.

        Asked again with what is found, until nothing is worth one more.
        """
        from portulan.portfolio.engine import highs

        while (
            answer.status == "optimal"
            and answer.worth is not None
            and answer.bound is not None
            and answer.worth < answer.bound
            and self._left() > 0
        ):
            columns, rows = worth_at_least(
                replace(self.model, columns=list(self._narrowed(None, answer.worth + 1).columns)),
                answer.worth + 1,
            )
            other = highs.search(
                columns,
                rows,
                self.model.goal,  # held by the rows already; it says where to branch
                limits=replace(self._limits, seconds=self._left()),
                watch=lambda _seen: self._goes_on(),  # what it is worth itself says nothing
                tolerance=min(self._tolerance, WHOLE_WITHIN),
                workers=self._workers,
            )
            self.nodes += other.nodes
            if other.status == "infeasible":
                return replace(answer, bound=answer.worth)
            if other.worth is None:
                break
            ones = frozenset(at for at in other.ones if at < len(self.model.pathways))
            worth = worth_of(self._problem, evaluate(self._problem, self.model.plan(set(ones))))
            if worth <= answer.worth:
                break
            answer = replace(answer, ones=ones, worth=worth)
        return answer

    def _narrowed(self, start: frozenset[int] | None, worth: int | None) -> Narrowed:
        """Return the columns that a plan as good as this one may have."""
        if self.relaxation is None or worth is None:
            return Narrowed(self.model.columns, start, worth)
        return Narrowed(self.relaxation.within(self.relaxation.room(worth)), start, worth)

    def _tried(self, narrowed: Narrowed, *, nodes: int) -> Answer:
        """Search among some columns, which proves nothing of the others."""
        return self._narrowly(narrowed, nodes=nodes)

    def _narrowly(
        self,
        narrowed: Narrowed,
        *,
        nodes: int | None,
        proves: bool = False,
        best: Best | None = None,
    ) -> Answer:
        rows = narrowed.rows(self.model.goal)
        return self.search(
            narrowed.columns,
            self.model.goal,
            "max",
            rows,
            None if rows else narrowed.start,  # of what is known already, no plan keeps the rows
            nodes=nodes,
            proves=proves,
            best=best,
            workers=self._workers if proves else 1,
        )

    def _settled(self, narrowed: Narrowed, *, begins: bool = True) -> Answer:
        """Search to the end among columns outside of which no plan is worth as much as the start.

        The search begins from it, or never hears of it. What is found is improved beside, if there
        is no proof soon.
        """
        from portulan.portfolio.engine import highs

        start, worth = narrowed.start, narrowed.worth
        best = Best(None if start is None or worth is None else (start, worth))
        if not begins:
            narrowed = replace(narrowed, start=None)
        if self._limits.nodes is not None:
            return self._combined(self._narrowly(narrowed, nodes=None, proves=True), best)
        with Improver(
            self.model,
            lambda worth: self._narrowed(None, worth).columns,
            best,
            tolerance=self._tolerance,
            cores=self._core,
            gap=self._gap,
            restarts=self._restarts,
            steps_aside=self._workers > 1 and highs.cores() > 1,
        ):
            answer = self._narrowly(narrowed, nodes=None, proves=True, best=best)
        return self._combined(answer, best)

    def _core(
        self, share: float, worth: int | None, nodes: int, goes_on: Callable[[], bool]
    ) -> Answer | None:
        """Search among a share of the columns, those that lose least and may do as well."""
        from portulan.portfolio.engine import highs

        if self.relaxation is None:
            return None
        room = self.relaxation.room_of(round(share * len(self.model.pathways)))
        if worth is not None:
            room = min(room, self.relaxation.room(worth))
        return highs.search(
            self.relaxation.within(room),
            self.model.rows,
            self.model.goal,
            limits=Limits(seconds=self._left(), nodes=nodes),
            watch=lambda _seen: goes_on(),
            tolerance=self._tolerance,
        )

    def _gap(self) -> float:
        """Return what may be missing still, as a share of the best plan known."""
        if self._found is None or self._bound is None:
            return 1.0
        return (self._bound - self._found) / max(1.0, abs(self._found))

    def _combined(self, answer: Answer, best: Best) -> Answer:
        """Return the better of an answer and of what else is known, and what is proved of it."""
        if best.found is None:
            return answer
        ones, worth = best.found
        if answer.worth is not None and answer.worth >= worth:
            return answer
        bound = answer.bound
        if bound is not None and bound < worth:  # a bound that misses a plan proves nothing
            bound = None
        status: Status = "feasible" if answer.status in ("feasible", "unknown") else "optimal"
        return replace(answer, status=status, ones=ones, worth=worth, bound=bound)

    def _goes_on(self) -> bool:
        """Return whether whoever waits still does, and there is time left."""
        return self._left() > 0 and self._told(Sighting(0, None, None), proves=False)

    def _told(self, seen: Sighting, *, proves: bool) -> bool:
        """Tell where a search stands; what it proves of some columns is not proved of all."""
        self._know(seen.found)
        if proves and seen.bound is not None:
            self._bound = seen.bound
        elif self._bound is None and self.relaxation is not None:
            self._bound = float(self.relaxation.bound)
        if self._limits.watch is None:
            return True
        bound = self._bound
        if bound is not None and self._found is not None:
            bound = max(bound, self._found)  # in floats, it may miss the last digits
        return self._limits.watch(Sighting(self.seconds, self._found, bound))

    def _know(self, worth: float | None) -> None:
        """Remember the best of all searches: each begins from nothing, or with few columns.

        A worth is whole, whatever the last digits of a float.
        """
        if worth is not None:
            whole = round(worth)
            self._found = whole if self._found is None else max(self._found, whole)

    def search(
        self,
        columns: Sequence[Column],
        objective: Terms,
        sense: Literal["max", "min"],
        rows: Sequence[Row],
        start: frozenset[int] | None,
        *,
        nodes: int | None = None,
        proves: bool = False,
        best: Best | None = None,
        workers: int = 1,
    ) -> Answer:
        """Search within the limits, or so many nodes if that is less, and with what others find."""
        from portulan.portfolio.engine import highs

        watch = None
        is_worth = objective is self.model.goal  # and not what settles ties
        if self._limits.watch is not None or best is not None:

            def watch(seen: Sighting) -> bool:
                return self._told(seen if is_worth else replace(seen, found=None), proves=proves)

        answer = highs.search(
            columns,
            [*self.model.rows, *rows],
            objective,
            sense=sense,
            limits=Limits(seconds=self._left(), nodes=_least(nodes, self._limits.nodes)),
            start=start,
            watch=watch,
            tolerance=self._tolerance,
            best=best,
            workers=workers,
            restarts=self._restarts or not proves,
        )
        self.nodes += answer.nodes
        if is_worth:
            self._know(answer.worth)
        return answer

    def _start(self, plan: Plan | None) -> tuple[frozenset[int] | None, int | None]:
        """Return the columns of a plan and what it is worth, if it keeps the rules."""
        if plan is None:
            return None, None
        evaluation, chosen = evaluate(self._problem, plan), self.model.chosen(plan)
        if evaluation.breaches or len(chosen) != len(plan):
            return None, None
        worth = worth_of(self._problem, evaluation)
        self._know(worth)
        return frozenset(chosen), worth

    @property
    def _workers(self) -> int:
        return self._limits.workers if self._limits.nodes is None else 1

    def _left(self) -> float:
        return self._limits.seconds - self.seconds


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)
