"""Minutes after a session: written again until a name and a date close them, signed elsewhere.

A typed name is no signature: the file leaves to be signed, and the seal of what comes back is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import record
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.actions.writes import assign_pilot, declare_vacant, edit_action
from portulan.plans.models import Action
from portulan.steering.committees.preparing import hold
from portulan.steering.models import Committee, Decision
from portulan.steering.verbs import Verb
from portulan.steering.words import CommitteeState, DecisionStatus, Matter

# What a closed session did to a plan and can be given back; a vote on a level is a dated decision.
_UNDONE = frozenset({Matter.PILOT, Matter.DATE})


def _held(actor: Actor, committee: Committee) -> None:
    """Hold a committee whose session is closed and whose minutes are not."""
    hold(actor, committee)
    if committee.state != CommitteeState.CLOSED:
        raise ValidationError(_("La séance n’est pas close : son relevé s’écrit encore."))
    if committee.minutes_on is not None:
        raise ValidationError(_("Le relevé est arrêté : il ne change plus."))


@transaction.atomic
def write_minutes(
    actor: Actor, *, committee: Committee, wordings: Mapping[int, str], observations: str
) -> Committee:
    """Write sentences in the place of those that were made, by decision; "" gives them back.

    Raises DeniedError, NotFoundError, ValidationError once the minutes are closed.
    """
    _held(actor, committee)
    mine = {one.pk: one for one in Decision.objects.filter(item__committee=committee)}
    if missing := wordings.keys() - mine.keys():
        raise NotFoundError(min(missing))
    for pk, words in wordings.items():
        if mine[pk].wording != words.strip():
            mine[pk].wording = words.strip()
            store(mine[pk])
    committee.observations = observations.strip()
    store(committee)
    record(actor, committee.plan, Verb.MINUTES_WRITTEN, {"held_on": (None, committee.held_on)})
    return committee


@transaction.atomic
def close_minutes(actor: Actor, *, committee: Committee, name: str, on: date) -> Committee:
    """Close the minutes by a name and a date: they are written no more.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    _held(actor, committee)
    if not name.strip():
        raise ValidationError({"name": _("Dites qui arrête le relevé.")})
    if on < committee.held_on:
        raise ValidationError({"on": _("Le relevé ne s’arrête pas avant la séance.")})
    committee.minutes_by, committee.minutes_on = name.strip(), on
    store(committee)
    record(actor, committee.plan, Verb.MINUTES_CLOSED, {"number": (None, committee.called)})
    return committee


@transaction.atomic
def give_signed(actor: Actor, *, committee: Committee, content: bytes) -> Committee:
    """Keep the seal (SHA-256) of the minutes that came back signed; the file stays where it is.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    hold(actor, committee)
    if committee.minutes_on is None:
        raise ValidationError(_("Arrêtez d’abord le relevé."))
    if not content.startswith(b"%PDF-"):
        raise ValidationError({"file": _("Ce fichier n’est pas un PDF : rendez le relevé signé.")})
    committee.signed_seal = hashlib.sha256(content).hexdigest()
    store(committee)
    record(actor, committee.plan, Verb.MINUTES_SIGNED, {"seal": (None, committee.signed_seal)})
    return committee


@transaction.atomic
def undo_session(actor: Actor, *, committee: Committee, reason: str, today: date) -> Committee:
    """Open a closed session again: an act of its own, with its reason, kept in the journal.

    Pilots and dates go back to what they were, unless changed since. What cannot be given back is
    refused and named: a level that was decided is corrected where it stands, and what another body
    voted stays so. A session of before this was kept has nothing to go back to.
    Raises DeniedError, NotFoundError, ValidationError.
    """
    _held(actor, committee)
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi : le motif reste au journal.")})
    made = list(
        Decision.objects.filter(item__committee=committee).select_related(
            "item__action__plan__organisation"
        )
    )
    for one in made:
        applied = one.status == DecisionStatus.APPLIED and Matter(one.matter) not in _UNDONE
        if applied or one.status in (DecisionStatus.VOTED, DecisionStatus.DONE):
            words = _("« %(title)s » ne se défait pas ici : corrigez la décision là où elle est.")
            raise ValidationError(words % {"title": one.item.title})
        if one.matter in (Matter.ADOPT, Matter.REFUSE):
            words = _("« %(title)s » a répondu à un autre organe : cela ne se défait pas.")
            raise ValidationError(words % {"title": one.item.title})
        if one.status == DecisionStatus.APPLIED and not one.before:
            words = _("Rien ne dit ce qu’était « %(title)s » avant : corrigez l’action elle-même.")
            raise ValidationError(words % {"title": one.item.title})
    for one in made:
        if one.status == DecisionStatus.APPLIED:
            _give_back(actor, one, today)
        one.status = DecisionStatus.DRAFT
        store(one)
    committee.state, committee.closed_at = CommitteeState.OPEN, None
    store(committee)
    record(actor, committee.plan, Verb.COMMITTEE_UNDONE, {"reason": (None, reason.strip())})
    return committee


def _give_back(actor: Actor, decision: Decision, today: date) -> None:
    """Give back what a decision changed; what somebody changed since then stays."""
    action, before = decision.item.action, decision.before
    if action is None:
        return
    action = Action.objects.select_related("plan__organisation", "pilot").get(pk=action.pk)
    if decision.matter == Matter.DATE:
        if action.due_on != decision.due_on:
            return
        due = before.get("due_on")
        edit_action(actor, action=action, due_on=date.fromisoformat(due) if due else None)
        return
    set_by_it = (decision.function, None, None)
    if (action.pilot_function, action.pilot_id, action.vacant_since) != set_by_it:
        return
    pilot = Person.objects.filter(pk=before.get("pilot"), left_on=None, erased_at=None).first()
    function = str(before.get("function") or action.pilot_function)
    assign_pilot(actor, action=action, pilot_function=function, pilot=pilot, today=today)
    if since := before.get("vacant_since"):
        declare_vacant(actor, action=action, since=date.fromisoformat(since), today=today)
