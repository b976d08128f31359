"""Computing a scenario: the search as a task, its result once checked, then its explanations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core import tasks, trail
from portulan.core.models import Task
from portulan.core.say.language import spoken_language
from portulan.portfolio.engine.conflicts import Conflict, find_conflict
from portulan.portfolio.engine.documents import plan_document, result_document
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.limits import Limits, Sighting
from portulan.portfolio.engine.problem import PortfolioProblem, problem_document
from portulan.portfolio.engine.ratio import sort_by_ratio
from portulan.portfolio.engine.solving import DisagreementError, Result, solve
from portulan.portfolio.engine.targets import Nearest, had, nearest
from portulan.portfolio.facts import ScenarioFacts, TargetFacts, to_document
from portulan.portfolio.models import Scenario, Selection
from portulan.portfolio.scenarios.reads import facts_to_keep
from portulan.portfolio.solving.explaining import QUESTION_LIMITS, explain_selection
from portulan.portfolio.solving.formulation import UnsolvableError, formulate
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import SOLVE, Least

SEARCH, CONFLICT = "search", "conflict"  # stages of its task, before those of explaining
WAIT = 3.0  # seconds that a page waits for a short search
LIMITS = Limits(seconds=120.0)


def compute(actor: Actor, *, scenario: Scenario, wait: float = WAIT) -> Task:
    """Start the search, or return the one under way; a short one is done on return.

    Raises DeniedError, NotFoundError, ValidationError (each field that keeps it from being solved).
    """
    actor.require_ours(scenario)
    actor.require(Operation.EDIT_SCENARIO)
    formulated(scenario)
    return tasks.start(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=SOLVE,
        subject_id=scenario.pk,
        wait=wait,
    )


def formulated(
    scenario: Scenario, *, aim: tuple[Sequence[TargetFacts], Least] | None = None
) -> tuple[PortfolioProblem, ScenarioFacts]:
    """Return the problem of the scenario as it stands, or turned to other targets.

    Raises ValidationError.
    """
    facts = facts_to_keep(scenario)
    if aim is not None:
        facts = replace(facts, targets=tuple(aim[0]), minimise=aim[1])
    try:
        return formulate(facts)
    except UnsolvableError as error:
        raise ValidationError([one.message(spoken_language()) for one in error.problems]) from error


def work(beat: tasks.Beat) -> None:
    """Search, check, keep; then explain. What a task of this kind does, in its own process."""
    scenario = Scenario.objects.get(pk=beat.task.subject_id)
    revision = scenario.revision
    problem, facts = formulated(scenario)
    beat.tell(SEARCH)

    def watch(seen: Sighting) -> bool:
        details = {"seconds": round(seen.seconds, 1), "found": seen.found, "bound": seen.bound}
        return beat.tell(SEARCH, details=details)

    try:
        result = solve(problem, limits=replace(LIMITS, watch=watch))
    except DisagreementError as error:
        raise ValidationError(
            _(
                "Le solveur et le contrôle ne concordent pas (%(error)s) : rien n’est gardé."
                " Signalez-le."
            )
            % {"error": error}
        ) from error
    conflict = near = None
    if result.status == "infeasible":
        limits = replace(QUESTION_LIMITS, watch=lambda _seen: beat.tell(CONFLICT))
        conflict = find_conflict(problem, limits=limits)
        near = nearest(problem, limits=limits) if problem.targets else None
        beat.check()  # cut short, it would name rules that have no part in it
    elif result.evaluation is None:
        beat.check()
        raise ValidationError(
            _("Aucun plan n’est trouvé en %(seconds)s secondes : allégez le scénario.")
            % {"seconds": round(LIMITS.seconds)}
        )
    selection = _keep(beat.task, scenario, revision, problem, facts, result, conflict, near)
    beat.check()
    explain_selection(beat, selection)


@transaction.atomic
def _keep(
    task: Task,
    scenario: Scenario,
    revision: int,
    problem: PortfolioProblem,
    facts: ScenarioFacts,
    result: Result,
    conflict: Conflict | None,
    near: Nearest | None,
) -> Selection:
    """Write a result that the evaluator agrees with: others were refused by `solve`."""
    checked = result.evaluation
    selection = Selection.objects.create(
        scenario=scenario,
        revision=revision,
        created_at=timezone.now(),
        person_id=task.person_id,
        digest=result.digest,
        status=result.status,
        value=result.value,
        checked_value=None if checked is None else checked.value,
        bound=result.bound,
        problem=problem_document(problem),
        facts=to_document(facts),
        result=result_document(
            problem, result, conflict, "fr", targets=had(problem, result), nearest=near
        ),
        baseline=baseline_document(problem),
    )
    trail.record_all(
        organisation_id=task.organisation_id,
        person_id=task.person_id,
        told=[
            (
                scenario,
                Verb.COMPUTED,
                {"digest": (None, result.digest), "status": (None, result.status)},
            )
        ],
    )
    return selection


def baseline_document(problem: PortfolioProblem) -> dict[str, object]:
    """Return what a plain sort by ratio would choose, and the rules that it breaks."""
    plan = sort_by_ratio(problem)
    found = evaluate(problem, plan)
    return {
        "value": found.value,
        "money": found.money,
        "plan": plan_document(plan),
        "breaches": list(found.breaches),
    }
