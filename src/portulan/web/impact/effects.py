"""The effects of an action, on its page and on its own; of the plan, in indicators and in money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.plan_rows import PlanRows
from portulan.charts.canvas import Drawing
from portulan.charts.scale_bar import scale_bar
from portulan.impact.effects import ActionImpact, impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.climate_value import RATE, TRAJECTORY, trajectories
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.together import Group
from portulan.impact.estimates.reads import (
    NOTHING_KNOWN,
    estimated_in,
    estimates_of,
    latest_estimates,
    social_effects_in,
    social_effects_of,
)
from portulan.impact.models import Estimate
from portulan.impact.words import Moment
from portulan.plans.access import may_on
from portulan.plans.models import Action
from portulan.plans.plan import get_plan
from portulan.portfolio.abatement.reads import plan_worth
from portulan.publication.documents.charts import EFFECTS_KEY, MOMENT_SHAPES, effects_drawn
from portulan.web.crumbs import action_at, under_action, under_plan
from portulan.web.language import page_language
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in


@require_GET
def action(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    found = action_at(request, plan, number, Operation.READ_PLAN)
    estimates = list(estimates_of(found))
    context = {
        "action": found,
        "plan": found.plan,
        "trail": under_action(request, found),
        "versions": _versions(estimates),
        "drift": _drift(estimates),
        "effects": social_effects_of(found),
        "can_estimate": may_on(request.actor, found, Operation.ESTIMATE),
    }
    return render(request, "impact/action.html", context)


def _versions(estimates: Sequence[Estimate]) -> list[tuple[Estimate, str]]:
    """Return each estimate, the first made first, and whether it still counts."""
    found, current = [], set()
    for one in estimates:  # the latest first
        if one.withdrawn_at is not None:
            state = _("retirée")
        else:
            state = _("remplacée") if one.reach in current else _("compte")
            current.add(one.reach)
        found.append((one, state))
    return found[::-1]


def _drift(estimates: Sequence[Estimate]) -> Decimal | None:
    """Return the share that the last measured reduction is of the last planned before it."""
    standing = [one for one in estimates if one.withdrawn_at is None]
    measured = next((one for one in standing if one.moment == Moment.MEASURED), None)
    if measured is None:
        return None
    same = (measured.reach, measured.view)
    before = [one for one in standing if one.pk < measured.pk and one.moment == Moment.EX_ANTE]
    planned = next((one for one in before if (one.reach, one.view) == same), None)
    if planned is None:
        return None
    found, wanted = measured.carbon, planned.carbon
    if found is None or wanted is None or not wanted.p50:
        return None
    return Decimal(f"{found.p50 / wanted.p50:.2g}")


PER_PAGE = 20
# Below half a percent, an overlap is not worth a word.
_LEAST_OVERLAP = 0.005
MAIN = (View.AMORTISED, Reach.REDUCTION)


@require_GET
def plan(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    impacts = impact_of(found.actions.order_by("number"))
    groups, shared = impacts.sums.groups, impacts.sums.shared
    counted = [row for row in impacts.rows if row.aside is None]
    others = [row for row in impacts.rows if row.aside is not None]
    main = groups.get(MAIN, Group({}, {}))
    page = page_of(request, sorted(counted, key=_rank), PER_PAGE)
    actions = {str(row.action.pk): row.action for row in impacts.rows}
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "page": page,
        "rows": [(row, *_beside(main, str(row.action.pk))) for row in page.object_list],
        "chart": effects_drawn(counted, page_language()) if page.number == 1 else None,
        "key": EFFECTS_KEY.say(page_language()),
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


PER_PAGE_IN_MONEY = 15


@require_GET
def money(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    request.actor.require(Operation.READ_BUDGET)
    worth = plan_worth(found, request.today)
    page = page_of(request, worth.rows, PER_PAGE_IN_MONEY)
    effects = url_in(request, "impact:plan", found.slug)
    value = trajectories()[TRAJECTORY]
    context = {
        "plan": found,
        "trail": [*under_plan(request, found), (effects, _("Effets"))],
        "worth": worth,
        "gains": sum(row.worth.net is not None and row.worth.net > 0 for row in worth.rows),
        "page": page,
        "rate": RATE * 100,
        "basis": value.basis.removeprefix("EUR"),
        "tonne": [(year, value.at(year)) for year in (request.today.year, worth.span.end)],
    }
    return render(request, "impact/money.html", context)


def effects_of(actor: Actor, action: Action, kept: PlanRows | None) -> dict[str, Any]:
    """Return what is known of an action's effects; reductions and avoided impacts stay apart.

    Two queries, one at most of an action of a plan that is `kept`.
    """
    plan, known = action.plan, NOTHING_KNOWN
    if kept is None or action.pk in kept.once("estimated", lambda: estimated_in(plan)):
        known = latest_estimates([action]).get(action.pk, NOTHING_KNOWN)
    if kept is None:
        social = list(social_effects_of(action))
    else:
        by_action = kept.once("social effects", lambda: social_effects_in(plan))
        social = by_action.get(action.pk, [])
    return {
        "known": known,
        "bar": None if known.reduction is None else _bar(known.reduction),
        "social": social,
        "can_estimate": may_on(actor, action, Operation.ESTIMATE),
    }


def _bar(estimate: Estimate) -> Drawing | None:
    """Return what an estimate spares over its scale, in t or kg; None where it has no number."""
    found = estimate.carbon
    if found is None:
        return None
    is_large = max(abs(found.p5), abs(found.p50), abs(found.p95)) >= 1000
    scale, unit = (1000, "t") if is_large else (1, "kg")
    low, middle, high = (Decimal(f"{one / scale:.4g}") for one in (found.p5, found.p50, found.p95))
    return scale_bar(
        middle,
        title=_("Effet estimé et son intervalle, CO₂e"),
        language=page_language(),
        prefix="effect",
        shape=MOMENT_SHAPES[Moment(estimate.moment)],
        lower=low,
        upper=high,
        unit=unit,
    )
