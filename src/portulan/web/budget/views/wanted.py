"""Ambitions, expected budgets, allotments and co-funding: money beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.models import CoFunding
from portulan.budget.selectors.wanted import (
    allotments as allotments_of,
)
from portulan.budget.selectors.wanted import (
    co_funding as co_funding_of,
)
from portulan.budget.selectors.wanted import (
    forecasts as forecasts_of,
)
from portulan.budget.selectors.wanted import get_plan_with_ambitions
from portulan.budget.services.wanted import allot, set_ambitions, set_co_funding, set_forecast
from portulan.core.errors import NotFoundError
from portulan.web.budget.forms.wanted import (
    AllotmentForm,
    AmbitionsForm,
    CoFundingForm,
    ForecastForm,
)
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


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
    _require_a_year(year)
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
        "years": [year - 1, year + 1],
    }
    return render(request, "budget/allotments.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def co_funding(request: OrganisationRequest, year: int) -> HttpResponse:
    """What others bring to actions in a year: asked, granted, received."""
    _require_a_year(year)
    found = list(co_funding_of(actor=request.actor, year=year))
    chosen = next((one for one in found if str(one.pk) == request.GET.get("funding")), None)
    form = CoFundingForm(
        request.actor.organisation_id,
        posted(request),
        initial={"action": request.GET.get("action")} if chosen is None else model_to_dict(chosen),
    )
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        given = saved(form, lambda: set_co_funding(request.actor, year=year, **form.cleaned_data))
        if given is not None:
            text = _("Cofinancement enregistré.") if given.pk else _("Cofinancement retiré.")
            messages.success(request, text)
            return redirect("budget:co-funding", request.organisation.slug, year)
    context = {
        "year": year,
        "co_funding": found,
        "totals": [_known_sum(found, name) for name in ("asked", "granted", "received")],
        "form": form,
        "years": [year - 1, year + 1],
    }
    return render(request, "budget/co_funding.html", context, status=422 if form.errors else 200)


def _known_sum(rows: Sequence[CoFunding], name: str) -> Decimal | None:
    """Return the sum of what is known, None where nothing is."""
    known = [amount for row in rows if (amount := getattr(row, name)) is not None]
    return sum(known, Decimal(0)) if known else None


def _require_a_year(year: int) -> None:
    if not 2000 <= year <= 2100:
        raise NotFoundError(str(year))
