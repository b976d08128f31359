"""Attributing a share of a line to NR, changing it, withdrawing it, putting it back."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.budget.attributions import writes
from portulan.budget.attributions.orders import order_of
from portulan.budget.attributions.reads import get_attribution, settled
from portulan.budget.labels import STATUSES
from portulan.budget.lines.reads import get_line
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.words import AttributionStatus, Stage
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.web.budget.attributions.forms import EUROS, PERCENT, AttributionForm
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.lines.views import line_url, shown_stage, undo_here
from portulan.web.inputs import way_back
from portulan.web.language import page_language
from portulan.web.pages import Act, Edit, screen
from portulan.web.requests import OrganisationRequest, url_in


@screen
def attribute(
    request: OrganisationRequest, year: int, pk: int
) -> Edit[AttributionForm, Attribution]:
    line = get_line(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    back = line_url(request, line)

    def undo(given: Attribution) -> str:
        address = url_in(request, "budget:withdraw", year, given.pk)
        return undo_here(request, line, address)

    return Edit(
        back=back,
        form=partial(
            AttributionForm,
            line,
            shown_stage(request, line),
            may_edit=request.actor.holds(Operation.EDIT_BUDGET),
            order=order_of(line, request.GET.get("order", "")),
        ),
        write=lambda form: writes.attribute(request.actor, line=line, **form.service_values()),
        done=_done,
        undo=undo,
        template="budget/attribution.html",
        context=lambda: _context(request, line),
    )


@screen
def edit(request: OrganisationRequest, year: int, pk: int) -> Edit[AttributionForm, Attribution]:
    attribution = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    line = get_line(actor=request.actor, year=year, pk=attribution.line_id, need=Operation.PROPOSE)
    return Edit(
        back=line_url(request, line),
        form=partial(
            AttributionForm,
            line,
            _stage(request, line, attribution),
            may_edit=request.actor.holds(Operation.EDIT_BUDGET),
            editing=attribution,
            initial=_initial(attribution),
        ),
        edits=attribution,
        write=lambda form: writes.edit_attribution(
            request.actor, attribution=attribution, **form.service_values()
        ),
        done=_("Fléchage enregistré."),
        template="budget/attribution.html",
        context=lambda: _context(request, line, attribution),
    )


def _stage(
    request: OrganisationRequest, line: BudgetLine, attribution: Attribution | None
) -> Stage:
    """Return the stage of the euros of a form: the one they were typed at, else the one shown."""
    if attribution is not None and attribution.stage:
        return Stage(attribution.stage)
    return shown_stage(request, line)


def _initial(attribution: Attribution) -> dict[str, object]:
    withdrawn = attribution.status == AttributionStatus.WITHDRAWN
    quantity = attribution.share * 100 if attribution.amount is None else attribution.amount
    return {
        "action": attribution.action_id,
        "quantity": numbers.number(quantity, page_language()),
        "unit": PERCENT if attribution.amount is None else EUROS,
        "method": attribution.method,
        "status": AttributionStatus.DECLARED.value if withdrawn else attribution.status,
        "reason": attribution.reason,
        "evidence": attribution.evidence,
    }


def _context(
    request: OrganisationRequest, line: BudgetLine, editing: Attribution | None = None
) -> dict[str, object]:
    stage = _stage(request, line, editing)
    return {
        "line": line,
        "name": line_name(line),
        "fiscal_year": line.fiscal_year,
        "editing": editing,
        "unsettled": editing is not None and not settled(line, editing),
        "stage": stage,
        "amount": getattr(line, stage.column),
        "free": writes.room(line, outside_it=False, besides=editing),
        "perimeter": line.fiscal_year.judged_under,
        "back": line_url(request, line),
    }


def _done(given: Attribution) -> str:
    if given.status == AttributionStatus.PROPOSED:
        return _("Proposé : compté une fois accepté par les finances.")
    return _("Fléchage enregistré.")


@screen
def withdraw(request: OrganisationRequest, year: int, pk: int) -> Act[object] | HttpResponse:
    attribution = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    before = attribution.status
    back = way_back(request, line_url(request, attribution.line))
    if before == AttributionStatus.WITHDRAWN and request.method == "POST":
        return redirect(back)
    undo = url_in(request, "budget:restore", year, pk, before)
    return Act(
        write=lambda: writes.withdraw(request.actor, attribution=attribution),
        done=_("Proposition retirée : elle reste dans le journal de la ligne.")
        if before == AttributionStatus.PROPOSED
        else _("Fléchage retiré."),
        undo=undo_here(request, attribution.line, undo),
        back=back,
    )


@screen
def restore(request: OrganisationRequest, year: int, pk: int, status: str) -> Act[object]:
    """Put back a withdrawn attribution with the status it had."""
    attribution = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    if status not in STATUSES or status == AttributionStatus.WITHDRAWN:
        raise NotFoundError(status)
    return Act(
        write=lambda: writes.restore(
            request.actor, attribution=attribution, status=AttributionStatus(status)
        ),
        done=_("Fléchage rétabli."),
        back=way_back(request, line_url(request, attribution.line)),
    )
