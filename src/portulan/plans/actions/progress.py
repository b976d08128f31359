"""The pilot's update: how far it is, one value, what blocks; and its undoing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record, record_all
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.storing import store_all
from portulan.evidence.models import Piece
from portulan.evidence.writes import link
from portulan.indicators.measurements import Reading, record_measurements, undo_measurement
from portulan.indicators.models import Indicator, Measurement, MeasurementEvidence
from portulan.indicators.words import Knowledge
from portulan.plans.access import check, check_all, heard, may_on, refuse
from portulan.plans.commitments.reads import commitments_of
from portulan.plans.commitments.rules import check_progress
from portulan.plans.models import Action, ActionEvidence, ActionIndicator
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel, Progress

_UNDONE = ("progress", "blocked_by", "last_news_on")


class Value(NamedTuple):
    """A value of another indicator of the action, said in the same update: a number, or words."""

    indicator: Indicator
    value: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """What an update wrote: its entry in the trail, the value of the indicator, and the others."""

    entry_id: int
    measurement: Measurement | None
    others: tuple[Measurement, ...] = ()

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        return (self.measurement, *self.others) if self.measurement else self.others


class Said(NamedTuple):
    """What is said of an action, as `update_progress` takes it."""

    action: Action
    progress: Progress | None = None
    blocked_by: str | None = None
    note: str = ""
    indicator: Indicator | None = None
    value: Decimal | None = None
    text: str = ""
    unknown: bool = False
    on: date | None = None
    source: str = ""
    others: tuple[Value, ...] = ()
    evidence: Piece | None = None

    def readings(self, today: date) -> Iterator[Reading]:
        """Yield the values that are said: that of the indicator, if any, then the others."""
        on = self.on or today
        given = self.value is not None or self.text.strip() or self.unknown
        if self.indicator is not None and given:
            knowledge = Knowledge.UNKNOWN if self.unknown else Knowledge.KNOWN
            yield Reading(self.indicator, on, self.value, self.text, knowledge, source=self.source)
        for indicator, value, text in self.others:
            yield Reading(indicator, on, value, text, source=self.source)


def update_progress(
    actor: Actor,
    *,
    action: Action,
    today: date,
    progress: Progress | None = None,
    blocked_by: str | None = None,
    note: str = "",
    indicator: Indicator | None = None,
    value: Decimal | None = None,
    text: str = "",
    unknown: bool = False,
    on: date | None = None,
    source: str = "",
    others: Iterable[Value] = (),
    evidence: Piece | None = None,
) -> Update:
    """Say where the action is; what is not given does not change, and it always counts as news.

    `unknown` records "I don't have this figure" for the indicator, on the day `on` (today unless
    given); `source` says where the value comes from. `others` are values of other indicators of the
    action; `evidence` proves all these values, or the action without any. Raises DeniedError,
    NotFoundError, ValidationError.
    """
    said = Said(
        *(action, progress, blocked_by, note, indicator, value, text, unknown, on, source),
        *(tuple(others), evidence),
    )
    return update_many(actor, said=[said], today=today)[0]


@transaction.atomic
def update_many(actor: Actor, *, said: Sequence[Said], today: date) -> list[Update]:
    """Say where actions are, each once, all or none, as `update_progress` does.

    A handful of queries for hundreds, but for what evidence proves.
    """
    actions = [one.action for one in said]
    check_all(actor, actions, Operation.UPDATE_ACTION)
    _check_progress(said)
    changed: list[dict[str, trail.Change]] = []
    for one in said:
        wanted: dict[str, object] = {}
        if one.progress is not None:
            wanted["progress"] = one.progress
        if one.blocked_by is not None:
            wanted["blocked_by"] = one.blocked_by.strip()
        heard_before = one.action.last_news_on
        changes = trail.set_fields(one.action, wanted)
        heard(one.action, today)
        if one.action.last_news_on != heard_before:
            changes["last_news_on"] = (heard_before, one.action.last_news_on)
        changed.append(changes)
    store_all(actions, columns=_UNDONE)
    measured = _measure(actor, said, today)
    updates: list[tuple[Measurement | None, tuple[Measurement, ...]]] = []
    for one, changes, found in zip(said, changed, measured, strict=True):
        others = found[len(found) - len(one.others) :]
        measurement = found[0] if len(found) > len(others) else None
        if measurement is not None:
            changes["measurement"] = (None, measurement.pk)
        if others:
            changes["other_measurements"] = (None, [each.pk for each in others])
        if one.evidence is not None:
            _prove(actor, one.action, one.evidence, found)
            changes["evidence"] = (None, f"n° {one.evidence.pk}")
        if one.note.strip():
            changes["note"] = (None, one.note.strip())
        updates.append((measurement, others))
    told = zip(actions, changed, strict=True)
    entries = record_all(actor, [(action, Verb.UPDATED, changes) for action, changes in told])
    return [Update(entry, *found) for entry, found in zip(entries, updates, strict=True)]


def _prove(actor: Actor, action: Action, piece: Piece, measured: Sequence[Measurement]) -> None:
    """Say that a piece proves the values given with it, the action where there is none."""
    if not may_on(actor, action, Operation.GIVE_EVIDENCE):
        raise DeniedError(Operation.GIVE_EVIDENCE.value)
    for one in measured:
        link(actor, model=MeasurementEvidence, proved=one.pk, piece=piece)
    if not measured:
        link(actor, model=ActionEvidence, proved=action.pk, piece=piece)


def _check_progress(said: Sequence[Said]) -> None:
    moved = [one for one in said if one.progress not in (None, one.action.progress)]
    # As they are held, and not on the actions themselves, which do not keep what is read here.
    states = commitments_of([one.action for one in moved])
    for one in moved:
        progress = Progress(one.progress or "")
        if progress is Progress.DROPPED and not one.note.strip():
            raise ValidationError({"note": _("Dites pourquoi l’action est abandonnée.")})
        level = CommitmentLevel(one.action.level)
        refuse(check_progress(states[one.action.pk], level, progress))


def _measure(actor: Actor, said: Sequence[Said], today: date) -> list[tuple[Measurement, ...]]:
    """Record the values that are said; return those of each action."""
    readings = [tuple(one.readings(today)) for one in said]
    asked = {one.action.pk for one, its in zip(said, readings, strict=True) if its}
    links = (
        ActionIndicator.objects.filter(action__in=asked)
        if asked
        else ActionIndicator.objects.none()
    )
    followed = set(links.values_list("action", "indicator"))
    for one, its in zip(said, readings, strict=True):
        for reading in its:
            if (one.action.pk, reading.indicator.pk) not in followed:
                raise NotFoundError(reading.indicator.pk)
    whole = [reading for its in readings for reading in its]
    own = {
        reading.indicator.pk for reading in whole
    }  # who may update an action may tell its values
    made = iter(record_measurements(actor, readings=whole, today=today, own=own))
    return [tuple(islice(made, len(its))) for its in readings]


@transaction.atomic
def undo_update(actor: Actor, *, action: Action, entry_id: int) -> None:
    """Undo one's own update as long as nothing else was written on the action since.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    check(actor, action, Operation.UPDATE_ACTION)
    last = trail.history(action).first()
    mine = last is not None and last.pk == entry_id and last.person_id == actor.person_id
    if last is None or not mine or last.verb != Verb.UPDATED:
        raise ValidationError(
            _("L’action a changé depuis : corrigez-la, le journal garde les deux valeurs.")
        )
    back = {name: last.changes[name][0] for name in _UNDONE if name in last.changes}
    for name, old in back.items():
        back[name] = trail.from_trail(Action, name, old)
    changes = trail.set_fields(action, back)
    action.save()
    given = [last.changes["measurement"][1]] if "measurement" in last.changes else []
    given += last.changes.get("other_measurements", [None, []])[1]
    for measurement in Measurement.objects.filter(pk__in=given).order_by("pk"):
        undo_measurement(actor, measurement=measurement, own=True)
    if given:
        changes["measurement"] = (given[0], None)
    record(actor, action, Verb.UPDATE_UNDONE, changes)


@transaction.atomic
def drop_action(actor: Actor, *, action: Action, reason: str, today: date) -> Update:
    """Drop an action, for a reason that stays in its history. Needs the right to edit the plan."""
    check(actor, action, Operation.EDIT_PLAN)
    return update_progress(
        actor, action=action, today=today, progress=Progress.DROPPED, note=reason
    )
