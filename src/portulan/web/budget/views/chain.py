"""From the budget voted to the accounts: the documents of a year, and their dates."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.selectors.chain import chains_of
from portulan.budget.selectors.doors import get_batch, get_year
from portulan.budget.services.document_dates import date_document
from portulan.core.errors import NotFoundError
from portulan.web.budget.chain_page import budget_rows
from portulan.web.budget.forms.years import DocumentDateForm
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


@require_GET
def chain(request: OrganisationRequest, year: int) -> HttpResponse:
    """What each document makes of the opened credits, then the accounts that close the year."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    budgets = budget_rows(chains_of(fiscal_year))
    context = {
        "fiscal_year": fiscal_year,
        "budgets": budgets,
        "several": len(budgets) > 1,
    }
    return render(request, "budget/chain.html", context)


@require_http_methods(["GET", "POST"])
def document_date(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Say the number and the date of a document whose file does not."""
    batch = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    if not batch.act:
        raise NotFoundError(str(pk))
    initial = {"number": batch.number, "voted_on": batch.voted_on}
    form = DocumentDateForm(posted(request), initial=initial)
    if request.method == "POST":
        dated = saved(form, lambda: date_document(request.actor, batch=batch, **form.cleaned_data))
        if dated is not None:
            messages.success(request, _("Document daté."))
            return redirect("budget:chain", request.organisation.slug, year)
    context = {"form": form, "fiscal_year": batch.fiscal_year, "batch": batch}
    return render(request, "budget/document_date.html", context, status=422 if form.errors else 200)
