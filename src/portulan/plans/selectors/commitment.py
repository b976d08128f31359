"""From the database to the pure rules: commitments and facts of an action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portulan.indicators.enums import Kind
from portulan.indicators.selectors import IndicatorLine, series_of
from portulan.indicators.series import Series
from portulan.plans.enums import CommitmentLevel, Outcome, Progress
from portulan.plans.funding import NO_FUNDING, Funding
from portulan.plans.models import Action, Deliverable
from portulan.plans.rules import Commitment, Handed, Made
from portulan.plans.states import Facts, Followed


def decisions_of(action: Action) -> tuple[Made, ...]:
    """Return the decisions in force, in the order they were made."""
    return tuple(
        Made(item.decided_on, Outcome(item.outcome), CommitmentLevel(item.level))
        for item in action.decisions.all()
    )


def handed(deliverable: Deliverable) -> Handed:
    """Return a deliverable as the rules see it."""
    return Handed(
        deliverable.delivered_on, deliverable.approach, deliverable.consulted, deliverable.result
    )


def commitment_of(action: Action) -> Commitment:
    """Return where an action stands, as the rules see it."""
    followed = [series_of(link.indicator) for link in action.indicator_links.all()]
    known = [series.last_known.on for series in followed if series.last_known is not None]
    return Commitment(
        decisions=decisions_of(action),
        scope=action.scope,
        indicators=len(followed),
        follow_up=action.follow_up_function,
        deliverables=tuple(handed(item) for item in action.deliverables.all()),
        milestones_left=tuple(
            item.title for item in action.milestones.all() if item.reached_on is None
        ),
        last_reading_on=max(known, default=None),
    )


def followed_by(
    indicators: Iterable[IndicatorLine], series: Mapping[int, Series]
) -> tuple[Followed, ...]:
    """Return indicators and their series, by indicator's id, as the states see them."""
    return tuple(
        Followed(series[item.pk], item.unit, yes_no=item.kind == Kind.YES_NO) for item in indicators
    )


def facts_of(
    action: Action, followed: tuple[Followed, ...] = (), funding: Funding = NO_FUNDING
) -> Facts:
    """Return what the derived states of an action are drawn from."""
    pilot = action.pilot
    left_on = None
    if pilot is not None:
        left_on = pilot.left_on or (pilot.erased_at and pilot.erased_at.date())
    return Facts(
        progress=Progress(action.progress),
        due_on=action.due_on,
        last_news_on=action.last_news_on,
        vacant_since=action.vacant_since,
        pilot_left_on=left_on,
        blocked_by=action.blocked_by,
        followed=followed,
        funding=funding,
    )
