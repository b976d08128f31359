"""The pilot's update: how far it is, one value, what blocks; and its undoing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.storing import store
from portulan.evidence.models import Piece
from portulan.evidence.writes import link
from portulan.indicators.measurements import record_measurement, undo_measurement
from portulan.indicators.models import Indicator, Measurement, MeasurementEvidence
from portulan.indicators.words import Knowledge
from portulan.plans.access import check, heard, may_on, refuse
from portulan.plans.commitments.reads import commitment_of
from portulan.plans.commitments.rules import check_progress
from portulan.plans.models import Action, ActionEvidence
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


@transaction.atomic
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
    check(actor, action, Operation.UPDATE_ACTION)
    wanted: dict[str, object] = {}
    if progress is not None:
        _check_progress(action, progress, note)
        wanted["progress"] = progress
    if blocked_by is not None:
        wanted["blocked_by"] = blocked_by.strip()
    heard_before = action.last_news_on
    changes = trail.set_fields(action, wanted)
    heard(action, today)
    if action.last_news_on != heard_before:
        changes["last_news_on"] = (heard_before, action.last_news_on)
    store(action)
    measurement = None
    if indicator is not None and (value is not None or text.strip() or unknown):
        measurement = _measure(
            actor,
            action,
            indicator,
            value=value,
            text=text,
            unknown=unknown,
            on=on,
            today=today,
            source=source,
        )
        changes["measurement"] = (None, measurement.pk)
    beside = tuple(
        _measure(
            actor,
            action,
            one.indicator,
            value=one.value,
            text=one.text,
            unknown=False,
            on=on,
            today=today,
            source=source,
        )
        for one in others
    )
    if beside:
        changes["other_measurements"] = (None, [one.pk for one in beside])
    if evidence is not None:
        _prove(actor, action, evidence, (measurement, *beside))
        changes["evidence"] = (None, f"n° {evidence.pk}")
    if note.strip():
        changes["note"] = (None, note.strip())
    return Update(record(actor, action, Verb.UPDATED, changes), measurement, beside)


def _prove(
    actor: Actor, action: Action, piece: Piece, measured: Iterable[Measurement | None]
) -> None:
    """Say that a piece proves the values given with it, the action where there is none."""
    if not may_on(actor, action, Operation.GIVE_EVIDENCE):
        raise DeniedError(Operation.GIVE_EVIDENCE.value)
    values = [one.pk for one in measured if one is not None]
    for pk in values:
        link(actor, model=MeasurementEvidence, proved=pk, piece=piece)
    if not values:
        link(actor, model=ActionEvidence, proved=action.pk, piece=piece)


def _check_progress(action: Action, progress: Progress, note: str) -> None:
    if progress == action.progress:
        return
    if progress is Progress.DROPPED and not note.strip():
        raise ValidationError({"note": _("Dites pourquoi l’action est abandonnée.")})
    refuse(check_progress(commitment_of(action), CommitmentLevel(action.level), progress))


def _measure(
    actor: Actor,
    action: Action,
    indicator: Indicator,
    *,
    value: Decimal | None,
    text: str,
    unknown: bool,
    on: date | None,
    today: date,
    source: str,
) -> Measurement:
    if not action.indicator_links.filter(indicator=indicator).exists():
        raise NotFoundError(indicator.pk)
    return record_measurement(
        actor,
        indicator=indicator,
        on=on or today,
        today=today,
        value=value,
        text=text,
        knowledge=Knowledge.UNKNOWN if unknown else Knowledge.KNOWN,
        source=source,
        own=may_on(actor, action, Operation.UPDATE_ACTION),
    )


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
