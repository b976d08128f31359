"""Correcting a decision that was recorded wrongly."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import CommitmentDecision
from portulan.plans.selectors import get_part
from portulan.plans.selectors.votes import voted_with
from portulan.plans.services import Correction, correct_decision
from portulan.web.form_pages import FormPage, form_page
from portulan.web.plans.crumbs import action_url, under_action
from portulan.web.plans.forms.commitments import CorrectionForm
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted


@require_http_methods(["GET", "POST"])
def correct(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
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
    form = CorrectionForm(decision, posted(request), others=voted_with(decision).count())
    page = FormPage(
        title=_("Corriger une décision mal enregistrée"),
        trail=under_action(request, action),
        back=action_url(request, action),
        submit=_("Enregistrer la correction"),
        intro=_(
            "La correction prend sa place, et le journal garde les deux. Si l’organe a décidé "
            "autre chose depuis, enregistrez plutôt une nouvelle décision."
        ),
    )

    def save() -> object:
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

    return form_page(
        request, form, page, save=save, done=lambda: (page.back, _("Décision corrigée."))
    )
