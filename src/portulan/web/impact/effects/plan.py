"""The effects of the whole plan: each action, two columns that are never added, and the sums."""

from __future__ import annotations

from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.impact.effects import ActionImpact, impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.together import Group
from portulan.plans.plan import get_plan
from portulan.web.crumbs import under_plan
from portulan.web.requests import OrganisationRequest

PER_PAGE = 20
# Below half a percent, an overlap is not worth a word.
_LEAST_OVERLAP = 0.005
MAIN = (View.AMORTISED, Reach.REDUCTION)


@require_GET
def impact(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    impacts = impact_of(found.actions.order_by("number"))
    groups, shared = impacts.sums.groups, impacts.sums.shared
    counted = [row for row in impacts.rows if row.aside is None]
    others = [row for row in impacts.rows if row.aside is not None]
    main = groups.get(MAIN, Group({}, {}))
    page = Paginator(sorted(counted, key=_rank), PER_PAGE).get_page(request.GET.get("page"))
    actions = {str(row.action.pk): row.action for row in impacts.rows}
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "page": page,
        "rows": [(row, *_beside(main, str(row.action.pk))) for row in page.object_list],
        "others": others[:PER_PAGE],
        "others_count": len(others),
        "others_left": max(len(others) - PER_PAGE, 0),
        "carbon": main.joints.get(Indicator.GWP),
        "sums": [(view, reach, group) for (view, reach), group in sorted(groups.items())],
        "least_overlap": _LEAST_OVERLAP,
        "shared": [(asset, [actions[one] for one in names]) for asset, names in shared.items()],
    }
    return render(request, "impact/plan.html", context)


def _rank(row: ActionImpact) -> tuple[int, float]:
    """Return where an action stands: reductions per year first, the largest first."""
    latest = row.known.reduction or row.known.avoided
    if latest is None or latest.carbon is None:
        return 2, 0.0
    return (0 if (latest.view, latest.reach) == MAIN else 1), -latest.carbon.p50


def _beside(group: Group, action: str) -> tuple[Decimal | None, Decimal | None]:
    """Return the share of an action that earlier ones spare already, and how sure its rank is.

    The first is a fraction of 1, None where it is not worth a word; the second is in percent.
    """
    joint, lead = group.joints.get(Indicator.GWP), group.leads.get(action)
    taken = joint.taken(action) if joint else 0.0
    return (
        Decimal(f"{taken:.2g}") if taken >= _LEAST_OVERLAP else None,
        None if lead is None else Decimal(lead * 100),
    )
