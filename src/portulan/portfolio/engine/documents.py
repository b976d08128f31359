"""The answers of `portulan portfolio solve`, as docs/reference/portfolio.md has them (pure).

What is kept of them is read back by the same declarations, which are their published schemas too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from portulan.core.contracts import Answer, from_json, to_json
from portulan.core.say.text import Language
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.evaluator import Usage, evaluate
from portulan.portfolio.engine.limits import Status
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import (
    Plan,
    PortfolioProblem,
    canonical,
    is_of_the_second,
)
from portulan.portfolio.engine.rules import rules_of
from portulan.portfolio.engine.sentences import ToldRule, ToldShortfall
from portulan.portfolio.engine.sharing import Fair
from portulan.portfolio.engine.solving import Proof, Result
from portulan.portfolio.engine.stability import Stability
from portulan.portfolio.engine.targets import Nearest, Part, Reached
from portulan.portfolio.engine.why import Purchase, Why

type Document = dict[str, Any]
type Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Solution(Answer):
    """What was found; `repair` is said only beside a conflict, what follows where it is asked.

    `objective` are the goals of the problem's, in its order.
    """

    UNSAID: ClassVar[frozenset[str]] = frozenset(
        {"repair", "fairness", "objective", "targets", "nearest"}
    )

    status: Status
    value: int | None
    bound: int | None
    gap: float | None
    plan: Plan
    usage: tuple[Usage, ...]
    proof: Proof
    digest: str
    conflict: tuple[ToldRule, ...] = ()
    repair: tuple[ToldShortfall, ...] | None = None
    fairness: Fair | None = None
    objective: tuple[int, ...] | None = None
    targets: tuple[Reached, ...] | None = None
    nearest: Nearest | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """What each addition to an envelope in a year brings, least first."""

    resource: str
    year: int
    steps: tuple[Purchase, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What an explanation says, by what is asked; what was not computed is empty or None.

    `failed` are the names of questions on which the solver and the check disagreed.
    """

    purchases: tuple[Curve, ...] = ()
    stability: Stability | None = None
    front: tuple[Point, ...] = ()
    curve: tuple[Part, ...] = ()
    prices: tuple[Purchase, ...] = ()
    whys: tuple[Why, ...] = ()
    failed: tuple[str, ...] = ()

    def why(self, action: str) -> Why | None:
        """Return why an action is in or out, None where it is not computed."""
        return next((one for one in self.whys if one.action == action), None)

    def tells(self, action: str) -> bool:
        """Return whether nothing more is to be known of why an action is in or out."""
        return self.why(action) is not None or why_name(action) in self.failed


def why_name(action: str) -> str:
    """Return the name of the question why an action is in or out."""
    return f"why:{action}"


def document(problem: PortfolioProblem, answer: object, lang: Language) -> Document:
    """Return the document of an answer about a problem."""
    found: Document = to_json(answer, problem=problem, lang=lang)
    return found


def result_document(
    problem: PortfolioProblem,
    result: Result,
    conflict: Conflict | None,
    lang: Language,
    *,
    targets: Iterable[Reached] = (),
    nearest: Nearest | None = None,
) -> Document:
    """Return the document of what was found."""
    has_goals = result.evaluation is not None and is_of_the_second(problem)
    answer = Solution(
        status=result.status,
        value=result.value,
        bound=result.bound,
        gap=result.gap,
        plan=result.plan,
        usage=result.evaluation.usage if result.evaluation else (),
        proof=result.proof,
        digest=result.digest,
        conflict=conflict.rules if conflict else (),
        repair=conflict.repair if conflict else None,
        fairness=conflict.fair if conflict else None,
        objective=result.evaluation.goals if result.evaluation and has_goals else None,
        targets=tuple(targets) if has_goals else None,
        nearest=nearest,
    )
    return document(problem, answer, lang)


def plan_document(plan: Plan) -> list[Document]:
    """Return the actions of a plan with their steps."""
    found: list[Document] = to_json(plan, Plan)
    return found


# --- read back: documents are our own, and what is missing in one is a mistake of ours -------


def plan_from(stored: list[Stored]) -> Plan:
    """Return the plan of a list of actions with their steps."""
    declared: Any = Plan
    plan: Plan = from_json(declared, stored)
    return plan


def result_from(problem: PortfolioProblem, stored: Stored) -> tuple[Result, Conflict | None]:
    """Return the result of a document, its evaluation made again from the plan; and its conflict.

    Raises KeyError for the name of a rule that the problem does not have.
    """
    found = _read(Solution, problem, stored)
    has_plan = found.value is not None
    result = Result(
        status=found.status,
        plan=found.plan,
        value=found.value,
        bound=found.bound,
        evaluation=evaluate(canonical(problem), found.plan) if has_plan else None,
        proof=found.proof,
        digest=found.digest,
        objective=problem.objective,
    )
    if not found.conflict:
        return result, None
    return result, Conflict(found.conflict, found.repair or (), found.fairness)


def nearest_from(problem: PortfolioProblem, stored: Stored) -> Nearest | None:
    """Return the point nearest to targets out of reach that the document of a result says."""
    return _read(Solution, problem, stored).nearest


def explained_from(problem: PortfolioProblem, stored: Stored) -> Explained:
    """Return what the document of an explanation says. Raises KeyError as `result_from`."""
    found = _read(Explained, problem, stored)
    # Two that computed at once may have kept an answer each.
    prices = {one.rule: one for one in found.prices}
    return replace(found, prices=tuple(prices.values()))


def _read[T](kind: type[T], problem: PortfolioProblem, stored: Stored) -> T:
    return from_json(kind, stored, rules={one.name: one for one in rules_of(canonical(problem))})
