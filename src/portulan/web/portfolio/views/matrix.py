"""The matrix of impact and effort of the plan."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.plans.enums import Guess
from portulan.plans.models import GUESSES, Action
from portulan.plans.selectors import current_plan
from portulan.web.portfolio.matrix_page import EFFORTS, matrix_of
from portulan.web.portfolio.pages import under_all
from portulan.web.requests import OrganisationRequest


@require_GET
def matrix(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_PLAN)
    plan = current_plan(actor=request.actor, today=request.today)
    if plan is None:
        return render(request, "portfolio/matrix.html", {"trail": under_all(request)})
    found = matrix_of(Action.objects.filter(plan=plan).order_by("number"))
    context = {
        "plan": plan,
        "trail": under_all(request),
        "matrix": found,
        "efforts": [_word(effort) for effort in EFFORTS],
        "rows": [(_word(impact), cells) for impact, cells in found.rows],
    }
    return render(request, "portfolio/matrix.html", context)


def _word(guess: Guess | None) -> str:
    return "" if guess is None else str(GUESSES[guess])
