"""What has a day in the plans of an organisation: alerts and calendars read the same dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from portulan.core.say.country import FRANCE
from portulan.plans.actions.reads import Row
from portulan.plans.models import Action, Deliverable, Milestone, Plan
from portulan.plans.states.rules import Awaited
from portulan.plans.words import OVER, Progress
from portulan.steering.law import delay_of
from portulan.steering.models import Committee, Reply
from portulan.steering.words import CampaignState, DateKind, Power


@dataclass(frozen=True, slots=True)
class PlanDate:
    """A day of a plan, and what it is of; `action` is its number there, `called` as it is said.

    An item of “À faire” has its own `key` and `path`. `version` rises each time that it is written.
    One that is cancelled will not come: its action is dropped.
    """

    kind: DateKind
    pk: int
    on: date
    title: str
    plan: str
    version: int = 1
    action: int | None = None
    called: str = ""
    action_title: str = ""
    pilot: int | None = None
    key: str = ""
    path: str = ""
    is_done: bool = False
    is_cancelled: bool = False


def coming(plan: str, rows: Iterable[Row]) -> Iterator[PlanDate]:
    """Yield the days of actions, and of the milestones and deliverables that they wait for."""
    for row in rows:
        action = row.action
        ends = [] if action.due_on is None else [Awaited(action.title, action.due_on, action.pk)]
        for kind, awaited in (
            (DateKind.ACTION, ends),
            (DateKind.MILESTONE, row.awaited.milestones),
            (DateKind.DELIVERABLE, row.awaited.deliverables),
        ):
            is_done = kind is DateKind.ACTION and row.progress in OVER
            for title, on, pk in awaited:
                yield PlanDate(kind, pk, on, title, plan, is_done=is_done, **_whose(action))


def dates_of(plan: Plan) -> list[PlanDate]:
    """Return the days of a plan, the first first: its actions and its committees (four queries)."""
    found = [*_of_actions(Q(plan=plan)), *_of_parts(Q(action__plan=plan))]
    for one in Committee.objects.filter(plan=plan).select_related("body"):
        title = one.body.name
        kind = DateKind.COMMITTEE
        is_done = one.closed_at is not None
        found.append(
            PlanDate(kind, one.pk, one.held_on, title, plan.slug, one.version, is_done=is_done)
        )
    return sorted(found, key=_order)


def dates_for(organisation_id: int, person_id: int) -> list[PlanDate]:
    """Return the days of what somebody pilots, and of what they are asked (four queries)."""
    mine = {"plan__organisation": organisation_id, "pilot": person_id}
    under = {f"action__{name}": value for name, value in mine.items()}
    found = [*_of_actions(Q(**mine)), *_of_parts(Q(**under))]
    for reply in Reply.objects.filter(
        campaign__plan__organisation=organisation_id, person=person_id
    ).select_related("campaign__plan"):
        asked = reply.campaign
        found.append(
            PlanDate(
                DateKind.CAMPAIGN,
                reply.pk,
                asked.closes_on,
                asked.title,
                asked.plan.slug,
                asked.version,
                is_done=reply.answered_at is not None,
                is_cancelled=asked.state == CampaignState.CLOSED and reply.answered_at is None,
            )
        )
    return sorted(found, key=_order)


def _order(one: PlanDate) -> tuple[date, str, int]:
    return one.on, one.kind, one.pk


def _of_actions(which: Q) -> list[PlanDate]:
    return [
        PlanDate(
            DateKind.ACTION,
            one.pk,
            one.due_on,
            one.short_title or one.title,
            one.plan.slug,
            one.version,
            is_done=Progress(one.progress) in OVER,
            **_whose(one),
        )
        for one in Action.objects.filter(which, due_on__isnull=False).select_related("plan")
        if one.due_on is not None
    ]


def _of_parts(which: Q) -> list[PlanDate]:
    """Return the days of milestones and deliverables."""
    found = []
    milestones = Milestone.objects.filter(which).select_related("action__plan")
    found += [
        PlanDate(
            DateKind.MILESTONE,
            one.pk,
            one.due_on,
            one.title,
            one.action.plan.slug,
            one.version,
            is_done=one.reached_on is not None,
            **_whose(one.action),
        )
        for one in milestones
    ]
    awaited = Deliverable.objects.filter(which, due_on__isnull=False)
    found += [
        PlanDate(
            DateKind.DELIVERABLE,
            one.pk,
            one.due_on,
            one.title,
            one.action.plan.slug,
            one.version,
            is_done=one.delivered_on is not None,
            **_whose(one.action),
        )
        for one in awaited.select_related("action__plan")
        if one.due_on is not None
    ]
    return found


def _whose(action: Action) -> dict[str, Any]:
    return {
        "action": action.number,
        "called": action.called,
        "action_title": action.short_title or action.title,
        "pilot": action.pilot_id,
        "is_cancelled": action.progress == Progress.DROPPED,
    }


def papers_day(committee: Committee) -> date:
    """Return the last day on which the papers of a session may leave: its own where no law says."""
    place = committee.plan.organisation
    delay = None
    if committee.body.power == Power.VOTE and place.country == FRANCE.code:
        delay = delay_of(place.legal_form, place.population, committee.held_on)
    return committee.held_on if delay is None else delay.last_day(committee.held_on)
