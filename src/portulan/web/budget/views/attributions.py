"""Attributing a share of a line to NR, changing it, withdrawing it, putting it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.budget.enums import AttributionStatus
from portulan.budget.labels import STATUSES
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.selectors.doors import get_attribution, get_line
from portulan.budget.selectors.orders import order_of
from portulan.budget.services import attributions as services
from portulan.core.errors import NotFoundError
from portulan.web import formats
from portulan.web.budget.forms.attributions import PERCENT, AttributionForm
from portulan.web.budget.rows import line_name, verdict_mark, verdict_words
from portulan.web.budget.views.line import line_url, shown_stage, undo_here
from portulan.web.budget.words import TITLES
from portulan.web.language import page_language
from portulan.web.received import way_back
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


@require_http_methods(["GET", "POST"])
def attribute(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    line = get_line(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    form = AttributionForm(
        line,
        shown_stage(request, line),
        posted(request),
        may_edit=request.actor.may(Operation.EDIT_BUDGET),
        order=order_of(line, request.GET.get("order", "")),
    )
    if request.method == "POST":
        given = saved(
            form,
            lambda: services.attribute(request.actor, line=line, **form.service_values()),
        )
        if given is not None:
            undo = _withdraw_url(request, given)
            messages.success(request, _done(given), extra_tags=undo_here(request, line, undo))
            return redirect(line_url(request, line))
    return _page(request, line, form)


@require_http_methods(["GET", "POST"])
def edit(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    attribution = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    line = get_line(actor=request.actor, year=year, pk=attribution.line_id, need=Operation.PROPOSE)
    form = AttributionForm(
        line,
        shown_stage(request, line),
        posted(request),
        may_edit=request.actor.may(Operation.EDIT_BUDGET),
        editing=attribution,
        initial=_initial(attribution),
    )
    if request.method == "POST":
        edited = saved(
            form,
            lambda: services.edit_attribution(
                request.actor, attribution=attribution, **form.service_values()
            ),
        )
        if edited is not None:
            messages.success(request, _("Fléchage enregistré."))
            return redirect(line_url(request, line))
    return _page(request, line, form, attribution)


def _initial(attribution: Attribution) -> dict[str, object]:
    withdrawn = attribution.status == AttributionStatus.WITHDRAWN
    return {
        "action": attribution.action_id,
        "quantity": formats.number(attribution.share * 100, page_language()),
        "unit": PERCENT,
        "method": attribution.method,
        "status": AttributionStatus.DECLARED.value if withdrawn else attribution.status,
        "reason": attribution.reason,
        "evidence": attribution.evidence,
    }


def _page(
    request: OrganisationRequest,
    line: BudgetLine,
    form: AttributionForm,
    editing: Attribution | None = None,
) -> HttpResponse:
    context = {
        "line": line,
        "name": line_name(line),
        "fiscal_year": line.fiscal_year,
        "form": form,
        "editing": editing,
        "stage": form.stage,
        "title": TITLES[form.stage],
        "amount": getattr(line, form.stage.column),
        "free": services.room(line, outside_it=False, besides=editing),
        "verdict": verdict_words(line),
        "verdict_mark": verdict_mark(line),
        "perimeter": line.fiscal_year.judged_under,
        "back": line_url(request, line),
    }
    return render(request, "budget/attribution.html", context, status=422 if form.errors else 200)


def _done(given: Attribution) -> str:
    if given.status == AttributionStatus.PROPOSED:
        return _("Proposé : compté une fois accepté par les finances.")
    return _("Fléchage enregistré.")


def _withdraw_url(request: OrganisationRequest, given: Attribution) -> str:
    year = given.line.fiscal_year.year
    return reverse("budget:withdraw", args=[request.organisation.slug, year, given.pk])


@require_POST
def withdraw(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    attribution = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    before = attribution.status
    here = way_back(request, line_url(request, attribution.line))
    if before == AttributionStatus.WITHDRAWN:
        return redirect(here)
    try:
        services.withdraw(request.actor, attribution=attribution)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = (
            _("Proposition retirée : elle reste dans le journal de la ligne.")
            if before == AttributionStatus.PROPOSED
            else _("Fléchage retiré.")
        )
        undo = reverse("budget:restore", args=[request.organisation.slug, year, pk, before])
        messages.success(request, text, extra_tags=undo_here(request, attribution.line, undo))
    return redirect(here)


@require_POST
def restore(request: OrganisationRequest, year: int, pk: int, status: str) -> HttpResponse:
    """Put back a withdrawn attribution with the status it had."""
    attribution = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    if status not in STATUSES or status == AttributionStatus.WITHDRAWN:
        raise NotFoundError(status)
    try:
        services.restore(request.actor, attribution=attribution, status=AttributionStatus(status))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Fléchage rétabli."))
    return redirect(way_back(request, line_url(request, attribution.line)))
