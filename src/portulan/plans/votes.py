"""The vote of a plan: what waits for it, dates that disagree, all its actions adopted together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.say.text import Problem
from portulan.core.storing import store
from portulan.indicators.measurements import refresh_used
from portulan.plans.access import check_plan
from portulan.plans.commitments.rules import Commitment, missing_to_enter
from portulan.plans.commitments.writes import decide
from portulan.plans.computed import NAMES
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel, Outcome, Progress


def actions_to_vote(plan: Plan) -> list[tuple[Action, list[Problem]]]:
    """Return the actions that wait for their vote, each with what its level still lacks.

    Neither voted nor dropped, by number (one query).
    """
    actions = (
        Action.objects.filter(plan=plan, decisions=None)
        .exclude(progress=Progress.DROPPED)
        .annotate(indicator_count=Count("indicator_links"))
        .order_by("number")
    )
    found: list[tuple[Action, list[Problem]]] = []
    for action in actions:
        state = Commitment(
            scope=action.scope,
            indicators=action.indicator_count,
            follow_up=action.follow_up_function,
        )
        found.append((action, list(missing_to_enter(state, CommitmentLevel(action.level)))))
    return found


@dataclass(frozen=True, slots=True)
class Voting:
    """How many actions wait for their vote; how many were voted after the day of the plan’s.

    `first_later` is the day of the first of those; `lacks_date` says that all are voted, and the
    plan has no date.
    """

    waiting: int
    later: int
    first_later: date | None
    lacks_date: bool


def voting_of(plan: Plan) -> Voting:
    """Return what of a plan is voted (one query)."""
    first = CommitmentDecision.objects.filter(action=OuterRef("pk")).values("decided_on")[:1]
    actions = Action.objects.filter(plan=plan).annotate(first=Subquery(first))
    return voting(plan, list(actions.values_list("first", "progress")))


def voting(plan: Plan, found: Sequence[tuple[date | None, str]]) -> Voting:
    """Return what of a plan is voted, from the first vote of each action and its progress."""
    voted = [first for first, _progress in found if first is not None]
    waiting = sum(first is None and step != Progress.DROPPED for first, step in found)
    later = [day for day in voted if plan.adopted_on is not None and day > plan.adopted_on]
    return Voting(
        waiting=waiting,
        later=len(later),
        first_later=min(later, default=None),
        lacks_date=plan.adopted_on is None and bool(voted) and not waiting,
    )


# What is said once for all the actions; the rest is each one’s own.
_OF_ALL = frozenset({"decided_on", "body"})


@dataclass(frozen=True, slots=True)
class Vote:
    """An action adopted at the level it proposes, with what that level rests on if it lacked it."""

    action: Action
    scope: str = ""
    follow_up_function: str = ""


@transaction.atomic
def vote_plan(
    actor: Actor,
    *,
    plan: Plan,
    votes: Iterable[Vote],
    on: date,
    body: str,
    today: date,
    reference: str = "",
) -> list[CommitmentDecision]:
    """Adopt actions of a plan by one vote: as many decisions, all or none.

    A plan without a date of vote takes this one. `reference` is kept as the reason of each
    decision. Raises DeniedError, NotFoundError, ValidationError; what an action lacks stands at
    the field and its number, as in `scope-12`.
    """
    check_plan(actor, plan, Operation.DECIDE)
    refused: dict[str, Any] = {}
    decisions = []
    for vote in votes:
        if vote.action.plan_id != plan.pk:
            raise NotFoundError(vote.action.number)
        try:
            decisions.append(
                decide(
                    actor,
                    action=vote.action,
                    outcome=Outcome.ADOPT,
                    on=on,
                    body=body,
                    reason=reference,
                    scope=vote.scope,
                    follow_up_function=vote.follow_up_function,
                    today=today,
                    refresh=False,
                )
            )
        except ValidationError as error:
            refused |= _at_its_number(error, vote.action.number)
    if refused:
        raise ValidationError(refused)
    if not decisions:
        raise ValidationError(_("Cochez au moins une action."))
    refresh_used(actor, names=NAMES)
    if plan.adopted_on is None:
        changes = trail.set_fields(plan, {"adopted_on": on, "adopted_by": body.strip()})
        store(plan)
        record(actor, plan, Verb.EDITED, changes)
    return decisions


def _at_its_number(error: ValidationError, number: int) -> dict[str, Any]:
    return {
        name if name in _OF_ALL else f"{name}-{number}": errors
        for name, errors in error.error_dict.items()
    }
