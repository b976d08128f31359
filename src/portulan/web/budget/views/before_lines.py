"""What is wanted or reserved before lines exist: ambitions, envelopes, allotments, forecasts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.selectors.before_lines import (
    allotments as allotments_of,
)
from portulan.budget.selectors.before_lines import (
    envelopes as envelopes_of,
)
from portulan.budget.selectors.before_lines import (
    forecasts as forecasts_of,
)
from portulan.budget.selectors.before_lines import get_plan_with_ambitions
from portulan.budget.selectors.calendar import year_on
from portulan.budget.selectors.money import plan_years, year_money
from portulan.budget.services.before_lines import (
    allot,
    set_ambition_amounts,
    set_ambitions,
    set_envelope,
    set_forecast,
)
from portulan.core.errors import NotFoundError
from portulan.plans.selectors import shown_year
from portulan.web.budget import before_lines_sheets as sheets
from portulan.web.budget.forms.before_lines import (
    AllotmentForm,
    AmbitionsForm,
    EnvelopeForm,
    ForecastForm,
)
from portulan.web.budget.sheets import other_years, show
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


def require_a_year(year: int) -> None:
    """Raise NotFoundError for a number that is no exercice."""
    if not 2000 <= year <= 2100:
        raise NotFoundError(str(year))


@require_GET
def money(request: OrganisationRequest, year: int) -> HttpResponse:
    """The money of a year, action by action: asked, reserved, and what lines hold at each stage."""
    require_a_year(year)
    found = year_money(actor=request.actor, year=year)
    sheet = sheets.money_sheet(request, found)
    return show(request, sheet, None, year=year, years=other_years(request, "budget:money", year))


@require_http_methods(["GET", "POST"])
def ambitions(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The share of the IT budget wanted in each year of a plan, and the euros by section."""
    found = get_plan_with_ambitions(actor=request.actor, slug=plan)
    may_set = request.actor.may(Operation.EDIT_PLAN) or request.actor.may(Operation.EDIT_BUDGET)
    form = AmbitionsForm(found, posted(request))
    if request.method == "POST":
        if not may_set:
            request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: _set_ambitions(request, form)) is not None:
            messages.success(request, _("Ambitions enregistrées."))
            return redirect("budget:ambitions", request.organisation.slug, plan)
    years = plan_years(actor=request.actor, plan=found)
    sheet = sheets.ambitions_sheet(found, years)
    year = shown_year(found, _this_year(request))
    return show(request, sheet, form if may_set else None, year=year, plan=found)


def _set_ambitions(request: OrganisationRequest, form: AmbitionsForm) -> int:
    changed = set_ambitions(request.actor, plan=form.plan, percents=form.percents())
    return changed + set_ambition_amounts(request.actor, plan=form.plan, amounts=form.amounts())


@require_http_methods(["GET", "POST"])
def envelopes(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The money voted for the NR of a plan, year by year."""
    found = get_plan_with_ambitions(actor=request.actor, slug=plan)
    form = EnvelopeForm(found, posted(request), initial={"decided_on": request.today})
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: _set_envelope(request, form)) is not None:
            messages.success(request, _("Enveloppe enregistrée."))
            return redirect("budget:envelopes", request.organisation.slug, plan)
    years = plan_years(actor=request.actor, plan=found)
    sheet = sheets.envelopes_sheet(list(envelopes_of(actor=request.actor, plan=found)), years)
    year = shown_year(found, _this_year(request))
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    return show(
        request,
        sheet,
        form if may_set else None,
        year=year,
        plan=found,
        extra="budget/partials/plan_years.html",
        plan_years=years,
    )


def _set_envelope(request: OrganisationRequest, form: EnvelopeForm) -> bool:
    set_envelope(request.actor, plan=form.plan, **form.cleaned_data)
    return True


@require_http_methods(["GET", "POST"])
def forecasts(request: OrganisationRequest) -> HttpResponse:
    """The IT budgets expected for years that have no accounts yet."""
    found = list(forecasts_of(actor=request.actor))
    form = ForecastForm(posted(request), initial={"year": _this_year(request) + 1})
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: set_forecast(request.actor, **form.cleaned_data)) is not None:
            messages.success(request, _("Budget attendu enregistré."))
            return redirect("budget:forecasts", request.organisation.slug)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    sheet = sheets.forecasts_sheet(found)
    return show(
        request,
        sheet,
        form if may_set else None,
        year=_this_year(request),
    )


@require_http_methods(["GET", "POST"])
def allotments(request: OrganisationRequest, year: int) -> HttpResponse:
    """The money reserved for actions in a year, and what lines consumed of it."""
    require_a_year(year)
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
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    money_of_year = year_money(actor=request.actor, year=year)
    return show(
        request,
        sheets.allotments_sheet(found, money_of_year, may_set=may_set),
        form if may_set else None,
        year=year,
        years=other_years(request, "budget:allotments", year),
    )


def _this_year(request: OrganisationRequest) -> int:
    return year_on(request.organisation.pk, request.today)
