"""The demonstration's clock: its story is written at the dates when it happened.

Services date what they write by the clock. A demonstration built next year would say that its
ledger of November 2026 was imported next year; so that the trail reads as it would have, the
clock stands at each event's day while it is told. Only for the building of made-up data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

OFFICE_OPENS = time(9, 0)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day, as calls of services."""

    on: date
    tell: Callable[[], object]


@contextmanager
def standing_at(day: date) -> Iterator[None]:
    """Make the clock start at nine o'clock of that day and move a second at each look at it."""
    real = timezone.now
    moment = timezone.make_aware(datetime.combine(day, OFFICE_OPENS))

    def look() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    # Services call `timezone.now()` through its module: one name to hold, given back in any case.
    timezone.now = look
    try:
        yield
    finally:
        timezone.now = real


def tell(events: Iterable[Event]) -> None:
    """Run the events in the order of their days; those of one day keep the order given."""
    for event in sorted(events, key=lambda event: event.on):
        with standing_at(event.on):
            event.tell()
