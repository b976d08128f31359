"""The JSON of `portulan portfolio solve`, as docs/reference/portfolio.md has it (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from portulan.core.contracts import to_json
from portulan.core.say.text import Language
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import Plan, PortfolioProblem
from portulan.portfolio.engine.questions import Purchase, Why
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
        "usage": list(map(to_json, usage)),
        "proof": to_json(proof) | {"seconds": round(proof.seconds, 3)},
        "digest": result.digest,
        "conflict": _rules(problem, rules, lang),
    }
    if conflict:
        document["repair"] = [
            to_json(short) | {"message": shortfall_sentence(problem, short, lang)}
            for short in conflict.repair
        ]
    return document


def why_document(problem: PortfolioProblem, answer: Why, lang: Language) -> Document:
    """Return the answer to `--why`."""
    ruled_out = answer.ruled_out_by
    return {
        "action": answer.action,
        "selected": answer.selected,
        "delta": None if answer.delta is None else to_json(answer.delta),
        "ruled_out_by": None if ruled_out is None else _rules(problem, ruled_out.rules, lang),
        **to_json(answer.difference),
        "binding": list(map(to_json, answer.binding)),
    }


def purchase_document(answer: Purchase) -> Document:
    """Return the answer to `--buy`."""
    return {"delta": to_json(answer.delta), **to_json(answer.difference)}


def pareto_document(points: Iterable[Point]) -> Document:
    """Return the answer to `--pareto`."""
    return {"points": list(map(to_json, points))}


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
    document: list[Document] = to_json(plan, Plan)
    return document


def _rules(problem: PortfolioProblem, rules: Iterable[Rule], lang: Language) -> list[Document]:
    return [
        {"rule": rule.name, "kind": rule.kind, "message": rule_sentence(problem, rule, lang)}
        for rule in rules
    ]
