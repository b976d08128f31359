"""What stands beside the budget, never netted in it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Model
from django.forms import Form
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.accounts.enums import LegalForm
from portulan.budget.enums import YearStatus
from portulan.budget.legal import LAWS
from portulan.budget.selectors import beside as selectors
from portulan.budget.selectors.before_lines import co_funding as co_funding_of
from portulan.budget.selectors.doors import get_line, get_year
from portulan.budget.selectors.figures import stages_of
from portulan.budget.selectors.green import green_year, ratings_of
from portulan.budget.services import beside as services
from portulan.budget.services.before_lines import set_co_funding
from portulan.budget.services.green import rate
from portulan.budget.stages import Stage
from portulan.web.budget import beside_sheets as sheets
from portulan.web.budget.forms.before_lines import CoFundingForm
from portulan.web.budget.forms.beside import (
    DayRateForm,
    GreenRatingForm,
    LegalFigureForm,
    SavingForm,
    StaffTimeForm,
)
from portulan.web.budget.green_sheet import green_sheet
from portulan.web.budget.legal_sheet import legal_sheet
from portulan.web.budget.plan_time import beside_plan
from portulan.web.budget.rows import line_name
from portulan.web.budget.sheets import other_years, show
from portulan.web.budget.views.before_lines import require_a_year
from portulan.web.received import identifiers
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


def _given(request: OrganisationRequest, form: Form, deed: Callable[[], Model]) -> bool:
    """Do what a form asks, and say so; tell whether it was done. What has no key is gone."""
    if request.method != "POST":
        return False
    found = saved(form, deed)
    if found is None:
        return False
    messages.success(request, _("Enregistré.") if found.pk else _("Retiré."))
    return True


@require_http_methods(["GET", "POST"])
def co_funding(request: OrganisationRequest, year: int) -> HttpResponse:
    """What others bring to actions in a year: asked, granted, received."""
    require_a_year(year)
    found = list(co_funding_of(actor=request.actor, year=year))
    chosen = next((one for one in found if str(one.pk) == request.GET.get("funding")), None)
    form = CoFundingForm(
        request.actor.organisation_id,
        posted(request),
        initial={"action": request.GET.get("action")} if chosen is None else model_to_dict(chosen),
    )
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    if _given(request, form, lambda: set_co_funding(request.actor, year=year, **form.cleaned_data)):
        return redirect("budget:co-funding", request.organisation.slug, year)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    return show(
        request,
        sheets.co_funding_sheet(year, found, may_set=may_set),
        form if may_set else None,
        year=year,
        years=other_years(request, "budget:co-funding", year),
    )


@require_http_methods(["GET", "POST"])
def savings(request: OrganisationRequest, year: int) -> HttpResponse:
    """What actions spare in a year."""
    require_a_year(year)
    found = list(selectors.savings(actor=request.actor, year=year))
    chosen = next((one for one in found if str(one.pk) == request.GET.get("saving")), None)
    form = SavingForm(
        request.actor.organisation_id,
        posted(request),
        initial={"action": request.GET.get("action")} if chosen is None else model_to_dict(chosen),
    )
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    if _given(
        request, form, lambda: services.set_saving(request.actor, year=year, **form.cleaned_data)
    ):
        return redirect("budget:savings", request.organisation.slug, year)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    sheet = sheets.savings_sheet(year, found, may_set=may_set)
    years = other_years(request, "budget:savings", year)
    return show(request, sheet, form if may_set else None, year=year, years=years)


@require_http_methods(["GET", "POST"])
def staff_time(request: OrganisationRequest, year: int) -> HttpResponse:
    """The days that teams give to actions in a year."""
    require_a_year(year)
    if "take_plan" in request.POST:
        return _take_days(request, year)
    found = selectors.staff_time(actor=request.actor, year=year)
    times = [row.time for row in found]
    chosen = next((one for one in times if str(one.pk) == request.GET.get("time")), None)
    form = StaffTimeForm(
        request.actor.organisation_id,
        posted(request),
        initial={"action": request.GET.get("action")} if chosen is None else model_to_dict(chosen),
    )
    may_set = request.actor.may(Operation.EDIT_BUDGET) or request.actor.may(Operation.EDIT_PLAN)
    if request.method == "POST" and not may_set:
        request.actor.require(Operation.EDIT_PLAN)
    if _given(
        request,
        form,
        lambda: services.set_staff_time(request.actor, year=year, **form.cleaned_data),
    ):
        return redirect("budget:staff-time", request.organisation.slug, year)
    sheet = sheets.time_sheet(year, found, may_set=may_set)
    years = other_years(request, "budget:staff-time", year)
    beside = beside_plan(year, selectors.time_of_plan(actor=request.actor, year=year))
    return show(
        request,
        sheet,
        form if may_set else None,
        year=year,
        years=years,
        extra="budget/partials/plan_time.html",
        beside=beside,
    )


def _take_days(request: OrganisationRequest, year: int) -> HttpResponse:
    count = services.take_days_of_plan(request.actor, year=year)
    told = ngettext(
        "Jours du plan repris pour %(count)s action.",
        "Jours du plan repris pour %(count)s actions.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect("budget:staff-time", request.organisation.slug, year)


@require_http_methods(["GET", "POST"])
def day_rates(request: OrganisationRequest) -> HttpResponse:
    """What a day of each function costs."""
    found = list(selectors.day_rates(actor=request.actor))
    form = DayRateForm(posted(request), initial={"since": request.today.replace(month=1, day=1)})
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    if _given(request, form, lambda: services.set_day_rate(request.actor, **form.cleaned_data)):
        return redirect("budget:day-rates", request.organisation.slug)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    sheet = sheets.rates_sheet(found)
    return show(request, sheet, form if may_set else None, year=request.today.year)


@require_http_methods(["GET", "POST"])
def legal(request: OrganisationRequest) -> HttpResponse:
    """The ratios that the law asks, before the thresholds of their years."""
    found = selectors.legal_rows(actor=request.actor)
    form = LegalFigureForm(posted(request), initial={"year": request.today.year})
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    if _given(request, form, lambda: services.set_legal_figure(request.actor, **form.cleaned_data)):
        return redirect("budget:legal", request.organisation.slug)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    form_of_body = LegalForm(request.organisation.legal_form)
    # All bind the same bodies, whatever their population: a test holds it.
    sheet = legal_sheet(found, LAWS[0].obligation.binds(form_of_body, None))
    return show(request, sheet, form if may_set else None, year=request.today.year)


@require_http_methods(["GET", "POST"])
def green(request: OrganisationRequest, year: int) -> HttpResponse:
    """The green budget of a year: realised investment by axis, opened before it is."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    given = stages_of(fiscal_year).given
    stage = next((one for one in _GREEN_STAGES if one in given), Stage.REALISED)
    pk = next(iter(identifiers([request.GET.get("line", "")])), None)
    line = None
    if pk is not None:
        line = get_line(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    form = GreenRatingForm(posted(request), line=line)
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    if request.method == "POST" and saved(form, lambda: _rate(request, year, form)) is not None:
        messages.success(request, _("Cotation enregistrée."))
        return redirect("budget:green", request.organisation.slug, year)
    may_set = request.actor.may(Operation.EDIT_BUDGET) and fiscal_year.status != YearStatus.CLOSED
    sheet = green_sheet(fiscal_year, green_year(fiscal_year, stage), list(ratings_of(fiscal_year)))
    about = "" if line is None else line_name(line)
    return show(request, sheet, form if may_set else None, year=year, about=about)


# The annexe is about what was executed; before that, about what is opened.
_GREEN_STAGES = (Stage.REALISED, Stage.OPENED, Stage.VOTED)


def _rate(request: OrganisationRequest, year: int, form: GreenRatingForm) -> bool:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    rate(request.actor, fiscal_year=fiscal_year, line=form.line, **form.cleaned_data)
    return True
