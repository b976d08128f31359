"""Computing a scenario: started, followed, stopped."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.core.errors import NotFoundError
from portulan.core.tasks import latest
from portulan.portfolio.results.reads import computed_at
from portulan.portfolio.solving.explaining import explain_further, stop_work
from portulan.portfolio.solving.writes import compute as compute_scenario
from portulan.portfolio.words import SOLVE
from portulan.web.pages import Act, screen
from portulan.web.portfolio.crumbs import EDIT, READ, address, door, under_scenario
from portulan.web.portfolio.words import REFRESH
from portulan.web.requests import OrganisationRequest


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


@screen
def explain(request: OrganisationRequest, slug: str) -> Act[object]:
    """Answer one question that has no answer yet, or go on with all of them."""
    scenario = door(request, slug, EDIT)
    candidate = request.POST.get("candidate", "")
    if "/" in candidate:  # no address has one
        raise NotFoundError(candidate)
    page = "result" if "result" in request.POST else "what-if"
    where = ("why", scenario, candidate) if candidate else (page, scenario)
    return Act(
        write=lambda: explain_further(request.actor, scenario=scenario, candidate=candidate),
        done="",
        back=address(request, *where),
    )


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


@screen
def cancel(request: OrganisationRequest, slug: str) -> Act[bool]:
    """Ask all work on a scenario to stop: it keeps the plan and the answers that it found."""
    scenario = door(request, slug, EDIT)
    return Act(
        write=lambda: stop_work(request.actor, scenario=scenario),
        done=lambda asked: _("Arrêt demandé : ce qui est trouvé est gardé.") if asked else "",
        back=address(request, "task", scenario),
    )
