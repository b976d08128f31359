"""The workshop: from all the practices of an edition keep a few in one afternoon."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.catalogue.editions import reads
from portulan.catalogue.models import Practice
from portulan.plans.plan import current_plan
from portulan.web.catalogue.board import Board, lay
from portulan.web.catalogue.choices.answering import give_answer, known, plan_to_write, take_back
from portulan.web.catalogue.choices.forms import AnswerForm
from portulan.web.catalogue.words import ANSWERS, tallied
from portulan.web.conflicts import reconcile
from portulan.web.pages import posted, status_of
from portulan.web.requests import OrganisationRequest
from portulan.web.sending import sent_by


@require_GET
def overview(request: OrganisationRequest, version_id: int) -> HttpResponse:
    """How far the workshop is, theme by theme, and where to take it up again."""
    version = reads.get_version(
        actor=request.actor, version_id=version_id, need=Operation.READ_PLAN
    )
    plan = current_plan(actor=request.actor, today=request.today)
    board = lay(version, plan)
    tally = board.tally()
    context = {
        "version": version,
        "plan": plan,
        "tally": tally,
        "counts": tallied(tally),
        "domains": board.domains(),
        "next": board.after(""),
        "answers": ANSWERS,
    }
    return render(request, "catalogue/workshop.html", context)


@require_http_methods(["GET", "POST"])
def step(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """One practice, and the five answers; then the next one that has none."""
    practice = reads.get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.READ_PLAN
    )
    plan = plan_to_write(request)
    theme = practice.theme.code if request.GET.get("theme") == practice.theme.code else ""
    board = lay(practice.version, plan)
    row = next(row for row in board.rows if row.practice.pk == practice.pk)
    form = AnswerForm(practice, posted(request), initial=known(row.answer))
    conflicts = reconcile(form, sent_by(request), names=AnswerForm.CHANGED)
    if request.method == "POST" and not conflicts:
        undo = "catalogue:undo-step"
        if give_answer(request, form, plan=plan, practice=practice, undo=undo):
            return _go_on(request, board, practice, theme)
    before, after = board.neighbours(code)
    context = {
        "practice": practice,
        "version": practice.version,
        "plan": plan,
        "answer": row.answer,
        "form": form,
        "conflicts": conflicts,
        "tally": board.tally(),
        "answers": ANSWERS,
        "theme": theme,
        "before": before,
        "after": after,
    }
    status = status_of(form, conflicts)
    return render(request, "catalogue/step.html", context, status=status)


def _go_on(
    request: OrganisationRequest, board: Board, practice: Practice, theme: str
) -> HttpResponse:
    """Go to the next practice to decide, in the theme if one was chosen, else to the summary."""
    here = [request.organisation.slug, practice.version_id]
    following = board.after(practice.code, theme=theme, besides=practice)
    if following is None:
        if board.after(practice.code, besides=practice) is not None:
            messages.info(request, _("Cette thématique est décidée."))
        return redirect("catalogue:workshop", *here)
    address = reverse("catalogue:step", args=[*here, following.code])
    return redirect(f"{address}?{urlencode({'theme': theme})}" if theme else address)


@require_POST
def undo(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """Take the last answer back, and ask again."""
    take_back(request, version_id, code)
    return redirect("catalogue:step", request.organisation.slug, version_id, code)
