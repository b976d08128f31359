"""The indicators of an action: made for it, shared with it, measured by its pilot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.accounts.trail import record, record_all
from portulan.core.batches import judged
from portulan.core.errors import NotFoundError
from portulan.indicators import measurements, writes
from portulan.indicators.computed import SHAPES
from portulan.indicators.measurements import Reading
from portulan.indicators.models import Indicator, IndicatorFields, Measurement
from portulan.indicators.values import Manner
from portulan.indicators.words import Kind, Knowledge, MeasurementRole
from portulan.indicators.writes import NewIndicator
from portulan.plans.access import check, check_all, may_on, note_all_news, refuse
from portulan.plans.models import Action, ActionIndicator
from portulan.plans.refusals import INDICATOR_MISSING
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel


def add_indicator(
    actor: Actor,
    *,
    action: Action,
    name: str,
    kind: Kind,
    computed_by: str = "",
    manner: Manner | None = None,
    **fields: Unpack[IndicatorFields],
) -> Indicator:
    """Make an indicator for an action, after those it has: the first is the main one.

    One that Portulan computes takes the kind and unit of what it computes.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    new = NewIndicator(name, kind, fields, computed_by, manner)
    return add_indicators(actor, new=[(action, new)])[0]


@transaction.atomic
def add_indicators(
    actor: Actor, *, new: Sequence[tuple[Action, NewIndicator]]
) -> Sequence[Indicator]:
    """Make indicators for actions, all or none, as `add_indicator` does (a handful of queries)."""
    actions = {action.pk: action for action, _new in new}
    check_all(actor, [action for action, _new in new], Operation.EDIT_PLAN)
    shaped = []
    for _action, one in new:
        if one.computed_by and one.computed_by not in SHAPES:
            raise ValidationError({"computed_by": _("Portulan ne calcule rien de ce nom.")})
        if one.computed_by:
            kind, unit = SHAPES[one.computed_by]
            one = one._replace(kind=kind, fields={**one.fields, "unit": unit})
        shaped.append(one)
    made = writes.create_indicators(actor, new=shaped)
    _link(actor, actions, [(action.pk, one) for (action, _new), one in zip(new, made, strict=True)])
    for name in dict.fromkeys(one.computed_by for one in made if one.computed_by):
        measurements.refresh_computed(actor, name=name)
    return made


def _link(
    actor: Actor, actions: Mapping[int, Action], pairs: Sequence[tuple[int, Indicator]]
) -> None:
    """Link indicators to actions, each after those that the action has."""
    links = ActionIndicator.objects.filter(action__in=actions).values_list("action")
    order = dict(links.annotate(last=Max("order")))
    made = []
    for pk, indicator in pairs:
        order[pk] = order.get(pk, -1) + 1
        made.append(ActionIndicator(action_id=pk, indicator=indicator, order=order[pk]))
    ActionIndicator.objects.bulk_create(made)
    record_all(
        actor,
        [
            (
                actions[one.action_id],
                Verb.INDICATOR_ADDED,
                {"indicator": (None, one.indicator.name)},
            )
            for one in made
        ],
    )


@transaction.atomic
def leave_indicator(actor: Actor, *, action: Action, indicator: Indicator) -> None:
    """Stop following an action by an indicator, whose values stay.

    Raises DeniedError, NotFoundError, ValidationError (the last one of an implementation).
    """
    check(actor, action, Operation.EDIT_PLAN)
    links = action.indicator_links
    if not links.filter(indicator=indicator).exists():
        raise NotFoundError(indicator.pk)
    voted = action.decisions.exists() and action.level == CommitmentLevel.IMPLEMENTATION
    if voted and links.count() == 1:
        refuse([INDICATOR_MISSING.at()])
    links.filter(indicator=indicator).delete()
    record(actor, action, Verb.INDICATOR_REMOVED, {"indicator": (indicator.name, None)})
    if not indicator.measurements.exists() and not indicator.action_links.exists():
        indicator.delete()


