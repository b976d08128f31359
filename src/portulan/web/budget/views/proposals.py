"""The proposals of a year: accepted or refused many at once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portulan.accounts.access import Operation
from portulan.budget.enums import AttributionStatus, YearStatus
from portulan.budget.models import Attribution
from portulan.budget.selectors.attribution_rules import proposals as proposals_of
from portulan.budget.selectors.doors import get_year
from portulan.budget.selectors.figures import stages_of
from portulan.budget.services.proposals import accept, refuse, take_back
from portulan.web.budget.attribution_rules import proposal_rows
from portulan.web.budget.filters import asked_stage
from portulan.web.budget.words import TITLES
from portulan.web.received import identifiers, way_back
from portulan.web.requests import OrganisationRequest

PER_PAGE = 20


@require_GET
def proposals(request: OrganisationRequest, year: int) -> HttpResponse:
    """What is proposed on the lines of a year, the largest first."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    stage = asked_stage(fiscal_year, stages_of(fiscal_year), request.GET)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    rule = next(iter(identifiers([request.GET.get("rule", "")])), None)
    found = proposals_of(fiscal_year, stage, rule=rule)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "fiscal_year": fiscal_year,
        "stage": stage,
        "title": TITLES[stage],
        "page": page,
        "rows": proposal_rows(page.object_list, stage),
        "may_answer": request.actor.may(Operation.EDIT_BUDGET)
        and fiscal_year.status != YearStatus.CLOSED,
        "here": request.get_full_path(),
    }
    return render(request, "budget/proposals.html", context)


@require_POST
def answer(request: OrganisationRequest, year: int, deed: str) -> HttpResponse:
    """Accept or refuse the checked proposals, all or none."""
    found = _checked(request, year, request.POST.getlist("proposal"), AttributionStatus.PROPOSED)
    here = way_back(request, reverse("budget:proposals", args=[request.organisation.slug, year]))
    if not found:
        messages.warning(request, _("Aucune proposition n’est cochée."))
        return redirect(here)
    if deed == "accept":
        _do(request, lambda: accept(request.actor, proposals=found), _accepted, found, year)
    else:
        _do(request, lambda: refuse(request.actor, proposals=found), _refused, found, year)
    return redirect(here)


@require_POST
def undo(request: OrganisationRequest, year: int, pks: str) -> HttpResponse:
    """Make proposals again of what was just accepted or refused."""
    answered = (AttributionStatus.DECLARED, AttributionStatus.WITHDRAWN)
    found = _checked(request, year, pks.split("-"), *answered)
    here = way_back(request, reverse("budget:proposals", args=[request.organisation.slug, year]))
    try:
        take_back(request.actor, accepted=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Ces parts sont de nouveau proposées."))
    return redirect(here)


def _checked(
    request: OrganisationRequest, year: int, texts: list[str], *statuses: AttributionStatus
) -> list[Attribution]:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    found = Attribution.objects.filter(
        pk__in=identifiers(texts)[:PER_PAGE], line__fiscal_year=fiscal_year, status__in=statuses
    )
    return list(found.select_related("line__fiscal_year", "line__batch", "action__plan"))


def _do(
    request: OrganisationRequest,
    deed: Callable[[], int],
    words: Callable[[int], str],
    found: list[Attribution],
    year: int,
) -> None:
    try:
        count = deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    pks = "-".join(str(item.pk) for item in found)
    url = reverse("budget:undo-answer", args=[request.organisation.slug, year, pks])
    messages.success(request, words(count), extra_tags=f"undo {url}")


def _accepted(count: int) -> str:
    text = ngettext(
        "%(count)s proposition acceptée : elle compte comme déclarée.",
        "%(count)s propositions acceptées : elles comptent comme déclarées.",
        count,
    )
    return text % {"count": count}


def _refused(count: int) -> str:
    text = ngettext(
        "%(count)s proposition refusée : elle reste dans le journal de sa ligne.",
        "%(count)s propositions refusées : elles restent dans le journal de leurs lignes.",
        count,
    )
    return text % {"count": count}
