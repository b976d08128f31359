"""Making an estimate, reading it, withdrawing it.

Withdrawing an estimate takes a reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

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
from portulan.web.pages import FormPage, Trail, attempt, blame, form_page, posted
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


@require_http_methods(["GET", "POST"])
def new(request: OrganisationRequest, plan: str, number: int, archetype: str) -> HttpResponse:
    """Fill in, see the effect, then record it: what is shown is what is kept."""
    action = get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.ESTIMATE)
    if archetype not in ARCHETYPES:
        raise Http404(archetype)
    before = _before(action, archetype)
    form = EstimateForm(
        ARCHETYPES[archetype],
        registry=registry_of(own_factors(request.organisation.pk)),
        readings=readings_of(action),
        data=posted(request),
        before=before.request if before else None,
        baseline=before.baseline if before else "",
        home=request.organisation.electricity_mix,
    )
    draft = None
    if request.method == "POST" and form.is_valid():
        asked = form.request(f"action-{action.number}")
        if "record" in request.POST:
            estimate = _recorded(request, action, form, asked)
            if estimate is not None:
                return _done(request, estimate)
        else:
            draft = draft_estimate(action, asked)
    context = {
        "action": action,
        "trail": under_effects(request, action),
        "kind": KINDS[archetype],
        "form": form,
        **(_preview(draft) if draft else {}),
    }
    return render(request, "impact/new.html", context, status=422 if form.errors else 200)


def _before(action: Action, archetype: str) -> Estimate | None:
    """Return the last estimate, to start from it, if it is of that kind alone."""
    last = estimates_of(action).filter(withdrawn_at=None).first()
    if last is None:
        return None
    kinds = [part["archetype"] for part in last.request["estimates"]]
    return last if kinds == [archetype] else None


def _recorded(
    request: OrganisationRequest, action: Action, form: EstimateForm, asked: Mapping[str, object]
) -> Estimate | None:
    data = form.cleaned_data
    try:
        return estimate_action(
            request.actor,
            action=action,
            request=asked,
            today=request.today,
            moment=form.moment_chosen,
            baseline=data.get("baseline", ""),
            note=data["note"],
            measurement=data["measurement"],
        )
    except ValidationError as error:
        blame(form, error)
    return None


def _done(request: OrganisationRequest, estimate: Estimate) -> HttpResponse:
    messages.success(request, _("Estimation enregistrée : elle ne changera plus."))
    where = [request.organisation.slug, estimate.action.plan.slug, estimate.action.number]
    return redirect("impact:estimate", *where, estimate.pk)


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


@require_http_methods(["GET", "POST"])
def withdraw(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    action, estimate = get_estimate(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.ESTIMATE
    )
    form = WithdrawForm(posted(request))
    back = effects_url(request, action)
    about = FormPage(
        title=_("Retirer une estimation"),
        trail=under_effects(request, action),
        back=back,
        submit=_("Retirer l’estimation"),
        intro=_("Elle restera lisible, et ne comptera plus. Ce retrait pourra être repris."),
    )
    return form_page(
        request,
        form,
        about,
        save=lambda: withdraw_estimate(
            request.actor, estimate=estimate, reason=form.cleaned_data["reason"]
        ),
        done=lambda: (back, _("Estimation retirée.")),
    )


@require_POST
def restore(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    action, estimate = get_estimate(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.ESTIMATE
    )
    attempt(
        request,
        lambda: restore_estimate(request.actor, estimate=estimate),
        _("Estimation rétablie."),
    )
    return redirect(effects_url(request, action))


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=500)
