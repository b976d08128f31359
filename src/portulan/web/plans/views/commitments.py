"""Decisions, deliverables and milestones of an action."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.plans.enums import CommitmentLevel, Outcome
from portulan.plans.models import LEVELS, Action, Deliverable, Milestone
from portulan.plans.rules import missing_to_finish
from portulan.plans.selectors import commitment_of, get_action, get_part, load_details
from portulan.plans.services import (
    decide,
    remove_deliverable,
    remove_milestone,
    save_deliverable,
    save_milestone,
)
from portulan.web.form_pages import FormPage, confirm_page, form_page
from portulan.web.language import page_language
from portulan.web.plans.crumbs import action_url, under_action
from portulan.web.plans.forms.commitments import DecisionForm, DeliverableForm, MilestoneForm
from portulan.web.requests import OrganisationRequest

WRITE = require_http_methods(["GET", "POST"])


def _page(
    request: OrganisationRequest, action: Action, title: str, submit: str, **more: Any
) -> FormPage:
    return FormPage(
        title=title,
        trail=under_action(request, action),
        back=action_url(request, action),
        submit=submit,
        **more,
    )


@WRITE
def decision(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Record what a body decided on the level; the form says what the decision needs."""
    action = load_details(
        get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.DECIDE)
    )
    adopted = bool(action.decisions.all())
    form = DecisionForm(action, request.today, request.POST or None, adopted=adopted)
    level = CommitmentLevel(action.level)
    missing = missing_to_finish(commitment_of(action), level, today=request.today)
    title = _("Enregistrer une décision") if adopted else _("Enregistrer le vote de l’action")
    page = _page(
        request, action, title, _("Enregistrer la décision"), template="plans/decision.html"
    )

    def save() -> object:
        data = form.cleaned_data
        stays = data["outcome"] in {Outcome.EXTEND, Outcome.CLOSE}
        return decide(
            request.actor,
            action=action,
            outcome=data["outcome"],
            level=level if stays else data["level"],
            on=data["decided_on"],
            body=data["body"],
            reason=data["reason"],
            deliverable=data.get("deliverable"),
            scope=data["scope"],
            follow_up_function=data.get("follow_up_function", ""),
            today=request.today,
        )

    return form_page(
        request,
        form,
        page,
        save=save,
        done=lambda: (page.back, _("Décision enregistrée.")),
        action=action,
        adopted=adopted,
        level=level.value,
        level_label=LEVELS[level],
        needs_indicator=not action.indicator_links.all(),
        missing=[item.message(page_language()) for item in missing] if adopted else [],
    )


DELIVERABLE = (
    "title", "due_on", "delivered_on", "approach", "consulted", "result", "reference"
)  # fmt: skip
MILESTONE = ("title", "due_on", "reached_on")


def _values(part: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names}


@WRITE
def deliverable(
    request: OrganisationRequest, plan: str, number: int, pk: int | None = None
) -> HttpResponse:
    """Announce a deliverable, or record that it was handed over."""
    need = Operation.UPDATE_ACTION
    door: dict[str, Any] = {"actor": request.actor, "plan_slug": plan, "number": number}
    if pk is None:
        action, part = get_action(**door, need=need), None
    else:
        action, part = get_part(Deliverable, **door, pk=pk, need=need)
    form = DeliverableForm(request.POST or None, initial=_values(part, DELIVERABLE) if part else {})
    back = action_url(request, action)
    if "decide" in request.GET:  # the decision that waits for it goes on
        back = reverse("plans:decide", args=[request.organisation.slug, plan, number])
    title = _("Ajouter un livrable") if part is None else _("Livrable")
    page = _page(
        request,
        action,
        title,
        _("Enregistrer le livrable"),
        intro=_(
            "Une réflexion engage à une étude : la démarche, qui a été consulté, le résultat. "
            "Une expérimentation finit par un bilan."
        ),
        template="plans/part.html",
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: save_deliverable(
            request.actor,
            action=action,
            deliverable=part,
            today=request.today,
            **form.cleaned_data,
        ),
        done=lambda: (back, _("Livrable enregistré.")),
        remove="plans:remove-deliverable" if part else "",
        part=part,
        action=action,
    )


@WRITE
def milestone(
    request: OrganisationRequest, plan: str, number: int, pk: int | None = None
) -> HttpResponse:
    need = Operation.UPDATE_ACTION
    door: dict[str, Any] = {"actor": request.actor, "plan_slug": plan, "number": number}
    if pk is None:
        action, part = get_action(**door, need=need), None
    else:
        action, part = get_part(Milestone, **door, pk=pk, need=need)
    form = MilestoneForm(request.POST or None, initial=_values(part, MILESTONE) if part else {})
    title = _("Poser un jalon") if part is None else _("Jalon")
    page = _page(request, action, title, _("Enregistrer le jalon"), template="plans/part.html")
    return form_page(
        request,
        form,
        page,
        save=lambda: save_milestone(
            request.actor, action=action, milestone=part, today=request.today, **form.cleaned_data
        ),
        done=lambda: (page.back, _("Jalon enregistré.")),
        remove="plans:remove-milestone" if part else "",
        part=part,
        action=action,
    )


@WRITE
def remove_deliverable_view(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> HttpResponse:
    action, part = get_part(
        Deliverable,
        actor=request.actor,
        plan_slug=plan,
        number=number,
        pk=pk,
        need=Operation.UPDATE_ACTION,
    )
    page = _page(
        request,
        action,
        _("Supprimer le livrable « %(title)s » ?") % {"title": part.title},
        _("Supprimer le livrable"),
        intro=_("Ce qu’il disait reste dans le journal de l’action."),
    )
    return confirm_page(
        request,
        page,
        lambda: remove_deliverable(request.actor, deliverable=part),
        _("Livrable supprimé."),
    )


@WRITE
def remove_milestone_view(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> HttpResponse:
    action, part = get_part(
        Milestone,
        actor=request.actor,
        plan_slug=plan,
        number=number,
        pk=pk,
        need=Operation.UPDATE_ACTION,
    )
    page = _page(
        request,
        action,
        _("Supprimer le jalon « %(title)s » ?") % {"title": part.title},
        _("Supprimer le jalon"),
        intro=_("Sa date et son titre restent dans le journal de l’action."),
    )
    return confirm_page(
        request,
        page,
        lambda: remove_milestone(request.actor, milestone=part),
        _("Jalon supprimé."),
    )
