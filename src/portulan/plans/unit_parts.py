"""What each unit still has to tell of the indicators that are put together over units.

The same units are awaited as in the consolidation (`indicators.consolidation`): those that were
designated, else all that ever told something of the indicator. Until one tells its part, what the
organisation makes is a floor, or rests on an older value: it is said of whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from portulan.accounts.models import Unit
from portulan.indicators.models import Indicator, Measurement, UnitPart
from portulan.indicators.unit_parts.rules import Owed, awaited, missing
from portulan.indicators.words import Frequency, MeasurementRole
from portulan.plans.models import ActionIndicator, Plan


@dataclass(frozen=True, slots=True)
class Part:
    """A value that a unit has to tell for a day; `last` is when it last told one, None never."""

    unit: Unit
    indicator: Indicator
    action: int  # where it is told
    due_on: date
    last: date | None


def parts_of(plan: Plan, today: date) -> list[Part]:
    """Return what units have to tell for a plan, by unit then by indicator (four queries)."""
    links = ActionIndicator.objects.filter(action__plan=plan).order_by("action__number", "order")
    among = links.order_by().values("indicator")
    last: dict[int, dict[int, date]] = defaultdict(dict)
    values = Measurement.objects.filter(
        indicator__in=among,
        unit__isnull=False,
        role=MeasurementRole.READING,
        withdrawn_at=None,
        refused_why="",
    )
    for indicator, unit, day in (
        values.values_list("indicator", "unit").annotate(Max("on")).order_by()
    ):
        last[indicator][unit] = day
    owed: dict[int, list[Owed]] = defaultdict(list)
    for one in UnitPart.objects.filter(indicator__in=among).select_related("unit"):
        told = last[one.indicator_id].get(one.unit_id)
        owed[one.indicator_id].append(
            Owed(one.unit_id, one.unit.name, one.weight, one.since, one.until, told)
        )
    # Of thousands of indicators, those that units tell something of are few.
    places: dict[int, tuple[int, Indicator]] = {}
    for link in links.filter(indicator__in=list(last)).select_related("indicator", "action"):
        places.setdefault(link.indicator_id, (link.action.number, link.indicator))
    named = {one.unit for parts in owed.values() for one in parts}
    units = Unit.objects.in_bulk(named | {unit for days in last.values() for unit in days})
    return sorted(
        _parts(places, last, owed, units, today),
        key=lambda one: (one.unit.name, one.indicator.name, one.indicator.pk),
    )


def _parts(
    places: Mapping[int, tuple[int, Indicator]],
    last: Mapping[int, Mapping[int, date]],
    owed: Mapping[int, Sequence[Owed]],
    units: Mapping[int, Unit],
    today: date,
) -> Iterator[Part]:
    for pk, days in last.items():
        action, indicator = places[pk]
        often = Frequency(indicator.frequency) if indicator.frequency else None
        if pk in owed:
            for one in missing(owed[pk], often, today):
                yield Part(units[one.owed.unit], indicator, action, one.due_on, one.owed.told)
            continue
        for unit, due_on in awaited(days, often, today).items():
            yield Part(units[unit], indicator, action, due_on, days[unit])
