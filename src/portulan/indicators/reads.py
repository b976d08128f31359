"""The series of indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from portulan.indicators.models import Indicator, Measurement, Target
from portulan.indicators.series import Aim, Reading, Series
from portulan.indicators.words import Direction, Judgement, MeasurementRole, TargetKind


class IndicatorLine(NamedTuple):
    """What a list says of an indicator, without the object of the database."""

    pk: int
    name: str
    unit: str
    kind: str
    direction: str


def series_by_indicator(
    indicators: Iterable[IndicatorLine], *, among: QuerySet[Any, Any]
) -> dict[int, Series]:
    """Return the pure series of many indicators by their id (two queries, no object made).

    `among` selects the ids of these indicators, or of more: a query of its own costs less than
    writing them all in another.
    """
    directions = {indicator.pk: Direction(indicator.direction) for indicator in indicators}
    readings: dict[int, list[Reading]] = defaultdict(list)
    aims: dict[int, list[Aim]] = defaultdict(list)
    for pk, on, value, text, role, breaks in (
        Measurement.objects.filter(indicator__in=among, withdrawn_at=None)
        .order_by("on", "id")
        .values_list("indicator_id", "on", "value", "text", "role", "breaks_series")
    ):
        readings[pk].append(Reading(on, value, text, MeasurementRole(role), breaks))
    for pk, due_on, value, text, kind, reference, judged in (
        Target.objects.filter(indicator__in=among)
        .order_by("due_on")
        .values_list("indicator_id", "due_on", "value", "text", "kind", "reference", "judgement")
    ):
        judgement = Judgement(judged) if judged else None
        aims[pk].append(Aim(due_on, value, text, TargetKind(kind), reference, judgement))
    return {
        pk: Series(tuple(readings[pk]), tuple(aims[pk]), direction)
        for pk, direction in directions.items()
    }


def series_of(indicator: Indicator) -> Series:
    """Return the pure series of an indicator, from its measurements and targets."""
    readings = (
        Reading(
            on=item.on,
            value=item.value,
            text=item.text,
            role=MeasurementRole(item.role),
            breaks=item.breaks_series,
        )
        for item in indicator.measurements.all()
        if item.withdrawn_at is None
    )
    aims = (
        Aim(
            item.due_on,
            item.value,
            item.text,
            TargetKind(item.kind),
            item.reference,
            Judgement(item.judgement) if item.judgement else None,
        )
        for item in indicator.targets.all()
    )
    return Series(tuple(readings), tuple(aims), Direction(indicator.direction))
