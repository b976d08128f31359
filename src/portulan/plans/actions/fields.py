"""The sheet of an action: what may be given, what is checked, and what the trail keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.models import Person
from portulan.catalogue.models import Practice
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.access import refuse
from portulan.plans.models import Action, ActionPractice, Axis, Goal, Plan
from portulan.plans.refusals import FOLLOW_UP_MISSING, SCOPE_MISSING
from portulan.plans.words import CommitmentLevel, Guess, Reach


class ActionFields(TypedDict, total=False):
    """The fields of an action that are typed; `level` only as long as no decision was made."""

    title: str
    description: str
    axis: Axis | None
    goals: Iterable[Goal]
    practices: Iterable[Practice]
    level: CommitmentLevel
    reach: Reach
    scope: str
    starts_on: date | None
    due_on: date | None
    pilot_function: str
    pilot: Person | None
    follow_up_function: str
    contributors: Sequence[str]
    sponsor_function: str
    impact_guess: Guess | None
    effort_guess: Guess | None
    days_per_year: Decimal | None


_MANY = ("goals", "practices")
_WORDS = ("title", "description", "scope", "pilot_function", "follow_up_function",
          "sponsor_function")  # fmt: skip


def set_sheet(action: Action, fields: ActionFields) -> dict[str, trail.Change]:
    """Set and save the fields of an action, saved or new; returns what changed.

    Raises ValidationError.
    """
    given: dict[str, Any] = dict(fields)
    many = {name: list(given.pop(name)) for name in _MANY if name in given}
    for name in _WORDS:
        if name in given:
            given[name] = given[name].strip()
    if "contributors" in given:
        given["contributors"] = [text for item in given["contributors"] if (text := item.strip())]
    _check_level(action, given)
    changes = trail.set_fields(action, given)
    if action.pilot is not None and "pilot" in changes and action.vacant_since is not None:
        changes |= trail.set_fields(action, {"vacant_since": None})
    _check_sheet(action)
    _check_many(action.plan, many)
    store(action)
    return changes | {
        name: change
        for name, objects in many.items()
        if (change := _set_many(action, name, objects)) is not None
    }


def _check_level(action: Action, given: dict[str, Any]) -> None:
    if "level" not in given or action._state.adding or given["level"] == action.level:
        return
    if action.decisions.exists():
        raise ValidationError({"level": _("Ce niveau a été voté : il change par une décision.")})


def _check_sheet(action: Action) -> None:
    starts, due = action.starts_on, action.due_on
    if starts is not None and due is not None and due < starts:
        raise ValidationError({"due_on": _("La fin prévue ne peut pas précéder le début.")})
    if action.axis is not None and action.axis.plan_id != action.plan_id:
        raise ValidationError({"axis": _("Cet axe est d’un autre plan.")})
    pilot = action.pilot
    if pilot is not None and pilot.organisation_id != action.plan.organisation_id:
        raise ValidationError({"pilot": _("Cette personne est d’une autre organisation.")})
    _check_commitment(action)


def _check_commitment(action: Action) -> None:
    """Refuse to empty what the level voted rests on."""
    if action._state.adding or not action.decisions.exists():
        return
    if action.level == CommitmentLevel.EXPERIMENT and not action.scope:
        refuse([SCOPE_MISSING.at()])
    if action.level == CommitmentLevel.IMPLEMENTATION and not action.follow_up_function:
        refuse([FOLLOW_UP_MISSING.at()])


def _check_many(plan: Plan, many: dict[str, list[Any]]) -> None:
    if any(goal.plan_id != plan.pk for goal in many.get("goals", ())):
        raise ValidationError({"goals": _("Cet objectif est d’un autre plan.")})
    for practice in many.get("practices", ()):
        check_practice(plan, practice)


def check_practice(plan: Plan, practice: Practice) -> None:
    """Refuse a practice of a catalogue that the plan's organisation does not have."""
    owner = practice.version.catalogue.organisation_id
    if owner not in (None, plan.organisation_id):
        raise ValidationError({"practices": _("Cette pratique est d’un autre référentiel.")})


def _set_many(action: Action, name: str, objects: list[Any]) -> trail.Change | None:
    if name == "goals":
        before = set(action.goals.values_list("pk", flat=True))
    else:
        before = set(action.practice_links.values_list("practice_id", flat=True))
    after = {item.pk for item in objects}
    if before == after:
        return None
    if name == "goals":
        action.goals.set(objects)
    else:
        action.practice_links.exclude(practice_id__in=after).delete()
        ActionPractice.objects.bulk_create(
            ActionPractice(action=action, practice_id=pk) for pk in sorted(after - before)
        )
    return sorted(before), sorted(after)
