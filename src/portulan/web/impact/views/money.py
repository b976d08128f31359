"""The effects of the plan in money: net benefit first, the cost of a tonne with its sign."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.impact.engine.climate_value import RATE, TRAJECTORY, trajectories
from portulan.plans.selectors import get_plan
from portulan.portfolio.selectors.worth import ActionWorth, plan_worth
from portulan.web.charts.abatement import Abatement, AbatementBar, abatement
from portulan.web.charts.canvas import Drawing
from portulan.web.language import page_language
from portulan.web.plans.crumbs import under_plan
from portulan.web.requests import OrganisationRequest

PER_PAGE = 15
_TONNE = Decimal(1000)


@require_GET
def money(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    request.actor.require(Operation.READ_BUDGET)
    worth = plan_worth(found, request.today)
    page = Paginator(worth.rows, PER_PAGE).get_page(request.GET.get("page"))
    effects = reverse("impact:plan", args=[request.organisation.slug, found.slug])
    value = trajectories()[TRAJECTORY]
    context = {
        "plan": found,
        "trail": [*under_plan(request, found), (effects, _("Effets"))],
        "worth": worth,
        "page": page,
        "rate": RATE * 100,
        "basis": value.basis.removeprefix("EUR"),
        "tonne": [(year, value.at(year)) for year in (request.today.year, worth.span.end)],
        "chart": _chart(page.object_list),
    }
    return render(request, "impact/money.html", context)


def _chart(rows: Iterable[ActionWorth]) -> Drawing:
    bars = [
        AbatementBar(
            name=f"{row.action.number}. {row.action.title}",
            mark=str(row.action.number),
            tonnes=row.worth.kilograms_a_year / _TONNE,
            cost=row.worth.per_tonne,
            low=row.worth.per_tonne_low,
            high=row.worth.per_tonne_high,
        )
        for row in rows
        if row.worth.per_tonne is not None
    ]
    title = _("Ce que coûte une tonne épargnée, action par action")
    return abatement(Abatement(title, tuple(bars)), language=page_language(), prefix="tonne")
