"""Consent comes before news: who was asked to pilot, who accepted, and what the plan says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.storing import store
from portulan.plans.models import Action, Plan
from portulan.plans.states.acceptance import Piloted, Silence, Unaccepted
from portulan.steering.models import Acceptance
from portulan.steering.verbs import Verb
from portulan.steering.words import Consent

_SILENCES = {"": Silence.NO_ANSWER, Consent.NOT_ME: Silence.NOT_ME, Consent.TALK: Silence.TALK}


@dataclass(frozen=True, slots=True)
class AcceptanceRate:
    """Of the actions whose pilot was asked, how many accepted, and how many have none any more."""

    asked: int
    accepted: int
    vacant: int = 0


def unaccepted_of(actions: Sequence[Piloted]) -> Mapping[int, Unaccepted]:
    """Return, by action's id, those whose pilot was asked and has not accepted (one query)."""
    if not actions:
        return {}
    asked = Acceptance.objects.all()
    if len(actions) == 1:
        asked = asked.filter(action_id=actions[0].pk)
    else:
        asked = asked.filter(action__plan_id__in={one.plan_id for one in actions})
    functions = {one.pk: one.pilot_function for one in actions}
    found: dict[int, Unaccepted] = {}
    rows = asked.values_list("action_id", "function", "consent", "asked_on", "answered_on")
    for pk, function, consent, asked_on, answered_on in rows:
        if pk not in functions:
            continue
        if function != functions[pk]:
            found[pk] = Unaccepted(Silence.CHANGED, asked_on)
        elif consent != Consent.ACCEPTED:
            found[pk] = Unaccepted(_SILENCES[consent], answered_on or asked_on)
    return found


def acceptance_rate(plan: Plan) -> AcceptanceRate | None:
    """Return how many pilots accepted, of the functions that pilot today; None if none was asked.

    A function that accepted and that nobody holds any more pilots nothing. In one query.
    """
    asked = Acceptance.objects.filter(action__plan=plan).select_related("action__pilot")
    rows = [(one.action.is_vacant, one) for one in asked]
    if not rows:
        return None
    accepted = sum(
        not vacant and one.function == one.action.pilot_function and one.consent == Consent.ACCEPTED
        for vacant, one in rows
    )
    return AcceptanceRate(len(rows), accepted, sum(vacant for vacant, _one in rows))


def ask(actor: Actor, *, action: Action, today: date) -> None:
    """Note that the function that pilots an action is asked; what it accepted already stays."""
    held = Acceptance.objects.select_for_update(no_key=True)
    kept = held.filter(action=action).first() or Acceptance(action=action)
    if kept.pk and kept.function == action.pilot_function and kept.consent == Consent.ACCEPTED:
        return
    kept.function, kept.asked_on = action.pilot_function, today
    kept.consent, kept.answered_on = "", None
    store(kept)
    record(actor, action, Verb.PILOT_ASKED, {"pilot_function": (None, kept.function)})


def answer(*, action: Action, function: str, consent: Consent | None, today: date) -> None:
    """Keep what a function answered, None once it is taken back, if it is the one asked still."""
    held = Acceptance.objects.select_for_update(no_key=True)
    kept = held.filter(action=action, function=function).first()
    if kept is None:
        return
    kept.consent, kept.answered_on = consent or "", today if consent else None
    store(kept)
