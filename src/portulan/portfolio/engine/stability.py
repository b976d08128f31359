"""Whether a plan holds when the estimates are other than the likely ones.

Values are drawn from triangular laws and each draw is solved: how often an action is chosen tells
the core from the borderline and the exterior, as in Robust Portfolio Modeling (Liesiö, Mild, Salo,
EJOR 181, 2007).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.problem import Action, PortfolioProblem, canonical
from portulan.portfolio.engine.solving import solve

type Place = Literal["core", "borderline", "exterior"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the value of an action may be from the likely one, in per cent: as −30 and +50."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """How many draws chose an action, and where that puts it: in all of them, in some, in none."""

    action: str
    chosen: int
    place: Place


@dataclass(frozen=True, slots=True)
class Stability:
    """How often each action of a problem was chosen, and how many of the draws were proved."""

    draws: int
    proved: int
    actions: tuple[Chosen, ...]

    def of(self, action_id: str) -> Chosen:
        """Return how often an action was chosen: never, where it is not in the problem."""
        found = (one for one in self.actions if one.action == action_id)
        return next(found, Chosen(action_id, 0, "exterior"))


def stability(
    problem: PortfolioProblem,
    spreads: Mapping[str, Spread],
    *,
    draws: int = 20,
    seed: int = 0,
    limits: Limits | None = None,
) -> Stability:
    """Return how often each action is chosen; an action without a spread keeps its value.

    One draw moves all levels of an action together: what is unsure is the action. Infeasible draws
    do not exist, since only values move; one that found no plan in time chooses nothing.
    """
    asked, problem = problem.actions, canonical(problem)
    random = Random(seed)  # noqa: S311
    chosen: Counter[str] = Counter()
    proved = 0
    for _ in range(draws):
        actions = tuple(_drawn(one, spreads.get(one.id), random) for one in problem.actions)
        result = solve(replace(problem, actions=actions), limits=limits, tie_break=False)
        chosen.update(result.plan.keys())
        proved += result.proved
    return Stability(draws, proved, tuple(_chosen(one.id, chosen[one.id], draws) for one in asked))


def _chosen(action: str, times: int, draws: int) -> Chosen:
    if times == draws:
        return Chosen(action, times, "core")
    return Chosen(action, times, "borderline" if times else "exterior")


def _drawn(action: Action, spread: Spread | None, random: Random) -> Action:
    if spread is None:
        return action
    factor = 1 + random.triangular(spread.low, spread.high, 0) / 100
    levels = (replace(option, value=round(option.value * factor)) for option in action.levels)
    return replace(action, levels=tuple(levels))
