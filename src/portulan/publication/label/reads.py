"""The criteria of a label that a plan answers, and the door of one."""

from __future__ import annotations

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.folding import natural_key
from portulan.core.storing import get_one
from portulan.plans.models import Plan
from portulan.publication.models import LabelCriterion


def criteria_of(actor: Actor, plan: Plan) -> QuerySet[LabelCriterion]:
    """Return the criteria of a plan with their actions and pieces (three queries).

    Raises NotFoundError for a plan of others, DeniedError.
    """
    actor.require_ours(plan)
    actor.require(Operation.READ_PLAN)
    found = LabelCriterion.objects.filter(plan=plan).select_related("plan")
    return found.prefetch_related("actions", "evidence_links")


def in_order(criteria: QuerySet[LabelCriterion]) -> list[LabelCriterion]:
    """Return criteria by code, as people count."""
    return sorted(criteria, key=lambda one: (natural_key(one.code), one.code))


def get_criterion(
    *, actor: Actor, plan: Plan, pk: int, need: Operation = Operation.READ_PLAN
) -> LabelCriterion:
    """Return a criterion of a plan. Raises NotFoundError, DeniedError."""
    found = get_one(criteria_of(actor, plan), pk=pk)
    actor.require(need)
    return found


def numbers_of(criterion: LabelCriterion) -> list[str]:
    """Return the numbers of the actions that answer a criterion, in the order of the plan."""
    actions = sorted(criterion.actions.all(), key=lambda one: one.number)
    return [one.called for one in actions]
