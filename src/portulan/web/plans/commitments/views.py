"""The decisions of an action and their corrections, its deliverables and its milestones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.plans.commitments import writes
from portulan.plans.commitments.corrections import correct_decision
from portulan.plans.commitments.reads import commitment_of, voted_with
from portulan.plans.commitments.rules import missing_to_finish
from portulan.plans.models import LEVELS, Action, CommitmentDecision, Deliverable, Milestone
from portulan.plans.plan import get_part, load_details
from portulan.plans.words import CommitmentLevel, Outcome
from portulan.web.crumbs import action_at, action_url, under_action
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, Said, screen
from portulan.web.plans.commitments.forms import (
    CorrectionForm,
    DecisionForm,
    DeliverableForm,
    MilestoneForm,
)
from portulan.web.requests import OrganisationRequest


@screen
def decision(request: OrganisationRequest, plan: str, number: int) -> Edit[DecisionForm, object]:
    """Record what a body decided on the level; the form says what the decision needs."""
    action = load_details(action_at(request, plan, number, Operation.DECIDE))
    adopted = bool(action.decisions.all())
    level = CommitmentLevel(action.level)
    missing = missing_to_finish(commitment_of(action), level, today=request.today)

    def write(form: DecisionForm) -> object:
        data = form.cleaned_data
        stays = data["outcome"] in {Outcome.EXTEND, Outcome.CLOSE}
        return writes.decide(
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
        form=lambda data: DecisionForm(
            action, request.today, data, adopted=adopted, asked=request.GET.dict()
        ),
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


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of parts of an action that its pilot keeps: its services, and what they say."""

    model: type[Deliverable] | type[Milestone]
    form: type[Form]
    save: Callable[..., object]
    remove: Callable[..., None]
    add: Said
    edit: Said
    submit: Said
    saved: Said
    delete: Any
    submit_delete: Said
    kept: Said
    deleted: Said
    intro: Said = ""


KINDS = {
    "deliverable": Kind(
        Deliverable,
        DeliverableForm,
        writes.save_deliverable,
        writes.remove_deliverable,
        add=_("Ajouter un livrable"),
        edit=_("Livrable"),
        submit=_("Enregistrer le livrable"),
        saved=_("Livrable enregistré."),
        delete=_("Supprimer le livrable « %(title)s » ?"),
        submit_delete=_("Supprimer le livrable"),
        kept=_("Son texte reste dans le journal de l’action."),
        deleted=_("Livrable supprimé."),
        intro=_(
            "Une réflexion engage à une étude : la démarche, qui a été consulté, le résultat. "
            "Une expérimentation finit par un bilan."
        ),
    ),
    "milestone": Kind(
        Milestone,
        MilestoneForm,
        writes.save_milestone,
        writes.remove_milestone,
        add=_("Poser un jalon"),
        edit=_("Jalon"),
        submit=_("Enregistrer le jalon"),
        saved=_("Jalon enregistré."),
        delete=_("Supprimer le jalon « %(title)s » ?"),
        submit_delete=_("Supprimer le jalon"),
        kept=_("Sa date et son titre restent dans le journal de l’action."),
        deleted=_("Jalon supprimé."),
    ),
}


def _part(
    request: OrganisationRequest, plan: str, number: int, kind: str, pk: int
) -> tuple[Action, Deliverable | Milestone]:
    door: dict[str, Any] = {"plan_slug": plan, "number": number, "need": Operation.UPDATE_ACTION}
    return get_part(KINDS[kind].model, actor=request.actor, pk=pk, **door)


@screen
def part(
    request: OrganisationRequest, plan: str, number: int, kind: str, pk: int | None = None
) -> Edit[Form, object]:
    """Announce a deliverable or a milestone, or record that it is handed over or reached."""
    about, part = KINDS[kind], None
    if pk is None:
        action = action_at(request, plan, number, Operation.UPDATE_ACTION)
    else:
        action, part = _part(request, plan, number, kind, pk)
    initial = {name: getattr(part, name) for name in about.form.base_fields} if part else {}
    back = action_url(request, action)
    decides = reverse("plans:decide", args=[request.organisation.slug, plan, number])
    return Edit(
        title=about.edit if part else about.add,
        submit=about.submit,
        intro=about.intro,
        trail=under_action(request, action),
        back=back,
        form=lambda data: about.form(data, initial=initial),
        edits=part,
        write=lambda form: about.save(
            request.actor, action=action, today=request.today, **{kind: part}, **form.cleaned_data
        ),
        done=about.saved,
        # The decision that waits for it goes on.
        then=lambda _kept: decides if "decide" in request.GET else back,
        template="plans/part.html",
        context={"remove": f"plans:remove-{kind}" if part else "", "part": part, "action": action},
    )


@screen
def remove_part(
    request: OrganisationRequest, plan: str, number: int, kind: str, pk: int
) -> Confirm[None]:
    about = KINDS[kind]
    action, part = _part(request, plan, number, kind, pk)
    return Confirm(
        title=about.delete % {"title": part.title},
        submit=about.submit_delete,
        intro=about.kept,
        trail=under_action(request, action),
        back=action_url(request, action),
        about=[part],
        write=lambda: about.remove(request.actor, **{kind: part}),
        done=about.deleted,
    )


@screen
def correct(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Edit[CorrectionForm, object]:
    """Say what a decision should have said, and why; the first record stays in the history."""
    door: dict[str, Any] = {"plan_slug": plan, "number": number, "need": Operation.DECIDE}
    action, decision = get_part(CommitmentDecision, actor=request.actor, pk=pk, **door)
    decision.action = action

    def write(form: CorrectionForm) -> object:
        data = form.cleaned_data
        return correct_decision(
            request.actor,
            decision=decision,
            on=data["decided_on"],
            level=data.get("level", CommitmentLevel(decision.level)),
            body=data["body"],
            reason=data["reason"],
            because=data["because"],
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
