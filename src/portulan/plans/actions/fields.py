"""The sheet of an action: what is checked of its fields, and what the trail keeps of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.catalogue.models import Practice
from portulan.core import trail
from portulan.core.fields import Field
from portulan.core.storing import store
from portulan.plans.access import refuse
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, ActionFields, ActionPractice, Plan
from portulan.plans.refusals import FOLLOW_UP_MISSING, SCOPE_MISSING
from portulan.plans.words import CommitmentLevel


def column_of(field: Field) -> Any:
    """Return the column of a field of an action."""
    return Action._meta.get_field(field.name)


def sheet_of(action: Action) -> dict[str, Any]:
    """Return the value of each field, from what `load_details` fetched; of many, a list."""
    return {field.name: value_of(action, field) for field in ACTION}


def value_of(action: Action, field: Field) -> Any:
    """Return the value of one field."""
    if field.name == "practices":
        return [link.practice for link in action.practice_links.all()]
    value = getattr(action, field.name)
    return list(value.all()) if column_of(field).many_to_many else value


def set_sheet(action: Action, fields: ActionFields) -> dict[str, trail.Change]:
    """Set and save the fields of an action, saved or new; returns what changed.

    Raises ValidationError.
    """
    given: dict[str, Any] = dict(fields)
    many = {
        field.name: list(given.pop(field.name))
        for field in ACTION
        if column_of(field).many_to_many and field.name in given
    }
    given = {name: _trimmed(value) for name, value in given.items()}
    _check_level(action, given)
    changes = trail.set_fields(action, given)
    if action.pilot is not None and "pilot" in changes and action.vacant_since is not None:
        changes |= trail.set_fields(action, {"vacant_since": None})
    _check_sheet(action)
    _check_commitment(action, changes)
    _check_many(action.plan, many)
    store(action)
    return changes | {
        name: change
        for name, objects in many.items()
        if (change := _set_many(action, name, objects)) is not None
    }


def _trimmed(value: Any) -> Any:
    if type(value) is str:
        return value.strip()
    if isinstance(value, (list, tuple)):
        return [text for item in value if (text := item.strip())]
    return value


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
    if action.unit is not None and action.unit.organisation_id != action.plan.organisation_id:
        raise ValidationError({"unit": _("Cette entité est d’une autre organisation.")})
    _check_own_number(action)


def _check_own_number(action: Action) -> None:
    """Refuse a number that another action of the plan is called by."""
    called = action.own_number
    others = Action.objects.filter(plan_id=action.plan_id).exclude(pk=action.pk)
    if not called:
        return
    alone = others.filter(own_number="", number=int(called)) if _is_plain(called) else None
    if others.filter(own_number=called).exists() or (alone is not None and alone.exists()):
        raise ValidationError({"own_number": _("Une autre action porte déjà ce numéro.")})


def _is_plain(called: str) -> bool:
    """Tell whether a number is one that an action may have here."""
    return called.isascii() and called.isdecimal() and len(called) < 5


def _check_commitment(action: Action, changes: dict[str, trail.Change]) -> None:
    """Refuse to empty what the level voted rests on; a level taken over may never have had it."""
    emptied = {name for name, (_old, new) in changes.items() if not new}
    if action._state.adding or not emptied or not action.decisions.exists():
        return
    if action.level == CommitmentLevel.EXPERIMENT and "scope" in emptied:
        refuse([SCOPE_MISSING.at()])
    if action.level == CommitmentLevel.IMPLEMENTATION and "follow_up_function" in emptied:
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
