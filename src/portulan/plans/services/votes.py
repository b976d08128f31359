"""The vote of a plan: its actions adopted together, each by a decision of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import audit
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.enums import Outcome
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.services.commitments import decide
from portulan.plans.services.rights import check_plan

# What is said once for all the actions; the rest is each one’s own.
_OF_ALL = frozenset({"decided_on", "body"})


@dataclass(frozen=True, slots=True)
class Vote:
    """An action adopted at the level it proposes, with what that level rests on if it lacked it."""

    action: Action
    scope: str = ""
    follow_up_function: str = ""


@transaction.atomic
def vote_plan(
    actor: Actor,
    *,
    plan: Plan,
    votes: Iterable[Vote],
    on: date,
    body: str,
    today: date,
    reference: str = "",
) -> list[CommitmentDecision]:
    """Adopt actions of a plan by one vote: as many decisions, all or none.

    A plan without a date of vote takes this one. `reference` is kept as the reason of each
    decision. Raises DeniedError, NotFoundError, ValidationError; what an action lacks stands at
    the field and its number, as in `scope-12`.
    """
    check_plan(actor, plan, Operation.DECIDE)
    refused: dict[str, Any] = {}
    decisions = []
    for vote in votes:
        if vote.action.plan_id != plan.pk:
            raise NotFoundError(vote.action.number)
        try:
            decisions.append(
                decide(
                    actor,
                    action=vote.action,
                    outcome=Outcome.ADOPT,
                    on=on,
                    body=body,
                    reason=reference,
                    scope=vote.scope,
                    follow_up_function=vote.follow_up_function,
                    today=today,
                )
            )
        except ValidationError as error:
            refused |= _at_its_number(error, vote.action.number)
    if refused:
        raise ValidationError(refused)
    if not decisions:
        raise ValidationError(_("Cochez au moins une action."))
    if plan.adopted_on is None:
        changes = audit.set_fields(plan, {"adopted_on": on, "adopted_by": body.strip()})
        store(plan)
        record(actor, plan, "edited", changes)
    return decisions


def _at_its_number(error: ValidationError, number: int) -> dict[str, Any]:
    return {
        name if name in _OF_ALL else f"{name}-{number}": errors
        for name, errors in error.error_dict.items()
    }
