"""The page of an action, its pilot's update, and its sheet: made, changed, dropped, deleted."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.say import numbers
from portulan.evidence.writes import give
from portulan.indicators.series import Reading
from portulan.indicators.words import Knowledge
from portulan.plans.actions.editing import sheet_of
from portulan.plans.actions.progress import Update, drop_action, undo_update, update_progress
from portulan.plans.actions.writes import (
    assign_pilot,
    declare_vacant,
    delete_action,
    edit_action,
    hangs_on,
)
from portulan.plans.choices.keeping import make
from portulan.plans.models import Action
from portulan.plans.plan import get_plan, load_details
from portulan.web.crumbs import action_at, action_url, plan_url, under_action, under_plan
from portulan.web.evidence.forms import received
from portulan.web.indicators.values import with_unit
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.plans.actions.adding import AddActionForm
from portulan.web.plans.actions.forms import ActionForm, PilotForm, ReasonForm, UpdateForm
from portulan.web.plans.actions.near import becoming
from portulan.web.plans.actions.page import Around, context_of, facts_around, main_of
from portulan.web.plans.indicators.forms import readings_told
from portulan.web.requests import OrganisationRequest


def _door(request: OrganisationRequest, plan: str, number: int, need: Operation) -> Action:
    return load_details(action_at(request, plan, number, need))


@require_GET
def action(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    found = action_at(request, plan, number, Operation.READ_PLAN)
    return _updating(request, found, facts_around(request, found)).show(request)


@screen
def update(
    request: OrganisationRequest, plan: str, number: int
) -> Edit[UpdateForm, Update] | HttpResponse:
    """The pilot's form; what was saved is said, with a way back."""
    found = _door(request, plan, number, Operation.UPDATE_ACTION)
    if request.method == "GET":
        # A refused form stands at this address: coming back to it shows the action.
        return redirect("plans:action", request.organisation.slug, plan, number)
    return _updating(request, found)


def _updating(
    request: OrganisationRequest, found: Action, around: Around | None = None
) -> Edit[UpdateForm, Update]:
    plan, number = found.plan.slug, found.number

    def page() -> dict[str, Any]:
        if around is not None:
            return context_of(request, found, around)
        # The refused values stay in the form; the page says what the database holds.
        again = action_at(request, plan, number, Operation.UPDATE_ACTION)
        return context_of(request, again, facts_around(request, again))

    return Edit(
        back=action_url(request, found),
        form=lambda data: UpdateForm(
            found,
            main_of(found),
            request.today,
            data,
            request.FILES if data is not None else None,
        ),
        write=lambda form: _save(request, found, form),
        told=lambda form: readings_told(form, form.told, request.actor.person_id),
        done=_sentence,
        undo=lambda made: reverse(
            "plans:undo", args=[request.organisation.slug, plan, number, made.entry_id]
        ),
        template="plans/action.html",
        context=page,
    )


def _save(request: OrganisationRequest, action: Action, form: UpdateForm) -> Update:
    if "nothing" in request.POST:  # an answer of full value: it is news
        return update_progress(request.actor, action=action, today=request.today)
    given = {
        name: form.cleaned_data[name] for name in UpdateForm.field_order if name in form.fields
    }
    file = received(given.pop("file", None))
    with transaction.atomic():
        piece = give(request.actor, title=given.get("source", ""), file=file) if file else None
        return update_progress(
            request.actor,
            action=action,
            today=request.today,
            indicator=form.indicator,
            others=form.values(),
            evidence=piece,
            **given,
        )


def _sentence(update: Update) -> str:
    measurement = update.measurement
    if measurement is None:
        return _("Mise à jour enregistrée.")
    day = numbers.date(measurement.on, page_language())
    name = measurement.indicator.name
    if measurement.knowledge != Knowledge.KNOWN:
        told = {"name": name, "day": day}
        return _("Mise à jour enregistrée : %(name)s, inconnu au %(day)s.") % told
    reading = Reading(measurement.on, measurement.value, measurement.text)
    return _("Relevé enregistré : %(name)s, %(value)s au %(day)s.") % {
        "name": name,
        "value": with_unit(measurement.indicator, reading),
        "day": day,
    }


