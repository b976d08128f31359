"""The workshop: from all the practices of an edition keep a few in one afternoon."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.catalogue.editions import reads
from portulan.catalogue.models import Practice
from portulan.plans.choices.writes import Chosen
from portulan.plans.plan import current_plan
from portulan.web.catalogue.board import Board, lay
from portulan.web.catalogue.choices.answering import answering, plan_to_write, practice_to_read
from portulan.web.catalogue.choices.forms import AnswerForm
from portulan.web.catalogue.words import ANSWERS
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest


@require_GET
def overview(request: OrganisationRequest, version_id: int) -> HttpResponse:
    """How far the workshop is, theme by theme, and where to take it up again."""
    version = reads.get_version(
        actor=request.actor, version_id=version_id, need=Operation.READ_PLAN
    )
    plan = current_plan(actor=request.actor, today=request.today)
    board = lay(version, plan)
    context = {
        "version": version,
        "plan": plan,
        "board": board,
        "answers": ANSWERS,
    }
    return render(request, "catalogue/workshop.html", context)


@screen
def step(request: OrganisationRequest, version_id: int, code: str) -> Edit[AnswerForm, Chosen]:
    """One practice, and the five answers; then the next one that has none."""
    practice = practice_to_read(request, version_id, code)
    plan = plan_to_write(request)
    theme = practice.theme.code if request.GET.get("theme") == practice.theme.code else ""
    board = lay(practice.version, plan)
    row = next(row for row in board.rows if row.practice.pk == practice.pk)
    before, after = board.neighbours(code)
    return answering(
        request,
        practice,
        plan,
        row.answer,
        undo="catalogue:undo-step",
        then=lambda: _go_on(request, board, practice, theme),
        template="catalogue/step.html",
        context={
            "board": board,
            "answers": ANSWERS,
            "theme": theme,
            "before": before,
            "after": after,
        },
    )


def _go_on(request: OrganisationRequest, board: Board, practice: Practice, theme: str) -> str:
    """Return the next practice to decide, in the theme if one was chosen, else the summary."""
    here = [request.organisation.slug, practice.version_id]
    following = board.after(practice.code, theme=theme, besides=practice)
    if following is None:
        if board.after(practice.code, besides=practice) is not None:
            messages.info(request, _("Cette thématique est décidée."))
        return reverse("catalogue:workshop", args=here)
    address = reverse("catalogue:step", args=[*here, following.code])
    return f"{address}?{urlencode({'theme': theme})}" if theme else address
