"""A selection ready to be shown: what was computed, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from portulan.accounts.access import Operation
from portulan.core.say.text import Language
from portulan.core.tasks import TaskView
from portulan.core.words import TaskStatus
from portulan.portfolio.engine.conflicts import Conflict
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.sentences import amount
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stored import (
    Explained,
    conflict_from,
    explained_from,
    plan_from,
    result_from,
)
from portulan.portfolio.facts import ScenarioFacts
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.reads import ReadingInput, latest_selection, reading_of, work_on
from portulan.portfolio.results.timeline import Total, impact_of, total
from portulan.portfolio.results.trust import Baseline, compared, proof_sentence
from portulan.portfolio.results.words import names_of
from portulan.portfolio.scenarios.reads import get_scenario
from portulan.web.language import page_language
from portulan.web.portfolio.words import REFRESH
from portulan.web.requests import OrganisationRequest

BROKEN = (TaskStatus.FAILED, TaskStatus.INTERRUPTED)


@dataclass(frozen=True)
class Shown:
    """A selection with what its pages say it with."""

    scenario: Scenario
    kept: ReadingInput
    language: Language

    @property
    def facts(self) -> ScenarioFacts:
        return self.kept.facts

    @property
    def problem(self) -> PortfolioProblem:
        return self.kept.problem

    @cached_property
    def result(self) -> Result:
        return result_from(self.problem, self.kept.result)

    @cached_property
    def conflict(self) -> Conflict | None:
        return conflict_from(self.problem, self.kept.result)

    @cached_property
    def explained(self) -> Explained | None:
        document = self.kept.explanation
        return None if document is None else explained_from(self.problem, document)

    @cached_property
    def work(self) -> list[TaskView]:
        """What was last computed, or is: the newest first."""
        return work_on(self.scenario)

    @cached_property
    def names(self) -> Names:
        return names_of(self.facts)

    @cached_property
    def baseline(self) -> Baseline:
        plan = plan_from(self.kept.baseline["plan"])
        return compared(self.result, plan, evaluate(self.problem, plan))

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
    def proof(self) -> str:
        return proof_sentence(self.result, self.language)

    @property
    def unit(self) -> str:
        """The unit of the envelopes."""
        return next((one.unit for one in self.problem.resources if one.money), "EUR")

    def money(self, euros: int) -> str:
        return amount(euros, self.unit, self.language)


def shown_or_none(request: OrganisationRequest, slug: str) -> tuple[Scenario, Shown | None]:
    """Return a scenario and what was computed last from it. Raises NotFoundError, DeniedError."""
    scenario = get_scenario(actor=request.actor, slug=slug, need=Operation.READ_SCENARIO)
    selection = latest_selection(scenario)
    if selection is None:
        return scenario, None
    return scenario, Shown(scenario, reading_of(selection), page_language())


def answered(
    request: OrganisationRequest,
    template: str,
    shown: Shown,
    context: dict[str, Any],
    *,
    lacks: bool,
) -> HttpResponse:
    """Return a page of a result, that asks again while explanations it lacks are computed."""
    waits = lacks and any(one.at_work for one in shown.work)
    broken = lacks and not waits and any(one.status in BROKEN for one in shown.work[:1])
    state = {"lacks": lacks, "waits": waits, "broken": broken}
    answer = render(request, template, context | state)
    if waits:
        answer["Refresh"] = str(REFRESH)
    return answer
