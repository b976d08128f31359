"""The demonstration's clock: its story is written at the dates when it happened.

Services date what they write by the clock. A demonstration built next year would say that its
ledger of November 2026 was imported next year; so that the trail reads as it would have, the
clock stands at each event's day while it is told. Only for the building of made-up data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.utils import timezone

OFFICE_OPENS = time(9, 0)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day, as calls of services."""

    on: date
    tell: Callable[[], object]


class Clock:
    """A clock that goes where it is told and moves a second at each look; never backwards.

    Between `with` and its end, `timezone.now()` looks at it: services call it through its module,
    which is one name to hold, given back in any case.
    """

    def __init__(self, day: date) -> None:
        self._moment = _opening(day)

    def go_to(self, day: date) -> None:
        self._moment = max(self._moment, _opening(day))

    def look(self) -> datetime:
        self._moment += timedelta(seconds=1)
        return self._moment

    def __enter__(self) -> Self:
        self._real = timezone.now
        timezone.now = self.look
        return self

    def __exit__(self, *_exception: object) -> None:
        timezone.now = self._real

    def tell(self, events: Iterable[Event]) -> None:
        """Run the events in the order of their days; those of one day keep the order given."""
        for event in sorted(events, key=lambda event: event.on):
            self.go_to(event.on)
            event.tell()


def _opening(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, OFFICE_OPENS))
