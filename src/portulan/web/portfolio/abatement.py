"""What a tonne costs, action by action, with what must be known before reading it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.charts import abatement as charts
from portulan.plans.plan import current_plan
from portulan.portfolio.abatement.reads import plan_worth
from portulan.web.language import page_language
from portulan.web.portfolio.crumbs import under_all
from portulan.web.requests import OrganisationRequest


@require_GET
def abatement(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_BUDGET)
    plan = current_plan(actor=request.actor, today=request.today)
    worth = plan_worth(plan, request.today) if plan else None
    rows = worth.rows if worth else ()
    missing = (
        (_("Sans estimation par an"), list(worth.left_out) if worth else []),
        (_("Non chiffrées"), [row.action for row in rows if row.worth.cost is None]),
        (
            _("Sans gain compté"),
            [
                row.action
                for row in rows
                if row.worth.cost is not None and row.worth.per_tonne is None
            ],
        ),
    )
    context = {
        "trail": under_all(request),
        "plan": plan,
        "drawing": charts.abatement(
            rows,
            title=_("Ce que coûte une tonne, action par action"),
            language=page_language(),
            prefix="abatement",
        ),
        "shown": sum(row.worth.per_tonne is not None for row in rows),
        "missing": [(word, actions) for word, actions in missing if actions],
        "span": worth.span if worth else None,
    }
    return render(request, "portfolio/abatement.html", context)
