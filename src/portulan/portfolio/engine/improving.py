"""A better plan from a good one: some actions are settled anew at best, the others held.

Fix and optimise, over and over, on few actions, those of the plan that start about one year and
others that could take their place: what a search that has no proof in sight still finds in seconds,
in turn with searches among few columns. Actions that bring nothing by themselves are never held:
they follow those that need them.

It goes on beside the search of the whole, in a thread of its own, for a share of what that one
spends: a search that is soon proved loses little. What it finds is the answer where that search is
stopped; one that ends by itself never hears of it, and so gives the same plan under any load.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from itertools import repeat
from math import inf
from random import Random
from typing import TYPE_CHECKING

from portulan.portfolio.engine.limits import Best, Limits
from portulan.portfolio.engine.model import Column, Model

if TYPE_CHECKING:
    from portulan.portfolio.engine.highs import Answer

AFTER = 3.0  # seconds of CPU of a search before something is improved beside it
SHARE = 0.03  # of what it spends then
# More where the gap is WIDE, no proof in sight: a LEAD of so many seconds first, for who stops it
# after ten.
WIDE, LEADING, LEAD, MORE = 0.003, 1 / 3, 4.0, 0.05
_WAIT = 0.05  # seconds
_ASIDE = 10  # a tenth of a core where others want all of it, what is idle where nobody does
_TURN = 1.5  # seconds of CPU of rounds before few columns are searched, and between
_CORES = (0.25, 0.5, 0.6)  # of all columns
_CORE_NODES = 1000

# The columns that a plan worth so much may have.
type Narrowing = Callable[[int], Sequence[Column]]
# Searches a share of the columns, for a plan worth more than is known, so many nodes at most.
type Core = Callable[[float, int | None, int, Callable[[], bool]], Answer | None]


class Improver:
    """Improves the best plan in a thread of its own, while the context is open.

    `cores` searches among a share of the columns: where prices say little, what they say is worth
    more than as many nodes among all the columns (knapsacks of many rows). It takes turns with the
    rounds: which of the two finds more is not told by the family nor by the size. `steps_aside`:
    the search beside has several workers, which go first.
    """

    def __init__(
        self,
        model: Model,
        columns: Narrowing,
        best: Best,
        *,
        tolerance: float,
        cores: Core,
        gap: Callable[[], float],
        restarts: bool = True,
        steps_aside: bool = False,
    ) -> None:
        self._improve = partial(
            improve, model, columns, best, rounds=None, tolerance=tolerance, restarts=restarts
        )
        self._best, self._cores, self._gap = best, cores, gap
        self._holds, self._steps_aside = bool(_held(model)), steps_aside
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._begun = time.process_time()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        if self._steps_aside:
            _step_aside()
        shares, number = list(_CORES), 0
        while self._has_turn():
            rounds = self._best.found is not None and self._holds
            if rounds:
                self._improve(seed=number, goes_on=self._turn(_TURN if shares else inf))
            if shares and self._gap() > WIDE:
                self._search_core(shares.pop(0))
            elif not rounds:
                self._stopped.wait(_WAIT)
            number += 1

    def _search_core(self, share: float) -> None:
        known = self._best.found
        worth = None if known is None else known[1]
        answer = self._cores(share, worth, _CORE_NODES, self._has_turn)
        if answer is not None and answer.worth is not None:
            self._best.tell(answer.ones, answer.worth)

    def _turn(self, seconds: float) -> Callable[[], bool]:
        """Return what says whether a turn goes on, which begins now."""
        end = time.thread_time() + seconds
        return lambda: self._has_turn() and time.thread_time() < end

    def _spent(self) -> float:
        """Return the seconds of CPU of the search beside."""
        return time.process_time() - self._begun - time.thread_time()

    def _may_spend(self) -> float:
        """Return the seconds of CPU that may have been spent here by now."""
        spent = max(0.0, self._spent() - AFTER)
        if self._gap() <= WIDE:
            return SHARE * spent
        return min(LEADING * spent, LEAD + MORE * (spent - LEAD / LEADING))

    def _has_turn(self) -> bool:
        """Wait for what the search beside has spent; return whether to go on."""
        while not self._stopped.is_set():
            if time.thread_time() < self._may_spend():
                return True
            self._stopped.wait(_WAIT)
        return False


def _step_aside() -> None:
    """Let the other threads of this process go first, where threads have priorities (Linux).

    Workers of the solver wait for each other: one that has lost its core holds up the other.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            own = threading.get_native_id()
            lower = os.getpriority(os.PRIO_PROCESS, own) + _ASIDE
            os.setpriority(os.PRIO_PROCESS, own, lower)  # 19 at most: the system sees to it


