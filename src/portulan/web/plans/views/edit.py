"""The sheet of an action: made, changed, given a pilot, dropped, deleted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.plans.models import Action
from portulan.plans.selectors import get_action, get_plan, load_details
from portulan.plans.services import (
    assign_pilot,
    create_action,
    declare_vacant,
    delete_action,
    drop_action,
    edit_action,
    hangs_on,
)
from portulan.web.form_pages import FormPage, attempt, form_page
from portulan.web.plans.crumbs import action_url, plan_url, under_action, under_plan
from portulan.web.plans.forms.actions import ActionForm, PilotForm, ReasonForm, sheet_of
from portulan.web.requests import OrganisationRequest

WRITE = require_http_methods(["GET", "POST"])


def _action(request: OrganisationRequest, plan: str, number: int) -> Action:
    return get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.EDIT_PLAN)


@WRITE
def create(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    form = ActionForm(found, request.POST or None)
    made: list[Action] = []
    return form_page(
        request,
        form,
        FormPage(
            title=_("Ajouter une action"),
            trail=under_plan(request, found),
            back=plan_url(request, found),
            submit=_("Ajouter l’action"),
            intro=_("Un titre, une fonction pilote et un niveau suffisent pour commencer."),
            template="plans/action_form.html",
        ),
        save=lambda: made.append(
            create_action(request.actor, plan=found, today=request.today, **form.cleaned_data)
        ),
        done=lambda: (
            action_url(request, made[0]),
            _("Action %(number)s ajoutée.") % {"number": made[0].number},
        ),
    )


@WRITE
def edit(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = load_details(_action(request, plan, number))
    form = ActionForm(action.plan, request.POST or None, action=action, initial=sheet_of(action))
    page = FormPage(
        title=_("Modifier l’action %(number)s") % {"number": number},
        trail=under_action(request, action),
        back=action_url(request, action),
        submit=_("Enregistrer"),
        template="plans/action_form.html",
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: edit_action(request.actor, action=action, **form.cleaned_data),
        done=lambda: (page.back, _("Action enregistrée.")),
        action=action,
    )


@WRITE
def pilot(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = _action(request, plan, number)
    initial = {
        "pilot_function": action.pilot_function,
        "pilot": action.pilot,
        "since": action.vacant_since,
    }
    form = PilotForm(action.plan.organisation_id, request.POST or None, initial=initial)
    page = FormPage(
        title=_("Qui pilote l’action %(number)s ?") % {"number": number},
        trail=under_action(request, action),
        back=action_url(request, action),
        submit=_("Enregistrer"),
        intro=_("Une fonction sans personne nommée est normale ; un poste vacant se signale."),
    )

    def save() -> Action:
        data = form.cleaned_data
        if data["since"]:
            return declare_vacant(
                request.actor, action=action, since=data["since"], today=request.today
            )
        return assign_pilot(
            request.actor,
            action=action,
            pilot_function=data["pilot_function"],
            pilot=data["pilot"],
            today=request.today,
        )

    return form_page(
        request, form, page, save=save, done=lambda: (page.back, _("Pilote enregistré."))
    )


@WRITE
def drop(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Drop an action, for a reason that stays; nothing is deleted."""
    action = _action(request, plan, number)
    form = ReasonForm(request.POST or None)
    page = FormPage(
        title=_("Abandonner l’action %(number)s ?") % {"number": number},
        trail=under_action(request, action),
        back=action_url(request, action),
        submit=_("Abandonner l’action"),
        intro=_(
            "L’action reste lisible avec son journal ; ses décisions, ses relevés et son argent "
            "sont gardés. Elle se reprend en changeant son avancement."
        ),
    )

    def save() -> object:
        reason = form.cleaned_data["reason"]
        return drop_action(request.actor, action=action, reason=reason, today=request.today)

    return form_page(
        request, form, page, save=save, done=lambda: (page.back, _("Action abandonnée."))
    )


@WRITE
def delete(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Delete an action on which nothing hangs, once confirmed."""
    action = _action(request, plan, number)
    if request.method == "POST":
        words = _("Action %(number)s supprimée.") % {"number": number}
        if attempt(request, lambda: delete_action(request.actor, action=action), words):
            return redirect(plan_url(request, action.plan))
        return redirect(action_url(request, action))
    context = {
        "action": action,
        "hangs": hangs_on(action),
        "trail": under_action(request, action),
    }
    return render(request, "plans/delete.html", context)
