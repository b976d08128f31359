"""What every service of plans does first and last: check the right, refuse, record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Field, Model
from django.utils.translation import get_language

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core import audit
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.problems import Language, Problem
from portulan.plans.models import Action, Plan
from portulan.plans.refusals import FIELDS
from portulan.plans.selectors.doors import may_on


def check(actor: Actor, action: Action, operation: Operation) -> None:
    """Raise NotFoundError for an action of others, DeniedError without the right on it.

    The action given is brought up to date and held until the transaction ends: what somebody else
    wrote since it was read is neither lost nor ignored.
    """
    if action.plan.organisation_id != actor.organisation_id:
        raise NotFoundError(action.number)
    _hold(action)
    if not may_on(actor, action, operation):
        raise DeniedError(operation.value)


def check_plan(actor: Actor, plan: Plan, operation: Operation) -> None:
    """Raise NotFoundError for a plan of others, DeniedError without the right on plans.

    The plan is held as an action is in `check`.
    """
    if plan.organisation_id != actor.organisation_id:
        raise NotFoundError(plan.slug)
    actor.require(operation)
    _hold(plan)


def _hold[Held: (Action, Plan)](found: Held) -> None:
    held = type(found)._default_manager.select_for_update(no_key=True)
    try:
        found.refresh_from_db(from_queryset=held)
    except ObjectDoesNotExist as error:
        raise NotFoundError(found.pk) from error


def refuse(problems: Iterable[Problem]) -> None:
    """Raise a ValidationError with the problems that are errors, each at its field."""
    language: Language = "en" if (get_language() or "fr").startswith("en") else "fr"
    found: defaultdict[str, list[ValidationError]] = defaultdict(list)
    for problem in problems:
        if problem.is_error:
            code = problem.kind.code
            error = ValidationError(problem.message(language), code=code)
            found[FIELDS.get(code, "__all__")].append(error)
    if found:
        raise ValidationError(dict(found))


def record(
    actor: Actor,
    subject: Model,
    verb: str,
    changes: Mapping[str, audit.Change] | None = None,
) -> int:
    """Write the entry of a service in the trail and return its identifier."""
    entry = audit.record(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        subject=subject,
        verb=verb,
        changes=changes,
    )
    return entry.pk


def from_trail(model: type[Model], field: str, value: Any) -> Any:
    """Return a value as the field keeps it, from what the trail kept of it."""
    found = model._meta.get_field(field)
    return found.to_python(value) if isinstance(found, Field) else value


def heard(action: Action, on: date) -> None:
    """Keep the date of the last news of an action (saved by the caller)."""
    if action.last_news_on is None or action.last_news_on < on:
        action.last_news_on = on
