"""What each unit still has to tell of the indicators that are put together over units.

The same units are awaited as in the consolidation: all that ever told something of the indicator
(`indicators.consolidation`). Until one tells its part, what the organisation makes is a floor, or
rests on an older value: it is said of whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from portulan.accounts.models import Unit
from portulan.core.periods import month_end
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.words import Frequency, MeasurementRole
from portulan.plans.models import ActionIndicator, Plan


@dataclass(frozen=True, slots=True)
class Part:
    """A value that a unit has to tell for a day; `last` is when it last told one."""

    unit: Unit
    indicator: Indicator
    action: int  # where it is told
    due_on: date
    last: date


def awaited[U](last: Mapping[U, date], frequency: Frequency | None, today: date) -> dict[U, date]:
    """Return the units whose part is missing, each with the day that it is missing for (pure).

    With a frequency, nothing was told of the last period that ended; without, somebody told of a
    later day than the unit did.
    """
    if frequency is None:
        day = max((one for one in last.values() if one <= today), default=today)
        return {unit: day for unit, told in last.items() if told < day}
    begun, ended = last_period(frequency, today)
    return {unit: ended for unit, told in last.items() if told < begun}


def last_period(frequency: Frequency, today: date) -> tuple[date, date]:
    """Return the first and last days of the last whole period of a civil year before a day."""
    months = frequency.months
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    ended = first - timedelta(days=1)
    return month_end(ended, months=-months) + timedelta(days=1), ended


def parts_of(plan: Plan, today: date) -> list[Part]:
    """Return what units have to tell for a plan, by unit then by indicator (three queries)."""
    links = ActionIndicator.objects.filter(action__plan=plan).order_by("action__number", "order")
    places: dict[int, tuple[int, Indicator]] = {}
    for link in links.select_related("indicator", "action"):
        places.setdefault(link.indicator_id, (link.action.number, link.indicator))
    last: dict[int, dict[int, date]] = defaultdict(dict)
    told = Measurement.objects.filter(
        indicator__in=places,
        unit__isnull=False,
        role=MeasurementRole.READING,
        withdrawn_at=None,
        refused_why="",
    )
    for indicator, unit, day in (
        told.values_list("indicator", "unit").annotate(Max("on")).order_by()
    ):
        last[indicator][unit] = day
    units = Unit.objects.in_bulk({unit for days in last.values() for unit in days})
    return sorted(
        _parts(places, last, units, today),
        key=lambda one: (one.unit.name, one.indicator.name, one.indicator.pk),
    )


def _parts(
    places: Mapping[int, tuple[int, Indicator]],
    last: Mapping[int, Mapping[int, date]],
    units: Mapping[int, Unit],
    today: date,
) -> Iterator[Part]:
    for pk, days in last.items():
        action, indicator = places[pk]
        often = Frequency(indicator.frequency) if indicator.frequency else None
        for unit, due_on in awaited(days, often, today).items():
            yield Part(units[unit], indicator, action, due_on, days[unit])
