"""The effects of the plan in money: net benefit first, what a tonne costs beside."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.impact.engine.climate_value import RATE, TRAJECTORY, trajectories
from portulan.plans.plan import get_plan
from portulan.portfolio.abatement.reads import plan_worth
from portulan.web.crumbs import under_plan
from portulan.web.requests import OrganisationRequest

PER_PAGE = 15


@require_GET
def money(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    request.actor.require(Operation.READ_BUDGET)
    worth = plan_worth(found, request.today)
    page = Paginator(worth.rows, PER_PAGE).get_page(request.GET.get("page"))
    effects = reverse("impact:plan", args=[request.organisation.slug, found.slug])
    value = trajectories()[TRAJECTORY]
    context = {
        "plan": found,
        "trail": [*under_plan(request, found), (effects, _("Effets"))],
        "worth": worth,
        "gains": sum(row.worth.net is not None and row.worth.net > 0 for row in worth.rows),
        "page": page,
        "rate": RATE * 100,
        "basis": value.basis.removeprefix("EUR"),
        "tonne": [(year, value.at(year)) for year in (request.today.year, worth.span.end)],
    }
    return render(request, "impact/money.html", context)
