"""Making an estimate, reading it, withdrawing it.

Withdrawing an estimate takes a reason.
"""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.core.say import numbers
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.estimates.drafting import Draft, draft_estimate
from portulan.impact.estimates.reads import estimates_of, get_estimate, readings_of
from portulan.impact.estimates.writes import estimate_action, restore_estimate, withdraw_estimate
from portulan.impact.factors.reads import own_factors, registry_of
from portulan.impact.models import Estimate
from portulan.plans.access import may_on
from portulan.plans.models import Action
from portulan.plans.plan import get_action
from portulan.web.crumbs import under_action
from portulan.web.impact.estimates.forms import EstimateForm
from portulan.web.impact.sentences import (
    column_of,
    factors_said,
    headline,
    indicators_said,
    parts_said,
)
from portulan.web.impact.words import GROUPS, KINDS
from portulan.web.language import page_language
from portulan.web.pages import (
    Act,
    Edit,
    Trail,
    screen,
)
from portulan.web.requests import OrganisationRequest


def under_effects(request: OrganisationRequest, action: Action) -> Trail:
    """Return the links above the pages of an action's effects."""
    return [*under_action(request, action), (effects_url(request, action), _("Effets"))]


def effects_url(request: OrganisationRequest, action: Action) -> str:
    where = [request.organisation.slug, action.plan.slug, action.number]
    return reverse("impact:action", args=where)


@require_GET
def choose(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Choose in plain words what the action does."""
    action = get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.ESTIMATE)
    groups = [
        {
            "title": title,
            "kinds": [(name, KINDS[name].title, KINDS[name].means) for name in names],
        }
        for title, names in GROUPS
    ]
    context = {"action": action, "trail": under_effects(request, action), "groups": groups}
    return render(request, "impact/choose.html", context)


@screen
def new(
    request: OrganisationRequest, plan: str, number: int, archetype: str
) -> Edit[EstimateForm, Estimate]:
    """Fill in, see the effect, then record it: what is shown is what is kept."""
    action = get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.ESTIMATE)
    if archetype not in ARCHETYPES:
        raise Http404(archetype)
    before = _before(action, archetype)
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
        preview=lambda form: _preview(draft_estimate(action, form.request(name))),
        is_preview=lambda sent: "record" not in sent,
        write=write,
        done=_("Estimation enregistrée : elle ne changera plus."),
        then=lambda estimate: reverse("impact:estimate", args=[*where, estimate.pk]),
        template="impact/new.html",
        context={
            "action": action,
            "trail": under_effects(request, action),
            "kind": KINDS[archetype],
        },
    )


def _before(action: Action, archetype: str) -> Estimate | None:
    """Return the last estimate, to start from it, if it is of that kind alone."""
    last = estimates_of(action).filter(withdrawn_at=None).first()
    if last is None:
        return None
    kinds = [part["archetype"] for part in last.request["estimates"]]
    return last if kinds == [archetype] else None


def _preview(draft: Draft) -> dict[str, Any]:
    view = draft.combined.view
    return {
        "preview": indicators_said(draft.result, view),
        "column": column_of(draft.combined.reach, view),
        "parts": parts_said(draft.result, view),
        "factors": factors_said(draft.factors),
    }


@require_GET
def page(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    """An estimate as it was made: its numbers, its sentence, its figures and their versions."""
    action, estimate = get_estimate(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.READ_PLAN
    )
    all_of_it = list(estimates_of(action))
    people = [estimate.person_id, estimate.withdrawn_by]
    labels = labels_of(people)
    later = [
        one
        for one in all_of_it
        if one.pk > estimate.pk and one.reach == estimate.reach and one.withdrawn_at is None
    ]
    context = {
        "action": action,
        "plan": action.plan,
        "estimate": estimate,
        "trail": under_effects(request, action),
        "headline": headline(estimate),
        "here": _("Estimation du %(day)s")
        % {"day": numbers.date(estimate.made_on, page_language())},
        "said": indicators_said(estimate.result, estimate.view),
        "parts": parts_said(estimate.result, estimate.view),
        "factors": factors_said(estimate.factors),
        "author": labels.get(estimate.person_id or 0, ""),
        "withdrawn_by": labels.get(estimate.withdrawn_by or 0, ""),
        "later": later[-1] if later else None,
        "archetype": estimate.request["estimates"][0]["archetype"],
        "can_estimate": may_on(request.actor, action, Operation.ESTIMATE),
    }
    return render(request, "impact/estimate.html", context)


@require_GET
def export(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    """Hand over the request, to be computed again by `portulan impact estimate`."""
    _action, estimate = get_estimate(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.READ_PLAN
    )
    text = json.dumps(estimate.request, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="estimation-{number}-{pk}.json"'
    return response


@screen
def withdraw(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Edit[WithdrawForm, object]:
    action, estimate = get_estimate(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.ESTIMATE
    )
    return Edit(
        title=_("Retirer une estimation"),
        submit=_("Retirer l’estimation"),
        intro=_("Elle restera lisible, et ne comptera plus. Ce retrait pourra être repris."),
        trail=under_effects(request, action),
        back=effects_url(request, action),
        form=WithdrawForm,
        write=lambda form: withdraw_estimate(
            request.actor, estimate=estimate, reason=form.cleaned_data["reason"]
        ),
        done=_("Estimation retirée."),
    )


@screen
def restore(request: OrganisationRequest, plan: str, number: int, pk: int) -> Act[object]:
    action, estimate = get_estimate(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.ESTIMATE
    )
    return Act(
        write=lambda: restore_estimate(request.actor, estimate=estimate),
        done=_("Estimation rétablie."),
        back=effects_url(request, action),
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=500)
