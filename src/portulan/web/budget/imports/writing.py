"""A large import under way: how far it is, stopping it, and why it stopped."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portulan.accounts.access import Operation
from portulan.budget.imports.reads import get_batch
from portulan.budget.imports.words import KIND
from portulan.budget.models import ImportBatch
from portulan.core.tasks import cancel as cancel_task
from portulan.core.tasks import latest
from portulan.core.words import TaskStatus
from portulan.web.requests import OrganisationRequest

REFRESH = 3  # seconds between two looks, without a script


def under_way(request: OrganisationRequest, found: ImportBatch) -> HttpResponse:
    """Show how far the writing is; the page asks again by itself, until it is done."""
    task = latest(KIND, found.pk)
    at_work = task is not None and task.at_work
    context = {
        "batch": found,
        "fiscal_year": found.fiscal_year,
        "task": task,
        "at_work": at_work,
        "again": {} if task is None else task.details,
        "refresh": REFRESH,
    }
    answer = render(request, "budget/writing.html", context)
    if at_work:
        answer["Refresh"] = str(REFRESH)
    return answer


def tell_failure(request: OrganisationRequest, found: ImportBatch) -> None:
    """Say why the last writing of a preview did not end."""
    task = latest(KIND, found.pk)
    if task is None:
        return
    if task.status == TaskStatus.CANCELLED:
        messages.info(request, _("L’import est arrêté : rien n’est dans les comptes."))
    elif task.status in {TaskStatus.FAILED, TaskStatus.INTERRUPTED}:
        failed = _("L’import n’a pas abouti : rien n’est dans les comptes.")
        messages.error(request, task.failure or failed)


@require_POST
def cancel(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Ask the writing to stop: what is written is taken away."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    task = latest(KIND, found.pk)
    if task is not None:
        cancel_task(task.pk)
    return redirect("budget:batch", request.organisation.slug, year, pk)
