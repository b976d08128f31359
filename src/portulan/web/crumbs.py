"""Where a page of the plan stands: its action, and the links above it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.plans.models import Action, Plan
from portulan.plans.plan import get_action
from portulan.web.pages import Trail, Typed
from portulan.web.requests import OrganisationRequest, url_in


def action_at(
    request: OrganisationRequest, plan: str, number: int, need: Operation = Operation.EDIT_PLAN
) -> Action:
    """Return the action of an address, to who may do that to it. Raises as `get_action`."""
    return get_action(actor=request.actor, plan_slug=plan, number=number, need=need)


def plan_url(request: OrganisationRequest, plan: Plan) -> str:
    return url_in(request, "plans:plan", plan.slug)


def action_url(request: OrganisationRequest, action: Action) -> str:
    plan = action.plan.slug
    return url_in(request, "plans:action", plan, action.number)


def under_plan(request: OrganisationRequest, plan: Plan) -> Trail:
    return [(plan_url(request, plan), Typed(plan.title))]


def under_action(request: OrganisationRequest, action: Action) -> Trail:
    name = _("Action %(number)s") % {"number": action.number}
    return [*under_plan(request, action.plan), (action_url(request, action), name)]
