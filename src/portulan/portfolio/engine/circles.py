"""Prerequisites that go round in a circle: none of their actions could ever start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import Prerequisite

type _Node = tuple[str, CommitmentLevel]


def circle(arcs: Iterable[Prerequisite]) -> list[str]:
    """Return the actions of one circle, the first repeated at the end, or nothing.

    Depth first, without recursion: a chain may be as long as the problem.
    """
    needs: dict[_Node, list[_Node]] = defaultdict(list)
    for arc in sorted(set(arcs)):
        needs[arc.action, arc.level].append((arc.needs, arc.needs_level))
    done: set[_Node] = set()
    for root in list(needs):
        path: dict[_Node, None] = {}  # in order
        waiting = [(root, 0)]
        while waiting:
            node, depth = waiting.pop()
            while len(path) > depth:
                path.popitem()
            if node in path:
                around = list(path)
                return [action for action, _ in [*around[around.index(node) :], node]]
            if node not in done:
                done.add(node)
                path[node] = None
                waiting += [(below, len(path)) for below in needs.get(node, ())]
    return []
