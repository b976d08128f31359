"""A value is proved to its last unit, however large: what floats cannot tell is in digits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.portfolio.engine import highs
from portulan.portfolio.engine.digits import worth_at_least
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import build
from portulan.portfolio.engine.problem import MOST, PortfolioProblem, canonical
from portulan.portfolio.engine.solving import solve
from tests.portfolio.tiny import best_of_all, problems

DEAR = MOST // 10 - 7  # of a unit of value: the greatest are near the most that a value may be


def dearer(problem: PortfolioProblem, unit: int, more: int) -> PortfolioProblem:
    """Return the same with other values: a unit each, and a little more that has no divisor."""
    return canonical(
        replace(
            problem,
            actions=tuple(
                replace(
                    action,
                    levels=tuple(
                        replace(option, value=option.value * unit + more + number)
                        for option in action.levels
                    ),
                )
                for number, action in enumerate(problem.actions)
            ),
            overlaps=tuple(
                replace(one, ceiling=one.ceiling * min(unit, MOST // 20))
                for one in problem.overlaps
            ),
        )
    )


@settings(max_examples=40, deadline=None)
@given(problems(), st.sampled_from([10**7 + 19, DEAR]), st.integers(0, 3))
def test_large_values_are_proved_to_the_unit(
    problem: PortfolioProblem, unit: int, more: int
) -> None:
    large = dearer(problem, unit, more)
    best, found = best_of_all(large), solve(large)
    if best is None:
        assert found.status == "infeasible"
        return
    assert found.value == found.bound == best[0]
    assert found.status == "optimal"
    model = build(large)
    for worth, exists in ((best[0], True), (best[0] + 1, False)):
        columns, rows = worth_at_least(model, worth)
        answer = highs.search(columns, rows, {}, limits=Limits())
        assert (answer.status != "infeasible") is exists
