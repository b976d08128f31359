"""Results and explanations from the JSON they were kept as: the contrary of `documents` (pure).

Documents are our own, written by this package: a key that is missing is a mistake of ours, and
raises KeyError. Names of rules that the problem does not have raise KeyError too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portulan.core.contracts import from_json
from portulan.portfolio.engine.additions import Shortfall
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.evaluator import Usage, evaluate
from portulan.portfolio.engine.explaining import why_name
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, canonical
from portulan.portfolio.engine.questions import Difference, Interval, Purchase, Why
from portulan.portfolio.engine.rules import Rule, rules_of
from portulan.portfolio.engine.solving import Proof, Result
from portulan.portfolio.engine.stability import Stability

# JSON as read: what each key holds is said in docs/reference/portfolio.md.
type Stored = Mapping[str, Any]
_Shortfalls = tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What an explanation says, by what is asked; what was not computed is empty or None.

    `purchases` are by envelope and year, each an addition and what it brings, least first;
    `missing` with how much more an action left out would enter; `failed` the names of questions on
    which the solver and the check disagreed.
    """

    purchases: Mapping[tuple[str, int], tuple[tuple[int, Purchase], ...]]
    whys: Mapping[str, Why]
    missing: Mapping[str, tuple[Shortfall, ...]]
    prices: tuple[tuple[Rule, Purchase], ...]
    front: tuple[Point, ...]
    stability: Stability | None
    failed: frozenset[str] = frozenset()

    def tells(self, action: str) -> bool:
        """Return whether nothing more is to be known of why an action is in or out."""
        return action in self.whys or why_name(action) in self.failed


def plan_from(stored: list[Stored]) -> Plan:
    """Return the plan of a list of actions with their steps."""
    declared: Any = Plan
    plan: Plan = from_json(declared, stored)
    return plan


def result_from(problem: PortfolioProblem, stored: Stored) -> Result:
    """Return the result of a document; its evaluation is made again from the plan."""
    plan = plan_from(stored["plan"])
    has_plan = stored["value"] is not None
    return Result(
        status=stored["status"],
        plan=plan,
        value=stored["value"],
        bound=stored["bound"],
        evaluation=evaluate(canonical(problem), plan) if has_plan else None,
        proof=from_json(Proof, stored["proof"]),
        digest=stored["digest"],
    )


def conflict_from(problem: PortfolioProblem, stored: Stored) -> Conflict | None:
    """Return the conflict of the document of a result, None where there is a plan."""
    if not stored["conflict"]:
        return None
    repair = from_json(_Shortfalls, stored["repair"])
    return Conflict(_rules(problem, stored["conflict"]), repair)


def explained_from(problem: PortfolioProblem, stored: Stored) -> Explained:
    """Return what a document of `explaining` says."""
    whys = stored.get("whys", [])
    stability = stored.get("stability")
    # Two that computed at once may have kept an answer each.
    prices = {
        one["rule"]: (_rules(problem, [one])[0], _purchase(one)) for one in stored.get("prices", [])
    }
    return Explained(
        purchases={
            (curve["resource"], curve["year"]): tuple(
                (step["amount"], _purchase(step)) for step in curve["steps"]
            )
            for curve in stored.get("purchases", [])
        },
        whys={one["action"]: _why(problem, one) for one in whys},
        missing={one["action"]: from_json(_Shortfalls, one["missing"]) for one in whys},
        prices=tuple(prices.values()),
        front=from_json(tuple[Point, ...], stored.get("front", [])),
        stability=None
        if stability is None
        else Stability(
            stability["draws"],
            stability["proved"],
            {one["action"]: one["chosen"] for one in stability["actions"]},
        ),
        failed=frozenset(stored.get("failed", [])),
    )


def _rules(problem: PortfolioProblem, stored: list[Stored]) -> tuple[Rule, ...]:
    known = {rule.name: rule for rule in rules_of(canonical(problem))}
    return tuple(known[one["rule"]] for one in stored)


def _purchase(stored: Stored) -> Purchase:
    return Purchase(from_json(Interval, stored["delta"]), from_json(Difference, stored))


def _why(problem: PortfolioProblem, stored: Stored) -> Why:
    ruled_out = stored["ruled_out_by"]
    return Why(
        action=stored["action"],
        selected=stored["selected"],
        delta=stored["delta"] and from_json(Interval, stored["delta"]),
        ruled_out_by=None if ruled_out is None else Conflict(_rules(problem, ruled_out), ()),
        difference=from_json(Difference, stored),
        binding=from_json(tuple[Usage, ...], stored["binding"]),
    )
