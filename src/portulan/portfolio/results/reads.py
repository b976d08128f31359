"""The doors of what was computed, and what its pages are drawn from, whatever changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portulan.accounts.reads import labels_of
from portulan.core.tasks import TaskView, latest
from portulan.portfolio.engine.explaining import merged
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step
from portulan.portfolio.engine.reader import read
from portulan.portfolio.facts import ScenarioFacts, from_document
from portulan.portfolio.models import Scenario, Selection
from portulan.portfolio.words import EXPLAIN, SOLVE, WHY

type Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadingInput:
    """A selection, ready to be read.

    `planned` is what the plan does without the scenario: decided steps, and the levels that are
    under way. `author` is a function, "" for the command line. `is_current`: the scenario was not
    changed since. `explanation` is None until some of it is computed.
    """

    pk: int
    facts: ScenarioFacts
    problem: PortfolioProblem
    result: Document
    explanation: Document | None
    baseline: Document
    planned: Plan
    created_at: datetime
    author: str
    digest: str
    is_current: bool


def reading_of(selection: Selection) -> ReadingInput:
    """Return a selection with its scenario fetched (two queries)."""
    return readings_of([selection])[0]


def readings_of(selections: Iterable[Selection]) -> list[ReadingInput]:
    """Return several selections, as to compare them (one query, and one for each)."""
    selections = list(selections)
    authors = labels_of(one.person_id for one in selections)
    return [_reading(one, authors.get(one.person_id or 0, "")) for one in selections]


def _reading(selection: Selection, author: str) -> ReadingInput:
    facts = from_document(selection.facts)
    problem = read(json.dumps(selection.problem).encode(), kept=True)
    return ReadingInput(
        pk=selection.pk,
        facts=facts,
        problem=problem,
        result=selection.result,
        explanation=explanation_of(selection),
        baseline=selection.baseline,
        planned=planned_of(facts, problem),
        created_at=selection.created_at,
        author=author,
        digest=selection.digest,
        is_current=selection.revision == selection.scenario.revision,
    )


def explanation_of(selection: Selection) -> Document | None:
    """Return what is computed so far to explain a selection (one query)."""
    parts = sorted(selection.explanations.all(), key=lambda part: part.pk)
    return merged(part.document for part in parts) if parts else None


def planned_of(facts: ScenarioFacts, problem: PortfolioProblem) -> Plan:
    """Return what the plan does without the scenario, from its first year on.

    What is at work goes on at its present level, whatever the scenario says of it.
    """
    planned: dict[str, tuple[Step, ...]] = {}
    known = {action.id: {one.level for one in action.levels} for action in problem.actions}
    for candidate in facts.candidates:
        if candidate.id not in known:  # not costed
            continue
        if candidate.step is not None:
            planned[candidate.id] = (candidate.step,)
        elif candidate.must is not None and candidate.must.level == candidate.present:
            planned[candidate.id] = (Step(candidate.must.level, facts.years[0]),)
        elif candidate.ongoing and candidate.present in known[candidate.id]:
            planned[candidate.id] = (Step(candidate.present, facts.years[0]),)
    return planned


def latest_selection(scenario: Scenario) -> Selection | None:
    """Return what was computed last from a scenario, with it (one query)."""
    found = Selection.objects.filter(scenario=scenario).select_related("scenario")
    return found.order_by("-pk").first()


def work_on(scenario: Scenario) -> list[TaskView]:
    """Return the last work of each kind on a scenario, the newest first (four queries)."""
    selection = Selection.objects.filter(scenario=scenario).order_by("-pk")
    subject = selection.values_list("pk", flat=True).first()
    found = [latest(SOLVE, scenario.pk)]
    if subject is not None:
        found += [latest(EXPLAIN, subject), latest(WHY, subject)]
    return sorted((one for one in found if one is not None), key=lambda one: -one.pk)


def computed_at(scenario: Scenario) -> datetime | None:
    """Return when a result was kept last, without reading it (one query)."""
    found = Selection.objects.filter(scenario=scenario).order_by("-pk")
    return found.values_list("created_at", flat=True).first()
