"""Making an estimate, reading it, withdrawing it for a reason."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.core.say import numbers
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.estimates.drafting import Draft, draft_estimate
from portulan.impact.estimates.reads import (
    estimates_of,
    get_estimate,
    read_from,
    readings_of,
)
from portulan.impact.estimates.writes import estimate_action, restore_estimate, withdraw_estimate
from portulan.impact.factors.reads import own_factors, registry_of
from portulan.impact.models import Estimate
from portulan.plans.access import may_on
from portulan.plans.models import Action
from portulan.plans.plan import get_action
from portulan.web.crumbs import under_action
from portulan.web.impact.estimates.forms import EstimateForm
from portulan.web.impact.words import GROUPS, KINDS
from portulan.web.language import page_language
from portulan.web.pages import Act, Edit, Trail, screen
from portulan.web.requests import OrganisationRequest


def under_effects(request: OrganisationRequest, action: Action) -> Trail:
    """Return the links above the pages of an action's effects."""
    return [*under_action(request, action), (effects_url(request, action), _("Effets"))]


def door(request: OrganisationRequest, plan: str, number: int) -> Action:
    """Return an action to who may estimate what it spares."""
    return get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.ESTIMATE)


def effects_url(request: OrganisationRequest, action: Action) -> str:
    where = [request.organisation.slug, action.plan.slug, action.number]
    return reverse("impact:action", args=where)


@require_GET
def choose(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Choose in plain words what the action does."""
    action = door(request, plan, number)
    context = {"action": action, "trail": under_effects(request, action), "groups": GROUPS}
    return render(request, "impact/choose.html", context)


@screen
def new(
    request: OrganisationRequest, plan: str, number: int, archetype: str
) -> Edit[EstimateForm, Estimate]:
    """Fill in, see the effect, then record it: what is shown is what is kept."""
    action = door(request, plan, number)
    if archetype not in ARCHETYPES:
        raise Http404(archetype)
    before = _before(action, archetype)
    title, means = KINDS[archetype]
    registry, readings = registry_of(own_factors(request.organisation.pk)), readings_of(action)
    name = f"action-{action.number}"
    where = [request.organisation.slug, action.plan.slug, action.number]

    def write(form: EstimateForm) -> Estimate:
        data = form.cleaned_data
        return estimate_action(
            request.actor,
            action=action,
            request=form.request(name),
            today=request.today,
            moment=form.moment_chosen,
            baseline=data.get("baseline", ""),
            note=data["note"],
            measurement=data["measurement"],
        )

    return Edit(
        back=effects_url(request, action),
        form=lambda data: EstimateForm(
            ARCHETYPES[archetype],
            registry=registry,
            readings=readings,
            data=data,
            before=before.request if before else None,
            baseline=before.baseline if before else "",
            home=request.organisation.electricity_mix,
        ),
        preview=lambda form: shown(draft_estimate(action, form.request(name))),
        is_preview=lambda sent: "record" not in sent,
        write=write,
        done=_("Estimation enregistrée : elle ne changera plus."),
        then=lambda estimate: reverse("impact:estimate", args=[*where, estimate.pk]),
        template="impact/new.html",
        context={
            "action": action,
            "trail": under_effects(request, action),
            "title": title,
            "means": means,
        },
    )


def _before(action: Action, archetype: str) -> Estimate | None:
    """Return the last estimate, to start from it, if it is of that kind alone."""
    last = estimates_of(action).filter(withdrawn_at=None).first()
    kinds = [part["archetype"] for part in last.request["estimates"]] if last else []
    return last if kinds == [archetype] else None


def shown(draft: Draft) -> dict[str, Any]:
    """Return what a page shows of a draft."""
    return {
        "result": draft.result,
        "factors": draft.factors,
        "reach": draft.combined.reach,
        "view": draft.combined.view,
    }


def _get(
    request: OrganisationRequest, plan: str, number: int, pk: int, need: Operation
) -> tuple[Action, Estimate]:
    return get_estimate(actor=request.actor, plan_slug=plan, number=number, pk=pk, need=need)


@require_GET
def page(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    """An estimate as it was made: its numbers, its sentence, its figures and their versions."""
    action, estimate = _get(request, plan, number, pk, Operation.READ_PLAN)
    labels = labels_of([estimate.person_id, estimate.withdrawn_by])
    later = estimates_of(action).filter(pk__gt=estimate.pk, reach=estimate.reach, withdrawn_at=None)
    context = {
        "action": action,
        "plan": action.plan,
        "estimate": estimate,
        "trail": under_effects(request, action),
        "here": _("Estimation du %(day)s")
        % {"day": numbers.date(estimate.made_on, page_language())},
        "result": estimate.result,
        "factors": estimate.factors,
        "view": estimate.view,
        "sources": read_from(estimate.request),
        "author": labels.get(estimate.person_id or 0, ""),
        "withdrawn_by": labels.get(estimate.withdrawn_by or 0, ""),
        "later": later.last(),
        "archetype": estimate.request["estimates"][0]["archetype"],
        "can_estimate": may_on(request.actor, action, Operation.ESTIMATE),
    }
    return render(request, "impact/estimate.html", context)


@require_GET
def export(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    """Hand over the request, to be computed again by `portulan impact estimate`."""
    _action, estimate = _get(request, plan, number, pk, Operation.READ_PLAN)
    text = json.dumps(estimate.request, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="estimation-{number}-{pk}.json"'
    return response


@screen
def withdraw(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Edit[WithdrawForm, object]:
    action, estimate = _get(request, plan, number, pk, Operation.ESTIMATE)
    return Edit(
        title=_("Retirer une estimation"),
        submit=_("Retirer l’estimation"),
        intro=_("Elle restera lisible, et ne comptera plus. Ce retrait pourra être repris."),
        trail=under_effects(request, action),
        form=WithdrawForm,
        write=lambda form: withdraw_estimate(
            request.actor, estimate=estimate, reason=form.cleaned_data["reason"]
        ),
        done=_("Estimation retirée."),
    )


@screen
def restore(request: OrganisationRequest, plan: str, number: int, pk: int) -> Act[object]:
    action, estimate = _get(request, plan, number, pk, Operation.ESTIMATE)
    return Act(
        write=lambda: restore_estimate(request.actor, estimate=estimate),
        done=_("Estimation rétablie."),
        back=effects_url(request, action),
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=500)
