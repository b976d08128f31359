"""Results and explanations from the JSON they were kept as: the contrary of `documents` (pure).

Documents are our own, written by this package: a key that is missing is a mistake of ours, and
raises KeyError. Names of rules that the problem does not have raise KeyError too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.additions import Shortfall
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.evaluator import Usage, evaluate
from portulan.portfolio.engine.explaining import why_name
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step, canonical
from portulan.portfolio.engine.questions import Difference, Interval, Move, Purchase, Why
from portulan.portfolio.engine.rules import Rule, rules_of
from portulan.portfolio.engine.solving import Proof, Result
from portulan.portfolio.engine.stability import Stability

# JSON as read: what each key holds is said in docs/reference/portfolio.md.
type Stored = Mapping[str, Any]


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
    return {one["action"]: _steps(one["steps"]) for one in stored}


def result_from(problem: PortfolioProblem, stored: Stored) -> Result:
    """Return the result of a document; its evaluation is made again from the plan."""
    proof, plan = stored["proof"], plan_from(stored["plan"])
    has_plan = stored["value"] is not None
    return Result(
        status=stored["status"],
        plan=plan,
        value=stored["value"],
        bound=stored["bound"],
        evaluation=evaluate(canonical(problem), plan) if has_plan else None,
        proof=Proof(
            solver=proof["solver"],
            version=proof["version"],
            nodes=proof["nodes"],
            seconds=proof["seconds"],
            stopped_by=proof["stopped_by"],
        ),
        digest=stored["digest"],
    )


def conflict_from(problem: PortfolioProblem, stored: Stored) -> Conflict | None:
    """Return the conflict of the document of a result, None where there is a plan."""
    if not stored["conflict"]:
        return None
    repair = tuple(_shortfall(one) for one in stored["repair"])
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
        missing={one["action"]: tuple(map(_shortfall, one["missing"])) for one in whys},
        prices=tuple(prices.values()),
        front=tuple(
            Point(one["cost"], one["value"], plan_from(one["plan"]), one["proved"])
            for one in stored.get("front", [])
        ),
        stability=None
        if stability is None
        else Stability(
            stability["draws"],
            stability["proved"],
            {one["action"]: one["chosen"] for one in stability["actions"]},
        ),
        failed=frozenset(stored.get("failed", [])),
    )


def _steps(stored: list[Stored]) -> tuple[Step, ...]:
    return tuple(Step(CommitmentLevel[one["level"]], one["start"]) for one in stored)


def _rules(problem: PortfolioProblem, stored: list[Stored]) -> tuple[Rule, ...]:
    known = {rule.name: rule for rule in rules_of(canonical(problem))}
    return tuple(known[one["rule"]] for one in stored)


def _shortfall(stored: Stored) -> Shortfall:
    return Shortfall(stored["resource"], stored["year"], stored["missing"])


def _purchase(stored: Stored) -> Purchase:
    return Purchase(Interval(**stored["delta"]), _difference(stored))


def _difference(stored: Stored) -> Difference:
    return Difference(
        enters=plan_from(stored["enters"]),
        leaves=plan_from(stored["leaves"]),
        moves=tuple(
            Move(one["action"], _steps(one["before"]), _steps(one["after"]))
            for one in stored["moves"]
        ),
    )


def _why(problem: PortfolioProblem, stored: Stored) -> Why:
    ruled_out = stored["ruled_out_by"]
    return Why(
        action=stored["action"],
        selected=stored["selected"],
        delta=None if stored["delta"] is None else Interval(**stored["delta"]),
        ruled_out_by=None if ruled_out is None else Conflict(_rules(problem, ruled_out), ()),
        difference=_difference(stored),
        binding=tuple(Usage(**use) for use in stored["binding"]),
    )
