"""What stands around the actions of a plan, read once for all of them and not action by action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from portulan.catalogue.models import Practice
from portulan.indicators.reads import IndicatorLine, line_of
from portulan.plans.commitments.reads import decisions_of
from portulan.plans.commitments.rules import Made
from portulan.plans.fields import ROWS
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    CommitmentDecision,
    Deliverable,
    Milestone,
    Plan,
)
from portulan.plans.states.rules import Awaited
from portulan.plans.words import CommitmentLevel, Outcome


@dataclass(frozen=True, slots=True)
class Awaiting:
    """The milestones not reached and the deliverables not delivered of an action, by their day."""

    milestones: tuple[Awaited, ...] = ()
    deliverables: tuple[Awaited, ...] = ()
    has_deliverable: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """The practices of an action in the order of their edition, its indicators, the main one
    first, and its decisions in the order they were made.
    """

    practices: tuple[Practice, ...]
    indicators: tuple[IndicatorLine, ...]
    decisions: tuple[Made, ...]
    awaited: Awaiting


@dataclass(frozen=True, slots=True)
class PlanActions:
    """The actions of a plan by number; `around` is by action's id."""

    actions: tuple[Action, ...]
    around: Mapping[int, Around]


def actions_of(plan: Plan, only: Collection[int] | None = None) -> PlanActions:
    """Return the actions of a plan, or those of some identifiers, with what their states need.

    Seven queries.
    """
    found = Action.objects.filter(plan=plan).select_related(*ROWS)
    if only is not None:
        found = found.filter(pk__in=only)
    actions = tuple(found.order_by("number"))
    for action in actions:
        action.plan = plan
    around_of = of_actions(plan, only)
    practices = _practices(around_of)
    indicators = _indicators(around_of)
    decisions = _decisions(around_of)
    awaited = _awaited(around_of)
    return PlanActions(
        actions,
        {
            action.pk: Around(
                practices.get(action.pk, ()),
                tuple(indicators[action.pk]),
                tuple(decisions[action.pk]),
                awaited.get(action.pk, NOTHING_AWAITED),
            )
            for action in actions
        },
    )


def of_actions(plan: Plan, only: Collection[int] | None = None) -> Q:
    """Return what keeps the rows around the actions of a plan, or around some of them."""
    return Q(action__plan=plan) if only is None else Q(action__plan=plan, action__in=only)


def around(action: Action) -> Around:
    """Return what stands around one action, from what `load_details` fetched."""
    return Around(
        tuple(link.practice for link in action.practice_links.all()),
        tuple(line_of(link.indicator) for link in action.indicator_links.all()),
        decisions_of(action),
        Awaiting(
            tuple(Awaited(o.title, o.due_on) for o in action.milestones.all() if not o.reached_on),
            tuple(
                Awaited(one.title, one.due_on)
                for one in action.deliverables.all()
                if one.due_on is not None and one.delivered_on is None
            ),
            bool(action.deliverables.all()),
        ),
    )


def practices_by_action(plan: Plan) -> dict[int, tuple[Practice, ...]]:
    """Return the practices that each action follows, with their themes (two queries).

    Many actions follow few practices: each is made once, not once per action that follows it.
    """
    return _practices(of_actions(plan))


def _practices(kept: Q) -> dict[int, tuple[Practice, ...]]:
    links: dict[int, list[int]] = defaultdict(list)
    for action_id, practice_id in (
        ActionPractice.objects.filter(kept)
        .order_by("practice__theme__order", "practice__order")
        .values_list("action_id", "practice_id")
    ):
        links[action_id].append(practice_id)
    followed = {practice_id for ids in links.values() for practice_id in ids}
    practices = {
        practice.pk: practice
        for practice in Practice.objects.filter(pk__in=followed)
        .select_related("theme", "version__catalogue")
        .defer("summary", "body", "pilots", "translations")
    }
    return {pk: tuple(practices[practice_id] for practice_id in ids) for pk, ids in links.items()}


def links_by_action(plan: Plan, read: PlanActions) -> dict[int, list[ActionPractice]]:
    """Return the links of the actions of a plan to the practices already read (one query)."""
    practices = {one.pk: one for item in read.around.values() for one in item.practices}
    found: dict[int, list[ActionPractice]] = defaultdict(list)
    links = ActionPractice.objects.filter(action__plan=plan)
    for link in links.order_by("practice__theme__order", "practice__order"):
        if link.practice_id in practices:
            link.practice = practices[link.practice_id]
            found[link.action_id].append(link)
    return found


NOTHING_AWAITED = Awaiting()


def _awaited(kept: Q) -> dict[int, Awaiting]:
    """Return what is awaited of each action, by its identifier (two queries)."""
    milestones: dict[int, list[Awaited]] = defaultdict(list)
    waiting = Milestone.objects.filter(kept, reached_on=None).order_by("due_on", "id")
    for action_id, title, due_on, pk in waiting.values_list("action_id", "title", "due_on", "pk"):
        milestones[action_id].append(Awaited(title, due_on, pk))
    deliverables: dict[int, list[Awaited]] = defaultdict(list)
    having = set()
    for action_id, name, awaited_on, delivered_on, pk in (
        Deliverable.objects.filter(kept)
        .order_by("due_on", "id")
        .values_list("action_id", "title", "due_on", "delivered_on", "pk")
    ):
        having.add(action_id)
        if awaited_on is not None and delivered_on is None:
            deliverables[action_id].append(Awaited(name, awaited_on, pk))
    return {
        pk: Awaiting(tuple(milestones[pk]), tuple(deliverables[pk]), pk in having)
        for pk in {*milestones, *having}
    }


def _indicators(kept: Q) -> dict[int, list[IndicatorLine]]:
    columns = [f"indicator__{name}" for name in IndicatorLine._fields]
    found: dict[int, list[IndicatorLine]] = defaultdict(list)
    for action_id, *line in (
        ActionIndicator.objects.filter(kept)
        .order_by("order", "id")
        .values_list("action_id", *columns)
    ):
        found[action_id].append(IndicatorLine(*line))
    return found


def _decisions(kept: Q) -> dict[int, list[Made]]:
    found: dict[int, list[Made]] = defaultdict(list)
    for action_id, decided_on, outcome, level in CommitmentDecision.objects.filter(
        kept
    ).values_list("action_id", "decided_on", "outcome", "level"):
        found[action_id].append(Made(decided_on, Outcome(outcome), CommitmentLevel(level)))
    return found
