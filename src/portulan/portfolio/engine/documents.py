"""The JSON of `portulan portfolio solve`, as docs/reference/portfolio.md has it (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portulan.core.say.text import Language
from portulan.portfolio.engine.additions import Shortfall
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.evaluator import Usage
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step
from portulan.portfolio.engine.questions import Interval, Move, Purchase, Why
from portulan.portfolio.engine.rules import Rule
from portulan.portfolio.engine.sentences import rule_sentence, shortfall_sentence
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stability import Stability

type Document = dict[str, object]


def result_document(
    problem: PortfolioProblem, result: Result, conflict: Conflict | None, lang: Language
) -> Document:
    """Return what was found; `repair` is there only beside a conflict."""
    proof = result.proof
    usage = result.evaluation.usage if result.evaluation else ()
    rules = conflict.rules if conflict else ()
    document: Document = {
        "status": result.status,
        "value": result.value,
        "bound": result.bound,
        "gap": result.gap,
        "plan": plan_document(result.plan),
        "usage": [_usage(use) for use in usage],
        "proof": {
            "solver": proof.solver,
            "version": proof.version,
            "nodes": proof.nodes,
            "seconds": round(proof.seconds, 3),
            "stopped_by": proof.stopped_by,
        },
        "digest": result.digest,
        "conflict": _rules(problem, rules, lang),
    }
    if conflict:
        document["repair"] = [
            one | {"message": shortfall_sentence(problem, short, lang)}
            for one, short in zip(
                shortfalls_document(conflict.repair), conflict.repair, strict=True
            )
        ]
    return document


def shortfalls_document(shortfalls: Iterable[Shortfall]) -> list[Document]:
    """Return what is missing, resource by resource and year by year."""
    return [
        {"resource": short.resource, "year": short.year, "missing": short.missing}
        for short in shortfalls
    ]


def why_document(problem: PortfolioProblem, answer: Why, lang: Language) -> Document:
    """Return the answer to `--why`."""
    ruled_out = answer.ruled_out_by
    return {
        "action": answer.action,
        "selected": answer.selected,
        "delta": _interval(answer.delta),
        "ruled_out_by": None if ruled_out is None else _rules(problem, ruled_out.rules, lang),
        "enters": plan_document(answer.difference.enters),
        "leaves": plan_document(answer.difference.leaves),
        "moves": _moves(answer.difference.moves),
        "binding": [_usage(use) for use in answer.binding],
    }


def purchase_document(answer: Purchase) -> Document:
    """Return the answer to `--buy`."""
    return {
        "delta": _interval(answer.delta),
        "enters": plan_document(answer.difference.enters),
        "leaves": plan_document(answer.difference.leaves),
        "moves": _moves(answer.difference.moves),
    }


def pareto_document(points: Iterable[Point]) -> Document:
    """Return the answer to `--pareto`."""
    return {
        "points": [
            {
                "cost": point.cost,
                "value": point.value,
                "proved": point.proved,
                "plan": plan_document(point.plan),
            }
            for point in points
        ]
    }


def prices_document(
    problem: PortfolioProblem, prices: Iterable[tuple[Rule, Purchase]], lang: Language
) -> list[Document]:
    """Return the answers to `--prices`."""
    return [_rules(problem, [rule], lang)[0] | purchase_document(bought) for rule, bought in prices]


def stability_document(problem: PortfolioProblem, found: Stability) -> Document:
    """Return the answer to `--stability`."""
    return {
        "draws": found.draws,
        "proved": found.proved,
        "actions": [
            {
                "action": action.id,
                "chosen": found.chosen.get(action.id, 0),
                "place": found.place(action.id),
            }
            for action in problem.actions
        ],
    }


def plan_document(plan: Plan) -> list[Document]:
    """Return the actions of a plan with their steps."""
    return [{"action": action, "steps": _steps(steps)} for action, steps in plan.items()]


def _steps(steps: Sequence[Step]) -> list[Document]:
    return [{"level": step.level.name, "start": step.start} for step in steps]


def _moves(moves: Iterable[Move]) -> list[Document]:
    return [
        {"action": move.action, "before": _steps(move.before), "after": _steps(move.after)}
        for move in moves
    ]


def _usage(use: Usage) -> Document:
    return {
        "resource": use.resource,
        "year": use.year,
        "used": use.used,
        "capacity": use.capacity,
    }


def _interval(delta: Interval | None) -> Document | None:
    return None if delta is None else {"low": delta.low, "high": delta.high}


def _rules(problem: PortfolioProblem, rules: Iterable[Rule], lang: Language) -> list[Document]:
    return [
        {"rule": rule.name, "kind": rule.kind, "message": rule_sentence(problem, rule, lang)}
        for rule in rules
    ]
