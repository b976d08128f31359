"""The orders that detail a line."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.enums import BatchStatus, YearStatus
from portulan.budget.selectors.doors import get_line
from portulan.budget.selectors.orders import order_sums, orders_of, searched
from portulan.web.budget.rows import line_name
from portulan.web.budget.views.line import line_url, shown_stage
from portulan.web.budget.words import TITLES
from portulan.web.requests import OrganisationRequest

PER_PAGE = 24


@require_GET
def orders(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    line = get_line(actor=request.actor, year=year, pk=pk, need=Operation.READ_BUDGET)
    stage = shown_stage(request, line)
    words = request.GET.get("q", "").strip()
    with_suppliers = request.actor.may(Operation.PROPOSE)
    found = searched(orders_of(line), words, suppliers=with_suppliers)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "line": line,
        "name": line_name(line),
        "fiscal_year": line.fiscal_year,
        "stage": stage,
        "title": TITLES[stage],
        "amount": getattr(line, stage.column),
        "sums": order_sums(line),
        "page": page,
        "q": words,
        "suppliers": with_suppliers,
        "back": line_url(request, line),
        "query": f"?stage={stage.column}",
        "may_import": request.actor.may(Operation.EDIT_BUDGET),
        "may_attribute": request.actor.may(Operation.PROPOSE)
        and line.fiscal_year.status != YearStatus.CLOSED
        and line.batch.status == BatchStatus.CONFIRMED
        and line.is_expense,
    }
    return render(request, "budget/orders.html", context)
