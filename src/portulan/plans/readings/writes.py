"""Recording many readings in one act, all or none; and undoing them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.core.batches import judged, tried
from portulan.core.storing import get_one
from portulan.indicators.measurements import Reading, refuse_measurement, undo_measurement
from portulan.indicators.models import Measurement
from portulan.plans.access import check_plan, may_on
from portulan.plans.indicators import measure_many
from portulan.plans.models import Action, Plan
from portulan.plans.readings.reads import Entry, entries_of
from portulan.plans.readings.said import Said

AT_ONCE = 500


class RefusedReadingsError(ValidationError):
    """Some readings cannot be recorded: `refused` says why, by their rank."""

    def __init__(self, refused: dict[int, str]) -> None:
        self.refused = refused
        super().__init__(list(refused.values()), code="readings")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Readings of one act, told by the first of them."""

    first: int
    count: int


@transaction.atomic
def record_readings(
    actor: Actor, *, plan: Plan, readings: Sequence[Said], today: date, now: datetime | None = None
) -> Recorded:
    """Record readings together; none alters one of before, and all are undone in one act.

    Raises RefusedReadingsError with every reading that is refused, and then writes nothing;
    ValidationError (none, or more than are recorded at once), DeniedError.
    """
    actor.require_any(Operation.UPDATE_ACTION)
    if not readings:
        raise ValidationError(_("Aucun relevé à enregistrer."))
    if len(readings) > AT_ONCE:
        raise ValidationError(
            _("%(most)s relevés au plus s’enregistrent d’un coup.") % {"most": AT_ONCE}
        )
    entries = {entry.indicator.pk: entry for entry in entries_of(actor, plan)}
    named = {said.unit for said in readings if said.unit}
    units = Unit.objects.filter(organisation_id=plan.organisation_id).in_bulk(named)
    moment = now or timezone.now()
    write = partial(_record, actor, entries, units, today=today, now=moment)
    found = list(tried(readings, write, ValidationError, by_rank=True))
    made = [one for one in found if isinstance(one, Measurement)]
    if len(made) < len(found):
        raise RefusedReadingsError(
            {
                rank: " ".join(one.messages)
                for rank, one in enumerate(found)
                if isinstance(one, ValidationError)
            }
        )
    return Recorded(made[0].pk, len(made))


@transaction.atomic
def _record(
    actor: Actor,
    entries: Mapping[int, Entry],
    units: Mapping[int, Unit],
    readings: Sequence[Said],
    *,
    today: date,
    now: datetime,
) -> list[Measurement]:
    told = judged(
        readings,
        lambda said: _reading(entries.get(said.indicator), said, units),
        ValidationError,
    )
    made = measure_many(actor, readings=told, today=today, now=now)
    for found, said in zip(made, readings, strict=True):
        if said.refused_why:
            found.refresh_from_db()
            refuse_measurement(actor, measurement=found, why=said.refused_why, own=True)
    return made


def _reading(entry: Entry | None, said: Said, units: Mapping[int, Unit]) -> tuple[Action, Reading]:
    if entry is None:
        raise ValidationError(_("Cet indicateur n’est pas de ceux du plan qui se relèvent."))
    if entry.through is None:
        raise ValidationError(_("Vous ne pilotez aucune action que cet indicateur suit."))
    if said.unit and said.unit not in units:
        raise ValidationError(_("Cette entité n’existe pas."))
    return entry.through, Reading(
        entry.indicator,
        said.on,
        said.value,
        said.text,
        said.knowledge,
        said.role,
        said.numerator,
        said.denominator,
        said.source,
        said.note,
        said.breaks,
        units[said.unit] if said.unit else None,
        said.restated_for,
    )


@transaction.atomic
def undo_readings(actor: Actor, *, plan: Plan, first: int) -> int:
    """Withdraw the readings of one act, told by its first one; return how many.

    Only their author may, and once. Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.READ_PLAN)
    found = get_one(
        Measurement.objects.filter(
            indicator__action_links__action__plan=plan, person_id=actor.person_id
        ),
        pk=first,
    )
    entries = {entry.indicator.pk: entry for entry in entries_of(actor, plan)}
    act = Measurement.objects.filter(
        recorded_at=found.recorded_at,
        person_id=actor.person_id,
        indicator__in=entries,
        withdrawn_at=None,
        computed=False,
    ).select_related("indicator")
    undone = list(act)
    if not undone:
        raise ValidationError(_("Ces relevés sont déjà retirés."))
    for measurement in undone:
        through = entries[measurement.indicator_id].through
        own = through is not None and may_on(actor, through, Operation.UPDATE_ACTION)
        undo_measurement(actor, measurement=measurement, own=own)
    return len(undone)
