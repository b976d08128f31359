"""All that a plan is explained with, asked at once: long, for a task, kept beside the result.

The document holds the answers of `questions`, `pareto` and `stability` in the words of
docs/reference/portfolio.md, so that a page reads them without solving anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from portulan.portfolio.engine.documents import (
    Document,
    pareto_document,
    prices_document,
    purchase_document,
    shortfalls_document,
    stability_document,
    why_document,
)
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.pareto import pareto
from portulan.portfolio.engine.problem import PortfolioProblem, canonical
from portulan.portfolio.engine.questions import Purchase, buy, entry, prices, why
from portulan.portfolio.engine.rules import rules_of
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stability import Spread, stability

AMOUNTS = (5_000, 10_000, 25_000, 50_000)  # euros
POINTS = 12

# Told how many answers are there, of how many; answers whether to go on.
type Told = Callable[[int, int], bool]


def explain(
    problem: PortfolioProblem,
    base: Result,
    *,
    spreads: Mapping[str, Spread],
    amounts: Sequence[int] = AMOUNTS,
    draws: int = 20,
    limits: Limits | None = None,
    told: Told | None = None,
) -> Document:
    """Return the answers, as JSON; what was left out when `told` said to stop is absent.

    `amounts` are more of each envelope in each year, in its unit. The limits hold for each search.
    Empty when the base has no plan.
    """
    problem = canonical(problem)
    document: Document = {}
    if base.evaluation is None:
        return document
    questions = _Questions(problem, base, limits)
    lists: dict[str, Iterator[Document]] = {
        "purchases": questions.purchases(sorted(amounts)),
        "whys": questions.whys(),
        "prices": questions.prices(),
    }
    total = questions.count + 2
    done = 0
    for name, answers in lists.items():
        kept: list[Document] = []
        for answer in answers:
            kept.append(answer)
            done += 1
            if told is not None and not told(done, total):
                return document
        document[name] = kept
    document["front"] = pareto_document(pareto(problem, base, POINTS, limits=limits))["points"]
    if told is not None and not told(done + 1, total):
        return document
    found = stability(problem, spreads, draws=draws, limits=limits)
    document["stability"] = stability_document(problem, found)
    if told is not None:
        told(total, total)
    return document


class _Questions:
    def __init__(self, problem: PortfolioProblem, base: Result, limits: Limits | None) -> None:
        self._problem, self._base, self._limits = problem, base, limits
        self._envelopes = [one.id for one in problem.resources if one.money]
        self._rules = [one for one in rules_of(problem) if one.kind not in ("capacity", "wish")]

    @property
    def count(self) -> int:
        bought = len(self._envelopes) * len(self._problem.years)
        return bought + len(self._problem.actions) + len(self._rules)

    def purchases(self, amounts: Sequence[int]) -> Iterator[Document]:
        """Yield, for each envelope and year, what each amount more brings."""
        for resource in self._envelopes:
            for year in self._problem.years:
                steps = self._steps(resource, year, amounts)
                yield {"resource": resource, "year": year, "steps": steps}

    def _steps(self, resource: str, year: int, amounts: Sequence[int]) -> list[Document]:
        found: dict[int, Purchase] = {}
        for amount in reversed(amounts):
            bought = buy(self._problem, self._base, resource, year, amount, limits=self._limits)
            found[amount] = bought
            if bought.delta.high == 0:  # less brings nothing either
                found |= dict.fromkeys(amounts[: amounts.index(amount)], bought)
                break
        return [{"amount": amount} | purchase_document(found[amount]) for amount in amounts]

    def whys(self) -> Iterator[Document]:
        """Yield, for each action, why it is in or out, and with how much more it would enter."""
        for action in self._problem.actions:
            answer = why(self._problem, self._base, action.id, limits=self._limits)
            missing = entry(self._problem, self._base, action.id, limits=self._limits)
            document = why_document(self._problem, answer, "fr")
            yield document | {"missing": shortfalls_document(missing)}

    def prices(self) -> Iterator[Document]:
        for rule, bought in prices(self._problem, self._base, limits=self._limits):
            yield from prices_document(self._problem, [(rule, bought)], "fr")
