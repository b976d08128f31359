"""What of a plan is voted: the actions that wait for it, and the dates that do not agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery

from portulan.core.problems import Problem
from portulan.plans.enums import CommitmentLevel, Outcome, Progress
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.rules import Commitment, missing_to_enter


@dataclass(frozen=True, slots=True)
class ToVote:
    """An action that waits for its vote, and what the level it proposes still lacks."""

    action: Action
    missing: tuple[Problem, ...]


def actions_to_vote(plan: Plan) -> list[ToVote]:
    """Return the actions of a plan that were neither voted nor dropped, by number (one query)."""
    actions = (
        Action.objects.filter(plan=plan, decisions=None)
        .exclude(progress=Progress.DROPPED)
        .annotate(indicator_count=Count("indicator_links"))
        .order_by("number")
    )
    return [
        ToVote(
            action,
            tuple(
                missing_to_enter(
                    Commitment(
                        scope=action.scope,
                        indicators=action.indicator_count,
                        follow_up=action.follow_up_function,
                    ),
                    CommitmentLevel(action.level),
                )
            ),
        )
        for action in actions
    ]


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
    found = list(actions.values_list("first", "progress"))
    voted = [first for first, _progress in found if first is not None]
    waiting = sum(first is None and step != Progress.DROPPED for first, step in found)
    later = [day for day in voted if plan.adopted_on is not None and day > plan.adopted_on]
    return Voting(
        waiting=waiting,
        later=len(later),
        first_later=min(later, default=None),
        lacks_date=plan.adopted_on is None and bool(voted) and not waiting,
    )


def voted_with(decision: CommitmentDecision) -> QuerySet[CommitmentDecision]:
    """Return the adoptions of the same vote: other actions of the plan, that day, by that body."""
    adoptions = CommitmentDecision.objects.filter(
        action__plan=decision.action.plan_id,
        outcome=Outcome.ADOPT,
        decided_on=decision.decided_on,
        body=decision.body,
    )
    if decision.outcome != Outcome.ADOPT:
        return adoptions.none()
    return adoptions.exclude(pk=decision.pk).select_related("action__plan")
