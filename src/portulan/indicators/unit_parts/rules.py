"""The parts of an indicator that units have to tell: who owes one on a day, who is silent (pure).

Units are designated, each from a day and until another, so that one that joins or leaves changes
nothing of what was made before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from portulan.core.folding import fold
from portulan.core.periods import month_end
from portulan.indicators.words import Frequency


class PastWeight(NamedTuple):
    """A weight that a unit had until the day before `until`; None: it had none then."""

    until: date
    weight: Decimal | None


def past_of(kept: Iterable[Mapping[str, Any]]) -> tuple[PastWeight, ...]:
    """Return past weights from what the database keeps of them (`kept_past`)."""
    return tuple(
        PastWeight(
            date.fromisoformat(one["until"]),
            None if one["weight"] is None else Decimal(one["weight"]),
        )
        for one in kept
    )


def kept_past(past: Iterable[PastWeight]) -> list[dict[str, str | None]]:
    """Return past weights as the database keeps them."""
    return [
        {
            "until": one.until.isoformat(),
            "weight": None if one.weight is None else str(one.weight),
        }
        for one in past
    ]


@dataclass(frozen=True, slots=True)
class Owed:
    """The part of a unit, from `since` until the day before `until`, None where nothing bounds it.

    `weight` is what it counts for in a weighted mean, and `past` what it counted for before, the
    first first; `told` is the last day that it told a value, even to say that it does not have it.
    """

    unit: int
    name: str = ""
    weight: Decimal | None = None
    since: date | None = None
    until: date | None = None
    told: date | None = None
    past: tuple[PastWeight, ...] = ()

    def weight_on(self, day: date) -> Decimal | None:
        """Return the weight of a day: what is put together for it keeps it for ever."""
        return next((one.weight for one in self.past if day < one.until), self.weight)

    def binds(self, day: date) -> bool:
        after = self.since is None or self.since <= day
        return after and (self.until is None or day < self.until)


def binding(owed: Iterable[Owed], day: date) -> dict[int, Owed]:
    """Return the parts that are owed on a day, by unit."""
    return {one.unit: one for one in owed if one.binds(day)}


def changed_from(
    past: Iterable[PastWeight], standing: Decimal | None, weight: Decimal | None, day: date | None
) -> tuple[PastWeight, ...]:
    """Return the past of a part whose weight is another from a day on; None: as if since ever.

    What was said for that day and after is replaced.
    """
    if day is None:
        return ()
    periods = [*past, PastWeight(date.max, standing)]
    cut = next(rank for rank, one in enumerate(periods) if day <= one.until)
    kept = [*periods[:cut], PastWeight(day, periods[cut].weight)]
    while kept and kept[-1].weight == weight:
        kept.pop()
    return tuple(kept)


def weights(owed: Iterable[Owed], day: date) -> dict[int, Decimal] | None:
    """Return the weights of units on a day; None unless each has one.

    Half of them would weigh nothing.
    """
    found = {one.unit: one.weight_on(day) for one in owed}
    known = {unit: weight for unit, weight in found.items() if weight is not None}
    return known if known and len(known) == len(found) else None


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that is missing, for a day."""

    owed: Owed
    due_on: date


def missing(owed: Sequence[Owed], frequency: Frequency | None, today: date) -> tuple[Missing, ...]:
    """Return the parts that are missing on a day, by the name of their unit.

    With a frequency, those that told nothing of the last period that ended, and owed it already
    then; without, those that never told, or not since another did.
    """
    by_unit = binding(owed, today)
    last = {unit: one.told for unit, one in by_unit.items()}
    found = (
        Missing(by_unit[unit], due_on)
        for unit, due_on in awaited(last, frequency, today).items()
        if frequency is None or by_unit[unit].binds(due_on)
    )
    return tuple(sorted(found, key=lambda one: fold(one.owed.name)))


def awaited[U](
    last: Mapping[U, date | None], frequency: Frequency | None, today: date
) -> dict[U, date]:
    """Return the units whose part is missing, each with the day that it is missing for.

    With a frequency, nothing was told of the last period that ended; without, somebody told of a
    later day than the unit did. One that never told has None.
    """
    if frequency is None:
        day = max((one for one in last.values() if one is not None and one <= today), default=today)
        return {unit: day for unit, told in last.items() if told is None or told < day}
    begun, ended = last_period(frequency, today)
    return {unit: ended for unit, told in last.items() if told is None or told < begun}


def last_period(frequency: Frequency, today: date) -> tuple[date, date]:
    """Return the first and last days of the last whole period of a civil year before a day."""
    months = frequency.months
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    ended = first - timedelta(days=1)
    return month_end(ended, months=-months) + timedelta(days=1), ended
