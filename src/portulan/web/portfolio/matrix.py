"""The matrix of impact and effort, from the first guesses of a plan’s actions.

A first guess in three steps comes long before any calculation, and “unknown” is an answer: it has
a strip of its own, on both sides.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.plans.models import GUESSES, Action
from portulan.plans.plan import current_plan
from portulan.plans.words import Guess, Progress
from portulan.web.portfolio.crumbs import under_all
from portulan.web.requests import OrganisationRequest

# From the best corner: much impact for little effort stands first.
IMPACTS: tuple[Guess | None, ...] = (Guess.HIGH, Guess.MEDIUM, Guess.LOW, None)
EFFORTS: tuple[Guess | None, ...] = (Guess.LOW, Guess.MEDIUM, Guess.HIGH, None)


@require_GET
def matrix(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_PLAN)
    plan = current_plan(actor=request.actor, today=request.today)
    if plan is None:
        return render(request, "portfolio/matrix.html", {"trail": under_all(request)})
    found: dict[tuple[Guess | None, Guess | None], list[Action]] = {}
    for action in Action.objects.filter(plan=plan).order_by("number"):
        if action.progress != Progress.DROPPED:
            found.setdefault(_place(action), []).append(action)
    context = {
        "plan": plan,
        "trail": under_all(request),
        "count": sum(map(len, found.values())),
        "first": found.get((Guess.HIGH, Guess.LOW), []),
        "unknown": sum(len(actions) for place, actions in found.items() if None in place),
        "efforts": [_word(effort) for effort in EFFORTS],
        "rows": [
            (_word(impact), [found.get((impact, effort), []) for effort in EFFORTS])
            for impact in IMPACTS
        ],
    }
    return render(request, "portfolio/matrix.html", context)


def _word(guess: Guess | None) -> str:
    return "" if guess is None else str(GUESSES[guess])


def _place(action: Action) -> tuple[Guess | None, Guess | None]:
    guesses = (action.impact_guess, action.effort_guess)
    impact, effort = (None if guess is None else Guess(guess) for guess in guesses)
    return impact, effort
