"""Two other open solvers agree: the value of the best plan, and that there is none.

The whole model is asked of them, with all the pathways that ours leaves out.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import build
from portulan.portfolio.engine.problem import Overlap, PortfolioProblem, Resource
from portulan.portfolio.engine.solving import solve
from tests.bench.drawn import draw
from tests.oracles import Solver, ask, python

SECONDS = 3_600.0  # what they say is compared, not how long they took


def problems() -> list[PortfolioProblem]:
    """Some of each: plain, with money carried over, with overlaps, and too poor for its duties."""
    plain = [draw(actions, years, seed) for seed in (1, 2) for actions, years in ((12, 4), (30, 3))]
    carried = [
        replace(one, resources=tuple(_carried(resource) for resource in one.resources))
        for one in plain
    ]
    ids = [action.id for action in plain[0].actions]
    overlaps = [
        replace(one, overlaps=(Overlap(tuple(ids[:6]), 900), Overlap(tuple(ids[6:9]), 40)))
        for one in plain
    ]
    poor = [
        replace(
            one,
            resources=tuple(
                replace(resource, capacity=(1,) * len(one.years)) for resource in one.resources
            ),
        )
        for one in plain[:2]
    ]
    return [*plain, *carried, *overlaps, *poor]


def _carried(resource: Resource) -> Resource:
    return replace(resource, carry_over=resource.capacity[0] // 4) if resource.money else resource


@pytest.mark.skipif(python() is None, reason="make oracles installs the other solvers")
@pytest.mark.parametrize("solver", ["cpsat", "scip"])
def test_another_solver_finds_the_same(solver: Solver) -> None:
    asked = problems()
    ours = [solve(one, limits=Limits(seconds=SECONDS), tie_break=False) for one in asked]
    assert {one.status for one in ours} == {"optimal", "infeasible"}
    theirs = ask(solver, [build(one, pruned=False) for one in asked], seconds=SECONDS)
    assert [one.value for one in theirs] == [one.value for one in ours]
    assert [one.bound for one in theirs] == [one.bound for one in ours]
