"""The doors of what was computed, and what its pages are drawn from, whatever changed since."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cached_property
from typing import Any

from portulan.accounts.reads import labels_of
from portulan.core.models import Task
from portulan.core.tasks import latest
from portulan.portfolio.engine.answers import merged
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.documents import (
    Explained,
    explained_from,
    nearest_from,
    plan_from,
    result_from,
)
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step
from portulan.portfolio.engine.reader import read
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.targets import Nearest
from portulan.portfolio.facts import ScenarioFacts, from_document
from portulan.portfolio.models import Scenario, Selection
from portulan.portfolio.results.timeline import Total, impact_of, total
from portulan.portfolio.results.words import Scale, names_of, scale_of
from portulan.portfolio.words import EXPLAIN, SOLVE, WHY

type Document = dict[str, Any]


class Reading:
    """A selection with its scenario fetched, ready to be read."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection

    @cached_property
    def author(self) -> str:
        """The function of who asked for it, "" for the command line (one query)."""
        return labels_of([self.selection.person_id]).get(self.selection.person_id or 0, "")

    @property
    def is_current(self) -> bool:
        """Whether the scenario was not changed since."""
        return self.selection.revision == self.selection.scenario.revision

    @cached_property
    def facts(self) -> ScenarioFacts:
        return from_document(self.selection.facts)

    @cached_property
    def problem(self) -> PortfolioProblem:
        return read(json.dumps(self.selection.problem).encode(), kept=True)

    @cached_property
    def planned(self) -> Plan:
        """What the plan does without the scenario: steps decided, and levels under way."""
        return planned_of(self.facts, self.problem)

    @cached_property
    def _found(self) -> tuple[Result, Conflict | None]:
        return result_from(self.problem, self.selection.result)

    @property
    def result(self) -> Result:
        return self._found[0]

    @property
    def conflict(self) -> Conflict | None:
        return self._found[1]

    @cached_property
    def nearest(self) -> Nearest | None:
        """The point nearest to targets that nothing reaches."""
        return nearest_from(self.problem, self.selection.result)

    @property
    def scale(self) -> Scale:
        """What differences from this choice are said in."""
        return scale_of(self.result)

    @cached_property
    def explanation(self) -> Document | None:
        """What is computed so far to explain it (one query)."""
        return explanation_of(self.selection)

    @cached_property
    def explained(self) -> Explained | None:
        found = self.explanation
        return None if found is None else explained_from(self.problem, found)

    @cached_property
    def baseline(self) -> Plan:
        """What a plain sort by ratio chooses."""
        return plan_from(self.selection.baseline["plan"])

    @cached_property
    def names(self) -> Names:
        return names_of(self.facts)

    @property
    def count(self) -> int:
        """How many actions are taken."""
        return len(self.names.actions_of(self.result.plan))

    @cached_property
    def impact(self) -> Total | None:
        """The impact a year once all is in place."""
        plan, candidates = self.result.plan, self.facts.candidates
        return total([impact_of(one, plan[one.id]) for one in candidates if one.id in plan])

    @property
    def unit(self) -> str:
        """The unit of the envelopes."""
        return next((one.unit for one in self.problem.resources if one.money), "EUR")


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


def work_on(scenario: Scenario) -> list[Task]:
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
