"""Commitment decisions, and the deliverables and milestones they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import Told, record, record_all
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store, store_all
from portulan.evidence.citing import follow
from portulan.indicators.measurements import refresh_used
from portulan.plans.access import check, check_all, heard, note_news, refuse
from portulan.plans.commitments.reads import commitment_of, made_by_action
from portulan.plans.commitments.rules import Commitment, Proposed, check_decision
from portulan.plans.computed import NAMES
from portulan.plans.models import (
    Action,
    CommitmentDecision,
    Deliverable,
    DeliverableEvidence,
    Milestone,
)
from portulan.plans.verbs import Verb
from portulan.plans.words import OVER, CommitmentLevel, Outcome, Progress


@transaction.atomic
def decide(
    actor: Actor,
    *,
    action: Action,
    outcome: Outcome,
    on: date,
    body: str,
    today: date,
    level: CommitmentLevel | None = None,
    reason: str = "",
    deliverable: Deliverable | None = None,
    scope: str = "",
    follow_up_function: str = "",
    refresh: bool = True,
    now: datetime | None = None,
) -> CommitmentDecision:
    """Record a commitment decision; the level given is kept only where it may change.

    `scope` and `follow_up_function`, when given, become the action’s: a level may rest on them.
    Without `refresh`, who decides many at once brings the computed indicators up to date after.
    Closing a commitment makes the action done; a move starts again one that was over. Raises
    DeniedError, NotFoundError, ValidationError with what to do for each refusal.
    """
    check(actor, action, Operation.DECIDE)
    if deliverable is not None and deliverable.action_id != action.pk:
        raise NotFoundError(deliverable.pk)
    state = commitment_of(action)
    level = CommitmentLevel(action.level) if level is None else level
    proposed = Proposed(
        on=on,
        outcome=outcome,
        level=level,
        body=body,
        reason=reason,
        deliverable=deliverable,
        scope=scope,
        follow_up=follow_up_function,
    )
    refuse(check_decision(state, proposed, today=today))
    decision = CommitmentDecision(
        action=action,
        decided_on=on,
        outcome=outcome,
        from_level=state.level,
        level=level,
        body=body.strip(),
        reason=reason.strip(),
        deliverable=deliverable,
        person_id=actor.person_id,
        recorded_at=now or timezone.now(),
    )
    store(decision)
    rests_on = {"scope": scope, "follow_up_function": follow_up_function}
    _apply(actor, [(decision, rests_on)])
    if refresh:
        refresh_used(actor, names=NAMES)
    return decision


class TakenOver(NamedTuple):
    """The level that an organisation’s own table says of an action, on a day."""

    action: Action
    level: CommitmentLevel
    on: date


@transaction.atomic
def take_over_levels(
    actor: Actor, *, said: Sequence[TakenOver], import_id: int, now: datetime | None = None
) -> Sequence[CommitmentDecision]:
    """Record the levels that an organisation’s own table says of actions, each on a day.

    They enter the history as decisions whose body is the table: no vote is made up, and what a
    level rests on may be missing, which is then a state of the action. A level left here by a later
    decision is not gone back before. A handful of queries. Raises DeniedError, NotFoundError,
    ValidationError.
    """
    actions = [one.action for one in said]
    check_all(actor, actions, Operation.DECIDE)
    made = made_by_action(actions)
    decisions = []
    for action, level, on in said:
        state = Commitment(made.get(action.pk, ()))
        decisions.append(
            CommitmentDecision(
                action=action,
                decided_on=on if state.last is None else max(on, state.last.on),
                outcome=Outcome.ADOPT if state.last is None else Outcome.MOVE,
                from_level=state.level,
                level=level,
                body=_("reprise du tableau"),
                person_id=actor.person_id,
                recorded_at=now or timezone.now(),
                import_id=import_id,
            )
        )
    store_all(decisions)
    _apply(actor, [(one, {}) for one in decisions])
    return decisions


def _apply(actor: Actor, decided: Sequence[tuple[CommitmentDecision, Mapping[str, str]]]) -> None:
    """Repeat on actions what decisions say, for lists, with what each rests on."""
    told: list[Told] = []
    columns = {"last_news_on"}
    for decision, rests_on in decided:
        action = decision.action
        wanted: dict[str, object] = {"level": CommitmentLevel(decision.level)}
        wanted |= {name: text.strip() for name, text in rests_on.items() if text.strip()}
        if decision.outcome == Outcome.CLOSE:
            wanted["progress"] = Progress.DONE
        elif decision.outcome == Outcome.MOVE and action.progress in OVER:
            wanted["progress"] = Progress.TODO
        changes = trail.set_fields(action, wanted)
        columns |= changes.keys()
        heard(action, decision.decided_on)
        changes["level"] = (decision.from_level, decision.level)
        changes |= {name: (None, getattr(decision, name)) for name in _SAID_OF_A_DECISION}
        told.append((action, Verb.DECIDED, changes))
    store_all([decision.action for decision, _rests_on in decided], columns=columns)
    record_all(actor, told)


_SAID_OF_A_DECISION = ("outcome", "decided_on", "body")


@transaction.atomic
def save_deliverable(
    actor: Actor,
    *,
    action: Action,
    title: str,
    today: date,
    deliverable: Deliverable | None = None,
    due_on: date | None = None,
    delivered_on: date | None = None,
    to_hear: str = "",
    approach: str = "",
    consulted: str = "",
    result: str = "",
    reference: str = "",
) -> Deliverable:
    """Add a deliverable, or change one.

    Raises DeniedError, NotFoundError, ValidationError (a date to come, a delivery that a decision
    rests on taken back).
    """
    check(actor, action, Operation.UPDATE_ACTION)
    new = deliverable is None
    deliverable = deliverable or Deliverable(action=action)
    _belongs(action, deliverable)
    if delivered_on is not None and delivered_on > today:
        raise ValidationError({"delivered_on": _("Cette date est à venir : ce n’est pas remis.")})
    if not new and deliverable.delivered_on is not None and delivered_on is None:
        _not_relied_on(deliverable, "delivered_on")
    changes = trail.set_fields(
        deliverable,
        {
            "title": title.strip(),
            "due_on": due_on,
            "delivered_on": delivered_on,
            "to_hear": to_hear.strip(),
            "approach": approach.strip(),
            "consulted": consulted.strip(),
            "result": result.strip(),
            "reference": reference.strip(),
        },
    )
    store(deliverable)
    follow(actor, model=DeliverableEvidence, said={deliverable.pk: deliverable.reference})
    note_news(action, today)
    verb = Verb.DELIVERABLE_ADDED if new else Verb.DELIVERABLE_EDITED
    record(actor, action, verb, _named("deliverable", deliverable, changes))
    return deliverable


@transaction.atomic
def remove_deliverable(actor: Actor, *, deliverable: Deliverable) -> None:
    """Remove a deliverable that no decision rests on. Raises ValidationError when one does."""
    action = deliverable.action
    check(actor, action, Operation.UPDATE_ACTION)
    _not_relied_on(deliverable, "__all__")
    record(actor, action, Verb.DELIVERABLE_REMOVED, {"deliverable": (deliverable.title, None)})
    deliverable.delete()


@transaction.atomic
def save_milestone(
    actor: Actor,
    *,
    action: Action,
    title: str,
    due_on: date,
    today: date,
    milestone: Milestone | None = None,
    reached_on: date | None = None,
) -> Milestone:
    """Add a milestone, or change one. Raises DeniedError, NotFoundError, ValidationError."""
    check(actor, action, Operation.UPDATE_ACTION)
    new = milestone is None
    milestone = milestone or Milestone(action=action)
    _belongs(action, milestone)
    if reached_on is not None and reached_on > today:
        raise ValidationError({"reached_on": _("Cette date est à venir : ce n’est pas atteint.")})
    changes = trail.set_fields(
        milestone, {"title": title.strip(), "due_on": due_on, "reached_on": reached_on}
    )
    store(milestone)
    note_news(action, today)
    verb = Verb.MILESTONE_ADDED if new else Verb.MILESTONE_EDITED
    record(actor, action, verb, _named("milestone", milestone, changes))
    return milestone


@transaction.atomic
def remove_milestone(actor: Actor, *, milestone: Milestone) -> None:
    """Remove a milestone. Raises DeniedError, NotFoundError."""
    action = milestone.action
    check(actor, action, Operation.UPDATE_ACTION)
    record(actor, action, Verb.MILESTONE_REMOVED, {"milestone": (milestone.title, None)})
    milestone.delete()


def _belongs(action: Action, part: Deliverable | Milestone) -> None:
    if part.action_id != action.pk:
        raise NotFoundError(part.pk)


def _not_relied_on(deliverable: Deliverable, field: str) -> None:
    if deliverable.decisions.exists():
        raise ValidationError({field: _("Une décision repose sur ce livrable : il reste remis.")})


def _named(
    kind: str, part: Deliverable | Milestone, changes: dict[str, trail.Change]
) -> dict[str, trail.Change]:
    """Return the changes of a part under its name, which stands for its title."""
    before, after = changes.pop("title", (None, part.title))
    return {kind: (before or None, after)} | changes
