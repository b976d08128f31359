"""What a tonne costs, action by action, with what must be known before reading it."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.plans.models import Action
from portulan.plans.selectors import current_plan
from portulan.portfolio.abatement import Missing, TonneCost
from portulan.portfolio.selectors.abatement import ActionTonne, tonne_costs
from portulan.web.charts.abatement import Abatement, AbatementBar
from portulan.web.charts.abatement import abatement as draw
from portulan.web.language import page_language
from portulan.web.portfolio.pages import under_all
from portulan.web.requests import OrganisationRequest


@require_GET
def abatement(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_BUDGET)
    plan = current_plan(actor=request.actor, today=request.today)
    actions = Action.objects.filter(plan=plan).select_related("plan").order_by("number")
    rows = tonne_costs(actions, start=request.today.year)
    chart = Abatement(_("Ce que coûte une tonne, action par action"), tuple(_bars(rows)))
    context = {
        "trail": under_all(request),
        "plan": plan,
        "drawing": draw(chart, language=page_language(), prefix="abatement"),
        "shown": len(chart.bars),
        "missing": [
            (word, found)
            for missing, word in _words().items()
            if (found := [row.action for row in rows if row.found is missing])
        ],
    }
    return render(request, "portfolio/abatement.html", context)


def _bars(rows: list[ActionTonne]) -> list[AbatementBar]:
    return [
        AbatementBar(
            name=f"{row.action.number}. {row.action.title}",
            mark=str(row.action.number),
            tonnes=Decimal(row.spared.likely).scaleb(-3),
            cost=row.found.cost,
            low=row.found.low,
            high=row.found.high,
        )
        for row in rows
        if isinstance(row.found, TonneCost) and row.spared is not None
    ]


def _words() -> dict[Missing, str]:
    return {
        Missing.NOT_ESTIMATED: _("Sans estimation par an"),
        Missing.NOT_COSTED: _("Non chiffrées"),
        Missing.NO_GAIN: _("Sans gain compté"),
    }
