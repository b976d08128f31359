"""The history of an action and of its indicators, and the way back to a value."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, Unit
from portulan.accounts.reads import label_of
from portulan.accounts.trail import record
from portulan.catalogue.models import Practice
from portulan.core import trail
from portulan.core.fields import by_name
from portulan.core.models import AuditEntry
from portulan.plans.access import check
from portulan.plans.actions.editing import set_sheet
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, ActionFields, Axis, Goal
from portulan.plans.verbs import Verb

# A level moves by a decision; a value is withdrawn or measured again.
RESTORABLE = frozenset(field.name for field in ACTION if field.restorable)


def can_restore(entry: AuditEntry, field: str) -> bool:
    """Tell whether the history may offer to go back to what this field was before the entry."""
    return (
        entry.subject_type == "action"
        and entry.verb in {Verb.EDITED, Verb.RESTORED, Verb.PILOT_ASSIGNED}
        and field in entry.changes
        and field in RESTORABLE
    )


@transaction.atomic
def restore_value(actor: Actor, *, action: Action, entry_id: int, field: str) -> Action:
    """Set a field back to what it was before an entry of the history.

    Raises DeniedError, NotFoundError, ValidationError (nothing to restore there, or what it
    pointed to is gone).
    """
    check(actor, action, Operation.EDIT_PLAN)
    entry = trail.history(action).filter(pk=entry_id).first()
    if entry is None or not can_restore(entry, field):
        raise ValidationError(_("Cette valeur ne se restaure pas d’ici."))
    value = _value(action, field, entry.changes[field][0])
    changes = set_sheet(action, cast(ActionFields, {field: value}))
    if changes:
        record(actor, action, Verb.RESTORED, changes)
    return action


def _value(action: Action, field: str, old: Any) -> Any:
    plan, to = action.plan, by_name(ACTION)[field].to
    match to:
        case "axes":
            return _found(list(Axis.objects.filter(plan=plan, pk=old)), old)
        case "people":
            people = Person.objects.filter(organisation_id=plan.organisation_id, erased_at=None)
            return _found(list(people.filter(pk=old)), old)
        case "units":
            return _found(list(Unit.objects.filter(organisation=plan.organisation, pk=old)), old)
        case "goals":
            return list(Goal.objects.filter(plan=plan, pk__in=old))
        case "practices":
            return list(Practice.objects.filter(pk__in=old).select_related("version__catalogue"))
    return trail.from_trail(Action, field, old)


def _found(objects: list[Any], old: Any) -> Any:
    if old is None:
        return None
    if not objects:
        raise ValidationError(_("L’objet de cette valeur n’existe plus."))
    return objects[0]


def story_of(action: Action) -> QuerySet[AuditEntry]:
    """Return all that was done to an action and its indicators, newest first (one query).

    Each with how to call `who` did it, None of the command line.
    """
    ids = [link.indicator_id for link in action.indicator_links.all()]
    found = AuditEntry.objects.filter(
        Q(subject_type="action", subject_id=action.pk)
        | Q(subject_type="indicator", subject_id__in=ids)
    )
    return found.order_by("-id").annotate(who=label_of("person_id"))
