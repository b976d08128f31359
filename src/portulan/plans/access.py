"""The right of an actor on an action or a plan, which is then held while it is written.

What the pure rules refuse is said at its field; what is written dates the last news of an action,
past which and the plan’s delay it is stale.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from itertools import batched

from django.core.exceptions import ValidationError
from django.db.models import F

from portulan.accounts.access import Grant, Operation
from portulan.accounts.actors import Actor
from portulan.core.batches import judged
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Problem
from portulan.core.storing import hold_row
from portulan.plans.models import (
    Action,
    Plan,
)
from portulan.plans.refusals import FIELDS

_AT_ONCE = 500


def check(actor: Actor, action: Action, operation: Operation) -> None:
    """Raise NotFoundError for an action of others, DeniedError without the right on it.

    The action given is brought up to date and held until the transaction ends: what somebody else
    wrote since it was read is neither lost nor ignored.
    """
    check_all(actor, [action], operation)


def check_all(actor: Actor, actions: Iterable[Action], operation: Operation) -> None:
    """Check each action as `check` does (one query for hundreds, with their plans)."""
    actions = list(actions)
    judged(actions, lambda one: actor.require_ours(one.plan), NotFoundError)
    _hold(actions)
    judged(actions, partial(_require, actor, operation), DeniedError)


def _require(actor: Actor, operation: Operation, action: Action) -> None:
    if not may_on(actor, action, operation):
        raise DeniedError(operation.value)


def check_plan(actor: Actor, plan: Plan, operation: Operation) -> None:
    """Raise NotFoundError for a plan of others, DeniedError without the right on plans.

    The plan is held as an action is in `check`.
    """
    actor.require_ours(plan)
    actor.require(operation)
    hold_row(plan)


def _hold(actions: Sequence[Action]) -> None:
    """Bring actions up to date, in the order of their identifiers: two people never wait across."""
    held: dict[int, Action] = {}
    plans: dict[int, Plan] = {}
    asked = Action.objects.select_for_update(no_key=True, of=("self",)).select_related("plan")
    for some in batched(sorted({one.pk for one in actions}), _AT_ONCE):
        for found in asked.filter(pk__in=some).order_by("pk"):
            found.plan = plans.setdefault(found.plan_id, found.plan)
            held[found.pk] = found
    for action in actions:
        if action.pk not in held:
            raise NotFoundError(action.pk)
        # What was fetched around it may have changed as well.
        action.__dict__.pop("_prefetched_objects_cache", None)
        action._state.fields_cache.clear()
        for column in Action._meta.concrete_fields:
            setattr(action, column.attname, getattr(held[action.pk], column.attname))
        action.plan = held[action.pk].plan


def heard(action: Action, on: date) -> None:
    """Keep the date of the last news of an action (saved by the caller)."""
    if action.last_news_on is None or action.last_news_on < on:
        action.last_news_on = on


def note_news(action: Action, on: date) -> None:
    """Keep the date of the last news of an action, and save it."""
    note_all_news([action], on)


def note_all_news(actions: Sequence[Action], on: date) -> None:
    """Keep the date of the last news of actions that are held, each as often as it is there."""
    times = Counter(action.pk for action in actions)
    said: defaultdict[tuple[int, date | None], list[int]] = defaultdict(list)
    for action in {action.pk: action for action in actions}.values():
        heard(action, on)
        said[times[action.pk], action.last_news_on].append(action.pk)
    for (count, day), pks in said.items():
        version = F("version") + count
        Action.objects.filter(pk__in=pks).update(last_news_on=day, version=version)
    for action in {id(action): action for action in actions}.values():
        heard(action, on)
        action.version += times[action.pk]


def refuse(problems: Iterable[Problem]) -> None:
    """Raise a ValidationError with the problems that are errors, each at its field."""
    language = spoken_language()
    found: defaultdict[str, list[ValidationError]] = defaultdict(list)
    for problem in problems:
        if problem.is_error:
            code = problem.kind.code
            error = ValidationError(problem.message(language), code=code)
            found[FIELDS.get(code, "__all__")].append(error)
    if found:
        raise ValidationError(dict(found))


def owns(actor: Actor, action: Action) -> bool:
    """Tell whether the actor is the person who pilots the action."""
    return actor.person_id is not None and action.pilot_id == actor.person_id


def may_on(actor: Actor, action: Action, operation: Operation) -> bool:
    """Tell whether the actor may do that to this action: OWN is resolved here."""
    grant = actor.grant(operation)
    return grant is Grant.ALL or (grant is Grant.OWN and owns(actor, action))
