"""Committees: their door, and what their pages show."""

from __future__ import annotations

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import NotFoundError
from portulan.plans.models import Plan
from portulan.plans.plan import get_plan
from portulan.steering.models import AgendaItem, Committee, Decision
from portulan.steering.words import CommitteeState, DecisionStatus


def committees_of(plan: Plan) -> QuerySet[Committee]:
    """Return the committees of a plan, the latest first (one query)."""
    found = Committee.objects.filter(plan=plan).select_related("body")
    return found.order_by("-held_on", "-pk")


def get_committee(*, actor: Actor, plan_slug: str, pk: int, need: Operation) -> Committee:
    """Return a committee of a plan. Raises NotFoundError, DeniedError."""
    plan = get_plan(actor=actor, slug=plan_slug, need=need)
    found = Committee.objects.filter(plan=plan, pk=pk)
    committee = found.select_related("body", "plan__organisation").first()
    if committee is None:
        raise NotFoundError(pk)
    return committee


def get_item(
    *, actor: Actor, plan_slug: str, committee: int, pk: int, need: Operation
) -> AgendaItem:
    """Return an item of a committee. Raises NotFoundError, DeniedError."""
    found = get_committee(actor=actor, plan_slug=plan_slug, pk=committee, need=need)
    item = items_of(found).filter(pk=pk).first()
    if item is None:
        raise NotFoundError(pk)
    item.committee = found
    return item


def items_of(committee: Committee) -> QuerySet[AgendaItem]:
    """Return the items of a committee in their order, each with its decision (two queries)."""
    return (
        AgendaItem.objects.filter(committee=committee)
        .select_related("action", "decision__deliverable", "about__item__committee__body")
        .order_by("order", "pk")
    )


def past_decisions(plan: Plan) -> QuerySet[Decision]:
    """Return what was decided in the committees of a plan, the latest first (two queries)."""
    return (
        Decision.objects.filter(
            item__committee__plan=plan, item__committee__state=CommitteeState.CLOSED
        )
        .exclude(status=DecisionStatus.NOTED)
        .select_related("item__committee__body", "item__action", "adopted_in__body")
        .order_by("-item__committee__held_on", "-pk")
    )
