"""What somebody pilots, for a phone: each action, what waits, and the way to say where it is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.models import Person
from portulan.budget.funding.plan_rows import plan_rows
from portulan.plans.actions.listing import Filters, shown_year
from portulan.plans.plan import get_plan
from portulan.plans.unit_parts import parts_of
from portulan.plans.words import Progress
from portulan.steering.campaigns.reads import own_replies
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest

PER_PAGE = 10


@require_GET
def mine(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Those that wait first: the more an action has states, the higher it stands."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    kept = plan_rows(found, request.today)
    filters = Filters(mine=request.actor.person_id or 0)
    listing = kept.listed(filters, "state", shown_year(found, kept.years.at(request.today)))
    over = {Progress.DROPPED, Progress.DONE}
    rows = sorted(listing.rows, key=lambda row: row.progress in over)
    own = (
        Person.objects.filter(pk=request.actor.person_id or 0)
        .values_list("unit", flat=True)
        .first()
    )
    context = {
        "parts": [one for one in parts_of(found, request.today) if own and one.unit.pk == own],
        "plan": found,
        "page": page_of(request, rows, PER_PAGE),
        "replies": own_replies(actor=request.actor, today=request.today),
        "waiting": sum(bool(row.states) for row in rows),
        "count": len(rows),
    }
    return render(request, "plans/mine.html", context)
