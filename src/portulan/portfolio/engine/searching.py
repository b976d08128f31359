"""The best value of a model: few columns first, then all that may do better, then by improving.

What is found is proved, or it is said what stopped the search. See
docs/adr/0036-the-core-of-a-problem-first.md.

A better plan from a good one: some actions are settled anew at best, the others held.

Fix and optimise, over and over, on actions drawn at random: what a search that has no proof in
sight still finds in seconds (next-release problems gain 1 to 2 per cent in less than one). Actions
that bring nothing by themselves are never held: they follow those that need them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Literal

from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.limits import Limits, Sighting, Status
from portulan.portfolio.engine.model import Column, Model, Row, Terms, build
from portulan.portfolio.engine.problem import Plan, PortfolioProblem
from portulan.portfolio.engine.ratio import sort_by_ratio
from portulan.portfolio.engine.relaxation import Narrowed, Relaxation, narrow, relax

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer


FIRST = 1000  # nodes of a search before what it found is improved otherwise
MANY = 1000  # columns: that search is then long
CORES = (0.5, 0.6)  # of all columns
PRICED = 1 / 4  # of the time, for the linear relaxation at most: it is deaf, and others follow
ROUNDS = 4  # of improvement at most, for each second of the limit


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
        self._found: float | None = None  # the worth of the best plan of all searches

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def best(self, plan: Plan | None) -> Answer:
        """Return the best value found, from a plan if it keeps the rules."""
        from portulan.portfolio.engine import highs

        model = self.model
        start, worth = self._start(plan)
        limits = replace(self._limits, seconds=self._left() * PRICED)
        prices = highs.prices(model.columns, model.rows, model.value, limits=limits)
        if prices is not None:
            self.relaxation = relax(model.columns, model.rows, model.value, prices)
        if self.relaxation is None:
            return self._settled(Narrowed(model.columns, start, worth))
        narrowed = narrow(self.relaxation, start, worth, self._tried, self._goes_on)
        answer = narrowed.answer or self._settled(narrowed)
        return replace(answer, bound=_least(answer.bound, self.relaxation.bound))

    def _tried(self, narrowed: Narrowed, *, nodes: int) -> Answer:
        """Search among some columns, which proves nothing of the others."""
        return self._narrowly(narrowed, nodes=nodes)

    def _narrowly(
        self,
        narrowed: Narrowed,
        *,
        nodes: int | None,
        seconds: float | None = None,
        proves: bool = False,
    ) -> Answer:
        rows = narrowed.rows(self.model.value)
        return self.search(
            narrowed.columns,
            self.model.value,
            "max",
            rows,
            None if rows else narrowed.start,  # of what is known already, no plan keeps the rows
            nodes=nodes,
            seconds=seconds,
            proves=proves,
        )

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
        last = self._last(self._improved(self._cored(narrowed), seed=1))
        return replace(last, bound=_least(first.bound, last.bound))

    def _cored(self, narrowed: Narrowed) -> Narrowed:
        """Return the same with the best plan of cores: better than all columns where there are few.

        On knapsacks of many rows, prices say little, and yet what they say is worth more than as
        many nodes among all the columns.
        """
        if self.relaxation is None or narrowed.size > MANY:
            return narrowed
        for share in CORES:
            room = self.relaxation.room_of(round(share * len(self.model.pathways)))
            if narrowed.worth is not None and room >= self.relaxation.room(narrowed.worth):
                continue  # all that may do better is in it
            core = Narrowed(self.relaxation.within(room), None, None)
            found = self._narrowly(core, nodes=FIRST, seconds=self._left() / 4)
            if found.worth is not None and (narrowed.worth is None or found.worth > narrowed.worth):
                narrowed = Narrowed(narrowed.columns, found.ones, found.worth)
        return narrowed

    def _begun(self, narrowed: Narrowed) -> Narrowed:
        """Return the same with a plan to begin from, if a sort by ratio has one."""
        if narrowed.worth is not None:
            return narrowed
        start, worth = self._start(sort_by_ratio(self._problem))
        return replace(narrowed, start=start, worth=worth)

    def _last(self, narrowed: Narrowed, nodes: int | None = None) -> Answer:
        """Search among columns outside of which no plan is worth as much as the start."""
        seconds = None if nodes is None else self._left() / 2
        answer = self._narrowly(narrowed, nodes=nodes, seconds=seconds, proves=True)
        worth = narrowed.worth
        if narrowed.start is None or worth is None:
            return answer
        if answer.worth is not None and answer.worth >= worth:
            return answer
        # Nothing beyond what is known, or not found yet in the time there was.
        known = narrowed.beyond is not None and answer.status == "infeasible"
        bound = worth if known else answer.bound
        if bound is not None and bound < worth:  # a bound that misses a plan proves nothing
            bound = None if narrowed.beyond is None else worth
        status: Status = "feasible" if answer.status in ("feasible", "unknown") else "optimal"
        return replace(answer, status=status, ones=narrowed.start, worth=worth, bound=bound)

    def _improved(self, narrowed: Narrowed, *, seed: int) -> Narrowed:
        if narrowed.start is None or narrowed.worth is None:
            return narrowed
        start, worth = improve(
            self.model,
            narrowed.columns,
            (narrowed.start, narrowed.worth),
            rounds=round(ROUNDS * self._limits.seconds),
            seconds=self._left() / 2,
            seed=seed,
            tolerance=self._tolerance,
            goes_on=self._goes_on,
        )
        self._know(worth)
        columns = narrowed.columns
        if self.relaxation is not None:
            columns = self.relaxation.within(self.relaxation.room(worth))
        return Narrowed(columns, start, worth)

    def _goes_on(self) -> bool:
        """Return whether whoever waits still does, and there is time left."""
        return self._left() > 0 and self._told(Sighting(0, None, None), proves=False)

    def _told(self, seen: Sighting, *, proves: bool) -> bool:
        """Tell where a search stands; what it proves of some columns is not proved of all."""
        self._know(seen.found)
        if self._limits.watch is None:
            return True
        least = None if self.relaxation is None else float(self.relaxation.bound)
        bound = seen.bound if proves and seen.bound is not None else least
        return self._limits.watch(Sighting(self.seconds, self._found, bound))

    def _know(self, worth: float | None) -> None:
        """Remember the best of all searches: each begins from nothing, or with few columns."""
        if worth is not None:
            self._found = worth if self._found is None else max(self._found, worth)

    def search(
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
        is_worth = objective is self.model.value  # and not what settles ties
        if self._limits.watch is not None:

            def watch(seen: Sighting) -> bool:
                return self._told(seen if is_worth else replace(seen, found=None), proves=proves)

        answer = highs.search(
            columns,
            [*self.model.rows, *rows],
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
        self._know(evaluation.value)
        return frozenset(chosen), evaluation.value

    def _left(self) -> float:
        return self._limits.seconds - self.seconds


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


_SHARE, _LEAST, _MOST, _STEP = 0.4, 0.1, 0.8, 0.1  # of the actions that are freed at a time
_PATIENCE, _ENOUGH = 12, 60  # rounds in vain before more of them are, and before giving up
_NODES = 50  # of a round


def improve(
    model: Model,
    columns: Sequence[Column],
    found: tuple[frozenset[int], int],
    *,
    rounds: int,
    seconds: float,
    seed: int = 0,
    tolerance: float = 1e-6,
    goes_on: Callable[[], bool] | None = None,
) -> tuple[frozenset[int], int]:
    """Return the columns of a plan and its worth, at least those of the one found.

    It goes on for so many rounds. The seconds are a limit that should not be reached: where they
    are, another machine may find another plan. `goes_on` is asked now and then.
    """
    from portulan.portfolio.engine import highs

    end = time.monotonic() + seconds
    held = _held(model)
    if not held:
        return found
    random, share, vain = Random(seed), _SHARE, 0  # noqa: S311
    best, worth = found
    for _ in range(rounds):
        left = end - time.monotonic()
        if left <= 0 or vain >= _ENOUGH:
            break
        free = frozenset(random.sample(range(len(held)), max(1, round(share * len(held)))))
        answer = highs.search(
            list(_columns(columns, held, free, best)),
            model.rows,
            model.value,
            limits=Limits(seconds=left, nodes=_NODES),
            start=best,
            watch=None if goes_on is None else lambda _seen: goes_on(),
            tolerance=tolerance,
        )
        if answer.stopped_by == "request":
            break
        if answer.worth is not None and answer.worth > worth:
            best, worth, vain = answer.ones, answer.worth, 0
        else:
            vain += 1
        if answer.status != "optimal":
            share = max(_LEAST, share - _STEP)  # too many to be settled in the time given
        elif vain and vain % _PATIENCE == 0:
            share = min(_MOST, share + _STEP)
    return best, worth


def _held(model: Model) -> list[list[int]]:
    """Return the columns of each action that brings something, and so may be held."""
    columns: dict[str, list[int]] = {}
    for at, pathway in enumerate(model.pathways):
        columns.setdefault(pathway.action, []).append(at)
    return [own for own in columns.values() if any(model.pathways[at].value for at in own)]


def _columns(
    columns: Sequence[Column],
    held: Sequence[Sequence[int]],
    free: frozenset[int],
    ones: frozenset[int],
) -> Iterator[Column]:
    fixed = {at for action, own in enumerate(held) if action not in free for at in own}
    for at, column in enumerate(columns):
        yield Column(int(at in ones), int(at in ones)) if at in fixed else column
