"""The matrix of impact and effort of the plan.

The matrix of impact and effort, from the first guesses of a plan’s actions.

A first guess in three steps comes long before any calculation, and “unknown” is an answer: it has
a strip of its own, on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.plans.models import GUESSES, Action
from portulan.plans.plan import current_plan
from portulan.plans.words import Guess, Progress
from portulan.web.portfolio.crumbs import under_all
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


# From the best corner: much impact for little effort stands first.
IMPACTS: tuple[Guess | None, ...] = (Guess.HIGH, Guess.MEDIUM, Guess.LOW, None)
EFFORTS: tuple[Guess | None, ...] = (Guess.LOW, Guess.MEDIUM, Guess.HIGH, None)


@dataclass(frozen=True, slots=True)
class Matrix:
    """`rows`: for each impact, the actions by effort. An action dropped is in none."""

    rows: tuple[tuple[Guess | None, tuple[tuple[Action, ...], ...]], ...]

    @property
    def unknown(self) -> int:
        """How many actions lack one of their guesses."""
        return sum(
            len(actions)
            for impact, cells in self.rows
            for effort, actions in zip(EFFORTS, cells, strict=True)
            if impact is None or effort is None
        )

    @property
    def first(self) -> tuple[Action, ...]:
        """Much impact for little effort."""
        return self.rows[0][1][0]

    @property
    def count(self) -> int:
        return sum(len(actions) for _, cells in self.rows for actions in cells)


def matrix_of(actions: Iterable[Action]) -> Matrix:
    """Return where each action stands, in the order given."""
    found: dict[tuple[Guess | None, Guess | None], list[Action]] = {}
    for action in actions:
        if action.progress != Progress.DROPPED:
            found.setdefault(_place(action), []).append(action)
    return Matrix(
        tuple(
            (impact, tuple(tuple(found.get((impact, effort), ())) for effort in EFFORTS))
            for impact in IMPACTS
        )
    )


def _place(action: Action) -> tuple[Guess | None, Guess | None]:
    guesses = (action.impact_guess, action.effort_guess)
    impact, effort = (None if guess is None else Guess(guess) for guess in guesses)
    return impact, effort
