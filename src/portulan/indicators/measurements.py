"""Writing dated values.

An indicator belongs to actions, which this layer does not know: a caller from above who holds the
action says with `own` that the actor pilots it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Grant, Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.accounts.trail import record, record_all
from portulan.core import trail
from portulan.core.batches import judged, ranked, rounds
from portulan.core.errors import REFUSALS, DeniedError, NotFoundError
from portulan.core.folding import fold
from portulan.core.storing import require_clean, store, store_all
from portulan.indicators.computed import COMPUTERS, ComputedValue
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.values import ratio, read, said, stored
from portulan.indicators.verbs import Verb
from portulan.indicators.words import Kind, Knowledge, MeasurementRole


class Reading(NamedTuple):
    """A dated value: a number, words, or that it is not known (“I don’t have this figure”).

    A percentage may come as its two terms. `unit` is whose value it is; `restated_for` is the day
    of the break on whose perimeter it is told again, beside what was told.
    """

    indicator: Indicator
    on: date
    value: Decimal | None = None
    text: str = ""
    knowledge: Knowledge = Knowledge.KNOWN
    role: MeasurementRole = MeasurementRole.READING
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""
    note: str = ""
    breaks_series: bool = False
    unit: Unit | None = None
    restated_for: date | None = None
    computed: bool = False  # a source says it, not a person

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands: a second value of one person there may take the place of the first.

        A value of a source takes the place of that of the same source, whoever accepted it.
        """
        unit = self.unit.pk if self.unit is not None else None
        return self.indicator.pk, self.on, str(self.role), unit, self.restated_for, self.computed


@transaction.atomic
def record_measurements(
    actor: Actor,
    *,
    readings: Sequence[Reading],
    today: date,
    own: Collection[int] = (),
    now: datetime | None = None,
) -> list[Measurement]:
    """Record dated values, all or none, one after the other.

    A second value of one person for one day replaces the first, which is withdrawn, unless it comes
    from another source: both then stay, and the last one counts. A figure that one does not have
    takes the place of none. Raises DeniedError, NotFoundError, ValidationError (a date to come, a
    value of another kind, an indicator that is computed, a restatement of no break).

    `own` are the indicators (identifiers) of actions that the actor pilots. A handful of queries
    for hundreds, in as many rounds as one place has values.
    """
    moment = now or timezone.now()

    def judge(one: Reading) -> Measurement:
        _may_record(actor, one.indicator, own=one.indicator.pk in own)
        value, text = _check_reading(one, today)
        said = {"source": one.source.strip(), "note": one.note.strip()}
        columns = one._asdict() | said | {"value": value, "text": text}
        new = Measurement(**columns, person_id=actor.person_id, recorded_at=moment)
        require_clean(new)
        return new

    made = judged(readings, judge, REFUSALS)
    # A value told again rests on the breaks that are recorded before it.
    again = {one.indicator.pk for one in readings if one.restated_for is not None}
    for ranks in rounds(
        range(len(readings)),
        lambda rank: (
            one.indicator.pk if (one := readings[rank]).indicator.pk in again else one.place
        ),
    ):
        try:
            _record(actor, [readings[at] for at in ranks], [made[at] for at in ranks], now=moment)
        except REFUSALS as error:
            raise ranked(error, ranks) from None
    return made


def _record(
    actor: Actor, readings: Sequence[Reading], made: Sequence[Measurement], *, now: datetime
) -> None:
    """Write values, each at a place of its own, instead of those that they correct."""
    judged(readings, _check_restated, ValidationError)
    formers = _formers(actor, readings)
    replaced = [
        next((old for old in reversed(formers[one.place]) if _takes_place_of(old, one)), None)
        for one in readings
    ]
    gone = [one for one in replaced if one is not None]
    for each in gone:
        each.withdrawn_at = now
    if gone:
        Measurement.objects.filter(pk__in=[one.pk for one in gone]).update(withdrawn_at=now)
    store_all(made, are_clean=True)
    told = [
        (one.indicator, Verb.MEASURED, {str(one.on): (former and said(former), said(one))})
        for one, former in zip(made, replaced, strict=True)
    ]
    record_all(actor, told)


