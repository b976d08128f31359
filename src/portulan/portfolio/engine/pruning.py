"""Pathways that no best plan needs: another of the same action does as well everywhere (pure).

Replacing a dominated pathway by the one that dominates it keeps every rule, and gives a plan that
is not worse in value, then in money, then in years of start: the answer of the whole search,
tie-breaks included, is the same without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import ge

from portulan.plans.enums import CommitmentLevel
from portulan.portfolio.engine.pathways import NEVER, Pathway
from portulan.portfolio.engine.problem import Action, PortfolioProblem, Step

# What a rule sees of a pathway: a number that is better when greater.
type Sight = Callable[[Pathway], int]


class Pruner:
    """Knows, for each action, which rules look at it; rules are gone through once."""

    def __init__(self, problem: PortfolioProblem) -> None:
        self._problem = problem
        self._rules: dict[str, list[Sight]] = defaultdict(list)
        for arc in problem.prerequisites:
            self._rules[arc.needs].append(_soon(arc.needs_level))
            self._rules[arc.action].append(_late(arc.level))
        for exclusion in problem.exclusions:
            for action_id in exclusion.actions:
                self._rules[action_id].append(_short_of(exclusion.level))
        self._capped = {action_id for one in problem.overlaps for action_id in one.actions}

    def keep(self, action: Action, pathways: Sequence[Pathway]) -> list[Pathway]:
        """Return the pathways that none dominates, in the order given."""
        sights = [*self._rules[action.id], *self._own_sights(action)]
        keys = sorted({key for pathway in pathways for key in pathway.use})
        capped = action.id in self._capped

        def merits(pathway: Pathway) -> tuple[int, ...]:
            uses = (-pathway.use.get(key, 0) for key in keys)
            return (pathway.value, *uses, *(sight(pathway) for sight in sights))

        def rank(pathway: Pathway) -> tuple[object, ...]:
            value = -pathway.value
            # Under a ceiling, more value may be worth nothing: it excuses no later start.
            head = (pathway.money, pathway.lateness, value) if capped else (value, pathway.money)
            return (*head, pathway.lateness, pathway.steps)

        kept: list[tuple[int, ...]] = []
        if not self._is_wished(action):
            kept.append(merits(Pathway(action.id, (), 0, 0, 0, {}, {}, {})))
        alive: set[tuple[Step, ...]] = set()
        for pathway in sorted(pathways, key=rank):
            own = merits(pathway)
            if not any(all(map(ge, other, own)) for other in kept):
                kept.append(own)
                alive.add(pathway.steps)
        return [pathway for pathway in pathways if pathway.steps in alive]

    def _own_sights(self, action: Action) -> Iterator[Sight]:
        for coverage in self._problem.coverage:
            if coverage.theme == action.theme:
                yield _counting(coverage.level)
        if must := action.must:
            last_year = must.by - self._problem.years[0]
            yield lambda p: p.reached(must.level) <= last_year
        if isinstance(lock := action.lock, Step):
            yield lambda p: lock in p.steps

    def _is_wished(self, action: Action) -> bool:
        wish = self._problem.wish
        return wish is not None and wish.taken and wish.action == action.id


def _soon(level: CommitmentLevel) -> Sight:
    return lambda pathway: -pathway.reached(level)


def _late(level: CommitmentLevel) -> Sight:
    return lambda pathway: pathway.started(level)


def _short_of(level: CommitmentLevel) -> Sight:
    return lambda pathway: pathway.reached(level) == NEVER


def _counting(level: CommitmentLevel) -> Sight:
    return lambda pathway: bool(pathway.steps) and pathway.last >= level
