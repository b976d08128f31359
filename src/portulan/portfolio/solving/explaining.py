"""Explaining a selection: its answers are kept as they come, so that no stop loses them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core import tasks
from portulan.core.errors import NotFoundError
from portulan.core.models import Task
from portulan.core.words import AT_WORK
from portulan.portfolio.engine.answers import Explanation, answered, merged
from portulan.portfolio.engine.documents import Document, result_from
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.reader import read
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stability import Spread
from portulan.portfolio.facts import ScenarioFacts, from_document
from portulan.portfolio.models import Scenario, Selection
from portulan.portfolio.results.left_out import asked_first
from portulan.portfolio.results.reads import explanation_of, latest_selection, planned_of, work_on
from portulan.portfolio.solving.weighing import spread_of
from portulan.portfolio.words import EXPLAIN, WHY

EXPLANATIONS = "explanations"  # the stage of its task
WAIT = 3.0  # seconds that a page waits for an answer
# Nodes, so that a busy machine answers as another; seconds are there for what no node ends.
QUESTION_LIMITS = Limits(seconds=60.0, nodes=500, workers=1)
BUDGET = 600.0  # seconds in all; what is left is computed when somebody asks
KEEP = 5.0  # seconds between two parts at most


def explain_further(
    actor: Actor, *, scenario: Scenario, candidate: str = "", wait: float = WAIT
) -> Task:
    """Compute why one candidate is in or out, or else all that is not computed yet.

    One question does not wait for the others: it is work of its own, one at a time.
    Raises DeniedError, NotFoundError (no selection yet, or no such candidate in it),
    ValidationError (another question is being answered).
    """
    actor.require_ours(scenario)
    actor.require(Operation.EDIT_SCENARIO)
    selection = latest_selection(scenario)
    if selection is None:
        raise NotFoundError(scenario.slug)
    if candidate and all(one["id"] != candidate for one in selection.problem["actions"]):
        raise NotFoundError(candidate)
    task = tasks.start(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=WHY if candidate else EXPLAIN,
        subject_id=selection.pk,
        details={"candidate": candidate},
        wait=wait,
    )
    if candidate and task.status in AT_WORK and task.details.get("candidate") != candidate:
        raise ValidationError(
            _("Un autre pourquoi se calcule : demandez celui-ci dans quelques secondes.")
        )
    return task


def stop_work(actor: Actor, *, scenario: Scenario) -> bool:
    """Ask all work on a scenario to stop; return whether there was any.

    Raises DeniedError, NotFoundError.
    """
    actor.require_ours(scenario)
    actor.require(Operation.EDIT_SCENARIO)
    at_work = [one for one in work_on(scenario) if one.at_work]
    for one in at_work:
        tasks.cancel(one.pk)
    return bool(at_work)


def work(beat: tasks.Beat) -> None:
    """Explain a selection that was kept. What a task of these kinds does, in its own process."""
    selection = Selection.objects.get(pk=beat.task.subject_id)
    explain_selection(beat, selection, candidate=str(beat.task.details.get("candidate", "")))


def explain_selection(beat: tasks.Beat, selection: Selection, *, candidate: str = "") -> None:
    """Keep the answers that are missing, or the one about a candidate, until time is out."""
    facts = from_document(selection.facts)
    problem = read(json.dumps(selection.problem).encode(), kept=True)
    known = explanation_of(selection) or {}
    kept = _Kept(beat, selection, len(answered(known)))
    result, _conflict = result_from(problem, selection.result)
    explanation = Explanation(
        problem,
        result,
        spreads_of(facts),
        first=_asked_first(facts, problem, result),
        limits=replace(QUESTION_LIMITS, watch=lambda _seen: kept.tell()),
    )
    kept.total = explanation.count
    kept.keep(explanation.why(known, candidate) if candidate else explanation.answers(known))
    beat.check()


def _asked_first(
    facts: ScenarioFacts, problem: PortfolioProblem, result: Result
) -> tuple[str, ...]:
    """Return the actions whose why is read with the result: what targets add comes first."""
    planned = planned_of(facts, problem) if problem.targets else result.plan
    added = (one for one, steps in result.plan.items() if planned.get(one) != steps)
    return (*added, *asked_first(facts, problem, result))


class _Kept:
    """The answers, written in parts of a few seconds."""

    def __init__(self, beat: tasks.Beat, selection: Selection, done: int) -> None:
        self._beat, self._selection = beat, selection
        self._done, self.total = done, 0

    def tell(self) -> bool:
        """Tell how many answers there are; return whether to go on."""
        details = self._beat.task.details
        return self._beat.tell(EXPLANATIONS, self._done, self.total, details)

    def keep(self, answers: Iterator[Document]) -> None:
        """Write the answers until told to stop, or until the time there is for all is out."""
        waiting: list[Document] = []
        began = kept_at = time.monotonic()
        try:
            while self.tell() and time.monotonic() - began < BUDGET:
                found = next(answers, None)
                # An answer that was cut short would be kept as if it were all that can be known.
                if found is None or not self.tell():
                    break
                waiting.append(found)
                self._done += 1
                if time.monotonic() - kept_at > KEEP:
                    _keep(self._selection, waiting)
                    waiting, kept_at = [], time.monotonic()
        finally:  # what is answered is kept, whatever happened to the next
            _keep(self._selection, waiting)


def _keep(selection: Selection, answers: list[Document]) -> None:
    if answers:
        selection.explanations.create(created_at=timezone.now(), document=merged(answers))


def spreads_of(facts: ScenarioFacts) -> Mapping[str, Spread]:
    """Return how far the value of each candidate may be from what is likely."""
    found: dict[str, Spread] = {}
    for candidate in facts.candidates:
        low, high = spread_of(facts, candidate)
        if (low, high) != (Fraction(0), Fraction(0)):
            found[candidate.id] = Spread(round(low), round(high))
    return found
