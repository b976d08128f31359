"""Dated notes on an action: what is worth remembering, and is no reading and no decision."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.access import check, note_news
from portulan.plans.models import Action, ActionNote, Plan
from portulan.plans.verbs import Verb


def noted_in(plan: Plan) -> frozenset[int]:
    """Return the actions of a plan that have a note, by their identifiers (one query)."""
    notes = ActionNote.objects.filter(action__plan=plan).order_by()
    return frozenset(notes.values_list("action_id", flat=True).distinct())


@transaction.atomic
def save_note(
    actor: Actor,
    *,
    action: Action,
    text: str,
    on: date,
    today: date,
    note: ActionNote | None = None,
) -> ActionNote:
    """Write a note, or change one; it is news. Raises DeniedError, ValidationError."""
    check(actor, action, Operation.UPDATE_ACTION)
    if on > today:
        raise ValidationError({"on": _("Cette date est à venir.")})
    new = note is None
    note = note or ActionNote(action=action)
    changes = trail.set_fields(note, {"text": text.strip(), "on": on})
    note.person_id, note.written_at = actor.person_id, timezone.now()
    store(note)
    note_news(action, today)
    before = changes["text"][0] if "text" in changes and not new else None
    record(actor, action, Verb.NOTED, {"note": (before, note.text)})
    return note


@transaction.atomic
def remove_note(actor: Actor, *, action: Action, note: ActionNote) -> None:
    """Remove a note; the history keeps what it said. Raises DeniedError."""
    check(actor, action, Operation.UPDATE_ACTION)
    record(actor, action, Verb.NOTE_REMOVED, {"note": (note.text, None)})
    note.delete()
