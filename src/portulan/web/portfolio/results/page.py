"""A selection ready to be shown: what was computed, in the language of the page."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from portulan.accounts.access import Operation
from portulan.core.models import Task
from portulan.core.say.text import Language
from portulan.core.words import TaskStatus
from portulan.portfolio.engine.sentences import amount
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.reads import Reading, latest_selection, work_on
from portulan.portfolio.results.trust import proof_sentence
from portulan.portfolio.scenarios.reads import get_scenario
from portulan.web.language import page_language
from portulan.web.portfolio.words import REFRESH
from portulan.web.requests import OrganisationRequest

BROKEN = (TaskStatus.FAILED, TaskStatus.INTERRUPTED)


class Shown(Reading):
    """A selection with what its pages say of it, in their language."""

    @cached_property
    def language(self) -> Language:
        return page_language()

    @cached_property
    def work(self) -> list[Task]:
        """What was last computed, or is: the newest first."""
        return work_on(self.selection.scenario)

    @property
    def proof(self) -> str:
        return proof_sentence(self.result, self.language)

    @property
    def bound(self) -> str:
        """What no plan that reaches the targets takes less than."""
        found = self.result.bound
        return "–" if found is None else amount(found, self.scale.unit, self.language)

    def money(self, euros: int) -> str:
        return amount(euros, self.unit, self.language)


def shown_or_none(request: OrganisationRequest, slug: str) -> tuple[Scenario, Shown | None]:
    """Return a scenario and what was computed last from it. Raises NotFoundError, DeniedError."""
    scenario = get_scenario(actor=request.actor, slug=slug, need=Operation.READ_SCENARIO)
    selection = latest_selection(scenario)
    return scenario, None if selection is None else Shown(selection)


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
