"""Decisions, deliverables and milestones of an action.

Correcting a decision that was recorded wrongly.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.plans.commitments.corrections import Correction, correct_decision
from portulan.plans.commitments.reads import commitment_of, voted_with
from portulan.plans.commitments.rules import missing_to_finish
from portulan.plans.commitments.writes import (
    decide,
    remove_deliverable,
    remove_milestone,
    save_deliverable,
    save_milestone,
)
from portulan.plans.models import LEVELS, Action, CommitmentDecision, Deliverable, Milestone
from portulan.plans.plan import get_action, get_part, load_details
from portulan.plans.words import CommitmentLevel, Outcome
from portulan.web.crumbs import action_url, under_action
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, screen
from portulan.web.plans.commitments.forms import (
    CorrectionForm,
    DecisionForm,
    DeliverableForm,
    MilestoneForm,
)
from portulan.web.requests import OrganisationRequest

WRITE = require_http_methods(["GET", "POST"])


@screen
def decision(request: OrganisationRequest, plan: str, number: int) -> Edit[DecisionForm, object]:
    """Record what a body decided on the level; the form says what the decision needs."""
    action = load_details(
        get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.DECIDE)
    )
    adopted = bool(action.decisions.all())
    level = CommitmentLevel(action.level)
    missing = missing_to_finish(commitment_of(action), level, today=request.today)

    def write(form: DecisionForm) -> object:
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

    return Edit(
        title=_("Enregistrer une décision") if adopted else _("Enregistrer le vote de l’action"),
        submit=_("Enregistrer la décision"),
        trail=under_action(request, action),
        back=action_url(request, action),
        form=lambda data: DecisionForm(action, request.today, data, adopted=adopted),
        write=write,
        done=_("Décision enregistrée."),
        template="plans/decision.html",
        context={
            "action": action,
            "adopted": adopted,
            "level": level.value,
            "level_label": LEVELS[level],
            "needs_indicator": not action.indicator_links.all(),
            "missing": [item.message(page_language()) for item in missing] if adopted else [],
        },
    )


DELIVERABLE = (
    "title", "due_on", "delivered_on", "approach", "consulted", "result", "reference"
)  # fmt: skip
MILESTONE = ("title", "due_on", "reached_on")


def _values(part: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names} if part else {}


def _door[P: (Deliverable, Milestone)](
    request: OrganisationRequest, model: type[P], plan: str, number: int, pk: int | None
) -> tuple[Action, P | None]:
    """Return an action to update, and a part of it; without key, the part is to be made."""
    door: dict[str, Any] = {"actor": request.actor, "plan_slug": plan, "number": number}
    if pk is None:
        return get_action(**door, need=Operation.UPDATE_ACTION), None
    return get_part(model, **door, pk=pk, need=Operation.UPDATE_ACTION)


@screen
def deliverable(
    request: OrganisationRequest, plan: str, number: int, pk: int | None = None
) -> Edit[DeliverableForm, object]:
    """Announce a deliverable, or record that it was handed over."""
    action, part = _door(request, Deliverable, plan, number, pk)
    back = action_url(request, action)
    decides = reverse("plans:decide", args=[request.organisation.slug, plan, number])
    return Edit(
        title=_("Ajouter un livrable") if part is None else _("Livrable"),
        submit=_("Enregistrer le livrable"),
        intro=_(
            "Une réflexion engage à une étude : la démarche, qui a été consulté, le résultat. "
            "Une expérimentation finit par un bilan."
        ),
        trail=under_action(request, action),
        back=back,
        form=lambda data: DeliverableForm(data, initial=_values(part, DELIVERABLE)),
        edits=part,
        write=lambda form: save_deliverable(
            request.actor,
            action=action,
            deliverable=part,
            today=request.today,
            **form.cleaned_data,
        ),
        done=_("Livrable enregistré."),
        # The decision that waits for it goes on.
        then=lambda _kept: decides if "decide" in request.GET else back,
        template="plans/part.html",
        context={
            "remove": "plans:remove-deliverable" if part else "",
            "part": part,
            "action": action,
        },
    )


@screen
def milestone(
    request: OrganisationRequest, plan: str, number: int, pk: int | None = None
) -> Edit[MilestoneForm, object]:
    action, part = _door(request, Milestone, plan, number, pk)
    return Edit(
        title=_("Poser un jalon") if part is None else _("Jalon"),
        submit=_("Enregistrer le jalon"),
        trail=under_action(request, action),
        back=action_url(request, action),
        form=lambda data: MilestoneForm(data, initial=_values(part, MILESTONE)),
        edits=part,
        write=lambda form: save_milestone(
            request.actor, action=action, milestone=part, today=request.today, **form.cleaned_data
        ),
        done=_("Jalon enregistré."),
        template="plans/part.html",
        context={
            "remove": "plans:remove-milestone" if part else "",
            "part": part,
            "action": action,
        },
    )


@screen
def remove_deliverable_view(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Confirm[None]:
    action, part = get_part(
        Deliverable,
        actor=request.actor,
        plan_slug=plan,
        number=number,
        pk=pk,
        need=Operation.UPDATE_ACTION,
    )
    return Confirm(
        title=_("Supprimer le livrable « %(title)s » ?") % {"title": part.title},
        submit=_("Supprimer le livrable"),
        intro=_("Ce qu’il disait reste dans le journal de l’action."),
        trail=under_action(request, action),
        back=action_url(request, action),
        about=[part],
        write=lambda: remove_deliverable(request.actor, deliverable=part),
        done=_("Livrable supprimé."),
    )


@screen
def remove_milestone_view(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Confirm[None]:
    action, part = get_part(
        Milestone,
        actor=request.actor,
        plan_slug=plan,
        number=number,
        pk=pk,
        need=Operation.UPDATE_ACTION,
    )
    return Confirm(
        title=_("Supprimer le jalon « %(title)s » ?") % {"title": part.title},
        submit=_("Supprimer le jalon"),
        intro=_("Sa date et son titre restent dans le journal de l’action."),
        trail=under_action(request, action),
        back=action_url(request, action),
        about=[part],
        write=lambda: remove_milestone(request.actor, milestone=part),
        done=_("Jalon supprimé."),
    )


@screen
def correct(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Edit[CorrectionForm, object]:
    """Say what a decision should have said, and why; the first record stays in the history."""
    action, decision = get_part(
        CommitmentDecision,
        actor=request.actor,
        plan_slug=plan,
        number=number,
        pk=pk,
        need=Operation.DECIDE,
    )
    decision.action = action

    def write(form: CorrectionForm) -> object:
        data = form.cleaned_data
        return correct_decision(
            request.actor,
            decision=decision,
            correction=Correction(
                on=data["decided_on"],
                level=data.get("level", CommitmentLevel(decision.level)),
                body=data["body"],
                reason=data["reason"],
                because=data["because"],
            ),
            whole_vote=data.get("whole_vote", False),
            today=request.today,
        )

    return Edit(
        title=_("Corriger une décision mal enregistrée"),
        submit=_("Enregistrer la correction"),
        intro=_(
            "La correction prend sa place, et le journal garde les deux. Si l’organe a décidé "
            "autre chose depuis, enregistrez plutôt une nouvelle décision."
        ),
        trail=under_action(request, action),
        back=action_url(request, action),
        form=lambda data: CorrectionForm(decision, data, others=voted_with(decision).count()),
        write=write,
        done=_("Décision corrigée."),
    )
