"""Which actions of a scenario a room may vote on, and the plan of most value among them (pure).

Equal shares know projects that are independent and of one year: each action has one level here, the
highest whose cost is known, at the cost of all its works at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from portulan.core.say.text import Text
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.choice.election import Election, election
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.problem import Action, LevelOption, PortfolioProblem, Resource
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.facts import CandidateFacts, LevelFacts, ScenarioFacts
from portulan.portfolio.solving.weighing import weigh
from portulan.portfolio.words import RuleKind, Voted

FEWEST_VOTERS = 10
MOST_PROJECTS = 20
LIMITS = Limits(nodes=20_000, workers=1)
_REASONS = {
    "out": Text("déjà écartée", "refused already"),
    "step": Text("déjà décidée", "decided already"),
    "must": Text("obligatoire", "mandatory"),
    "gate": Text("un essai ou une étude la précède", "a trial or a study comes before it"),
    RuleKind.PREREQUISITE: Text("elle attend une autre action, ou une autre l’attend",
                                "it waits for another action, or another waits for it"),
    RuleKind.EXCLUSION: Text("elle en exclut une autre", "it excludes another"),
    RuleKind.OVERLAP: Text("ses effets recouvrent ceux d’une autre",
                           "its effects overlap those of another"),
    "cost": Text("coût inconnu", "unknown cost"),
    "free": Text("ne coûte rien", "costs nothing"),
    "dear": Text("dépasse l’enveloppe à elle seule", "is over the envelope by itself"),
}  # fmt: skip


def offered(facts: ScenarioFacts, envelope: int) -> Iterator[tuple[CandidateFacts, dict[str, Any]]]:
    """Yield each candidate with the project that it is, or {"title", "reason"} to leave it out."""
    tied = {
        name: RuleKind(rule.kind)
        for rule in facts.rules
        for name in (*rule.candidates, rule.waits)
        if rule.kind != RuleKind.COVERAGE
    }
    for candidate in weigh(facts).candidates:
        title = f"{candidate.id}. {candidate.title}"
        title += f", {candidate.label}" if candidate.label else ""
        known = (level for level in candidate.levels if level.cost is not None)
        level = max(known, key=lambda one: one.level, default=None)
        reason = "cost" if level is None else _reason(candidate, level, tied, envelope)
        if level is None or reason:
            yield candidate, {"title": title, "reason": reason}
        else:
            project = {"id": _key(candidate), "title": title, "cost": _cost(level)}
            yield candidate, project | {"value": level.value or 0}


def said_why(reason: str) -> Text:
    """Return why a candidate is left out."""
    return _REASONS[reason]


def _key(candidate: CandidateFacts) -> str:
    """Return an identifier whose order as text is that of numbers: ties go by it."""
    number, _dot, rank = candidate.id.partition(".")
    return f"{int(number):03d}" + (f".{int(rank):02d}" if rank else "")


def _cost(level: LevelFacts) -> int:
    return sum(sum(amounts) for amounts in (level.cost or {}).values())


def _reason(
    candidate: CandidateFacts, level: LevelFacts, tied: Mapping[str, RuleKind], envelope: int
) -> str:
    """Return why a candidate is no project of a vote, "" when it is one."""
    if candidate.out_reason:
        return "out"
    if candidate.step is not None:
        return "step"
    if candidate.must is not None:
        return "must"
    if candidate.gate is not None and candidate.gate < level.level:
        return "gate"
    if candidate.id in tied:
        return tied[candidate.id]
    cost = _cost(level)
    return "dear" if cost > envelope else "" if cost else "free"


def most_value(projects: Sequence[Mapping[str, Any]], envelope: int) -> list[str] | None:
    """Return the projects of most value together under the envelope; None where none is proved."""
    problem = PortfolioProblem(
        years=(2000,),
        residual_years=1,
        resources=(Resource("money", money=True, capacity=(envelope,)),),
        actions=tuple(
            Action(
                one["id"],
                levels=(
                    LevelOption(
                        CommitmentLevel.IMPLEMENTATION,
                        1,
                        use={"money": (one["cost"],)},
                        value=one["value"],
                    ),
                ),
            )
            for one in projects
        ),
    )
    found = solve(problem, limits=LIMITS)
    return sorted(found.plan) if found.status == "optimal" else None


def election_of(
    projects: Sequence[Mapping[str, Any]],
    envelope: int,
    ballots: Sequence[Mapping[str, int]],
    voted: Voted,
) -> Election:
    """Return the election; a ballot has points by project, 1 where it approves."""
    places = {one["id"]: at for at, one in enumerate(projects)}
    by_points = voted is Voted.POINTS
    return election(
        [(one["id"], Fraction(one["cost"]), one["title"]) for one in projects],
        Fraction(envelope),
        [
            {places[key]: Fraction(points) if by_points else None for key, points in one.items()}
            for one in ballots
        ],
        "points" if by_points else "approval",
    )
