"""Writes a problem as `portulan-portfolio/1`: what `reader` reads back as the same one (pure)."""

from __future__ import annotations

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import (
    FORMAT,
    Action,
    LevelOption,
    PortfolioProblem,
    Prerequisite,
    Resource,
    Step,
    canonical,
)

type Document = dict[str, object]


def problem_document(problem: PortfolioProblem) -> Document:
    """Return the document of a problem, in canonical order; a question's wish is no part of it."""
    problem = canonical(problem)
    return {
        "format": FORMAT,
        "scale": problem.scale,
        "years": list(problem.years),
        "residual_years": problem.residual_years,
        "resources": [_resource(resource) for resource in problem.resources],
        "actions": [_action(action) for action in problem.actions],
        "prerequisites": [_prerequisite(arc) for arc in problem.prerequisites],
        "exclusions": [
            {"level": one.level.name, "actions": list(one.actions)} for one in problem.exclusions
        ],
        "coverage": [
            {"theme": one.theme, "level": one.level.name, "minimum": one.minimum}
            for one in problem.coverage
        ],
        "overlaps": [
            {"actions": list(one.actions), "ceiling": one.ceiling} for one in problem.overlaps
        ],
    }


def _resource(resource: Resource) -> Document:
    return {
        "id": resource.id,
        "unit": resource.unit,
        "money": resource.money,
        "capacity": list(resource.capacity),
        "carry_over": resource.carry_over,
    }


def _action(action: Action) -> Document:
    lock, must = action.lock, action.must
    return {
        "id": action.id,
        "theme": action.theme,
        "gate": _name(action.gate),
        "must": None if must is None else {"level": must.level.name, "by": must.by},
        "lock": {"level": lock.level.name, "start": lock.start} if isinstance(lock, Step) else lock,
        "levels": [_option(option) for option in action.levels],
    }


def _option(option: LevelOption) -> Document:
    return {
        "level": option.level.name,
        "duration": option.duration,
        "use": {resource: list(amounts) for resource, amounts in sorted(option.use.items())},
        "run": dict(sorted(option.run.items())),
        "value": option.value,
    }


def _prerequisite(arc: Prerequisite) -> Document:
    return {
        "action": arc.action,
        "level": arc.level.name,
        "needs": arc.needs,
        "needs_level": arc.needs_level.name,
        "lag": arc.lag,
    }


def _name(level: CommitmentLevel | None) -> str | None:
    return None if level is None else level.name
