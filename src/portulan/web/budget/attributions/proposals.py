"""The proposals of a year: accepted or refused many at once.

Lines that resemble those already attributed to an action: proposed many at once.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.attributions.proposals import accept, propose_alike, refuse, take_back
from portulan.budget.attributions.reads import proposals as proposals_of
from portulan.budget.attributions.suggestions import suggestions_for
from portulan.budget.models import Attribution
from portulan.budget.words import AttributionStatus, YearStatus
from portulan.plans.plan import get_action
from portulan.web.budget.lines.filters import year_at
from portulan.web.inputs import identifiers, way_back
from portulan.web.pages import Act, Confirm, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20


@require_GET
def proposals(request: OrganisationRequest, year: int) -> HttpResponse:
    """What is proposed on the lines of a year, the largest first."""
    fiscal_year, stage = year_at(request, year)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    rule = next(iter(identifiers([request.GET.get("rule", "")])), None)
    found = proposals_of(fiscal_year, stage, rule=rule)
    page = page_of(request, found, PER_PAGE)
    context = {
        "fiscal_year": fiscal_year,
        "stage": stage,
        "page": page,
        "may_answer": request.actor.holds(Operation.EDIT_BUDGET)
        and fiscal_year.status != YearStatus.CLOSED,
        "here": request.get_full_path(),
    }
    return render(request, "budget/proposals.html", context)


@screen
def answer(request: OrganisationRequest, year: int, deed: str) -> Act[int] | HttpResponse:
    """Accept or refuse the checked proposals, all or none."""
    found = _checked(request, year, request.POST.getlist("proposal"), AttributionStatus.PROPOSED)
    back = way_back(request, url_in(request, "budget:proposals", year))
    if not found and request.method == "POST":
        messages.warning(request, _("Aucune proposition n’est cochée."))
        return redirect(back)
    do, words = (accept, _accepted) if deed == "accept" else (refuse, _refused)
    pks = "-".join(str(item.pk) for item in found) or "0"
    return Act(
        write=lambda: do(request.actor, proposals=found),
        done=words,
        undo=url_in(request, "budget:undo-answer", year, pks),
        back=back,
    )


@screen
def undo(request: OrganisationRequest, year: int, pks: str) -> Act[object]:
    """Make proposals again of what was just accepted or refused."""
    answered = (AttributionStatus.DECLARED, AttributionStatus.WITHDRAWN)
    found = _checked(request, year, pks.split("-"), *answered)
    return Act(
        write=lambda: take_back(request.actor, accepted=found),
        done=_("Ces parts sont de nouveau proposées."),
        back=way_back(request, url_in(request, "budget:proposals", year)),
    )


def _checked(
    request: OrganisationRequest, year: int, texts: list[str], *statuses: AttributionStatus
) -> list[Attribution]:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    found = Attribution.objects.filter(
        pk__in=identifiers(texts)[:PER_PAGE], line__fiscal_year=fiscal_year, status__in=statuses
    )
    return list(found.select_related("line__fiscal_year", "line__batch", "action__plan"))


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


@screen
def suggestions(
    request: OrganisationRequest, year: int, plan: str, number: int
) -> Confirm[int] | HttpResponse:
    """The lines of a year that may serve an action too, and why they are shown."""
    fiscal_year, stage = year_at(request, year, need=Operation.PROPOSE)
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.READ_PLAN
    )
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    found = suggestions_for(action, fiscal_year, stage)
    checked = set(identifiers(request.POST.getlist("line")))
    chosen = [item for item in found if item.line.pk in checked]
    return Confirm(
        back=request.get_full_path(),
        write=lambda: propose_alike(request.actor, action=action, suggested=chosen),
        done=lambda count: _proposed(count) if count else "",
        warn=lambda count: "" if count else _("Aucune ligne n’est cochée."),
        template="budget/suggestions.html",
        context={
            "fiscal_year": fiscal_year,
            "action": action,
            "stage": stage,
            "suggested": found,
            "is_open": fiscal_year.status != YearStatus.CLOSED,
        },
    )


def _proposed(count: int) -> str:
    text = ngettext(
        "%(count)s part proposée : elle compte une fois acceptée.",
        "%(count)s parts proposées : elles comptent une fois acceptées.",
        count,
    )
    return text % {"count": count}
