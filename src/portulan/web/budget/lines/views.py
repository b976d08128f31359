"""The page of one line: its source, its verdict, its attributions, its history.

The orders that detail a line.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.accounts.access import Operation
from portulan.budget.attributions.orders import order_sums, orders_of, searched
from portulan.budget.attributions.writes import review, room
from portulan.budget.indicator.reads import YearStages
from portulan.budget.lines.reads import get_line
from portulan.budget.models import BudgetLine
from portulan.budget.perimeter.reads import draft_of, why
from portulan.budget.perimeter.verdicts import clear_override, override_line
from portulan.budget.words import BatchStatus, Stage, Verdict, YearStatus
from portulan.web.budget.lines import page as lines_page
from portulan.web.budget.lines.filters import asked_stage, query
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.perimeter.forms import VerdictForm
from portulan.web.budget.perimeter.page import because
from portulan.web.inputs import way_back
from portulan.web.pages import Act, saved, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in, years_of


@require_GET
def line(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    found = get_line(actor=request.actor, year=year, pk=pk, need=Operation.READ_BUDGET)
    return line_response(request, found, VerdictForm(initial=_verdict_of(found)))


def line_response(
    request: OrganisationRequest, found: BudgetLine, form: VerdictForm
) -> HttpResponse:
    """Return the page of a line with this form of verdict."""
    fiscal_year = found.fiscal_year
    stage = shown_stage(request, found)
    free = room(found, outside_it=False)
    context: dict[str, Any] = {
        "line": found,
        "name": line_name(found),
        "fiscal_year": fiscal_year,
        "stage": stage,
        "facts": lines_page.facts(found, suppliers=request.actor.may(Operation.EDIT_BUDGET)),
        "amounts": lines_page.amounts(found),
        "amount": getattr(found, stage.column),
        "orders": lines_page.detail(found, stage),
        **lines_page.attributed(request.actor, found, stage),
        "free": free,
        # Where all that is IT is attributed, there may be effort left beside it; never of a refund.
        "has_room": found.verdict != Verdict.INTERNAL and (bool(free) or found.it_share != 1),
        "entries": lines_page.entries(found),
        "perimeter": fiscal_year.judged_under,
        "because": _because(request, found),
        "form": form,
        "override": getattr(found, "override", None),
        "is_open": fiscal_year.status != YearStatus.CLOSED,
        "in_force": found.batch.status == BatchStatus.CONFIRMED,
        "query": query(stage),
    }
    return render(request, "budget/line.html", context, status=422 if form.errors else 200)


def _because(request: OrganisationRequest, found: BudgetLine) -> list[str]:
    """Say who speaks of a line in the edition that judges it, then in the one being prepared."""
    asked = [found.fiscal_year.judged_under]
    is_open = found.fiscal_year.status != YearStatus.CLOSED
    if is_open and request.actor.holds(Operation.EDIT_BUDGET):
        asked.append(draft_of(request.actor.organisation_id))
    return [because(why(found, perimeter)) for perimeter in asked if perimeter is not None]


def shown_stage(request: OrganisationRequest, found: BudgetLine) -> Stage:
    """Return the stage of the address, else the one the year opens at."""
    stages = years_of(request).stages_of(found.fiscal_year)
    if not stages.given:
        stages = YearStages(tuple(stage for stage in Stage if stage in found.batch.stages))
    return asked_stage(found.fiscal_year, stages, request.GET) or Stage.OPENED


def _verdict_of(found: BudgetLine) -> dict[str, object]:
    override = getattr(found, "override", None)
    return {
        "verdict": found.verdict,
        "share": found.it_share if found.verdict == "mixed" else None,
        "reason": override.reason if override else "",
    }


def line_url(request: OrganisationRequest, found: BudgetLine) -> str:
    """Return the address of a line at the stage shown."""
    address = url_in(request, "budget:line", found.fiscal_year.year, found.pk)
    return address + query(shown_stage(request, found))


def undo_here(request: OrganisationRequest, found: BudgetLine, undo: str) -> str:
    """Return the address `undo`, said where to come back to.

    Undone, one comes back to where the deed came back: a page asked for, or the line at its stage.
    """
    return f"{undo}?{urlencode({'next': way_back(request, line_url(request, found))})}"


@require_POST
def judge(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Give a person's verdict on a line."""
    found = get_line(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    form = VerdictForm(request.POST)
    if saved(form, lambda: override_line(request.actor, line=found, **form.cleaned_data)) is None:
        return line_response(request, found, form)
    messages.success(request, _("Verdict enregistré : « %(line)s ».") % {"line": found})
    return redirect(way_back(request, line_url(request, found)))


@screen
def unjudge(request: OrganisationRequest, year: int, pk: int) -> Act[object]:
    """Give a line back to the rules of the perimeter."""
    found = get_line(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    return Act(
        write=lambda: clear_override(request.actor, line=found),
        done=_("Cette ligne suit de nouveau les règles du périmètre."),
        back=way_back(request, line_url(request, found)),
    )


@screen
def mark_reviewed(
    request: OrganisationRequest, year: int, pk: int, *, reviewed: bool
) -> Act[object]:
    """Say that nothing of a line is dedicated to NR, or take it back."""
    found = get_line(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    opposite = "budget:unreview-line" if reviewed else "budget:review-line"
    undo = url_in(request, opposite, year, pk)
    return Act(
        write=lambda: review(request.actor, line=found, reviewed=reviewed, on=request.today),
        done=_("Ligne examinée : rien n’y est dédié au NR.") if reviewed else _("Examen retiré."),
        undo=undo_here(request, found, undo),
        back=way_back(request, line_url(request, found)),
    )


PER_PAGE = 24


@require_GET
def orders(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    line = get_line(actor=request.actor, year=year, pk=pk, need=Operation.READ_BUDGET)
    stage = shown_stage(request, line)
    words = request.GET.get("q", "").strip()
    with_suppliers = request.actor.may(Operation.EDIT_BUDGET)
    found = searched(orders_of(line), words, suppliers=with_suppliers)
    page = page_of(request, found, PER_PAGE)
    context = {
        "line": line,
        "name": line_name(line),
        "fiscal_year": line.fiscal_year,
        "stage": stage,
        "amount": getattr(line, stage.column),
        "sums": order_sums(line),
        "page": page,
        "q": words,
        "suppliers": with_suppliers,
        "back": line_url(request, line),
        "query": f"?stage={stage.column}",
        "may_import": request.actor.holds(Operation.EDIT_BUDGET),
        "may_attribute": request.actor.may(Operation.PROPOSE)
        and line.fiscal_year.status != YearStatus.CLOSED
        and line.batch.status == BatchStatus.CONFIRMED
        and line.is_expense,
    }
    return render(request, "budget/orders.html", context)
