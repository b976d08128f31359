"""“À faire”: all that needs attention, one’s own first; the home page shows the beginning of it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.plans.plan import current_plan
from portulan.steering.todo.reads import mine
from portulan.web.alerts import shown, todo_on
from portulan.web.requests import OrganisationRequest

PER_PAGE = 30


@require_GET
def todo(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_PLAN)
    found = todo_on(request, current_plan(actor=request.actor, today=request.today))
    own = mine(found, request.actor)
    every = "all" in request.GET or not own
    page = Paginator(found if every else own, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "todo": shown(request, page.object_list),
        "every": every,
        "own": len(own),
        "count": len(found),
    }
    return render(request, "steering/todo.html", context)
