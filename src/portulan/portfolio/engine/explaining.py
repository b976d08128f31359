"""All that a plan is explained with, answer after answer: long, for a task, kept beside the result.

Each answer is a document of its own, in the words of docs/reference/portfolio.md; together they
are the document that a page reads without solving anything. What a board reads first comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

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
from portulan.portfolio.engine.questions import Purchase, buy, entry, price, priced, why
from portulan.portfolio.engine.rules import Rule
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stability import Spread, stability

AMOUNTS = (5_000, 10_000, 25_000, 50_000)  # euros
POINTS = 12
_LISTS = ("purchases", "whys", "prices")
FIRST = 8  # of the actions left out, that the page of a result shows


def explain(
    problem: PortfolioProblem,
    base: Result,
    *,
    spreads: Mapping[str, Spread],
    amounts: Sequence[int] = AMOUNTS,
    draws: int = 20,
    limits: Limits | None = None,
) -> Document:
    """Return all the answers at once, as `merged` gives them."""
    explanation = Explanation(problem, base, spreads, amounts=amounts, draws=draws, limits=limits)
    return merged(explanation.answers({}))


def merged(parts: Iterable[Mapping[str, Any]]) -> Document:
    """Return one document of several: their lists follow one another."""
    document: dict[str, Any] = {}
    for part in parts:
        for name, found in part.items():
            document[name] = document.get(name, []) + found if name in _LISTS else found
    return document


class Explanation:
    """The questions about a plan. `amounts` are more of each envelope in each year, in its unit.

    The limits hold for each search.
    """

    def __init__(
        self,
        problem: PortfolioProblem,
        base: Result,
        spreads: Mapping[str, Spread],
        *,
        amounts: Sequence[int] = AMOUNTS,
        draws: int = 20,
        limits: Limits | None = None,
    ) -> None:
        self._problem, self._base, self._limits = canonical(problem), base, limits
        self._spreads, self._amounts, self._draws = spreads, sorted(amounts), draws
        self._envelopes = [one.id for one in problem.resources if one.money]
        self._rules = priced(problem)

    @property
    def count(self) -> int:
        """How many answers there are in all."""
        if self._base.evaluation is None:
            return 0
        bought = len(self._envelopes) * len(self._problem.years)
        return bought + len(self._problem.actions) + len(self._rules) + 2

    def why(self, known: Document, action: str) -> Iterator[Document]:
        """Yield why an action is in or out, unless it is known."""
        ids = {one.id for one in self._problem.actions}
        if self._base.evaluation is not None and action in ids - Known(known).whys:
            yield self._why(action)

    def answers(self, known: Document) -> Iterator[Document]:
        """Yield each answer that is not known yet."""
        if self._base.evaluation is None:
            return
        told = Known(known)
        base = self._base.plan
        ids = [action.id for action in self._problem.actions if action.id not in told.whys]
        out = [action for action in ids if action not in base]
        inside = [action for action in ids if action in base]
        yield from self._purchases(told)
        if not told.has_stability:
            found = stability(self._problem, self._spreads, draws=self._draws, limits=self._limits)
            yield {"stability": stability_document(self._problem, found)}
        yield from map(self._why, out[:FIRST])
        if not told.has_front:
            points = pareto(self._problem, self._base, POINTS, limits=self._limits)
            yield {"front": pareto_document(points)["points"]}
        yield from (self._price(rule) for rule in self._rules if rule.name not in told.prices)
        yield from map(self._why, [*out[FIRST:], *inside])

    def _purchases(self, told: Known) -> Iterator[Document]:
        """Yield, for each envelope and year, what each amount more brings."""
        for resource in self._envelopes:
            for year in self._problem.years:
                if (resource, year) not in told.purchases:
                    steps = self._steps(resource, year)
                    curve = {"resource": resource, "year": year, "steps": steps}
                    yield {"purchases": [curve]}

    def _steps(self, resource: str, year: int) -> list[Document]:
        found: dict[int, Purchase] = {}
        for at, amount in reversed(list(enumerate(self._amounts))):
            bought = buy(self._problem, self._base, resource, year, amount, limits=self._limits)
            found[amount] = bought
            if bought.delta.high == 0:  # less brings nothing either
                found |= dict.fromkeys(self._amounts[:at], bought)
                break
        return [{"amount": amount} | purchase_document(found[amount]) for amount in self._amounts]

    def _why(self, action: str) -> Document:
        """Return why an action is in or out, and with how much more it would enter."""
        answer = why(self._problem, self._base, action, limits=self._limits)
        missing = entry(self._problem, self._base, action, limits=self._limits)
        document = why_document(self._problem, answer, "fr")
        return {"whys": [document | {"missing": shortfalls_document(missing)}]}

    def _price(self, rule: Rule) -> Document:
        freed = price(self._problem, self._base, rule, limits=self._limits)
        return {"prices": prices_document(self._problem, [(rule, freed)], "fr")}


class Known:
    """What a document of answers has already, by what is asked."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.whys = {one["action"] for one in document.get("whys", ())}
        self.prices = {one["rule"] for one in document.get("prices", ())}
        self.purchases = {(one["resource"], one["year"]) for one in document.get("purchases", ())}
        self.has_stability, self.has_front = "stability" in document, "front" in document

    @property
    def count(self) -> int:
        found = len(self.whys) + len(self.prices) + len(self.purchases)
        return found + self.has_stability + self.has_front
