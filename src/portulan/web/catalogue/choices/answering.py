"""Between the form of an answer and the service: refusals are said beside their field."""

from __future__ import annotations

from collections.abc import Callable

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
from portulan.web.pages import Act, Context, Edit, called, screen
from portulan.web.requests import OrganisationRequest


def plan_to_write(request: OrganisationRequest) -> Plan:
    """Return the current plan. Raises DeniedError, and NotFoundError when there is none."""
    plan = current_plan(actor=request.actor, today=request.today)
    request.actor.require(Operation.EDIT_PLAN)
    if plan is None:
        raise NotFoundError("plan")
    return plan


def practice_to_read(request: OrganisationRequest, version_id: int, code: str) -> Practice:
    return get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.READ_PLAN
    )


def answer_of(plan: Plan | None, practice: Practice) -> Answer:
    """Return what a plan answers to one practice."""
    if plan is None:
        return NO_ANSWER
    return answers_of(plan, practice.version).get(practice.pk, NO_ANSWER)


def answering(
    request: OrganisationRequest,
    practice: Practice,
    plan: Plan | None,
    answer: Answer,
    *,
    undo: str,
    then: Callable[[], str],
    template: str,
    context: Context,
) -> Edit[AnswerForm, Chosen]:
    """Return the page that shows an answer and writes it; `undo` names the view that undoes it."""
    where = [request.organisation.slug, practice.version_id, practice.code]
    initial = {"choice": answer.choice or ""}
    if answer.given is not None:
        initial = {"choice": answer.given.choice, "reason": answer.given.reason}
    return Edit(
        back="",
        form=lambda data: AnswerForm(practice, data, initial=initial),
        write=lambda form: choose_practice(
            request.actor,
            plan=plan or plan_to_write(request),
            practice=practice,
            today=request.today,
            **form.answer,
        ),
        done=lambda chosen: said(chosen, practice.code),
        undo=lambda _chosen: reverse(undo, args=where),
        then=lambda _chosen: then(),
        template=template,
        context=lambda: {
            "practice": practice,
            "version": practice.version,
            "plan": plan,
            "answer": answer,
            **called(context),
        },
    )


@screen
def undo(request: OrganisationRequest, version_id: int, code: str, back: str) -> Act[object]:
    """Take the last answer to a practice back; `back` names the page that it was given on."""
    practice = practice_to_read(request, version_id, code)
    given = answer_of(plan_to_write(request), practice).given
    return Act(
        write=lambda: given and undo_choice(request.actor, choice=given, today=request.today),
        done=_("%(code)s : réponse annulée.") % {"code": code},
        back=reverse(back, args=[request.organisation.slug, version_id, code]),
    )
