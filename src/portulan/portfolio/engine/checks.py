"""What is well written and cannot be, known before any search: its field is named (pure).

Such a problem is infeasible, and the conflict says so too; this says where to correct it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from portulan.core.say.text import Problem
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.portfolio.engine import findings
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.pathways import Pathway, enumerate_pathways
from portulan.portfolio.engine.problem import Action, PortfolioProblem, Step


def impossible(problem: PortfolioProblem) -> Iterator[Problem]:
    """Yield each obligation or step decided that its action cannot follow, even alone."""
    for action in problem.actions:
        if action.must or isinstance(action.lock, Step):
            yield from _of_action(problem, action)


def _of_action(problem: PortfolioProblem, action: Action) -> Iterator[Problem]:
    pathways = enumerate_pathways(problem, action)
    lock, must = action.lock, action.must
    if isinstance(lock, Step) and not any(lock in pathway.steps for pathway in pathways):
        yield findings.LOCK_IMPOSSIBLE.at(
            field=f"actions[{action.id}].lock",
            action=action.id,
            level=LEVEL_WORDS[lock.level],
            start=lock.start,
        )
    if must is None:
        return
    field = f"actions[{action.id}].must"
    last = must.by - problem.years[0]
    meeting = [pathway for pathway in pathways if pathway.reached(must.level) <= last]
    if not meeting:
        yield findings.MUST_TOO_LATE.at(
            field=field, action=action.id, level=LEVEL_WORDS[must.level], by=must.by
        )
    elif all(lacking := [_lacking(problem, action, pathway) for pathway in meeting]):
        yield findings.MUST_TOO_DEAR.at(field=field, action=action.id, resource=lacking[0])


def _lacking(problem: PortfolioProblem, action: Action, pathway: Pathway) -> str:
    """Return the first resource that the pathway alone exceeds, or nothing."""
    alone = replace(problem, actions=(action,), coverage=(), overlaps=(), exclusions=())
    usage = evaluate(alone, {action.id: pathway.steps}).usage
    return next((use.resource for use in usage if use.left < 0), "")
