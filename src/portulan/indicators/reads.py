"""The series of indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from portulan.indicators.consolidation import Rule, counted, put_together
from portulan.indicators.models import Indicator, Measurement, Target, UnitPart
from portulan.indicators.series import Aim, Reading, Series
from portulan.indicators.unit_parts.rules import Owed, past_of
from portulan.indicators.words import (
    Direction,
    Frequency,
    Judgement,
    Kind,
    MeasurementRole,
    OverTime,
    OverUnits,
    TargetKind,
)


class IndicatorLine(NamedTuple):
    """What a list says of an indicator, without the object of the database."""

    pk: int
    name: str
    unit: str
    kind: str
    direction: str
    frequency: str = ""
    over_time: str = OverTime.STOCK
    over_units: str = ""
    scale: Sequence[str] = ()


def line_of(indicator: Indicator) -> IndicatorLine:
    return IndicatorLine(*(getattr(indicator, name) for name in IndicatorLine._fields))


def rule_of(indicator: Indicator | IndicatorLine) -> Rule:
    """Return how the values of an indicator are put together."""
    between, often = indicator.over_units, indicator.frequency
    return Rule(
        Kind(indicator.kind),
        OverUnits(between) if between else None,
        OverTime(indicator.over_time),
        Frequency(often) if often else None,
    )


def series_by_indicator(
    indicators: Iterable[IndicatorLine], *, among: QuerySet[Any, Any]
) -> dict[int, Series]:
    """Return the pure series of many indicators by their id (three queries, no object made).

    `among` selects the ids of these indicators, or of more: a query of its own costs less than
    writing them all in another.
    """
    lines = {indicator.pk: indicator for indicator in indicators}
    owed = _owed(among)
    readings: dict[int, list[Reading]] = defaultdict(list)
    aims: dict[int, list[Aim]] = defaultdict(list)
    for pk, on, value, text, role, *rest in (
        Measurement.objects.filter(indicator__in=among, withdrawn_at=None, refused_why="")
        .order_by("on", "id")
        .values_list("indicator_id", "on", "value", "text", "role", *_REST)
    ):
        readings[pk].append(Reading(on, value, text, MeasurementRole(role), *rest))
    for pk, due_on, value, text, kind, reference, judged in (
        Target.objects.filter(indicator__in=among)
        .order_by("due_on")
        .values_list("indicator_id", "due_on", "value", "text", "kind", "reference", "judgement")
    ):
        judgement = Judgement(judged) if judged else None
        aims[pk].append(Aim(due_on, value, text, TargetKind(kind), reference, judgement))
    return {
        pk: Series(
            put_together(readings[pk], rule_of(line), owed.get(pk, ())),
            tuple(aims[pk]),
            Direction(line.direction),
            tuple(line.scale),
            _told_by(owed[pk], readings[pk]) if pk in owed else (),
            rule_of(line).frequency,
        )
        for pk, line in lines.items()
    }


def _owed(among: QuerySet[Any, Any]) -> dict[int, list[Owed]]:
    """Return the parts that units owe of indicators (one query)."""
    found: dict[int, list[Owed]] = defaultdict(list)
    for pk, unit, name, weight, since, until, past in UnitPart.objects.filter(
        indicator__in=among
    ).values_list(
        *("indicator_id", "unit_id", "unit__name", "weight", "since", "until", "past_weights")
    ):
        found[pk].append(Owed(unit, name, weight, since, until, past=past_of(past)))
    return found


def _told_by(owed: Iterable[Owed], readings: Iterable[Reading]) -> tuple[Owed, ...]:
    """Return the parts with the last day that each unit told one."""
    last: dict[int, date] = {}
    for item in readings:
        if item.unit is not None and item.role is MeasurementRole.READING:
            last[item.unit] = max(item.on, last.get(item.unit, item.on))
    return tuple(replace(one, told=last.get(one.unit)) for one in owed)


_REST = ("breaks_series", "restated_for", "unit_id", "numerator", "denominator")


def told_of(indicator: Indicator) -> Iterator[Reading]:
    """Yield what was told of an indicator and counts, in the order in which it was told.

    A row that was changed comes last on PostgreSQL: of two values of a day, the last told counts.
    """
    for item in sorted(indicator.measurements.all(), key=lambda one: one.pk):
        if item.withdrawn_at is None and not item.refused_why:
            yield Reading(
                *(item.on, item.value, item.text, MeasurementRole(item.role)),
                *(getattr(item, name) for name in _REST),
            )


def series_of_unit(indicator: Indicator, unit: int | None) -> Series:
    """Return what one unit told of an indicator, without what is aimed at; of all, for None."""
    if unit is None:
        return series_of(indicator)
    told = counted(item for item in told_of(indicator) if item.unit == unit)
    return Series(tuple(told), (), Direction(indicator.direction), tuple(indicator.scale))


def with_series(indicator: Indicator, series: Series) -> None:
    """Say the series of an indicator of a page, where it was already read: `series_of` gives it."""
    indicator.__dict__["read_series"] = series


def series_of(indicator: Indicator) -> Series:
    """Return the pure series of an indicator, from its measurements and targets.

    Or the one that was said of it (`with_series`).
    """
    said: Series | None = indicator.__dict__.get("read_series")
    return said or _series_of(indicator)


def _series_of(indicator: Indicator) -> Series:
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
    told, rule = tuple(told_of(indicator)), rule_of(indicator)
    owed = owed_of(indicator)
    return Series(
        put_together(told, rule, owed),
        tuple(aims),
        Direction(indicator.direction),
        tuple(indicator.scale),
        _told_by(owed, told),
        rule.frequency,
    )


def owed_of(indicator: Indicator) -> tuple[Owed, ...]:
    """Return the parts that units owe of an indicator, from what was fetched."""
    return tuple(
        Owed(one.unit_id, one.unit.name, one.weight, one.since, one.until, past=one.past)
        for one in indicator.unit_parts.all()
    )
