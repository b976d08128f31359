"""The page of who steers: what changed since they looked, alerts, freshness, answers, landing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.funding.sentences import landing_sentence
from portulan.budget.imports.reads import accounts_day
from portulan.plans.plan import get_plan
from portulan.steering.campaigns.acceptance import acceptance_rate
from portulan.steering.campaigns.reads import campaigns_of, rate_of, rates_by_unit, tally_in
from portulan.steering.forecast import landing_total
from portulan.steering.models import Look
from portulan.steering.overview import (
    Moved,
    changed_since,
    freshness_of,
    mark_looked,
)
from portulan.steering.words import RAISED, CampaignState
from portulan.web.alerts import shown, todo_on
from portulan.web.crumbs import under_plan
from portulan.web.language import page_language
from portulan.web.pages import Act, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in, years_of
from portulan.web.trail.words import VERBS

# The page stays under its number of nodes.
MOST_MOVED, MOST_ALERTS, MOST_CAMPAIGNS, PER_PAGE = 10, 8, 4, 10


@require_GET
def overview(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    today = request.today
    since = changed_since(request.actor, found, today)
    alerts = [one for one in todo_on(request, found) if one.kind in RAISED]
    kept = plan_rows(found, today, years_of(request))
    values = kept.once("freshness", lambda: freshness_of(found, today))
    campaigns = [one for one in campaigns_of(found) if one.state != CampaignState.DRAFT]
    tallies = [(one, tally_in(one)) for one in campaigns[:MOST_CAMPAIGNS]]
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "since": since,
        "moved": list(_moved(request, found.slug, since.moved[:MOST_MOVED])),
        "more_moved": len(since.moved[MOST_MOVED:]),
        "alerts": shown(request, alerts[:MOST_ALERTS]),
        "more_alerts": len(alerts[MOST_ALERTS:]),
        "page": page_of(request, values, PER_PAGE),
        "overdue": sum(1 for one in values if one.is_overdue(today)),
        "acceptance": acceptance_rate(found),
        "campaigns": [(one, rate_of(one, tally)) for one, tally in tallies],
        "by_unit": rates_by_unit(*tallies[0])[:MOST_CAMPAIGNS] if tallies else [],
        **_money(request),
    }
    return render(request, "steering/overview.html", context)


def _moved(
    request: OrganisationRequest, plan: str, moved: tuple[Moved, ...]
) -> Iterator[tuple[Moved, str, str]]:
    """Yield what moved, the way to it, and what was done to it."""
    for one in moved:
        deeds = [
            f"{VERBS.get(verb, verb)}{f' ({count})' if count > 1 else ''}"
            for verb, count in one.deeds
        ]
        where = ""
        if one.number is not None:
            where = url_in(request, "plans:history", plan, one.number)
        yield one, where, ", ".join(deeds)


def _money(request: OrganisationRequest) -> dict[str, Any]:
    """Return where the year lands, and when its accounts came, for who reads the budget."""
    if not request.actor.may(Operation.READ_BUDGET):
        return {}
    known = years_of(request)
    year = known.at(request.today)
    found = known.years.get(year)
    landing = landing_total(fiscal_year=found, today=request.today, known=known) if found else None
    told = landing is not None and landing.is_said
    return {
        "year": year,
        "landing": landing_sentence(landing, page_language()) if landing and told else "",
        "accounts_on": accounts_day(known, year),
    }


@screen
def looked(request: OrganisationRequest, plan: str) -> Act[Look]:
    """Say that one has seen what the page showed."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    entry = request.POST.get("entry", "")
    number = int(entry) if entry.isascii() and entry.isdecimal() and len(entry) < 19 else 0
    return Act(
        write=lambda: mark_looked(request.actor, plan=found, entry=number, now=timezone.now()),
        done=_("Vu : la prochaine fois, seul ce qui change d’ici là sera montré."),
        back=url_in(request, "steering:overview", plan),
    )