_FREE, _LEAST, _MOST = 0.25, 0.1, 0.9  # of the actions that are freed at a time
_STEP = 1.25  # times fewer, or more
_PATIENCE = 12  # rounds in vain before more of them are
_NODES = 50  # of a round


def improve(
    model: Model,
    columns: Narrowing,
    best: Best,
    *,
    rounds: int | None,
    seed: int = 0,
    tolerance: float = 1e-6,
    restarts: bool = True,
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Improve the best plan that is known, for so many rounds, or as long as `goes_on` says so."""
    from portulan.portfolio.engine import highs

    held, within = _held(model), lru_cache(1)(columns)
    random, share, vain = Random(seed), _FREE, 0  # noqa: S311
    for _ in repeat(None) if rounds is None else repeat(None, rounds):
        if not held or best.found is None or not goes_on():
            break
        ones, worth = best.found
        free = _drawn(random, model, held, ones, max(1, round(share * len(held))))
        answer = highs.search(
            list(_columns(within(worth), held, free, ones)),
            model.rows,
            model.goal,
            limits=Limits(nodes=_NODES),
            start=ones,
            watch=lambda _seen: goes_on(),
            tolerance=tolerance,
            restarts=restarts,
        )
        if answer.worth is not None and answer.worth > worth:
            best.tell(answer.ones, answer.worth)
            vain = 0
        else:
            vain += 1
        if answer.status != "optimal":
            share = max(_LEAST, share / _STEP)  # too many to be settled in the nodes given
        elif vain and vain % _PATIENCE == 0:
            share = min(_MOST, share * _STEP)


def _drawn(
    random: Random, model: Model, held: Sequence[Sequence[int]], ones: frozenset[int], count: int
) -> frozenset[int]:
    """Draw so many actions: they want the money of the same years, and can be exchanged.

    A year is drawn among those in which the last levels of the plan start. Actions whose level
    starts nearest to it come first; those that are not in the plan stand anywhere among them.
    """
    starts = [
        next((model.pathways[at].steps[-1].start for at in own if at in ones), None) for own in held
    ]
    years = sorted({start for start in starts if start is not None}) or [0]
    year = random.choice(years)
    place = [
        random.random() * len(years) if start is None else abs(start - year) + random.random() / 2
        for start in starts
    ]
    return frozenset(sorted(range(len(held)), key=place.__getitem__)[:count])


def _held(model: Model) -> list[list[int]]:
    """Return the columns of each action that brings something, and so may be held."""
    columns: dict[str, list[int]] = {}
    for at, pathway in enumerate(model.pathways):
        columns.setdefault(pathway.action, []).append(at)
    paths = model.pathways
    return [
        own for own in columns.values() if any(paths[at].value or paths[at].brings for at in own)
    ]


def _columns(
    columns: Sequence[Column],
    held: Sequence[Sequence[int]],
    free: frozenset[int],
    ones: frozenset[int],
) -> Iterator[Column]:
    fixed = {at for action, own in enumerate(held) if action not in free for at in own}
    for at, column in enumerate(columns):
        yield Column(int(at in ones), int(at in ones)) if at in fixed else column
