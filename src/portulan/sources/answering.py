"""Answering what a source proposes: accepted, it is a reading that says where it comes from.

What somebody typed for the same day, or another source said, is never replaced: it is set aside
only when who accepts says so, and stays readable with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Grant, Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.storing import store
from portulan.indicators.measurements import Reading, record_measurements, refuse_measurement
from portulan.indicators.models import Measurement
from portulan.sources import marking
from portulan.sources.feeding import BREAKS, Agreement, Question
from portulan.sources.models import ItemsSnapshot, ProposedReading, Source
from portulan.sources.reads import said_otherwise
from portulan.sources.verbs import Verb


@transaction.atomic
def accept(
    actor: Actor,
    *,
    proposal: ProposedReading,
    now: datetime,
    settles: bool = False,
    own: bool = False,
) -> Measurement:
    """Record a reading that a source proposes.

    `settles`: who accepts saw what a person, or another source, said of that day, and sets it
    aside.
    Raises DeniedError, NotFoundError, ValidationError.
    """
    held = _held(actor, proposal, own=own)
    source, others = held.snapshot.source, said_otherwise([held])[held.pk]
    if others and not settles:
        raise ValidationError(_not_settled(source, others))
    for one in others:
        names = {"source": source.name, "other": one.source}
        told = _("« %(source)s » compte pour ce jour, et non « %(other)s ».")
        why = (told if one.computed else _("« %(source)s » compte pour ce jour.")) % names
        refuse_measurement(actor, measurement=one, why=why, own=own)
    reading = Reading(
        held.indicator,
        held.on,
        held.value,
        numerator=held.numerator,
        denominator=held.denominator,
        source=source.name,
        note=note_of(held),
        breaks_series=bool(BREAKS & {Question(one) for one in held.questions}),
        computed=True,
    )
    owned = {held.indicator_id} if own else frozenset[int]()
    [made] = record_measurements(
        actor, readings=[reading], today=timezone.localdate(now), own=owned, now=now
    )
    _answer(actor, held, Agreement.ACCEPTED, "", now, made)
    marking.accepted(held.snapshot)
    return made


@transaction.atomic
def decline(
    actor: Actor,
    *,
    proposal: ProposedReading,
    now: datetime,
    why: str = "",
    to_check: bool = False,
    own: bool = False,
) -> ProposedReading:
    """Refuse a reading, or say that it is to be checked in the tool first. Raises as `accept`."""
    held = _held(actor, proposal, own=own)
    return _answer(actor, held, Agreement.CHECK if to_check else Agreement.REFUSED, why, now)


def _held(actor: Actor, proposal: ProposedReading, *, own: bool) -> ProposedReading:
    """Hold a reading that waits, brought up to date."""
    rows = ProposedReading.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("indicator", "snapshot__source").filter(pk=proposal.pk).first()
    if found is None or found.snapshot.source.organisation_id != actor.organisation_id:
        raise NotFoundError(proposal.pk)
    grant = actor.grant(Operation.UPDATE_ACTION)
    if grant is Grant.NONE or (grant is Grant.OWN and not own):
        raise DeniedError(Operation.UPDATE_ACTION.value)
    if found.answer not in (Agreement.PENDING, Agreement.CHECK):
        raise ValidationError(_("Ce relevé a déjà sa réponse : relisez la page de la source."))
    return found


def _not_settled(source: Source, others: Sequence[Measurement]) -> str:
    """Say what is to be settled first, the two sources by their names."""
    other = next((one.source for one in others if one.computed), None)
    if other is None:
        return _("Quelqu’un a dit une autre valeur pour ce jour : dites laquelle compte.")
    return _("« %(source)s » et « %(other)s » se contredisent : dites laquelle compte.") % {
        "source": source.name,
        "other": other,
    }


class Resting(Protocol):
    """What a reading rests on, where a source gives it."""

    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def coverage(self) -> Decimal | None: ...
    @property
    def snapshot(self) -> ItemsSnapshot: ...


def note_of(proposal: Resting) -> str:
    """Say what a reading rests on: its terms, what is known, the seal of the snapshot."""
    language, parts = spoken_language(), []
    if proposal.numerator is not None and proposal.denominator is not None:
        terms = {
            "part": numbers.number(proposal.numerator.normalize(), language),
            "whole": numbers.number(proposal.denominator.normalize(), language),
        }
        parts.append(_("%(part)s sur %(whole)s") % terms)
    if proposal.coverage is not None:
        share = numbers.percent(proposal.coverage * 100, language, decimals=0)
        parts.append(_("%(share)s connus") % {"share": share})
    parts.append(_("sceau %(seal)s") % {"seal": proposal.snapshot.digest[:12]})
    return ", ".join(parts)


def _answer(
    actor: Actor,
    proposal: ProposedReading,
    answer: Agreement,
    why: str,
    now: datetime,
    made: Measurement | None = None,
) -> ProposedReading:
    proposal.answer = answer
    proposal.why, proposal.answered_at, proposal.person_id = why.strip(), now, actor.person_id
    proposal.measurement = made
    store(proposal, exclude=["person_id"])
    told = {
        "indicator": (None, proposal.indicator.name),
        str(proposal.on): (proposal.before, proposal.value),
    }
    record(actor, proposal.snapshot.source, _VERBS[answer], told)
    return proposal


_VERBS = {
    Agreement.ACCEPTED: Verb.READING_ACCEPTED,
    Agreement.REFUSED: Verb.READING_REFUSED,
    Agreement.CHECK: Verb.READING_TO_CHECK,
}
