"""The facts of a scenario, to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from portulan.plans.enums import CommitmentLevel
from portulan.portfolio.engine.problem import Step
from portulan.portfolio.facts import (
    AmbitionFacts,
    CandidateFacts,
    EnvelopeFacts,
    ExcludedFacts,
    Impact,
    LevelFacts,
    MustFacts,
    ObligationFacts,
    RuleFacts,
    ScenarioFacts,
    UnknownFacts,
)

# What `json.loads` returned: the shape is ours, written by `to_document`.
type Document = dict[str, Any]


def to_document(facts: ScenarioFacts) -> Document:
    """Return the facts as JSON keeps them."""
    return asdict(facts)


def from_document(document: Document) -> ScenarioFacts:
    """Return the facts that `to_document` wrote."""
    return ScenarioFacts(
        **document
        | {
            "years": tuple(document["years"]),
            "unknown": UnknownFacts(**document["unknown"]),
            "candidates": tuple(_candidate(one) for one in document["candidates"]),
            "envelopes": tuple(
                EnvelopeFacts(**one | {"capacity": tuple(one["capacity"])})
                for one in document["envelopes"]
            ),
            "rules": tuple(_rule(one) for one in document["rules"]),
            "ambitions": tuple(AmbitionFacts(**one) for one in document["ambitions"]),
            "excluded": tuple(
                ExcludedFacts(**one | {"level": _level(one["level"])})
                for one in document["excluded"]
            ),
            # What was kept before obligations were read says nothing of them.
            "obligations": tuple(ObligationFacts(**one) for one in document.get("obligations", ())),
        }
    )


def _candidate(document: Document) -> CandidateFacts:
    must, step = document["must"], document["step"]
    return CandidateFacts(
        **document
        | {
            "present": _level(document["present"]),
            "gate": _level(document["gate"]),
            "must": must and MustFacts(**must | {"level": CommitmentLevel(must["level"])}),
            "step": step and Step(CommitmentLevel(step["level"]), step["start"]),
            "levels": tuple(_level_facts(one) for one in document["levels"]),
        }
    )


def _level_facts(document: Document) -> LevelFacts:
    cost, impact = document["cost"], document["impact"]
    return LevelFacts(
        **document
        | {
            "level": CommitmentLevel(document["level"]),
            "cost": None if cost is None else _by_year(cost),
            "days": _by_year(document["days"]),
            "impact": impact and Impact(**impact),
        }
    )


def _rule(document: Document) -> RuleFacts:
    return RuleFacts(
        **document
        | {
            "candidates": tuple(document["candidates"]),
            "level": _level(document["level"]),
            "needs_level": _level(document["needs_level"]),
        }
    )


def _by_year(document: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(amounts) for name, amounts in document.items()}


def _level(number: int | None) -> CommitmentLevel | None:
    return None if number is None else CommitmentLevel(number)
