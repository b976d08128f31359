"""The right of an actor on an action or a plan, which is then held while it is written."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import DeniedError, NotFoundError
from portulan.plans.models import Action, Plan
from portulan.plans.selectors.doors import may_on


def check(actor: Actor, action: Action, operation: Operation) -> None:
    """Raise NotFoundError for an action of others, DeniedError without the right on it.

    The action given is brought up to date and held until the transaction ends: what somebody else
    wrote since it was read is neither lost nor ignored.
    """
    if action.plan.organisation_id != actor.organisation_id:
        raise NotFoundError(action.number)
    _hold(action)
    if not may_on(actor, action, operation):
        raise DeniedError(operation.value)


def check_plan(actor: Actor, plan: Plan, operation: Operation) -> None:
    """Raise NotFoundError for a plan of others, DeniedError without the right on plans.

    The plan is held as an action is in `check`.
    """
    if plan.organisation_id != actor.organisation_id:
        raise NotFoundError(plan.slug)
    actor.require(operation)
    _hold(plan)


def _hold[Held: (Action, Plan)](found: Held) -> None:
    held = type(found)._default_manager.select_for_update(no_key=True)
    try:
        found.refresh_from_db(from_queryset=held)
    except ObjectDoesNotExist as error:
        raise NotFoundError(found.pk) from error
