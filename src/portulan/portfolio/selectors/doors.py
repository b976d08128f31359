"""The doors of scenarios and of what was computed from them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import NotFoundError
from portulan.core.tasks import TaskView, latest
from portulan.portfolio.enums import EXPLAIN, SOLVE, WHY
from portulan.portfolio.models import Scenario, Selection


def scenarios(*, actor: Actor) -> QuerySet[Scenario]:
    """Return the organisation's scenarios, the last changed first, with `candidate_count`."""
    actor.require(Operation.READ_SCENARIO)
    return (
        Scenario.objects.filter(organisation_id=actor.organisation_id)
        .select_related("plan")
        .annotate(candidate_count=Count("candidates"))
        .order_by("-changed_at", "-pk")
    )


def get_scenario(*, actor: Actor, slug: str, need: Operation) -> Scenario:
    """Return a scenario of the actor's organisation. Raises NotFoundError, DeniedError."""
    found = (
        Scenario.objects.select_related("plan", "organisation")
        .filter(organisation_id=actor.organisation_id, slug=slug)
        .first()
    )
    if found is None:
        raise NotFoundError(slug)
    actor.require(need)
    return found


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
