"""What stands around the actions of a plan, read once for all of them and not action by action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from portulan.catalogue.models import Practice
from portulan.indicators.reads import IndicatorLine
from portulan.plans.commitments.reads import decisions_of
from portulan.plans.commitments.rules import Made
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    CommitmentDecision,
    Deliverable,
    Plan,
)
from portulan.plans.words import CommitmentLevel, Outcome


@dataclass(frozen=True, slots=True)
class Around:
    """The practices of an action in the order of their edition, its indicators, the main one
    first, and its decisions in the order they were made.
    """

    practices: tuple[Practice, ...]
    indicators: tuple[IndicatorLine, ...]
    decisions: tuple[Made, ...]


@dataclass(frozen=True, slots=True)
class PlanActions:
    """The actions of a plan by number; `around` is by action's id."""

    actions: tuple[Action, ...]
    around: Mapping[int, Around]


def actions_of(plan: Plan) -> PlanActions:
    """Return the actions of a plan with what their states need (five queries)."""
    found = Action.objects.filter(plan=plan).select_related("pilot", "unit")
    actions = tuple(found.order_by("number"))
    for action in actions:
        action.plan = plan
    practices = practices_by_action(plan)
    indicators = _indicators(plan)
    decisions = _decisions(plan)
    return PlanActions(
        actions,
        {
            action.pk: Around(
                practices.get(action.pk, ()),
                tuple(indicators[action.pk]),
                tuple(decisions[action.pk]),
            )
            for action in actions
        },
    )


def around(action: Action) -> Around:
    """Return what stands around one action, from what `load_details` fetched."""
    return Around(
        tuple(link.practice for link in action.practice_links.all()),
        tuple(
            IndicatorLine(item.pk, item.name, item.unit, item.kind, item.direction)
            for item in (link.indicator for link in action.indicator_links.all())
        ),
        decisions_of(action),
    )


def practices_by_action(plan: Plan) -> dict[int, tuple[Practice, ...]]:
    """Return the practices that each action follows, with their themes (two queries).

    Many actions follow few practices: each is made once, not once per action that follows it.
    """
    links: dict[int, list[int]] = defaultdict(list)
    for action_id, practice_id in (
        ActionPractice.objects.filter(action__plan=plan)
        .order_by("practice__theme__order", "practice__order")
        .values_list("action_id", "practice_id")
    ):
        links[action_id].append(practice_id)
    followed = {practice_id for ids in links.values() for practice_id in ids}
    practices = {
        practice.pk: practice
        for practice in Practice.objects.filter(pk__in=followed)
        .select_related("theme")
        .defer("summary", "body", "pilots", "translations")
    }
    return {pk: tuple(practices[practice_id] for practice_id in ids) for pk, ids in links.items()}


def deliverables_due(plan: Plan) -> dict[int, date]:
    """Return the day of the next deliverable still waited for, by action's id (one query)."""
    waited = Deliverable.objects.filter(
        action__plan=plan, delivered_on__isnull=True, due_on__isnull=False
    )
    return dict(waited.values_list("action_id").annotate(Min("due_on")))


def _indicators(plan: Plan) -> dict[int, list[IndicatorLine]]:
    columns = [f"indicator__{name}" for name in IndicatorLine._fields]
    found: dict[int, list[IndicatorLine]] = defaultdict(list)
    for action_id, *line in (
        ActionIndicator.objects.filter(action__plan=plan)
        .order_by("order", "id")
        .values_list("action_id", *columns)
    ):
        found[action_id].append(IndicatorLine(*line))
    return found


def _decisions(plan: Plan) -> dict[int, list[Made]]:
    found: dict[int, list[Made]] = defaultdict(list)
    for action_id, decided_on, outcome, level in CommitmentDecision.objects.filter(
        action__plan=plan
    ).values_list("action_id", "decided_on", "outcome", "level"):
        found[action_id].append(Made(decided_on, Outcome(outcome), CommitmentLevel(level)))
    return found
