"""Corrections of a closed year: said, taken back, put back; the frozen figure stays."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.selectors import labels_of
from portulan.budget.enums import YearStatus
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.selectors.adjustments import (
    adjustments_of,
    corrected,
    get_adjustment,
    standing_at,
)
from portulan.budget.selectors.doors import get_line, get_year
from portulan.budget.selectors.figures import figure_of, stages_of
from portulan.budget.services import adjustments as services
from portulan.core.errors import NotFoundError
from portulan.web.budget.filters import asked_stage
from portulan.web.budget.forms.years import AdjustmentForm
from portulan.web.budget.rows import line_name
from portulan.web.budget.words import TITLES
from portulan.web.received import identifiers
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


@require_http_methods(["GET", "POST"])
def adjustments(request: OrganisationRequest, year: int) -> HttpResponse:
    """What was corrected since the closing; finance says one more, of a line or of the year."""
    need = Operation.EDIT_BUDGET if request.method == "POST" else Operation.READ_BUDGET
    fiscal_year = get_year(actor=request.actor, year=year, need=need)
    stage = asked_stage(fiscal_year, stages_of(fiscal_year), request.GET)
    if stage is None:
        raise NotFoundError(str(year))
    line = _line(request, fiscal_year)
    form = AdjustmentForm(line is None, request.today, posted(request), initial={"stage": stage})
    if request.method == "POST":
        said = saved(
            form,
            lambda: services.adjust(
                request.actor, fiscal_year=fiscal_year, line=line, **form.cleaned_data
            ),
        )
        if said is not None:
            messages.success(request, _("Correction enregistrée : la part close ne change pas."))
            return redirect("budget:adjustments", request.organisation.slug, year)
    found = list(adjustments_of(fiscal_year))
    people = labels_of(one.person_id for one in found)
    computed = figure_of(fiscal_year, stage)
    context = {
        "fiscal_year": fiscal_year,
        "form": form,
        "line": line,
        "line_name": line_name(line) if line else "",
        "adjustments": [(one, people.get(one.person_id or 0, "")) for one in found],
        "figure": computed.figure,
        "corrected": corrected(computed.figure, standing_at(found, timezone.now()), stage),
        "title": TITLES[stage],
        "stage": stage,
        "is_closed": fiscal_year.status == YearStatus.CLOSED,
    }
    return render(request, "budget/adjustments.html", context, status=422 if form.errors else 200)


def _line(request: OrganisationRequest, fiscal_year: FiscalYear) -> BudgetLine | None:
    for pk in identifiers([request.GET.get("line", "")]):
        need = Operation.READ_BUDGET
        return get_line(actor=request.actor, year=fiscal_year.year, pk=pk, need=need)
    return None


@require_POST
def withdraw(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Take a correction back."""
    found = get_adjustment(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    services.withdraw_adjustment(request.actor, adjustment=found)
    undo = reverse("budget:restore-adjustment", args=[request.organisation.slug, year, pk])
    messages.success(request, _("Correction retirée."), extra_tags=f"undo {undo}")
    return redirect("budget:adjustments", request.organisation.slug, year)


@require_POST
def restore(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Put back a correction that was taken back."""
    found = get_adjustment(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    services.restore_adjustment(request.actor, adjustment=found)
    messages.success(request, _("Correction rétablie."))
    return redirect("budget:adjustments", request.organisation.slug, year)