@transaction.atomic
def make_main(actor: Actor, *, action: Action, indicator: Indicator) -> None:
    """Put an indicator first: it is the one that lists show."""
    check(actor, action, Operation.EDIT_PLAN)
    links = list(action.indicator_links.select_related("indicator").order_by("order", "id"))
    if indicator.pk not in {link.indicator_id for link in links}:
        raise NotFoundError(indicator.pk)
    before = links[0].indicator.name
    links.sort(key=lambda link: link.indicator_id != indicator.pk)
    for order, link in enumerate(links):
        link.order = order
    ActionIndicator.objects.bulk_update(links, ["order"])
    record(actor, action, Verb.MAIN_INDICATOR, {"indicator": (before, indicator.name)})


def measure(
    actor: Actor,
    *,
    action: Action,
    indicator: Indicator,
    on: date,
    today: date,
    value: Decimal | None = None,
    text: str = "",
    knowledge: Knowledge = Knowledge.KNOWN,
    role: MeasurementRole = MeasurementRole.READING,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    source: str = "",
    note: str = "",
    breaks_series: bool = False,
    unit: Unit | None = None,
    restated_for: date | None = None,
    now: datetime | None = None,
) -> Measurement:
    """Record a dated value of an action's indicator, as `indicators.measurements` does; it is news.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    reading = Reading(
        *(indicator, on, value, text, knowledge, role, numerator, denominator),
        *(source, note, breaks_series, unit, restated_for),
    )
    return measure_many(actor, readings=[(action, reading)], today=today, now=now)[0]


@transaction.atomic
def measure_many(
    actor: Actor,
    *,
    readings: Sequence[tuple[Action, Reading]],
    today: date,
    now: datetime | None = None,
) -> list[Measurement]:
    """Record values of the indicators of actions, all or none, as `measure` does one by one.

    A handful of queries for hundreds. Raises DeniedError, NotFoundError, ValidationError.
    """
    check_all(actor, [action for action, _one in readings], Operation.UPDATE_ACTION)
    asked = {action.pk for action, _one in readings}
    links = ActionIndicator.objects.filter(action__in=asked).values_list("action", "indicator")
    judged(readings, partial(_require_followed, set(links)), NotFoundError)
    made = measurements.record_measurements(
        actor,
        readings=[one for _action, one in readings],
        today=today,
        own={one.indicator.pk for _action, one in readings},  # checked above, action by action
        now=now,
    )
    note_all_news([action for action, _one in readings], today)
    return made


def _require_followed(links: Collection[tuple[int, int]], one: tuple[Action, Reading]) -> None:
    action, reading = one
    if (action.pk, reading.indicator.pk) not in links:
        raise NotFoundError(reading.indicator.pk)


@transaction.atomic
def set_aside(actor: Actor, *, action: Action, measurement: Measurement, why: str) -> Measurement:
    """Refuse a value among several, or take it back with an empty reason.

    Raises as `indicators.measurements.refuse_measurement`.
    """
    check(actor, action, Operation.UPDATE_ACTION)
    if not action.indicator_links.filter(indicator_id=measurement.indicator_id).exists():
        raise NotFoundError(measurement.pk)
    own = may_on(actor, action, Operation.UPDATE_ACTION)
    return measurements.refuse_measurement(actor, measurement=measurement, why=why, own=own)


@transaction.atomic
def withdraw(actor: Actor, *, action: Action, measurement: Measurement) -> Measurement:
    """Withdraw a value of an action's indicator (undo). Raises as `measure`."""
    check(actor, action, Operation.UPDATE_ACTION)
    if not action.indicator_links.filter(indicator_id=measurement.indicator_id).exists():
        raise NotFoundError(measurement.pk)
    own = may_on(actor, action, Operation.UPDATE_ACTION)
    return measurements.withdraw_measurement(actor, measurement=measurement, own=own)
