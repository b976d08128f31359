"""From the values that are told to the series that is judged (pure).

Of several sources for one day one counts; the values of units make the organisation's; flows make a
year. Each step says what is missing: unknown is never 0, and what is known of an incomplete sum is
a floor (« au moins »), kept apart from a value.

Source of the rules: docs/reference/truths.md, truth 17 (a mean of percentages is wrong).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from portulan.indicators.series import Reading
from portulan.indicators.unit_parts.rules import Owed, binding, weights
from portulan.indicators.words import Frequency, Kind, MeasurementRole, OverTime, OverUnits

_HUNDRED = Decimal(100)
# Of a share with four decimals, as values are stored.
_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Rule:
    """How an indicator is put together: over its units, then over the year."""

    kind: Kind
    over_units: OverUnits | None = None
    over_time: OverTime = OverTime.STOCK
    frequency: Frequency | None = None

    @property
    def between(self) -> OverUnits:
        """What its units make together, by its kind where nobody said it."""
        if self.over_units is not None:
            return self.over_units
        if self.kind is Kind.PERCENTAGE:
            return OverUnits.WEIGHTED
        return OverUnits.SUM if self.kind.is_number else OverUnits.LAST


def put_together(
    readings: Sequence[Reading], rule: Rule, owed: Sequence[Owed] = ()
) -> tuple[Reading, ...]:
    """Return the readings of the organisation as they are judged, by day."""
    if any(item.unit is not None for item in readings):
        readings = consolidated(readings, rule, owed)
    else:
        readings = counted(readings)
    if rule.over_time is OverTime.FLOW:
        readings = by_year(readings, rule.frequency)
    return tuple(readings)


def counted(readings: Iterable[Reading]) -> list[Reading]:
    """Return the reading that counts of each day: the last told that is known.

    “I don't have this figure” never takes the place of a value; a restatement takes that of what it
    restates. Given in the order in which they were told.
    """
    found: dict[tuple[date, MeasurementRole, int | None], Reading] = {}
    for item in readings:
        key = (item.on, item.role, item.unit)
        before = found.get(key)
        if before is None or item.is_known or not before.is_known:
            # The break of a day stays, whichever of its values counts.
            breaks = item.breaks or (before is not None and before.breaks)
            found[key] = item if breaks == item.breaks else replace(item, breaks=breaks)
        elif item.breaks and not before.breaks:
            found[key] = replace(before, breaks=True)
    return list(found.values())


def consolidated(
    readings: Iterable[Reading], rule: Rule, owed: Sequence[Owed] = ()
) -> list[Reading]:
    """Return the readings of the organisation, made from those of its units where it told none.

    On each day that a unit told something, every unit stands at its last value of that day or
    before; flows count those of the very day only. The units that owe a part on that day are
    expected, and count alone; where none was ever designated, all that ever told something are.
    """
    told = counted(readings)
    own = [item for item in told if item.unit is None]
    said = {(item.on, item.role) for item in own if item.is_known}
    parts: dict[MeasurementRole, list[Reading]] = defaultdict(list)
    for item in sorted(told, key=lambda one: one.on):
        if item.unit is not None:
            parts[item.role].append(item)
    everybody = {item.unit for items in parts.values() for item in items}
    made = []
    for role, items in parts.items():
        standing: dict[int | None, Reading] = {}
        days: dict[date, list[Reading]] = defaultdict(list)
        for item in items:
            days[item.on].append(item)
        for day, some in days.items():
            if rule.over_time is OverTime.FLOW:
                standing = {}
            standing |= {item.unit: item for item in some}
            expected = set(binding(owed, day)) if owed else everybody
            present = {unit: item for unit, item in standing.items() if unit in expected}
            if (day, role) not in said and present:
                breaks = any(item.breaks for item in some)
                weighed = weights((one for one in owed if one.unit in expected), day)
                whole = _whole(present, len(expected), rule, weighed)
                made.append(replace(whole, on=day, role=role, breaks=breaks))
    kept = {(item.on, item.role) for item in made}
    return [*(item for item in own if (item.on, item.role) not in kept), *made]


def _whole(
    parts: Mapping[int | None, Reading],
    expected: int,
    rule: Rule,
    weighed: Mapping[int, Decimal] | None,
) -> Reading:
    """Return what units make together, with how many of them are in it."""
    day = max(item.on for item in parts.values())
    if rule.between is OverUnits.LAST:
        known = [item for item in parts.values() if item.is_known]
        last = max(known, key=lambda item: item.on, default=None)
        value, text = (None, "") if last is None else (last.value, last.text)
        return Reading(day, value, text, parts=len(known), expected=expected)
    if rule.between is OverUnits.SUM:
        values = [item.value for item in parts.values() if item.value is not None]
        total = sum(values, Decimal(0)) if values else None
        if len(values) == expected:
            return Reading(day, total, parts=len(values), expected=expected)
        return Reading(day, parts=len(values), expected=expected, at_least=total)
    if weighed is not None:
        return _mean(day, parts, weighed)
    terms = [
        (item.numerator, item.denominator)
        for item in parts.values()
        if item.numerator is not None and item.denominator is not None
    ]
    top = sum((one for one, _bottom in terms), Decimal(0))
    bottom = sum((one for _top, one in terms), Decimal(0))
    if not bottom:
        return Reading(day, parts=0, expected=expected)
    scale = _HUNDRED if rule.kind is Kind.PERCENTAGE else Decimal(1)
    return Reading(
        day,
        (top * scale / bottom).quantize(_STEP),
        numerator=top,
        denominator=bottom,
        parts=len(terms),
        expected=expected,
    )


def _mean(
    day: date, parts: Mapping[int | None, Reading], weighed: Mapping[int, Decimal]
) -> Reading:
    """Return the mean of what units told by their weights, and the weights that told."""
    values = {
        unit: item.value
        for unit, item in parts.items()
        if unit is not None and item.value is not None
    }
    told = sum((weighed[unit] for unit in values), Decimal(0))
    top = sum((weighed[unit] * value for unit, value in values.items()), Decimal(0))
    return Reading(
        day,
        (top / told).quantize(_STEP) if told else None,
        parts=len(values),
        expected=len(weighed),
        weighed=(told, sum(weighed.values(), Decimal(0))),
    )


def by_year(readings: Iterable[Reading], frequency: Frequency | None) -> list[Reading]:
    """Return the flows of each civil year as one reading, dated at the last of them.

    A year is whole when each of its periods told a known value; without a frequency, whatever was
    told is the year. Of a year that is not whole, what is known is a floor. Baselines are those of
    a year already.
    """
    years: dict[int, list[Reading]] = defaultdict(list)
    made = []
    for item in readings:
        if item.role is MeasurementRole.BASELINE:
            made.append(item)
        else:
            years[item.on.year].append(item)
    for items in years.values():
        last = max(items, key=lambda item: item.on)
        values = [item.value for item in items if item.value is not None]
        total = sum(values, Decimal(0)) if values else None
        breaks = any(item.breaks for item in items)
        if _is_whole(items, frequency):
            made.append(Reading(last.on, total, breaks=breaks, restated_for=last.restated_for))
        else:
            floors = [item.at_least for item in items if item.at_least is not None]
            floor = sum(floors, total or Decimal(0)) if floors or values else None
            made.append(Reading(last.on, breaks=breaks, at_least=floor))
    return made


def _is_whole(items: Sequence[Reading], frequency: Frequency | None) -> bool:
    if any(item.value is None for item in items):
        return False
    if frequency is None:
        return True
    periods = {(item.on.month - 1) // frequency.months for item in items}
    return len(periods) == 12 // frequency.months
