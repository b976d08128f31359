"""The effects of an action: its estimates beside each other, and what it changes for people."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.impact.estimates.reads import estimates_of, social_effects_of
from portulan.impact.models import Estimate
from portulan.impact.words import Moment
from portulan.plans.access import may_on
from portulan.plans.plan import get_action
from portulan.web.crumbs import under_action
from portulan.web.requests import OrganisationRequest


@require_GET
def effects(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.READ_PLAN
    )
    estimates = list(estimates_of(action))
    context = {
        "action": action,
        "plan": action.plan,
        "trail": under_action(request, action),
        "versions": _versions(estimates),
        "drift": _drift(estimates),
        "effects": social_effects_of(action),
        "can_estimate": may_on(request.actor, action, Operation.ESTIMATE),
    }
    return render(request, "impact/action.html", context)


def _versions(estimates: Sequence[Estimate]) -> list[tuple[Estimate, str]]:
    """Return each estimate, the first made first, and whether it still counts."""
    found, current = [], set()
    for one in estimates:  # the latest first
        if one.withdrawn_at is not None:
            state = _("retirée")
        else:
            state = _("remplacée") if one.reach in current else _("compte")
            current.add(one.reach)
        found.append((one, state))
    return found[::-1]


def _drift(estimates: Sequence[Estimate]) -> Decimal | None:
    """Return the share that the last measured reduction is of the last planned before it."""
    standing = [one for one in estimates if one.withdrawn_at is None]
    measured = next((one for one in standing if one.moment == Moment.MEASURED), None)
    if measured is None:
        return None
    same = (measured.reach, measured.view)
    before = [one for one in standing if one.pk < measured.pk and one.moment == Moment.EX_ANTE]
    planned = next((one for one in before if (one.reach, one.view) == same), None)
    if planned is None:
        return None
    found, wanted = measured.carbon, planned.carbon
    if found is None or wanted is None or not wanted.p50:
        return None
    return Decimal(f"{found.p50 / wanted.p50:.2g}")
