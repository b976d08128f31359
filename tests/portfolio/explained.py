"""All that explains a plan, in one document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portulan.portfolio.engine.answers import AMOUNTS, Explanation, merged
from portulan.portfolio.engine.documents import Document
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stability import Spread


def explain(
    problem: PortfolioProblem,
    base: Result,
    *,
    spreads: Mapping[str, Spread],
    amounts: Sequence[int] = AMOUNTS,
    draws: int = 20,
) -> Document:
    asked = Explanation(problem, base, spreads, amounts=amounts, draws=draws)
    return merged(asked.answers({}))
