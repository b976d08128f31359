"""The effects of an action: its estimates beside each other, and what it changes for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.say import numbers
from portulan.impact.engine.archetype import Reach
from portulan.impact.engine.samples import Quantiles
from portulan.impact.estimates.reads import estimates_of, latest_of, social_effects_of
from portulan.impact.models import MOMENTS, Estimate
from portulan.impact.words import Moment
from portulan.plans.access import may_on
from portulan.plans.plan import get_action
from portulan.web.crumbs import under_action
from portulan.web.impact.sentences import carbon_words
from portulan.web.impact.words import KINDS
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest


@dataclass(frozen=True, slots=True)
class Version:
    """A line of the table: an estimate, and whether it still counts."""

    pk: int
    on: date
    moment: str
    measured: str
    what: str
    words: str
    is_avoided: bool
    state: str


@require_GET
def effects(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.READ_PLAN
    )
    estimates = list(estimates_of(action))
    context = {
        "action": action,
        "plan": action.plan,
        "trail": under_action(request, action),
        "versions": _versions(estimates),
        "drift": _drift(estimates),
        "effects": social_effects_of(action),
        "can_estimate": may_on(request.actor, action, Operation.ESTIMATE),
    }
    return render(request, "impact/action.html", context)


def _versions(estimates: Sequence[Estimate]) -> list[Version]:
    """Return a line per estimate, the first made first."""
    current: dict[str, int] = {}
    for one in estimates:  # the latest first
        if one.withdrawn_at is None:
            current.setdefault(one.reach, one.pk)
    return [_version(one, current) for one in reversed(estimates)]


def _version(estimate: Estimate, current: dict[str, int]) -> Version:
    latest = latest_of(estimate)
    if estimate.withdrawn_at is not None:
        state = _("retirée")
    else:
        is_current = current[estimate.reach] == estimate.pk
        state = _("compte") if is_current else _("remplacée")
    return Version(
        pk=estimate.pk,
        on=estimate.made_on,
        moment=str(MOMENTS[latest.moment]),
        measured=estimate.measurement.indicator.name if estimate.measurement else "",
        what=", ".join(str(KINDS[name].title) for name in latest.archetypes),
        words=carbon_words(latest),
        is_avoided=latest.reach is Reach.AVOIDED,
        state=state,
    )


def _drift(estimates: Sequence[Estimate]) -> str:
    """Return how the last measured reduction stands against the last one planned before it."""
    standing = [one for one in estimates if one.withdrawn_at is None]
    measured = next((one for one in standing if one.moment == Moment.MEASURED), None)
    if measured is None:
        return ""
    same = (measured.reach, measured.view)
    before = [one for one in standing if one.pk < measured.pk and one.moment == Moment.EX_ANTE]
    planned = next((one for one in before if (one.reach, one.view) == same), None)
    if planned is None:
        return ""
    found, wanted = latest_of(measured).carbon, latest_of(planned).carbon
    if not isinstance(found, Quantiles) or not isinstance(wanted, Quantiles) or not wanted.p50:
        return ""
    share = numbers.share(Decimal(f"{found.p50 / wanted.p50:.2g}"), page_language())
    return _("Mesurée, elle épargne %(share)s de ce qui était prévu.") % {"share": share}
