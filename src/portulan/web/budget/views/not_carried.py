"""What an import could not take over from the one it replaced: every decision, and its old line."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.selectors.doors import get_batch
from portulan.budget.selectors.not_carried import not_carried
from portulan.web.requests import OrganisationRequest

PER_PAGE = 24


@require_GET
def decisions(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    batch = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.READ_BUDGET)
    page = Paginator(not_carried(batch), PER_PAGE).get_page(request.GET.get("page"))
    context = {"batch": batch, "fiscal_year": batch.fiscal_year, "page": page}
    return render(request, "budget/not_carried.html", context)
