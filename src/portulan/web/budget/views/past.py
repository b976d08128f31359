"""The value on a date: what was published and what the lines said at the end of any past day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.selectors import labels_of
from portulan.budget.selectors.doors import get_year
from portulan.budget.selectors.figures import figure_of
from portulan.budget.selectors.past import KnownOn, known_on
from portulan.budget.stages import Stage
from portulan.web.budget.forms.years import DayForm
from portulan.web.budget.words import TITLES
from portulan.web.requests import OrganisationRequest


@require_GET
def on_day(request: OrganisationRequest, year: int) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    form = DayForm(request.today, request.GET if "day" in request.GET else None)
    known: KnownOn | None = None
    now = None
    if form.is_valid():
        wanted = form.cleaned_data["stage"]
        known = known_on(fiscal_year, form.cleaned_data["day"], Stage(wanted) if wanted else None)
        if known.stage is not None:
            now = figure_of(fiscal_year, known.stage)
    run = known.published if known else None
    context = {
        "fiscal_year": fiscal_year,
        "form": form,
        "known": known,
        "now": now if now and now.figure.lines else None,
        "title": TITLES[known.stage] if known and known.stage else "",
        "publisher": labels_of([run.published_by]).get(run.published_by or 0, "") if run else "",
    }
    return render(request, "budget/past.html", context, status=422 if form.errors else 200)
