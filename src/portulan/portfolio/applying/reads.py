"""What a selection would change in the plan as it stands today, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.models import Allotment
from portulan.core.say.text import Problem
from portulan.plans.commitments.reads import commitment_of
from portulan.plans.commitments.rules import Proposed, check_decision
from portulan.plans.models import Action, Deliverable
from portulan.plans.plan import DETAILS
from portulan.plans.words import OVER, CommitmentLevel, Outcome
from portulan.portfolio.applying.rules import Change, changes, stopped, wanted
from portulan.portfolio.models import Application, Selection
from portulan.portfolio.results.reads import Reading

NEEDS = {
    "level": Operation.DECIDE,
    "allotment": Operation.EDIT_BUDGET,
    "due_on": Operation.EDIT_PLAN,
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A change that may be ticked, or not: another’s right, or what the commitment still lacks.

    `ticked` at first: all but the money of later years, which their own budget will vote, and what
    goes with a level that cannot be decided yet (`waits`).
    """

    change: Change
    allowed: bool
    lacks: tuple[Problem, ...] = ()
    ticked: bool = False
    waits: bool = False


def offered(*, actor: Actor, selection: Selection, today: date) -> list[Offered]:
    """Return the changes in the order of the plan (a constant number of queries)."""
    reading = Reading(selection)
    wants = wanted(reading.facts, reading.problem, reading.result.plan, reading.planned)
    first = reading.facts.years[0]
    actions = {
        action.number: action
        for action in Action.objects.filter(
            plan=selection.scenario.plan_id, number__in=wants
        ).order_by("number")
    }
    prefetch_related_objects(list(actions.values()), *DETAILS)
    allotted = _allotted(selection, reading.facts.years)
    found = []
    for action in actions.values():
        waits = False  # its level comes first
        moves = action.progress not in OVER and action.progress != "ongoing"
        want = wants[action.number]
        for change in changes(want, action, allotted[action.pk], moves=moves):
            allowed = actor.holds(NEEDS[change.kind])
            lacks = _lacks(action, change, today)
            later = change.kind == "allotment" and change.year != first
            ticked = allowed and not (lacks or later or waits)
            found.append(Offered(change, allowed, lacks, ticked, waits))
            waits = waits or bool(lacks)
    return found


def stopped_actions(selection: Selection) -> list[Action]:
    """Return the actions at work that the selection leaves out (a constant number of queries)."""
    reading = Reading(selection)
    numbers = stopped(reading.facts, reading.result.plan, reading.planned)
    found = Action.objects.filter(plan=selection.scenario.plan_id, number__in=numbers)
    return list(found.select_related("plan").order_by("number"))


def _allotted(selection: Selection, years: tuple[int, ...]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for action_id, year, amount in Allotment.objects.filter(
        action__plan=selection.scenario.plan_id, year__in=years
    ).values_list("action_id", "year", "amount"):
        found[action_id][year] = round(amount)
    return found


def _lacks(action: Action, change: Change, today: date) -> tuple[Problem, ...]:
    """Return what bars the way of a level: its deliverable, an indicator, a scope."""
    if change.kind != "level" or not isinstance(change.after, CommitmentLevel):
        return ()
    deliverable = deliverable_of(action)
    state = commitment_of(action)
    proposed = Proposed(
        on=today,
        outcome=Outcome.MOVE if state.decisions else Outcome.ADOPT,
        level=change.after,
        body="–",
        reason="–",
        deliverable=deliverable,
    )
    return tuple(
        problem for problem in check_decision(state, proposed, today=today) if problem.is_error
    )


def deliverable_of(action: Action) -> Deliverable | None:
    """Return the deliverable that a move would rest on: the one handed over last."""
    done = [one for one in action.deliverables.all() if one.delivered_on is not None]
    return max(done, key=lambda one: (one.delivered_on or date.min, one.pk), default=None)


def standing_application(selection: Selection) -> Application | None:
    """Return what was written of a scenario and not undone (one query)."""
    return (
        Application.objects.filter(selection__scenario=selection.scenario_id, undone_at=None)
        .select_related("selection__scenario__plan")
        .order_by("-pk")
        .first()
    )
