"""Writing actions and who pilots them."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.indicators.models import Indicator
from portulan.plans.access import check, check_plan
from portulan.plans.actions.fields import set_sheet
from portulan.plans.models import Action, ActionFields, Plan
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel

# What an action says of itself; anything else that points to it hangs on it.
_ITS_OWN = {"practice_links", "indicator_links", "succeeds"}


@transaction.atomic
def create_action(
    actor: Actor,
    *,
    plan: Plan,
    today: date,
    number: int | None = None,
    **fields: Unpack[ActionFields],
) -> Action:
    """Create an action with the next number; `title` and `pilot_function` are needed.

    `level` is what is proposed to the vote (a study unless told otherwise): `decide` adopts it.
    Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    if number is None:  # the plan is held: two people never get the same one
        number = (plan.actions.aggregate(last=Max("number"))["last"] or 0) + 1
    action = Action(plan=plan, number=number, level=CommitmentLevel.STUDY, last_news_on=today)
    set_sheet(action, fields)
    record(actor, action, Verb.CREATED, {"title": (None, action.title)})
    return action


@transaction.atomic
def edit_action(actor: Actor, *, action: Action, **fields: Unpack[ActionFields]) -> Action:
    """Change the fields given, and only them. The level moves by a decision once it was voted.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    check(actor, action, Operation.EDIT_PLAN)
    changes = set_sheet(action, fields)
    if changes:
        record(actor, action, Verb.EDITED, changes)
    return action


@transaction.atomic
def assign_pilot(
    actor: Actor, *, action: Action, pilot_function: str, pilot: Person | None, today: date
) -> Action:
    """Give the action its accountable pilot: a function, and a person if one is named.

    Raises DeniedError, NotFoundError, ValidationError (a person who left pilots nothing).
    """
    check(actor, action, Operation.EDIT_PLAN)
    if pilot is not None and pilot.left_on is not None and pilot.left_on <= today:
        raise ValidationError({"pilot": _("Cette personne est partie : nommez-en une autre.")})
    changes = trail.set_fields(action, {"vacant_since": None})
    changes |= set_sheet(action, {"pilot_function": pilot_function, "pilot": pilot})
    if changes:
        record(actor, action, Verb.PILOT_ASSIGNED, changes)
    return action


@transaction.atomic
def declare_vacant(actor: Actor, *, action: Action, since: date, today: date) -> Action:
    """Declare the pilot's post vacant: the function stays, nobody holds it.

    Raises DeniedError, NotFoundError, ValidationError (a date to come).
    """
    check(actor, action, Operation.EDIT_PLAN)
    if since > today:
        raise ValidationError({"since": _("Cette date est à venir.")})
    changes = trail.set_fields(action, {"pilot": None, "vacant_since": since})
    action.save()
    record(actor, action, Verb.POST_VACANT, changes)
    return action


def is_pointed_to(row: Action | Plan, *, but: Container[str]) -> bool:
    """Tell whether a row of any table refers to this one, those of some relations apart."""
    # Asked of the table: of a relation to one, the accessor raises where there is none.
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.related_objects
        if (name := relation.get_accessor_name()) and name not in but
    )


def hangs_on(action: Action) -> bool:
    """Tell whether anything was decided, delivered, planned, measured or paid for the action."""
    if is_pointed_to(action, but=_ITS_OWN):
        return True
    # What is computed comes again: it is nobody's reading.
    return any(
        link.indicator.measurements.filter(computed=False).exists()
        for link in action.indicator_links.all()
    )


@transaction.atomic
def delete_action(actor: Actor, *, action: Action) -> None:
    """Delete an action on which nothing hangs, with the indicators made for it alone.

    Raises DeniedError, NotFoundError, ValidationError when something hangs on it: it is dropped
    instead, and stays readable.
    """
    check(actor, action, Operation.EDIT_PLAN)
    if hangs_on(action):
        raise ValidationError(
            _("Cette action a déjà servi : abandonnez-la plutôt, elle restera lisible.")
        )
    record(actor, action, Verb.DELETED, {"title": (action.title, None)})
    its_indicators = list(action.indicator_links.values_list("indicator_id", flat=True))
    action.delete()
    Indicator.objects.filter(pk__in=its_indicators, action_links=None).delete()
