"""Correcting a decision that was recorded wrongly: the right record stands, both are kept."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.indicators.measurements import refresh_used
from portulan.plans.access import check, check_plan, refuse
from portulan.plans.commitments.reads import commitment_of, voted_with
from portulan.plans.commitments.rules import Proposed, check_correction
from portulan.plans.computed import NAMES
from portulan.plans.models import CommitmentDecision, Plan
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel, Outcome


@transaction.atomic
def correct_decision(
    actor: Actor,
    *,
    decision: CommitmentDecision,
    on: date,
    level: CommitmentLevel,
    body: str,
    reason: str,
    because: str,
    today: date,
    whole_vote: bool = False,
    now: datetime | None = None,
) -> list[CommitmentDecision]:
    """Record again a decision that was recorded wrongly, and return what is now in force.

    `because` says why it did not say so. `whole_vote` gives the same day and body to the other
    adoptions of that vote, all or none. The date of the plan’s vote follows when no adoption is
    left at it. Raises DeniedError, NotFoundError, ValidationError.
    """
    plan, voted_on = decision.action.plan, decision.decided_on
    check_plan(actor, plan, Operation.DECIDE)
    others = list(voted_with(decision))
    now = now or timezone.now()
    right = _proposed(decision, on, level, body, reason)
    corrected = [_correct(actor, decision, right, because, today, now)]
    if whole_vote:
        corrected += [_follow(actor, other, right, because, today, now) for other in others]
    if decision.outcome == Outcome.ADOPT and (whole_vote or not others):
        _move_the_vote(actor, plan, voted_on, right)
    refresh_used(actor, names=NAMES)
    return corrected


def _proposed(
    decision: CommitmentDecision, on: date, level: int, body: str, reason: str
) -> Proposed:
    return Proposed(
        on=on,
        outcome=Outcome(decision.outcome),
        level=CommitmentLevel(level),
        body=body,
        reason=reason,
        deliverable=decision.deliverable,
    )


def _correct(
    actor: Actor,
    decision: CommitmentDecision,
    right: Proposed,
    because: str,
    today: date,
    now: datetime,
) -> CommitmentDecision:
    action = decision.action
    check(actor, action, Operation.DECIDE)
    standing = list(action.decisions.all())
    if decision not in standing:
        raise ValidationError(_("Cette décision vient d’être corrigée : regardez-la à nouveau."))
    if not because.strip():
        raise ValidationError({"because": _("Dites pourquoi : un auditeur le lira.")})
    place = standing.index(decision)
    refuse(check_correction(commitment_of(action), place, right, today=today))
    again = CommitmentDecision(
        action=action,
        decided_on=right.on,
        outcome=decision.outcome,
        from_level=decision.from_level,
        level=right.level,
        body=right.body.strip(),
        reason=right.reason.strip(),
        deliverable=decision.deliverable,
        person_id=actor.person_id,
        recorded_at=now,
        corrects_id=decision.corrects_id or decision.pk,
        correction_reason=because.strip(),
    )
    said = ("decided_on", "level", "body", "reason")
    changes = {
        name: (before, after)
        for name in said
        if (before := getattr(decision, name)) != (after := getattr(again, name))
    }
    if not changes:
        raise ValidationError(
            _("Rien ne change : corrigez la date, le niveau, l’organe ou le motif.")
        )
    store(again)
    if place == len(standing) - 1 and trail.set_fields(action, {"level": right.level}):
        action.save(update_fields=["level"])
    changes["correction_reason"] = (None, again.correction_reason)
    record(actor, action, Verb.DECISION_CORRECTED, changes)
    return again


def _follow(
    actor: Actor,
    other: CommitmentDecision,
    right: Proposed,
    because: str,
    today: date,
    now: datetime,
) -> CommitmentDecision:
    """Correct the day and the body of another adoption of the vote; a refusal names its action."""
    own = _proposed(other, right.on, other.level, right.body, other.reason)
    try:
        return _correct(actor, other, own, because, today, now)
    except ValidationError as error:
        place = _("Action %(number)s : ") % {"number": other.action.number}
        raise ValidationError([place + message for message in error.messages]) from error


def _move_the_vote(actor: Actor, plan: Plan, voted_on: date, right: Proposed) -> None:
    if plan.adopted_on != voted_on:
        return
    said = {"adopted_on": right.on, "adopted_by": right.body.strip()}
    if changes := trail.set_fields(plan, said):
        store(plan)
        record(actor, plan, Verb.EDITED, changes)
