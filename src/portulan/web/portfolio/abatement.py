"""What a tonne costs, action by action, with what must be known before reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.plans.plan import current_plan
from portulan.portfolio.abatement.reads import ActionWorth, plan_worth
from portulan.web.charts.abatement import Abatement, AbatementBar
from portulan.web.charts.abatement import abatement as draw
from portulan.web.language import page_language
from portulan.web.portfolio.crumbs import under_all
from portulan.web.requests import OrganisationRequest


@require_GET
def abatement(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_BUDGET)
    plan = current_plan(actor=request.actor, today=request.today)
    worth = plan_worth(plan, request.today) if plan else None
    rows = worth.rows if worth else ()
    chart = Abatement(_("Ce que coûte une tonne, action par action"), tuple(_bars(rows)))
    missing = (
        (_("Sans estimation par an"), list(worth.left_out) if worth else []),
        (_("Non chiffrées"), [row.action for row in rows if row.worth.cost is None]),
        (_("Sans gain compté"), [row.action for row in rows if _has_no_gain(row)]),
    )
    context = {
        "trail": under_all(request),
        "plan": plan,
        "drawing": draw(chart, language=page_language(), prefix="abatement"),
        "shown": len(chart.bars),
        "missing": [(word, actions) for word, actions in missing if actions],
        "span": worth.span if worth else None,
    }
    return render(request, "portfolio/abatement.html", context)


def _has_no_gain(row: ActionWorth) -> bool:
    return row.worth.cost is not None and row.worth.per_tonne is None


def _bars(rows: Iterable[ActionWorth]) -> Iterator[AbatementBar]:
    for row in rows:
        if row.worth.per_tonne is not None:
            yield AbatementBar(
                name=f"{row.action.number}. {row.action.title}",
                mark=str(row.action.number),
                tonnes=row.worth.a_year.scaleb(-3),
                cost=row.worth.per_tonne,
                low=row.worth.per_tonne_low,
                high=row.worth.per_tonne_high,
            )
