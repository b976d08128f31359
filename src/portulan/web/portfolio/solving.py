"""Computing a scenario: started, followed, stopped."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.core.tasks import cancel as cancel_task
from portulan.core.tasks import latest
from portulan.portfolio.results.reads import computed_at, work_on
from portulan.portfolio.solving.explaining import explain_further
from portulan.portfolio.solving.writes import compute as compute_scenario
from portulan.portfolio.words import SOLVE
from portulan.web.pages import Act, screen
from portulan.web.portfolio.crumbs import EDIT, READ, address, door, under_scenario
from portulan.web.portfolio.words import REFRESH
from portulan.web.requests import OrganisationRequest
from portulan.web.sending import apart


@apart
@screen
def compute(request: OrganisationRequest, slug: str) -> Act[object]:
    """Search the best possible; a short search is over when the next page comes."""
    scenario = door(request, slug, EDIT)
    return Act(
        write=lambda: compute_scenario(request.actor, scenario=scenario),
        done="",
        back=address(request, "scenario", scenario),
        then=lambda _task: address(request, "task", scenario),
    )


@require_POST
@apart
def explain(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Answer one question that has no answer yet, or go on with all of them."""
    scenario = door(request, slug, EDIT)
    candidate = request.POST.get("candidate", "")
    try:
        explain_further(request.actor, scenario=scenario, candidate=candidate)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if candidate:
        return redirect(address(request, "why", scenario, candidate))
    page = "result" if "result" in request.POST else "what-if"
    return redirect(address(request, page, scenario))


@require_GET
def task(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Where a search stands; the page asks again by itself, and goes to the result."""
    scenario = door(request, slug, READ)
    found = latest(SOLVE, scenario.pk)
    if found is None:
        return redirect(address(request, "scenario", scenario))
    kept_at = computed_at(scenario)
    ready = kept_at is not None and kept_at >= found.created_at
    if ready:  # what may have failed since is told beside it
        return redirect(address(request, "result", scenario))
    context = {
        "scenario": scenario,
        "trail": under_scenario(request, scenario),
        "task": found,
        "refresh": REFRESH if found.at_work else None,
    }
    answer = render(request, "portfolio/task.html", context)
    if found.at_work:
        answer["Refresh"] = str(REFRESH)
    return answer


@require_POST
def cancel(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Ask all work on a scenario to stop: it keeps the plan and the answers that it found."""
    scenario = door(request, slug, EDIT)
    at_work = [one for one in work_on(scenario) if one.at_work]
    for one in at_work:
        cancel_task(one.pk)
    if at_work:
        messages.success(request, _("Arrêt demandé : ce qui est trouvé est gardé."))
    return redirect(address(request, "task", scenario))
