"""Registers beside the budget: one row a key, set or taken back."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.models import CoFunding, Saving, StaffTime
from portulan.budget.verbs import Verb
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.models import Action


def require_ours(actor: Actor, action: Action) -> None:
    if action.plan.organisation_id != actor.organisation_id:
        raise ValidationError({"action": _("Cette action est d’une autre organisation.")})
    Action.objects.select_for_update(no_key=True).get(pk=action.pk)


def keep(
    actor: Actor,
    action: Action,
    item: Saving | StaffTime | CoFunding,
    values: Mapping[str, object],
    *,
    verb: Verb,
) -> None:
    """Write what is said beside an action, or take it back when no number of it is left."""
    is_empty = all(value is None or isinstance(value, str) for value in values.values())
    if is_empty and item.pk is None:
        raise ValidationError(_("Donnez au moins une valeur."))
    changes = trail.set_fields(item, values)
    if is_empty:
        item.delete()
    else:
        store(item)
    record(actor, action, verb, changes)
