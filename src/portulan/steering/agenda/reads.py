"""The agenda of a committee, drawn from the plan as it is: the same queries at any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from portulan.budget.funding.by_action import funding_of
from portulan.budget.indicator.reads import figures_shown
from portulan.budget.years.reads import year_on
from portulan.core.say.language import spoken_language
from portulan.indicators.models import Measurement
from portulan.plans.actions.columns import actions_of
from portulan.plans.actions.reads import Row, rows_of
from portulan.plans.models import CommitmentDecision, Deliverable, Plan
from portulan.steering.agenda.rules import Found, Subject, agenda
from portulan.steering.models import Body, Committee, Decision
from portulan.steering.words import CommitteeState, DecisionStatus, Matter


def last_held(plan: Plan, before: date) -> Committee | None:
    """Return the last committee of the plan whose minutes are closed (one query)."""
    held = Committee.objects.filter(plan=plan, state=CommitteeState.CLOSED, held_on__lte=before)
    return held.order_by("held_on", "pk").last()


def agenda_of(plan: Plan, *, today: date, since: date | None) -> list[Found]:
    """Return what the plan calls for, since a day."""
    read = actions_of(plan)
    facts = funding_of(read.actions, figures_shown(plan.organisation_id))
    this_year = year_on(plan.organisation_id, today)
    rows = rows_of(plan=plan, today=today, facts=facts, read=read, this_year=this_year)
    handed: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    given = Deliverable.objects.filter(action__plan=plan, delivered_on__isnull=False)
    for action, title, day in given.values_list("action", "title", "delivered_on"):
        if day is not None:
            handed[action].append((title, day))
    subjects = [_subject(row, handed[row.action.pk]) for row in rows]
    moved = _moved(plan, since)
    return list(agenda(subjects, today=today, since=since, moved=moved, lang=spoken_language()))


def _subject(row: Row, handed: list[tuple[str, date]]) -> Subject:
    action = row.action
    return Subject(
        pk=action.pk,
        number=action.called,
        title=action.short_title or action.title,
        level=row.level,
        progress=row.progress,
        due_on=action.due_on,
        decided_on=row.decisions[-1].on if row.decisions else None,
        states=row.states,
        delivered=tuple(handed),
    )


def _moved(plan: Plan, since: date | None) -> tuple[int, int, int]:
    """Return how many decisions and readings came since a day, and on how many indicators."""
    later = Q() if since is None else Q(decided_on__gt=since)
    decisions = CommitmentDecision.objects.filter(later, action__plan=plan).count()
    readings = Measurement.objects.filter(
        indicator__action_links__action__plan=plan, withdrawn_at=None
    )
    if since is not None:
        readings = readings.filter(on__gt=since)
    found = set(readings.values_list("pk", "indicator"))
    return decisions, len(found), len({indicator for _pk, indicator in found})


def coming_back(plan: Plan, body: Body) -> Iterator[Decision]:
    """Yield what waits for this body: what others propose to it, what it decided and is not done.

    What is already on the agenda of a committee that is not closed waits there (two queries).
    """
    waiting = (
        Decision.objects.filter(
            item__committee__plan=plan,
            item__committee__state=CommitteeState.CLOSED,
            status__in=(DecisionStatus.PROPOSED, DecisionStatus.TO_DO, DecisionStatus.POSTPONED),
        )
        .exclude(back_in__committee__in=Committee.objects.exclude(state=CommitteeState.CLOSED))
        .select_related("item__committee__body", "item__action")
        .order_by("item__committee__held_on", "pk")
    )
    for one in waiting:
        if one.status == DecisionStatus.PROPOSED:
            if body.may(Matter(one.matter)):
                yield one
        elif one.item.committee.body_id == body.pk:
            yield one
