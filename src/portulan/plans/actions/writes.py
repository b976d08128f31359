"""Writing actions and who pilots them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Unpack, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import record, record_all
from portulan.core import trail
from portulan.core.storing import store_all
from portulan.indicators.models import Indicator
from portulan.plans.access import check, check_all, check_plan
from portulan.plans.actions.editing import set_sheets
from portulan.plans.models import Action, ActionFields, Plan
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel

# What an action says of itself; anything else that points to it hangs on it.
_ITS_OWN = {"practice_links", "indicator_links", "succeeds"}


class NewAction(NamedTuple):
    """An action to be made: the fields given, and its number, the next one unless it is said."""

    fields: ActionFields
    number: int | None = None


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
    return create_actions(actor, plan=plan, today=today, new=[NewAction(fields, number)])[0]


@transaction.atomic
def create_actions(
    actor: Actor, *, plan: Plan, today: date, new: Iterable[NewAction]
) -> list[Action]:
    """Create actions, all or none, as `create_action` does one after the other.

    A handful of queries for hundreds. Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    unsaid: dict[str, Any] = {"level": CommitmentLevel.STUDY, "last_news_on": today}
    made = [(Action(plan=plan, **unsaid | {"number": one.number}), one.fields) for one in new]
    set_sheets(made)
    actions = [action for action, _fields in made]
    record_all(actor, [(one, Verb.CREATED, {"title": (None, one.title)}) for one in actions])
    return actions


def edit_action(actor: Actor, *, action: Action, **fields: Unpack[ActionFields]) -> Action:
    """Change the fields given, and only them. The level moves by a decision once it was voted.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    edit_actions(actor, changes=[(action, fields)])
    return action


@transaction.atomic
def edit_actions(actor: Actor, *, changes: Sequence[tuple[Action, ActionFields]]) -> None:
    """Change the fields given of actions, each once, as `edit_action` does (a handful of queries).

    Raises DeniedError, NotFoundError, ValidationError.
    """
    check_all(actor, [action for action, _fields in changes], Operation.EDIT_PLAN)
    _set(actor, changes, Verb.EDITED)


def _set(actor: Actor, given: Sequence[tuple[Action, ActionFields]], verb: Verb) -> None:
    changed = zip(given, set_sheets(given), strict=True)
    record_all(actor, [(action, verb, changes) for (action, _), changes in changed if changes])


class Pilots(NamedTuple):
    """Who pilots an action: a function, and a person if one is named."""

    action: Action
    pilot_function: str
    pilot: Person | None


def assign_pilot(
    actor: Actor, *, action: Action, pilot_function: str, pilot: Person | None, today: date
) -> Action:
    """Give the action its accountable pilot: a function, and a person if one is named.

    Raises DeniedError, NotFoundError, ValidationError (a person who left pilots nothing).
    """
    assign_pilots(actor, given=[Pilots(action, pilot_function, pilot)], today=today)
    return action


@transaction.atomic
def assign_pilots(actor: Actor, *, given: Sequence[Pilots], today: date) -> None:
    """Give actions their pilots, each once, as `assign_pilot` does (a handful of queries)."""
    check_all(actor, [one.action for one in given], Operation.EDIT_PLAN)
    sheets = []
    for action, function, pilot in given:
        if pilot is not None and pilot.left_on is not None and pilot.left_on <= today:
            raise ValidationError({"pilot": _("Cette personne est partie : nommez-en une autre.")})
        fields = {"vacant_since": None, "pilot_function": function, "pilot": pilot}
        sheets.append((action, cast(ActionFields, fields)))
    _set(actor, sheets, Verb.PILOT_ASSIGNED)


def declare_vacant(actor: Actor, *, action: Action, since: date, today: date) -> Action:
    """Declare the pilot's post vacant: the function stays, nobody holds it.

    Raises DeniedError, NotFoundError, ValidationError (a date to come).
    """
    declare_all_vacant(actor, actions=[action], since=since, today=today)
    return action


@transaction.atomic
def declare_all_vacant(
    actor: Actor, *, actions: Sequence[Action], since: date, today: date
) -> None:
    """Declare the posts of actions vacant, each once, as `declare_vacant` does."""
    check_all(actor, actions, Operation.EDIT_PLAN)
    if since > today:
        raise ValidationError({"since": _("Cette date est à venir.")})
    wanted = {"pilot": None, "vacant_since": since}
    changed = [(one, Verb.POST_VACANT, trail.set_fields(one, wanted)) for one in actions]
    store_all(actions, columns=wanted)
    record_all(actor, changed)


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
