"""Typing figures, for those who have no file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.funding.reads import fundable_actions
from portulan.budget.imports.typed import type_figures as type_figures_service
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.words import Stage
from portulan.web.budget.imports.forms import ROWS, TypedForm, TypedLineForm, typed_rows
from portulan.web.pages import posted, saved
from portulan.web.requests import OrganisationRequest


@require_http_methods(["GET", "POST"])
def type_figures(request: OrganisationRequest, year: int) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    actions = list(fundable_actions(request.actor.organisation_id))
    form = TypedForm(posted(request))
    rows = typed_rows(actions, request.GET.get("rows", ""), posted(request))
    if request.method == "POST" and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        batch = _typed(request, fiscal_year, form, rows)
        if batch is not None:
            messages.success(request, _("Chiffres enregistrés."))
            return redirect("budget:year", request.organisation.slug, year)
    context = {
        "fiscal_year": fiscal_year,
        "form": form,
        "rows": rows,
        "more": len(rows) + ROWS,
        "perimeter": fiscal_year.judged_under,
    }
    flawed = form.errors or any(row.errors for row in rows)
    return render(request, "budget/type_figures.html", context, status=422 if flawed else 200)


def _typed(
    request: OrganisationRequest,
    fiscal_year: FiscalYear,
    form: TypedForm,
    rows: list[TypedLineForm],
) -> ImportBatch | None:
    lines = [line for row in rows if (line := row.typed_line()) is not None]
    data = form.cleaned_data
    return saved(
        form,
        lambda: type_figures_service(
            request.actor,
            on=request.today,
            fiscal_year=fiscal_year,
            stage=Stage(data["stage"]),
            it_budget=data["it_budget"],
            lines=lines,
            replace=data["replace"],
        ),
    )
