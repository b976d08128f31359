"""A practice: what its edition says, and what the plan answers to it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.selectors import labels_of
from portulan.catalogue import selectors
from portulan.plans.models import Plan
from portulan.plans.selectors import current_plan
from portulan.plans.selectors.answers import Answer
from portulan.web.catalogue.answering import (
    answer_of,
    give_answer,
    plan_to_write,
    posted,
    take_back,
)
from portulan.web.catalogue.board import UNDECIDED
from portulan.web.catalogue.forms import AnswerForm
from portulan.web.catalogue.markdown import render as render_markdown
from portulan.web.catalogue.practice_page import links_beside, places_beside
from portulan.web.requests import OrganisationRequest


@require_http_methods(["GET", "POST"])
def practice(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """A practice: what its edition says, what the plan answers, the actions that follow it."""
    found = selectors.get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.READ_PLAN
    )
    if request.method == "POST":
        plan: Plan | None = plan_to_write(request)
    else:
        plan = current_plan(actor=request.actor, today=request.today)
    answer = answer_of(plan, found)
    form = AnswerForm(found, posted(request), initial=_initial(answer))
    if plan is not None and request.method == "POST":
        done = give_answer(request, form, plan=plan, practice=found, undo="catalogue:undo")
        if done is not None:
            return redirect("catalogue:practice", request.organisation.slug, version_id, code)
    context = {
        "practice": found,
        "version": found.version,
        "plan": plan,
        "answer": answer,
        "state": answer.choice or UNDECIDED,
        "author": _author(answer),
        "form": form,
        "body": render_markdown(found.body, table=_("Tableau")),
        "others": places_beside(request.actor, found),
        "links": links_beside(request.actor, found),
    }
    status = 422 if form.errors else 200
    return render(request, "catalogue/practice.html", context, status=status)


def _initial(answer: Answer) -> dict[str, str]:
    given = answer.given
    if given is None:
        return {"choice": answer.choice or ""}
    return {"choice": given.choice, "reason": given.reason}


def _author(answer: Answer) -> str:
    person_id = answer.given.person_id if answer.given is not None else None
    return labels_of([person_id]).get(person_id or 0, "")


@require_POST
def undo(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """Take the last answer to a practice back."""
    take_back(request, version_id, code)
    return redirect("catalogue:practice", request.organisation.slug, version_id, code)
