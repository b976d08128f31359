"""Between the form of an answer and the service: refusals are said beside their field."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.catalogue.editions.reads import get_practice
from portulan.catalogue.models import Practice
from portulan.core.errors import NotFoundError
from portulan.plans.choices.reads import NO_ANSWER, Answer, answers_of
from portulan.plans.choices.writes import Chosen, choose_practice, undo_choice
from portulan.plans.models import Plan
from portulan.plans.plan import current_plan
from portulan.web.catalogue.choices.forms import AnswerForm
from portulan.web.catalogue.words import said
from portulan.web.pages import blame
from portulan.web.requests import OrganisationRequest


def plan_to_write(request: OrganisationRequest) -> Plan:
    """Return the current plan. Raises DeniedError, and NotFoundError when there is none."""
    plan = current_plan(actor=request.actor, today=request.today)
    request.actor.require(Operation.EDIT_PLAN)
    if plan is None:
        raise NotFoundError("plan")
    return plan


def answer_of(plan: Plan | None, practice: Practice) -> Answer:
    """Return what a plan answers to one practice."""
    if plan is None:
        return NO_ANSWER
    return answers_of(plan, practice.version).get(practice.pk, NO_ANSWER)


def known(answer: Answer) -> dict[str, str]:
    """Return what a form shows of what was answered."""
    given = answer.given
    if given is None:
        return {"choice": answer.choice or ""}
    return {"choice": given.choice, "reason": given.reason}


def give_answer(
    request: OrganisationRequest, form: AnswerForm, *, plan: Plan, practice: Practice, undo: str
) -> Chosen | None:
    """Write the answer and say so, with its undo (`undo` names the view); None when refused."""
    if not form.is_valid():
        return None
    try:
        chosen = choose_practice(
            request.actor, plan=plan, practice=practice, today=request.today, **form.answer
        )
    except ValidationError as error:
        blame(form, error)
        return None
    address = reverse(undo, args=[request.organisation.slug, practice.version_id, practice.code])
    messages.success(request, said(chosen, practice.code), extra_tags=f"undo {address}")
    return chosen


def take_back(request: OrganisationRequest, version_id: int, code: str) -> None:
    """Undo the last answer to a practice, and say so or why not."""
    practice = get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.READ_PLAN
    )
    given = answer_of(plan_to_write(request), practice).given
    try:
        if given is not None:
            undo_choice(request.actor, choice=given, today=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    messages.success(request, _("%(code)s : réponse annulée.") % {"code": code})