def _formers(
    actor: Actor, readings: Sequence[Reading]
) -> defaultdict[tuple[object, ...], list[Measurement]]:
    """Return what the actor, or a source, said before where readings stand (one query)."""
    found: defaultdict[tuple[object, ...], list[Measurement]] = defaultdict(list)
    before = Measurement.objects.filter(
        Q(computed=True) | Q(person_id=actor.person_id),
        indicator__in={one.indicator.pk for one in readings},
        on__in={one.on for one in readings},
        withdrawn_at=None,
    )
    for one in before.order_by("pk"):
        place = one.indicator_id, one.on, one.role, one.unit_id, one.restated_for, one.computed
        found[place].append(one)
    return found


def _check_reading(one: Reading, today: date) -> tuple[Decimal | None, str]:
    """Return the value and the words as they are kept. Raises NotFoundError, ValidationError."""
    indicator, value, text = one.indicator, one.value, one.text
    if indicator.computed_by and one.role is not MeasurementRole.BASELINE:
        raise ValidationError(_("Cet indicateur est calculé : sa valeur ne se saisit pas."))
    if one.on > today:
        raise ValidationError({"on": _("Un relevé n’est pas daté dans l’avenir.")})
    if one.knowledge is Knowledge.KNOWN:
        if value is None and one.numerator is not None and one.denominator:
            value = ratio(Kind(indicator.kind), one.numerator, one.denominator)
        value, text = read(Kind(indicator.kind), value, text, indicator.scale)
    elif value is not None or text.strip():
        raise ValidationError({"value": _("Donnez une valeur, ou dites qu’elle n’est pas connue.")})
    if one.unit is not None and one.unit.organisation_id != indicator.organisation_id:
        raise NotFoundError(one.unit.pk)
    return value, text


def _takes_place_of(former: Measurement, one: Reading) -> bool:
    """Tell whether a new value corrects a former one: of the same source, as far as is said."""
    if one.knowledge is not Knowledge.KNOWN and former.knowledge == Knowledge.KNOWN:
        return False
    sources = {fold(former.source), fold(one.source.strip())}
    return len(sources) == 1 or (not one.computed and "" in sources)


def _check_restated(one: Reading) -> None:
    if one.restated_for is None:
        return
    breaks = one.indicator.measurements.filter(withdrawn_at=None, breaks_series=True)
    if one.on >= one.restated_for or not breaks.filter(on=one.restated_for).exists():
        raise ValidationError(
            {"restated_for": _("Se redit une valeur d’avant une rupture, pour cette rupture.")}
        )


@transaction.atomic
def refuse_measurement(
    actor: Actor, *, measurement: Measurement, why: str, own: bool = False
) -> Measurement:
    """Refuse a value among several of one day: it is kept, and counts no more.

    An empty reason takes it back. Raises DeniedError, NotFoundError, ValidationError (computed,
    or withdrawn).
    """
    indicator = measurement.indicator
    _may_record(actor, indicator, own=own)
    if measurement.computed and indicator.computed_by:
        raise ValidationError(_("Une valeur calculée ne se retire pas : corrigez ses sources."))
    if measurement.withdrawn_at is not None:
        raise ValidationError(_("Ce relevé est retiré : il ne compte déjà plus."))
    before, measurement.refused_why = measurement.refused_why, why.strip()
    if before != measurement.refused_why:
        store(measurement, exclude=["person_id"])
        verb = Verb.MEASUREMENT_REFUSED if measurement.refused_why else Verb.MEASUREMENT_KEPT
        told = {str(measurement.on): (said(measurement), said(measurement))}
        record(actor, indicator, verb, told | {"why": (before or None, why.strip() or None)})
    return measurement


@transaction.atomic
def undo_measurement(actor: Actor, *, measurement: Measurement, own: bool = False) -> None:
    """Withdraw a value and give back the one it replaced. Raises as `withdraw_measurement`."""
    withdraw_measurement(actor, measurement=measurement, own=own)
    indicator = measurement.indicator
    # What it replaced was withdrawn at the very instant it was recorded.
    for former in indicator.measurements.filter(
        on=measurement.on, withdrawn_at=measurement.recorded_at
    ):
        former.withdrawn_at = None
        former.save(update_fields=["withdrawn_at"])
        record(actor, indicator, Verb.MEASURED, {str(former.on): (None, said(former))})


