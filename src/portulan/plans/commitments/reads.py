"""From the database to the pure rules: commitments and facts of an action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from portulan.indicators.reads import series_of
from portulan.plans.commitments.rules import Commitment, Made
from portulan.plans.models import Action, CommitmentDecision
from portulan.plans.words import CommitmentLevel, Outcome


def decisions_of(action: Action) -> tuple[Made, ...]:
    """Return the decisions in force, in the order they were made."""
    return tuple(_made(item) for item in action.decisions.all())


def made_by_action(actions: Iterable[Action]) -> dict[int, tuple[Made, ...]]:
    """Return the decisions in force of some actions, by their identifiers (one query)."""
    found: defaultdict[int, tuple[Made, ...]] = defaultdict(tuple)
    for item in CommitmentDecision.objects.filter(action__in=[one.pk for one in actions]):
        found[item.action_id] += (_made(item),)
    return found


def _made(item: CommitmentDecision) -> Made:
    return Made(item.decided_on, Outcome(item.outcome), CommitmentLevel(item.level))


def commitment_of(action: Action) -> Commitment:
    """Return where an action stands, as the rules see it."""
    followed = [series_of(link.indicator) for link in action.indicator_links.all()]
    known = [series.last_known.on for series in followed if series.last_known is not None]
    return Commitment(
        decisions=decisions_of(action),
        scope=action.scope,
        indicators=len(followed),
        follow_up=action.follow_up_function,
        deliverables=tuple(action.deliverables.all()),
        milestones_left=tuple(
            item.title for item in action.milestones.all() if item.reached_on is None
        ),
        last_reading_on=max(known, default=None),
    )


def commitments_of(actions: Sequence[Action]) -> dict[int, Commitment]:
    """Return where actions stand, by their identifiers (eight queries, whatever there is)."""
    read = Action.objects.prefetch_related(*_RESTS_ON).in_bulk([one.pk for one in actions])
    return {pk: commitment_of(action) for pk, action in read.items()}


_RESTS_ON = (
    *("decisions", "deliverables", "milestones", "indicator_links__indicator__measurements"),
    *("indicator_links__indicator__targets", "indicator_links__indicator__unit_parts__unit"),
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
