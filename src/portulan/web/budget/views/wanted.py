"""Ambitions, expected budgets and allotments: money before lines exist."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.selectors.wanted import (
    allotments as allotments_of,
)
from portulan.budget.selectors.wanted import (
    forecasts as forecasts_of,
)
from portulan.budget.selectors.wanted import get_plan_with_ambitions
from portulan.budget.services.years import allot, set_ambitions, set_forecast
from portulan.core.errors import NotFoundError
from portulan.web.budget.forms.wanted import AllotmentForm, AmbitionsForm, ForecastForm
from portulan.web.budget.saving import posted, saved
from portulan.web.requests import OrganisationRequest


@require_http_methods(["GET", "POST"])
def ambitions(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The share of the IT budget wanted in each year of a plan."""
    found = get_plan_with_ambitions(actor=request.actor, slug=plan)
    may_set = request.actor.may(Operation.EDIT_PLAN) or request.actor.may(Operation.EDIT_BUDGET)
    known = {ambition.year: ambition.percent for ambition in found.ambitions.all()}
    form = AmbitionsForm(found, known, posted(request))
    if request.method == "POST":
        if not may_set:
            request.actor.require(Operation.EDIT_BUDGET)
        plans = saved(
            form,
            lambda: set_ambitions(request.actor, plan=found, percents=form.percents()),
        )
        if plans is not None:
            messages.success(request, _("Ambitions enregistrées."))
            return redirect("budget:years", request.organisation.slug)
    context = {"plan": found, "form": form, "known": known, "may_set": may_set}
    return render(request, "budget/ambitions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forecasts(request: OrganisationRequest) -> HttpResponse:
    """The IT budgets expected for years that have no accounts yet."""
    found = forecasts_of(actor=request.actor)
    form = ForecastForm(posted(request), initial={"year": request.today.year + 1})
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: set_forecast(request.actor, **form.cleaned_data)) is not None:
            messages.success(request, _("Budget attendu enregistré."))
            return redirect("budget:forecasts", request.organisation.slug)
    context = {"forecasts": found, "form": form}
    return render(request, "budget/forecasts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def allotments(request: OrganisationRequest, year: int) -> HttpResponse:
    """The money reserved for actions in a year."""
    if not 2000 <= year <= 2100:
        raise NotFoundError(str(year))
    found = list(allotments_of(actor=request.actor, year=year))
    form = AllotmentForm(
        request.actor.organisation_id,
        posted(request),
        initial={"decided_on": request.today, "action": request.GET.get("action")},
    )
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: allot(request.actor, year=year, **form.cleaned_data)) is not None:
            messages.success(request, _("Dotation enregistrée."))
            return redirect("budget:allotments", request.organisation.slug, year)
    context = {
        "year": year,
        "allotments": found,
        "total": sum(allotment.amount for allotment in found),
        "form": form,
        "years": sorted({year - 1, year, year + 1}),
    }
    return render(request, "budget/allotments.html", context, status=422 if form.errors else 200)