@screen
def undo(request: OrganisationRequest, plan: str, number: int, entry: int) -> Act[object]:
    found = _door(request, plan, number, Operation.UPDATE_ACTION)
    return Act(
        write=lambda: undo_update(request.actor, action=found, entry_id=entry),
        done=_("Mise à jour annulée : tout est comme avant."),
        back=action_url(request, found),
    )


@screen
def create(request: OrganisationRequest, plan: str) -> Edit[AddActionForm, Action]:
    """Six answers make an action, all at once; another may follow at the same address."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    again = request.path if "another" in request.POST else ""
    return Edit(
        title=_("Ajouter une action"),
        submit=_("Ajouter l’action"),
        trail=under_plan(request, found),
        back=plan_url(request, found),
        form=partial(AddActionForm, found, request.today),
        write=lambda form: make(
            request.actor, found, form.cleaned_data["practices"], form.kept(), today=request.today
        ),
        preview=lambda form: {"becomes": list(becoming(found, form.kept()))},
        done=lambda action: _("Action %(number)s ajoutée.") % {"number": action.number},
        then=lambda action: again or action_url(request, action),
        template="plans/add_action.html",
    )


@screen
def edit(request: OrganisationRequest, plan: str, number: int) -> Edit[ActionForm, object]:
    action = load_details(action_at(request, plan, number))
    return Edit(
        title=_("Modifier l’action %(number)s") % {"number": number},
        submit=_("Enregistrer"),
        trail=under_action(request, action),
        back=action_url(request, action),
        form=lambda data: ActionForm(action.plan, data, action=action, initial=sheet_of(action)),
        edits=action,
        write=lambda form: edit_action(request.actor, action=action, **form.cleaned_data),
        done=_("Action enregistrée."),
        template="plans/action_form.html",
        context={"action": action},
    )


@screen
def pilot(request: OrganisationRequest, plan: str, number: int) -> Edit[PilotForm, Action]:
    action = action_at(request, plan, number)
    initial = {
        "pilot_function": action.pilot_function,
        "pilot": action.pilot,
        "since": action.vacant_since,
    }

    def write(form: PilotForm) -> Action:
        given = dict(form.cleaned_data, action=action, today=request.today)
        if since := given.pop("since"):
            return declare_vacant(request.actor, action=action, since=since, today=request.today)
        return assign_pilot(request.actor, **given)

    return Edit(
        title=_("Qui pilote l’action %(number)s ?") % {"number": number},
        submit=_("Enregistrer"),
        intro=_("Une fonction sans personne nommée est normale ; un poste vacant se signale."),
        trail=under_action(request, action),
        back=action_url(request, action),
        form=lambda data: PilotForm(action.plan.organisation_id, data, initial=initial),
        edits=action,
        write=write,
        done=_("Pilote enregistré."),
    )


@screen
def drop(request: OrganisationRequest, plan: str, number: int) -> Edit[ReasonForm, object]:
    """Drop an action, for a reason that stays; nothing is deleted."""
    action = action_at(request, plan, number)
    return Edit(
        title=_("Abandonner l’action %(number)s ?") % {"number": number},
        submit=_("Abandonner l’action"),
        intro=_(
            "L’action reste lisible avec son journal ; ses décisions, ses relevés et son argent "
            "sont gardés. Elle se reprend en changeant son avancement."
        ),
        trail=under_action(request, action),
        back=action_url(request, action),
        form=ReasonForm,
        write=lambda form: drop_action(
            request.actor,
            action=action,
            reason=form.cleaned_data["reason"],
            today=request.today,
        ),
        done=_("Action abandonnée."),
    )


@screen
def delete(request: OrganisationRequest, plan: str, number: int) -> Confirm[None]:
    """Delete an action on which nothing hangs, once confirmed."""
    action = action_at(request, plan, number)
    trail = under_action(request, action)
    return Confirm(
        title=_("Supprimer l’action %(number)s ?") % {"number": number},
        submit=_("Supprimer l’action"),
        trail=trail,
        back=action_url(request, action),
        about=[action],
        write=lambda: delete_action(request.actor, action=action),
        done=_("Action %(number)s supprimée.") % {"number": number},
        then=lambda _none: plan_url(request, action.plan),
        template="plans/delete.html",
        context={"action": action, "hangs": hangs_on(action), "trail": trail},
    )