@transaction.atomic
def withdraw_measurement(
    actor: Actor, *, measurement: Measurement, own: bool = False, now: datetime | None = None
) -> Measurement:
    """Withdraw a value (undo): it leaves the series and stays in the table.

    Raises DeniedError, NotFoundError, ValidationError when it was computed.
    """
    indicator = measurement.indicator
    _may_record(actor, indicator, own=own)
    if measurement.computed and indicator.computed_by:
        raise ValidationError(_("Une valeur calculée ne se retire pas : corrigez ses sources."))
    if measurement.withdrawn_at is None:
        measurement.withdrawn_at = now or timezone.now()
        measurement.save(update_fields=["withdrawn_at"])
        record(
            actor,
            indicator,
            Verb.MEASUREMENT_WITHDRAWN,
            {str(measurement.on): (said(measurement), None)},
        )
    return measurement


def refresh_used(actor: Actor, *, names: Iterable[str], now: datetime | None = None) -> int:
    """Store anew those of some computed indicators that the organisation uses (one query else)."""
    used = Indicator.objects.filter(
        organisation_id=actor.organisation_id, computed_by__in=list(names)
    )
    found = sorted(set(used.values_list("computed_by", flat=True)))
    return sum(refresh_computed(actor, name=name, now=now) for name in found)


@transaction.atomic
def refresh_computed(actor: Actor, *, name: str, now: datetime | None = None) -> int:
    """Store what a computed indicator is worth today; returns how many values changed.

    A value that changed is withdrawn and replaced: what was shown before stays in the table.
    Raises DeniedError, KeyError when nothing of that name is registered.
    """
    actor.require_either(
        *(Operation.PUBLISH, Operation.EDIT_PLAN, Operation.EDIT_BUDGET),
        *(Operation.DECIDE, Operation.UPDATE_ACTION),
    )
    computed = {item.on: item for item in COMPUTERS[name](actor.organisation_id)}
    indicators = Indicator.objects.filter(organisation_id=actor.organisation_id, computed_by=name)
    moment = now or timezone.now()
    return sum(_replace(actor, indicator, computed, moment) for indicator in indicators)


def _replace(
    actor: Actor, indicator: Indicator, computed: dict[date, ComputedValue], now: datetime
) -> int:
    kept = {
        item.on: item for item in indicator.measurements.filter(computed=True, withdrawn_at=None)
    }
    changes: dict[str, trail.Change] = {}
    for on in sorted(kept.keys() | computed.keys()):
        old, new = kept.get(on), computed.get(on)
        if old is not None and new is not None and _same(old, new):
            continue
        if old is not None:
            old.withdrawn_at = now
            old.save(update_fields=["withdrawn_at"])
        if new is not None:
            _store(actor, indicator, new, now)
        changes[str(on)] = (old and old.value, new and stored(new.value))
    if changes:
        record(actor, indicator, Verb.COMPUTED, changes)
    return len(changes)


def _same(old: Measurement, new: ComputedValue) -> bool:
    return (old.value, old.breaks_series) == (stored(new.value), new.breaks)


def _store(actor: Actor, indicator: Indicator, item: ComputedValue, now: datetime) -> None:
    known = item.value is not None
    Measurement.objects.create(
        indicator=indicator,
        on=item.on,
        knowledge=Knowledge.KNOWN if known else Knowledge.UNKNOWN,
        value=stored(item.value),
        numerator=item.numerator,
        denominator=item.denominator,
        source=item.source,
        note=item.note,
        breaks_series=item.breaks,
        computed=True,
        person_id=actor.person_id,
        recorded_at=now,
    )


def _may_record(actor: Actor, indicator: Indicator, *, own: bool) -> None:
    actor.require_ours(indicator)
    grant = actor.grant(Operation.UPDATE_ACTION)
    if grant is Grant.NONE or (grant is Grant.OWN and not own):
        raise DeniedError(Operation.UPDATE_ACTION.value)
