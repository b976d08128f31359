"""The page of an action, and its pilot's update."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.indicators.enums import Knowledge
from portulan.indicators.series import Reading
from portulan.plans.models import Action
from portulan.plans.selectors import get_action, load_details
from portulan.plans.services import Update, undo_update, update_progress
from portulan.web import formats
from portulan.web.form_pages import attempt
from portulan.web.language import page_language
from portulan.web.plans.action_page import context_of, main_of
from portulan.web.plans.crumbs import action_url
from portulan.web.plans.forms.update import UpdateForm
from portulan.web.plans.values import with_unit
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import saved


def _door(request: OrganisationRequest, plan: str, number: int, need: Operation) -> Action:
    return load_details(get_action(actor=request.actor, plan_slug=plan, number=number, need=need))


@require_GET
def action(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    found = _door(request, plan, number, Operation.READ_PLAN)
    form = UpdateForm(found, main_of(found), request.today)
    return render(request, "plans/action.html", context_of(request, found, form))


@require_http_methods(["GET", "POST"])
def update(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """The pilot's form; what was saved is said, with a way back."""
    found = _door(request, plan, number, Operation.UPDATE_ACTION)
    if request.method == "GET":
        # A refused form stands at this address: coming back to it shows the action.
        return redirect("plans:action", request.organisation.slug, plan, number)
    main = main_of(found)
    form = UpdateForm(found, main, request.today, request.POST)
    update = saved(form, lambda: _save(request, found, form))
    if update is None:
        # The refused values stay in the form; the page says what the database holds.
        found = _door(request, plan, number, Operation.UPDATE_ACTION)
        context = context_of(request, found, form)
        return render(request, "plans/action.html", context, status=422)
    where = [request.organisation.slug, plan, number]
    undo = reverse("plans:undo", args=[*where, update.entry_id])
    messages.success(request, _sentence(form, update), extra_tags=f"undo {undo}")
    return redirect("plans:action", *where)


def _save(request: OrganisationRequest, action: Action, form: UpdateForm) -> Update:
    data = form.cleaned_data
    return update_progress(
        request.actor,
        action=action,
        today=request.today,
        progress=data["progress"],
        blocked_by=data["blocked_by"],
        note=data["note"],
        indicator=form.indicator,
        value=data.get("value"),
        text=data.get("text", ""),
        unknown=data.get("unknown", False),
        on=data.get("on"),
        source=data.get("source", ""),
    )


def _sentence(form: UpdateForm, update: Update) -> str:
    measurement = update.measurement
    if measurement is None or form.indicator is None:
        return _("Mise à jour enregistrée.")
    day = formats.date(measurement.on, page_language())
    name = form.indicator.name
    if measurement.knowledge != Knowledge.KNOWN:
        told = {"name": name, "day": day}
        return _("Mise à jour enregistrée : %(name)s, inconnu au %(day)s.") % told
    reading = Reading(measurement.on, measurement.value, measurement.text)
    return _("Relevé enregistré : %(name)s, %(value)s au %(day)s.") % {
        "name": name,
        "value": with_unit(form.indicator, reading),
        "day": day,
    }


@require_POST
def undo(request: OrganisationRequest, plan: str, number: int, entry: int) -> HttpResponse:
    found = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.UPDATE_ACTION
    )
    attempt(
        request,
        lambda: undo_update(request.actor, action=found, entry_id=entry),
        _("Mise à jour annulée : tout est comme avant."),
    )
    return redirect(action_url(request, found))
