"""Money beside the lines: ambitions, expected budgets, allotments, co-funding."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.models import Allotment, Ambition, CoFunding, Envelope, Forecast
from portulan.core.storing import get_one
from portulan.plans.models import Action, Plan
from portulan.plans.words import Progress


def ambitions_of(known: YearFacts) -> Mapping[int, Ambition]:
    """Return what the plan adopted last wants for each year (one query)."""
    return {ambition.year: ambition for ambition in known.ambitions}


def plans_with_ambitions(*, actor: Actor) -> QuerySet[Plan]:
    """Return the organisation's plans, the latest first, with their ambitions (three queries)."""
    actor.require(Operation.READ_BUDGET)
    return (
        Plan.objects.filter(organisation_id=actor.organisation_id)
        .prefetch_related("ambitions", "ambition_amounts")
        .order_by("-first_year", "pk")
    )


def get_plan_with_ambitions(*, actor: Actor, slug: str) -> Plan:
    """Return a plan with its ambitions. Raises NotFoundError, DeniedError."""
    return get_one(plans_with_ambitions(actor=actor), slug=slug)


def forecasts(*, actor: Actor) -> QuerySet[Forecast]:
    """Return the IT budgets expected, by year and section."""
    actor.require(Operation.READ_BUDGET)
    return Forecast.objects.filter(organisation_id=actor.organisation_id).order_by(
        "-year", "section"
    )


def envelopes(*, actor: Actor, plan: Plan) -> QuerySet[Envelope]:
    """Return what was voted for the NR of a plan, by year and section."""
    actor.require(Operation.READ_BUDGET)
    return Envelope.objects.filter(plan=plan).order_by("year", "section")


def allotments(*, actor: Actor, year: int) -> QuerySet[Allotment]:
    """Return the money reserved in a year, by action."""
    actor.require(Operation.READ_BUDGET)
    return (
        Allotment.objects.filter(action__plan__organisation_id=actor.organisation_id, year=year)
        .select_related("action__plan")
        .order_by("action__plan_id", "action__number")
    )


def co_funding(*, actor: Actor, year: int) -> QuerySet[CoFunding]:
    """Return what others bring to actions in a year, by action and funder."""
    actor.require(Operation.READ_BUDGET)
    return (
        CoFunding.objects.filter(action__plan__organisation_id=actor.organisation_id, year=year)
        .select_related("action__plan")
        .order_by("action__plan_id", "action__number", "funder")
    )


def fundable_actions(organisation_id: int) -> QuerySet[Action]:
    """Return the actions that money can go to: all but those dropped, in the order of plans."""
    return (
        Action.objects.filter(plan__organisation_id=organisation_id)
        .exclude(progress=Progress.DROPPED)
        .select_related("plan")
        .order_by("-plan__first_year", "plan_id", "number")
    )
