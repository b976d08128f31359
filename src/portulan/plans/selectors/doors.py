"""The doors of plans and actions: what a person may not see does not exist for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model, Prefetch, QuerySet, prefetch_related_objects

from portulan.accounts.access import Grant, Operation
from portulan.accounts.actors import Actor
from portulan.catalogue.models import Practice
from portulan.core.errors import DeniedError, NotFoundError
from portulan.indicators.models import Indicator, Measurement, Target
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    CommitmentDecision,
    Deliverable,
    Milestone,
    Plan,
    PlannedMoney,
)


def plans_of(*, actor: Actor) -> QuerySet[Plan]:
    """Return the plans of the actor's organisation, the latest first (one query)."""
    return Plan.objects.filter(organisation_id=actor.organisation_id).order_by(
        "-first_year", "-last_year", "-id"
    )


def get_plan(*, actor: Actor, slug: str, need: Operation) -> Plan:
    """Return a plan of the actor's organisation. Raises NotFoundError, DeniedError."""
    plan = plans_of(actor=actor).select_related("organisation").filter(slug=slug).first()
    if plan is None:
        raise NotFoundError(slug)
    actor.require(need)
    return plan


def current_plan(*, actor: Actor, today: date) -> Plan | None:
    """Return the plan whose years contain today, else the latest one; None when there is none.

    Raises DeniedError to who may not read plans.
    """
    actor.require(Operation.READ_PLAN)
    plans = list(plans_of(actor=actor).select_related("organisation"))
    running = (plan for plan in plans if plan.first_year <= today.year <= plan.last_year)
    return next(running, plans[0] if plans else None)


def owns(actor: Actor, action: Action) -> bool:
    """Tell whether the actor is the person who pilots the action."""
    return actor.person_id is not None and action.pilot_id == actor.person_id


def may_on(actor: Actor, action: Action, operation: Operation) -> bool:
    """Tell whether the actor may do that to this action: OWN is resolved here."""
    grant = actor.grant(operation)
    return grant is Grant.ALL or (grant is Grant.OWN and owns(actor, action))


def get_action(*, actor: Actor, plan_slug: str, number: int, need: Operation) -> Action:
    """Return an action by its number, with its plan, axis and pilot (one query).

    Raises NotFoundError, DeniedError; OWN is granted to the person who pilots it.
    """
    action = (
        Action.objects.select_related("plan__organisation", "axis", "pilot")
        .filter(plan__organisation_id=actor.organisation_id, plan__slug=plan_slug, number=number)
        .first()
    )
    if action is None:
        raise NotFoundError(number)
    if not may_on(actor, action, need):
        raise DeniedError(need.value)
    return action


def get_action_indicator(
    *, actor: Actor, plan_slug: str, number: int, pk: int, need: Operation
) -> tuple[Action, Indicator]:
    """Return an action and one of its indicators with its series. Raises as `get_action`."""
    action = get_action(actor=actor, plan_slug=plan_slug, number=number, need=need)
    prefetch_related_objects([action], *INDICATORS)
    for link in action.indicator_links.all():
        if link.indicator_id == pk:
            return action, link.indicator
    raise NotFoundError(pk)


def get_part[Part: Model](
    model: type[Part], *, actor: Actor, plan_slug: str, number: int, pk: int, need: Operation
) -> tuple[Action, Part]:
    """Return an action and a deliverable or milestone of it. Raises as `get_action`."""
    action = get_action(actor=actor, plan_slug=plan_slug, number=number, need=need)
    part = model._default_manager.filter(action=action, pk=pk).first()
    if part is None:
        raise NotFoundError(pk)
    return action, part


# `Any`: the plugin of mypy stops on prefetches given as a tuple of their own type.
type Prefetches = tuple[Any, ...]

# Many actions follow few practices: each is read once, not once per action that follows it.
PRACTICES: Prefetches = (
    Prefetch(
        "practice_links",
        ActionPractice.objects.order_by("practice__theme__order", "practice__order"),
    ),
    Prefetch(
        "practice_links__practice", Practice.objects.select_related("theme", "version__catalogue")
    ),
)
INDICATORS: Prefetches = (
    Prefetch(
        "indicator_links",
        ActionIndicator.objects.select_related("indicator").order_by("order", "id"),
    ),
    Prefetch("indicator_links__indicator__targets", Target.objects.order_by("due_on")),
    Prefetch(
        "indicator_links__indicator__measurements",
        Measurement.objects.filter(withdrawn_at=None).order_by("on", "id"),
    ),
)
DECISIONS: Prefetches = (
    Prefetch("decisions", CommitmentDecision.objects.select_related("deliverable")),
)
DETAILS: Prefetches = (
    *PRACTICES,
    *INDICATORS,
    *DECISIONS,
    "goals",
    Prefetch("deliverables", Deliverable.objects.order_by("due_on", "id")),
    Prefetch("milestones", Milestone.objects.order_by("due_on", "id")),
    Prefetch("planned_money", PlannedMoney.objects.order_by("year", "section")),
)


def load_details(action: Action) -> Action:
    """Fetch all that the page of an action shows (ten queries, whatever there is)."""
    prefetch_related_objects([action], *DETAILS)
    return action
