"""All that a plan is explained with, answer after answer: long, for a task, kept beside the result.

Each answer is a document of its own, in the words of docs/reference/portfolio.md; together they
are the document that a page reads without solving anything. What a board reads first comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from portulan.portfolio.engine.documents import Curve, Document, Explained, document, why_name
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.pareto import pareto
from portulan.portfolio.engine.problem import PortfolioProblem, canonical
from portulan.portfolio.engine.rules import Rule
from portulan.portfolio.engine.solving import DisagreementError, Result
from portulan.portfolio.engine.stability import Spread, stability
from portulan.portfolio.engine.targets import curve
from portulan.portfolio.engine.why import below, buys, entry, price, priced, why

AMOUNTS = (5_000, 10_000, 25_000, 50_000)  # euros
POINTS = 12
PARTS = 10  # of the targets, on their curve
STABILITY, FRONT, CURVE = "stability", "front", "curve"  # questions that are asked once
_LISTS = ("purchases", "whys", "prices", "failed")

type Question = tuple[str, Callable[[], Document]]  # its name, and what answers it


def merged(parts: Iterable[Mapping[str, Any]]) -> Document:
    """Return one document of several: their lists follow one another."""
    document: dict[str, Any] = {}
    for part in parts:
        for name, found in part.items():
            document[name] = document.get(name, []) + found if name in _LISTS else found
    return document


class Explanation:
    """The questions about a plan. `amounts` are more of each envelope in each year, in its unit.

    `first` are the actions whose why is read first. The limits hold for each search.
    """

    def __init__(
        self,
        problem: PortfolioProblem,
        base: Result,
        spreads: Mapping[str, Spread],
        *,
        first: Sequence[str] = (),
        amounts: Sequence[int] = AMOUNTS,
        draws: int = 20,
        limits: Limits | None = None,
    ) -> None:
        self._problem, self._base = canonical(problem), base
        self._limits = replace(limits or Limits(), workers=1)
        self._spreads, self._amounts, self._draws = spreads, sorted(amounts), draws
        self._first = first

    @property
    def count(self) -> int:
        """How many answers there are in all."""
        return sum(1 for _ in self._questions())

    def why(self, known: Document, action: str) -> Iterator[Document]:
        """Yield why an action is in or out, unless it is known."""
        return self._answers(known, only=why_name(action))

    def answers(self, known: Document) -> Iterator[Document]:
        """Yield each answer that is not known yet.

        A question on which the solver and the check disagree is answered by its name in `failed`:
        nothing else can be said of it, and those that follow have their turn.
        """
        return self._answers(known)

    def _answers(self, known: Document, only: str | None = None) -> Iterator[Document]:
        told = answered(known)
        for name, answer in self._questions():
            if name in told or only not in (None, name):
                continue
            try:
                yield answer()
            except DisagreementError:
                yield {"failed": [name]}

    def _questions(self) -> Iterator[Question]:
        """Yield every question, what a board reads first before the others; none without a plan."""
        if self._base.evaluation is None:
            return
        problem, plan = self._problem, self._base.plan
        rest = [action.id for action in problem.actions if action.id not in self._first]
        rest.sort(key=lambda action: action in plan)
        if problem.targets:
            yield from self._of_targets()
            yield from map(self._about, rest)
            return
        for resource in (one.id for one in problem.resources if one.money):
            for year in problem.years:
                yield f"buy:{resource}:{year}", partial(self._purchases, resource, year)
        yield STABILITY, self._stability
        yield from map(self._about, self._first)
        yield FRONT, self._front
        for rule in priced(problem):
            yield price_name(rule), partial(self._price, rule)
        yield from map(self._about, rest)

    def _of_targets(self) -> Iterator[Question]:
        """Yield what each target costs, the way to them, why; more of nothing would reach them."""
        rules = sorted(priced(self._problem), key=lambda rule: rule.kind != "target")
        of_targets = [rule for rule in rules if rule.kind == "target"]
        for rule in of_targets:
            yield price_name(rule), partial(self._price, rule)
        yield CURVE, self._curve
        yield from map(self._about, self._first)
        for rule in rules[len(of_targets) :]:
            yield price_name(rule), partial(self._price, rule)

    def _about(self, action: str) -> Question:
        return why_name(action), partial(self._why, action)

    def _purchases(self, resource: str, year: int) -> Document:
        """Return what each amount more of an envelope brings in a year."""
        found = buys(self._problem, self._base, resource, year, self._amounts, limits=self._limits)
        steps = tuple(replace(found[amount], amount=amount) for amount in self._amounts)
        return self._said("purchases", [Curve(resource, year, steps)])

    def _stability(self) -> Document:
        found = stability(self._problem, self._spreads, draws=self._draws, limits=self._limits)
        return self._said("stability", found)

    def _front(self) -> Document:
        points = pareto(self._problem, self._base, POINTS, limits=self._limits)
        return self._said("front", points)

    def _curve(self) -> Document:
        found = curve(self._problem, self._base, PARTS, limits=self._limits)
        return self._said("curve", found)

    def _why(self, action: str) -> Document:
        """Return why an action is in or out, with how much more it would enter, why so far."""
        answer = why(self._problem, self._base, action, limits=self._limits)
        missing = entry(self._problem, self._base, action, limits=self._limits)
        short = below(self._problem, self._base, action, limits=self._limits)
        return self._said("whys", [replace(answer, missing=missing, below=short)])

    def _price(self, rule: Rule) -> Document:
        return self._said("prices", [price(self._problem, self._base, rule, limits=self._limits)])

    def _said(self, name: str, found: object) -> Document:
        """Return the part of the whole document that has one answer."""
        part = Explained(**{name: tuple(found) if isinstance(found, list) else found})  # type: ignore[arg-type]
        return {name: document(self._problem, part, "fr")[name]}


def price_name(rule: Rule) -> str:
    """Return the name of the question what a rule costs."""
    return f"price:{rule.name}"


def answered(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the questions that a document answers, failed ones included."""
    return frozenset(
        [
            *(why_name(one["action"]) for one in document.get("whys", ())),
            *(f"price:{one['rule']}" for one in document.get("prices", ())),
            *(f"buy:{one['resource']}:{one['year']}" for one in document.get("purchases", ())),
            *(name for name in (STABILITY, FRONT, CURVE) if name in document),
            *document.get("failed", ()),
        ]
    )
